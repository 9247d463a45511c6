"""Paints a problem as a row of a table: icon, words, and a link at the right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from maskstudio.errors import Severity
from maskstudio.ui.models.problems_model import SEVERITY_ROLE, Column
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import ICON_ROW, PADDING_LEFT, PADDING_RIGHT
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.rows import is_chosen, paint_row_ground

AnyIndex = QModelIndex | QPersistentModelIndex

SEVERITY_ICONS = {
    Severity.ERROR: (Icon.ERROR, "error"),
    Severity.WARNING: (Icon.WARNING, "warn"),
    Severity.INFO: (Icon.INFO, "info"),
}

ICON_COLUMN = PADDING_LEFT + ICON_ROW


class ProblemDelegate(QStyledItemDelegate):
    """Every cell paints its part of the ground, so that each can be painted anew by itself."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(60, current_density().problem_row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        column, chosen = Column(index.column()), is_chosen(option)
        area = QRectF(option.rect).adjusted(PADDING_RIGHT, 0, -PADDING_RIGHT, 0)
        painter.save()
        self._paint_ground(painter, option, index)
        if column is Column.SEVERITY:
            _paint_severity(painter, QRectF(option.rect), index.data(SEVERITY_ROLE))
        painter.setFont(font(Type.SMALL))
        painter.setPen(_ink(column, chosen))
        middle, right = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight
        text = painter.fontMetrics().elidedText(
            index.data(), middle if column is Column.PLACE else right, int(area.width())
        )
        is_link = column is Column.DEED
        side = Qt.AlignmentFlag.AlignRight if is_link else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        row = QRect(option.rect)
        row.setLeft(0)
        row.setRight(self._view.viewport().width() - 1)
        state = option.state & ~QStyle.StateFlag.State_HasFocus
        if self._view.hasFocus() and index.row() == self._view.currentIndex().row():
            state |= QStyle.StateFlag.State_HasFocus
        painter.save()
        painter.setClipRect(option.rect, Qt.ClipOperation.IntersectClip)
        paint_row_ground(painter, row, state)
        painter.restore()


def _paint_severity(painter: QPainter, area: QRectF, severity: Severity) -> None:
    glyph, token = SEVERITY_ICONS[severity]
    square = QRectF(area.left() + PADDING_LEFT, 0, ICON_ROW, ICON_ROW)
    square.moveCenter(QPointF(square.center().x(), area.center().y()))
    paint_icon(painter, square, glyph, current_theme().color(token))


def _ink(column: Column, chosen: bool) -> QColor:
    theme = current_theme()
    match column:
        case Column.SEVERITY | Column.PLACE | Column.FOUND:
            return theme.text
        case Column.EXPECTED:
            return theme.text2
        case Column.KIND:
            return theme.text2 if chosen else theme.text3
        case Column.DEED:
            return theme.accent

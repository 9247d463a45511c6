"""Paints a compared class as a row: tick, swatch, index, name, IoU as a bar, figures."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from maskstudio.core.labels import voc_color
from maskstudio.ui.models.class_figures_model import ROW_ROLE, ClassRow, Column
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import PADDING_LEFT, PADDING_RIGHT, SPACING, SWATCH
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.painting import rounded
from maskstudio.ui.widgets.rows import is_chosen, paint_row_ground
from maskstudio.ui.widgets.swatch import paint_swatch

AnyIndex = QModelIndex | QPersistentModelIndex

TICK = 14
INDEX_WIDTH = 24
BAR_HEIGHT = 5
_FIGURE_WIDTH = 44
_LEAST_BAR = 24
_IGNORED_OPACITY = 0.45


class ClassFiguresDelegate(QStyledItemDelegate):
    """The first column paints the ground of the whole row."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(60, current_density().row - 6)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: ClassRow = index.data(ROW_ROLE)
        column, chosen = Column(index.column()), is_chosen(option)
        painter.save()
        if column is Column.CLASS:
            whole = QRect(option.rect)
            whole.setLeft(0)
            whole.setRight(self._view.viewport().width() - 1)
            paint_row_ground(painter, whole, option.state)
            _draw_tick(painter, tick_rect(option.rect), is_on=not row.is_ignored)
        if row.is_ignored:
            painter.setOpacity(_IGNORED_OPACITY)
        if column is Column.CLASS:
            _paint_class(painter, option.rect, row, chosen)
        else:
            area = QRectF(option.rect).adjusted(0, 0, -PADDING_RIGHT, 0)
            _paint_figure(painter, area, index.data(), chosen, column)
            if column is Column.IOU and row.scores.iou is not None:
                _paint_bar(painter, area.adjusted(SPACING, 0, -_FIGURE_WIDTH, 0), row.scores.iou)
        painter.restore()


def tick_rect(cell: QRect) -> QRect:
    """Where the tick of a row lies."""
    top = cell.top() + (cell.height() - TICK) // 2
    return QRect(cell.left() + PADDING_LEFT, top, TICK, TICK)


def _draw_tick(painter: QPainter, rect: QRect, *, is_on: bool) -> None:
    """The box of a checkbox as the style sheet draws it, which reaches no delegate."""
    theme = current_theme()
    area = QRectF(rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(rounded(area, 3), theme.accent_fill if is_on else theme.line_strong)
    if not is_on:
        painter.fillPath(rounded(area.adjusted(1, 1, -1, -1), 2), theme.field)
    else:
        pen = painter.pen()
        pen.setColor(theme.on_accent)
        pen.setWidthF(1.6)
        painter.setPen(pen)
        left, top = area.left(), area.top()
        painter.drawPolyline(
            [
                QPointF(left + 3.5, top + 7),
                QPointF(left + 6, top + 9.5),
                QPointF(left + 10.5, top + 4.5),
            ]
        )
    painter.restore()


def _paint_class(painter: QPainter, cell: QRect, row: ClassRow, chosen: bool) -> None:
    theme = current_theme()
    left = tick_rect(cell).right() + 1 + SPACING
    square = QRectF(left, cell.top() + (cell.height() - SWATCH) / 2, SWATCH, SWATCH)
    color = row.label_class.color or voc_color(row.index)
    paint_swatch(painter, square, color, theme, hatched=not row.is_declared)
    painter.setFont(font(Type.SMALL))
    painter.setPen(theme.text2 if chosen else theme.text3)
    middle = Qt.AlignmentFlag.AlignVCenter
    number = QRectF(square.right(), cell.top(), INDEX_WIDTH, cell.height())
    if row.label_class.index < 65_536:
        painter.drawText(number, Qt.AlignmentFlag.AlignRight | middle, str(row.index))
    letters = font(Type.SMALL)
    letters.setWeight(QFont.Weight.DemiBold if chosen else QFont.Weight.Normal)
    painter.setFont(letters)
    painter.setPen(theme.text)
    name = QRectF(cell)
    name.setLeft(number.right() + SPACING)
    words = painter.fontMetrics().elidedText(
        row.label_class.name, Qt.TextElideMode.ElideRight, int(name.width())
    )
    painter.drawText(name, Qt.AlignmentFlag.AlignLeft | middle, words)


def _paint_figure(painter: QPainter, area: QRectF, text: str, chosen: bool, column: Column) -> None:
    theme = current_theme()
    painter.setFont(font(Type.SMALL))
    strong = theme.text if column is Column.IOU else theme.text2
    painter.setPen(theme.text if chosen else strong)
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def _paint_bar(painter: QPainter, area: QRectF, share: float) -> None:
    """The share in accent on the track."""
    if area.width() < _LEAST_BAR:
        return
    paint_share_bar(painter, area, share)


def paint_share_bar(painter: QPainter, area: QRectF, share: float) -> None:
    """A bar of 5 px in the middle of an area, filled from the left."""
    theme = current_theme()
    bar = QRectF(area.left(), area.center().y() - BAR_HEIGHT / 2, area.width(), BAR_HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(rounded(bar, BAR_HEIGHT / 2), theme.track)
    if share > 0:
        bar.setWidth(max(BAR_HEIGHT, bar.width() * share))
        painter.fillPath(rounded(bar, BAR_HEIGHT / 2), theme.accent)
    painter.restore()

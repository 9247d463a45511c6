"""Paints a state of the history as a row: label, sample, saved mark, size."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from maskstudio.ui.models.history_model import HistoryRole
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import ICON_ROW, PADDING_LEFT, PADDING_RIGHT
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.rows import is_chosen, paint_row_ground

AnyIndex = QModelIndex | QPersistentModelIndex

_GAP = 16
_ROOM_FOR_SIZE = 72
_ROOM_FOR_SAVED = 72
_SHARE_OF_LABEL = 0.4


class HistoryDelegate(QStyledItemDelegate):
    """Undone edits are faint."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(120, current_density().row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        theme, chosen = current_theme(), is_chosen(option)
        faint = theme.text2 if chosen else theme.text3
        area = QRectF(option.rect).adjusted(PADDING_LEFT, 0, -PADDING_RIGHT, 0)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        painter.save()
        paint_row_ground(painter, option.rect, option.state)
        painter.setFont(font(Type.SMALL))
        painter.setPen(faint)
        _write(painter, area, index.data(HistoryRole.SIZE), right)
        area.setRight(area.right() - _ROOM_FOR_SIZE)
        if index.data(HistoryRole.IS_SAVED):
            _paint_saved(painter, area)
        area.setRight(area.right() - _ROOM_FOR_SAVED - _GAP)
        split = area.left() + area.width() * _SHARE_OF_LABEL
        sample = QRectF(area)
        sample.setLeft(split)
        _write(painter, sample, index.data(HistoryRole.SAMPLE), left)
        painter.setPen(faint if index.data(HistoryRole.IS_UNDONE) else theme.text)
        area.setRight(split - _GAP)
        _write(painter, area, index.data(), left)
        painter.restore()


def _paint_saved(painter: QPainter, area: QRectF) -> None:
    """The word, with a tick before it, right-aligned in `text2`."""
    theme = current_theme()
    painter.save()
    painter.setPen(theme.text2)
    _write(painter, area, "Saved", Qt.AlignmentFlag.AlignRight)
    width = painter.fontMetrics().horizontalAdvance("Saved")
    square = QRectF(0, 0, ICON_ROW, ICON_ROW)
    square.moveCenter(QPointF(area.right() - width - 4 - ICON_ROW / 2, area.center().y()))
    paint_icon(painter, square, Icon.SAVED, theme.ok)
    painter.restore()


def _write(painter: QPainter, area: QRectF, text: str, side: Qt.AlignmentFlag) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, int(area.width()))
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)

"""Paints an object as one row: swatch, number, name of its class, pixels, eye."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from maskstudio.ui.figures import count_text
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import ICON_BAR, ICON_ROW, PADDING_LEFT, SPACING, SWATCH
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.rows import paint_row_ground
from maskstudio.ui.widgets.swatch import paint_swatch

from .objects_model import ObjectRole, ObjectRow

AnyIndex = QModelIndex | QPersistentModelIndex

HIDDEN_OPACITY = 0.45
_ZONE = 22
_AREA = 80


@dataclass(frozen=True)
class ObjectLayout:
    """Where the parts of a row lie."""

    swatch: QRectF
    number: QRectF
    name: QRectF
    area: QRectF
    eye: QRectF

    @classmethod
    def of(cls, rect: QRect, n_rows: int) -> ObjectLayout:
        """Lay a row out from both ends; the name gets the rest."""
        area = QRectF(rect)
        top, height = area.top(), area.height()
        digits = QFontMetricsF(font(Type.BODY)).horizontalAdvance(str(max(n_rows, 10)))
        swatch = QRectF(area.left() + PADDING_LEFT, area.center().y() - SWATCH / 2, SWATCH, SWATCH)
        number = QRectF(swatch.right() + SPACING, top, digits, height)
        eye = QRectF(area.right() - 6 - _ZONE, top, _ZONE, height)
        pixels = QRectF(eye.left() - 6 - _AREA, top, _AREA, height)
        left = number.right() + SPACING
        name = QRectF(left, top, max(0.0, pixels.left() - SPACING - left), height)
        return cls(swatch, number, name, pixels, eye)


class ObjectsDelegate(QStyledItemDelegate):
    """Rows of one height; the list itself answers clicks on the eye."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, current_density().row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: ObjectRow = index.data(ObjectRole.ROW)
        state = option.state & ~QStyle.StateFlag.State_Selected
        if row.is_active:
            state |= QStyle.StateFlag.State_Selected
        rect = option.rect
        layout = ObjectLayout.of(rect, index.model().rowCount())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_ground(painter, rect, state)
        painter.setOpacity(HIDDEN_OPACITY if row.is_hidden else 1.0)
        _paint_class(painter, layout, row)
        if row.fault:
            _paint_fault(painter, layout, row)
        else:
            _paint_area(painter, layout, row)
            hovered = bool(state & QStyle.StateFlag.State_MouseOver)
            theme = current_theme()
            eye = Icon.HIDDEN if row.is_hidden else Icon.SEEN
            color = theme.text if hovered else theme.text2
            paint_icon(painter, _square(layout.eye.center(), ICON_BAR), eye, color)
        painter.restore()


def _paint_class(painter: QPainter, layout: ObjectLayout, row: ObjectRow) -> None:
    theme = current_theme()
    paint_swatch(painter, layout.swatch, row.color, theme)
    painter.setFont(font(Type.BODY))
    painter.setPen(theme.text2 if row.is_active else theme.text3)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(layout.number, right, str(row.number))
    painter.setFont(font(Type.PANEL_TITLE if row.is_active else Type.BODY))
    painter.setPen(theme.text)
    _write(painter, layout.name, row.name, Qt.AlignmentFlag.AlignLeft)


def _paint_area(painter: QPainter, layout: ObjectLayout, row: ObjectRow) -> None:
    painter.setFont(font(Type.SMALL))
    painter.setPen(current_theme().text2)
    _write(painter, layout.area, f"{count_text(row.area)} px", Qt.AlignmentFlag.AlignRight)


def _paint_fault(painter: QPainter, layout: ObjectLayout, row: ObjectRow) -> None:
    """The sign and the beginning of the sentence; the tooltip has all of it."""
    theme = current_theme()
    words = QRectF(layout.name)
    name = painter.fontMetrics().horizontalAdvance(row.name)
    words.setLeft(min(layout.area.left(), layout.name.left() + name + 2 * SPACING))
    words.setRight(layout.area.right())
    square = _square(layout.eye.center(), ICON_ROW)
    paint_icon(painter, square, Icon.ERROR, theme.error)
    painter.setFont(font(Type.SMALL))
    painter.setPen(theme.text2 if row.is_active else theme.error)
    _write(painter, words, row.fault, Qt.AlignmentFlag.AlignRight)


def _square(center: QPointF, side: float) -> QRectF:
    square = QRectF(0, 0, side, side)
    square.moveCenter(center)
    return square


def _write(painter: QPainter, area: QRectF, text: str, side: Qt.AlignmentFlag) -> None:
    width = int(area.width())
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)

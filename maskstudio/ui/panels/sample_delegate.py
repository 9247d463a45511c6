"""Paints a sample as a row: thumbnail, name, and what is to be said of it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from maskstudio.ui.models.samples_model import STATE_ICONS, Role
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import ICON_BAR, ICON_ROW
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.thumbnails import Thumbnails
from maskstudio.ui.widgets.painting import ring, rounded
from maskstudio.ui.widgets.rows import is_chosen, paint_row_ground

AnyIndex = QModelIndex | QPersistentModelIndex

STRIP_ITEM = 188
"""Width of a sample in a strip; in a list it is as wide as the list."""

_LEFT, _RIGHT, _GAP = 10, 8, 10
_BADGE_STEP = ICON_ROW + 6
_BAR, _BAR_HEIGHT = 42, 3
_FIGURE = 28


class SampleDelegate(QStyledItemDelegate):
    """Thumbnails come ready; nothing is composed while painting."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(STRIP_ITEM, current_density().sample_row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: QRect = option.rect
        painter.save()
        paint_row_ground(painter, row, option.state)
        box = QRect(row.topLeft(), current_density().thumbnail)
        box.moveLeft(row.left() + _LEFT)
        box.moveTop(row.top() + (row.height() - box.height()) // 2)
        self._paint_thumbnail(painter, box, index.data())
        left = box.right() + 1 + _GAP
        words = QRectF(left, box.top(), row.right() + 1 - _RIGHT - left, box.height())
        half = words.height() / 2
        _paint_name(painter, words.adjusted(0, 0, 0, -half), index.data(), is_chosen(option))
        _paint_states(painter, words.adjusted(0, half, 0, 0), index, is_chosen(option))
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, box: QRect, name: str) -> None:
        theme = current_theme()
        thumbnail = self._thumbnails.get(name)
        is_broken = thumbnail is not None and thumbnail.is_broken
        painter.fillRect(box, theme.error_bg if is_broken else theme.canvas)
        if thumbnail is not None and thumbnail.image is not None:
            ratio = painter.device().devicePixelRatioF()
            size = thumbnail.image.size().toSizeF() / ratio
            place = QRectF(QPointF(), size)
            place.moveCenter(QRectF(box).center())
            place.moveTo(round(place.left() * ratio) / ratio, round(place.top() * ratio) / ratio)
            painter.drawImage(place, thumbnail.image)
        elif thumbnail is not None:
            square = QRectF(0, 0, ICON_BAR, ICON_BAR)
            square.moveCenter(QRectF(box).center())
            glyph = Icon.BROKEN_FILE if is_broken else Icon.NO_MASK
            paint_icon(painter, square, glyph, theme.error if is_broken else theme.text3)
        ring(painter, QRectF(box), theme.picture_edge, width=1, radius=0)


def _paint_name(painter: QPainter, area: QRectF, name: str, chosen: bool) -> None:
    letters = font(Type.SMALL)
    letters.setWeight(QFont.Weight.DemiBold if chosen else QFont.Weight.Normal)
    painter.setFont(letters)
    painter.setPen(current_theme().text)
    shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, int(area.width()))
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_states(painter: QPainter, area: QRectF, index: AnyIndex, chosen: bool) -> None:
    """Badges at the left; caption, and subsets where there are several, at the right."""
    theme = current_theme()
    square = QRectF(area.left(), 0, ICON_ROW, ICON_ROW)
    square.moveCenter(QPointF(square.center().x(), area.center().y()))
    icons = [STATE_ICONS[state] for state in index.data(Role.STATES)]
    for glyph, token in icons or [(Icon.UNCHECKED, "text2" if chosen else "text3")]:
        paint_icon(painter, square, glyph, theme.color(token))
        square.translate(_BADGE_STEP, 0)
    area.setLeft(square.left())
    painter.setFont(font(Type.CAPTION))
    area.setRight(_paint_figure(painter, area, index, chosen))
    painter.setPen(theme.text2 if chosen else theme.text3)
    elided = painter.fontMetrics().elidedText(
        index.data(Role.WORDS), Qt.TextElideMode.ElideRight, int(area.width())
    )
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, elided)


def _paint_figure(painter: QPainter, area: QRectF, index: AnyIndex, chosen: bool) -> float:
    """Figure at the right and its bar before it; returns where they begin."""
    theme, words = current_theme(), index.data(Role.FIGURE)
    if not words:
        return area.right()
    painter.setFont(font(Type.SMALL))
    painter.setPen(theme.text if chosen else theme.text2)
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
    left = area.right() - max(_FIGURE, painter.fontMetrics().horizontalAdvance(words)) - _GAP
    painter.setFont(font(Type.CAPTION))
    if left - _BAR < area.left() or not current_density().has_figure_bars:
        return left
    bar = QRectF(left - _BAR, area.center().y() - _BAR_HEIGHT / 2, _BAR, _BAR_HEIGHT)
    painter.fillPath(rounded(bar, _BAR_HEIGHT / 2), theme.track)
    bar.setWidth(max(_BAR_HEIGHT, _BAR * index.data(Role.SHARE)))
    painter.fillPath(rounded(bar, _BAR_HEIGHT / 2), theme.accent if chosen else theme.text2)
    return left - _BAR - _GAP

"""Paints a region of disagreement as a row: crop, true class, arrow, predicted class, pixels."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from maskstudio.core.labels import voc_color
from maskstudio.ui.compared_pair import ComparedPair
from maskstudio.ui.figures import count_text
from maskstudio.ui.models.regions_model import DECISION_ROLE, REGION_ROLE
from maskstudio.ui.region_crops import RegionCrops
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import ICON_ROW, PADDING_LEFT, PADDING_RIGHT, SPACING, SWATCH
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.painting import ring
from maskstudio.ui.widgets.rows import is_chosen, paint_row_ground
from maskstudio.ui.widgets.swatch import paint_swatch
from maskstudio.workflows.disagreement import Decision, Region

AnyIndex = QModelIndex | QPersistentModelIndex

_MARGIN = 5
_ARROW = 14
_DONE_OPACITY = 0.55
_SIGNS = {
    Decision.ACCEPTED: (Icon.CHECKED, "ok"),
    Decision.KEPT: (Icon.CHECKED, "ok"),
    Decision.LATER: (Icon.FLAGGED, "warn"),
}


def crop_size() -> QSize:
    """Size of the crop of a row, in logical pixels."""
    height = current_density().disagreement_row - 2 * _MARGIN
    return QSize(round(height * 1.3), height)


class RegionDelegate(QStyledItemDelegate):
    """Crops come ready; nothing is composed while painting."""

    def __init__(self, crops: RegionCrops, compared: ComparedPair, parent: QWidget) -> None:
        super().__init__(parent)
        self._crops = crops
        self._compared = compared

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(120, current_density().disagreement_row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        region: Region = index.data(REGION_ROLE)
        decision: Decision | None = index.data(DECISION_ROLE)
        if self._compared.keys is None:
            return
        painter.save()
        paint_row_ground(painter, option.rect, option.state)
        is_done = decision in (Decision.ACCEPTED, Decision.KEPT)
        painter.setOpacity(_DONE_OPACITY if is_done else 1.0)
        box = QRect(option.rect.topLeft(), crop_size())
        box.translate(PADDING_LEFT, _MARGIN)
        self._paint_crop(painter, box, region)
        words = QRectF(option.rect)
        words.setLeft(box.right() + 1 + SPACING)
        words.setRight(words.right() - PADDING_RIGHT)
        words.setRight(_paint_area(painter, words, region, is_chosen(option)) - SPACING)
        painter.setOpacity(1.0)
        if decision is not None:
            words.setRight(_paint_sign(painter, words, decision) - SPACING)
        painter.setOpacity(_DONE_OPACITY if is_done else 1.0)
        self._paint_classes(painter, words, region)
        painter.restore()

    def _paint_crop(self, painter: QPainter, box: QRect, region: Region) -> None:
        theme = current_theme()
        painter.fillRect(box, theme.canvas)
        crop = self._crops.get(region)
        if crop is not None:
            size = crop.size().toSizeF() / painter.device().devicePixelRatioF()
            place = QRectF(QPointF(), size)
            place.moveCenter(QRectF(box).center())
            painter.drawImage(place, crop)
        ring(painter, QRectF(box), theme.picture_edge, width=1, radius=0)

    def _paint_classes(self, painter: QPainter, area: QRectF, region: Region) -> None:
        """Both classes; each gets half of the room at most, the rest goes to the other."""
        painter.setFont(font(Type.SMALL))
        names = [self._compared.class_of(i).name for i in (region.ground_truth, region.prediction)]
        metrics = painter.fontMetrics()
        fixed = 2 * (SWATCH + SPACING) + _ARROW + 2 * SPACING
        room = max(0.0, area.width() - fixed)
        wide = [float(metrics.horizontalAdvance(name)) + 2 for name in names]
        first = min(wide[0], max(room / 2, room - wide[1]))
        left = self._paint_class(painter, area, region.ground_truth, first)
        arrow = QRectF(left + SPACING, area.center().y() - _ARROW / 2, _ARROW, _ARROW)
        paint_icon(painter, arrow, Icon.ARROW, current_theme().text3)
        area = area.adjusted(arrow.right() + SPACING - area.left(), 0, 0, 0)
        self._paint_class(painter, area, region.prediction, max(0.0, room - first))

    def _paint_class(self, painter: QPainter, area: QRectF, index: int, room: float) -> float:
        theme, found = current_theme(), self._compared.class_of(index)
        top = area.center().y() - SWATCH / 2
        square = QRectF(area.left(), top, SWATCH, SWATCH)
        color = found.color or voc_color(index)
        paint_swatch(painter, square, color, theme, hatched=not self._compared.is_declared(index))
        name = QRectF(square.right() + SPACING, area.top(), room, area.height())
        painter.setPen(theme.text)
        words = painter.fontMetrics().elidedText(found.name, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        return name.right()


def _paint_area(painter: QPainter, area: QRectF, region: Region, chosen: bool) -> float:
    """Pixels at the right; returns where they begin."""
    theme = current_theme()
    painter.setFont(font(Type.SMALL))
    painter.setPen(theme.text if chosen else theme.text2)
    words = f"{count_text(region.area)} px"
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
    return area.right() - painter.fontMetrics().horizontalAdvance(words)


def _paint_sign(painter: QPainter, area: QRectF, decision: Decision) -> float:
    """Tick or flag at the right; returns where it begins."""
    glyph, token = _SIGNS[decision]
    left, top = area.right() - ICON_ROW, area.center().y() - ICON_ROW / 2
    square = QRectF(left, top, ICON_ROW, ICON_ROW)
    paint_icon(painter, square, glyph, current_theme().color(token))
    return left

"""The class under the pointer in each layer: key, swatch, index, name."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from maskstudio.core.geometry import Point, Size
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskLayer
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import PADDING_LEFT
from maskstudio.ui.widgets.swatch import paint_swatch
from maskstudio.ui.workbench import Workbench

_MOST_LAYERS = 2
_SWATCH = 12
_GAP = 6
_LONGEST_NAME = 120
_HEIGHT = 20


@dataclass(frozen=True)
class _Slot:
    """Room for one layer: its key, and the widest class it can show."""

    key: str
    key_width: int
    class_width: int

    @property
    def width(self) -> int:
        return self.key_width + _GAP + _SWATCH + _GAP + self.class_width


class ClassReadout(QWidget):
    """The two topmost visible layers, from bottom to top; all of them in the tooltip.

    Each layer keeps the room its widest class needs, so nothing moves with the pointer.
    """

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_readout")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # It changes with every move: what lies behind it is not to be painted each time.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._workbench = workbench
        self._slots: list[_Slot] = []
        self._point: Point | None = None
        for signal in (
            workbench.document_changed,
            workbench.opened_changed,
            workbench.choices.looks_changed,
            workbench.bridge.label_map_changed,
        ):
            signal.connect(self._measure)
        workbench.bridge.history_changed.connect(self.update)

    def show_point(self, point: Point | None) -> None:
        """Show the classes at a place of the picture, or none."""
        self._point = point
        self.update()

    def words(self) -> str:
        """What is under the pointer in every layer, one line each."""
        document = self._workbench.document
        if document is None:
            return ""
        return "\n".join(self._words_of(layer) for layer in reversed(document.layers))

    def sizeHint(self) -> QSize:
        gaps = max(0, len(self._slots) - 1) * PADDING_LEFT
        return QSize(sum(slot.width for slot in self._slots) + gaps, _HEIGHT)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip:
            self.setToolTip(self.words())
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current_theme().window)
        left = 0.0
        for slot in self._slots:
            area = QRectF(left, 0, slot.width, self.height())
            self._paint_slot(painter, area, slot)
            left = area.right() + PADDING_LEFT

    def _paint_slot(self, painter: QPainter, area: QRectF, slot: _Slot) -> None:
        theme = current_theme()
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.text2)
        painter.drawText(area, middle, slot.key)
        index = self._index(slot.key)
        if index is None:
            return
        label_map = self._label_map(slot.key)
        square = QRectF(area.left() + slot.key_width + _GAP, 0, _SWATCH, _SWATCH)
        square.moveTop((self.height() - _SWATCH) / 2)
        hatched = label_map.is_undecided(index)
        paint_swatch(painter, square, label_map.color_of(index), theme, hatched=hatched)
        words = area.adjusted(square.right() + _GAP - area.left(), 0, 0, 0)
        painter.setPen(theme.text)
        shown = self.fontMetrics().elidedText(
            _class_words(label_map, index), Qt.TextElideMode.ElideRight, math.ceil(words.width())
        )
        painter.drawText(words, middle, shown)

    def _measure(self) -> None:
        """Choose the layers and give each the room it needs."""
        document = self._workbench.document
        keys: list[str] = []
        if document is not None:
            look = self._workbench.choices.look
            keys = [layer.key for layer in document.layers if look(layer.key).is_visible]
        self._slots = [self._slot(key) for key in keys[-_MOST_LAYERS:]]
        self.updateGeometry()
        self.update()

    def _slot(self, key: str) -> _Slot:
        metrics = self.fontMetrics()
        label_map = self._label_map(key)
        widths = [
            metrics.horizontalAdvance(_class_words(label_map, index))
            for index in label_map.by_index
        ]
        longest = min(max(widths, default=0), _LONGEST_NAME)
        return _Slot(key, metrics.horizontalAdvance(key), longest + 2)

    def _label_map(self, key: str) -> LabelMap:
        dataset = self._workbench.dataset
        return LabelMap() if dataset is None else dataset.label_maps.get(key, LabelMap())

    def _words_of(self, layer: MaskLayer) -> str:
        index = self._index(layer.key)
        words = "–" if index is None else _class_words(self._label_map(layer.key), index)
        return f"{layer.key}  {words}"

    def _index(self, key: str) -> int | None:
        document = self._workbench.document
        if document is None or self._point is None:
            return None
        return index_under(document.layer(key), document.size, self._point)


def index_under(layer: MaskLayer, canvas: Size, point: Point) -> int | None:
    """Class index of a layer at a place of the picture, over which the layer is stretched."""
    x = math.floor(point.x * layer.size.width / canvas.width)
    y = math.floor(point.y * layer.size.height / canvas.height)
    return layer.index_at(x, y)


def _class_words(label_map: LabelMap, index: int) -> str:
    return f"{index} {label_map.name_of(index)}"

"""How objects are seen on the picture: without the hidden ones, the chosen one with an outline."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal

from maskstudio.core.arrays import IndexMask, read_only
from maskstudio.core.geometry import Rect
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import MaskLayer
from maskstudio.core.object_layer import ObjectLayer
from maskstudio.core.objects import flatten
from maskstudio.render.compose import ShownLayer
from maskstudio.render.palette import Look, Palette, Style
from maskstudio.render.pyramid import Pyramid

from .object_choice import ObjectChoice

MakePyramid = Callable[[IndexMask], Pyramid]
Refresh = Callable[[Pyramid, Rect], None]

_OUTLINE = Look(is_visible=True, opacity=1.0, style=Style.OUTLINE)
_WHITE = Palette(
    LabelMap((LabelClass(0, "", (0, 0, 0)), LabelClass(1, "", (255, 255, 255))), background=0)
)


class ObjectView(QObject):
    """Keeps masks of its own where what is seen is not what the layer holds.

    Signals:
        changed(): other objects are seen, or another one is outlined.
    """

    changed = Signal()

    def __init__(
        self, choice: ObjectChoice, make: MakePyramid, refresh: Refresh, parent: QObject
    ) -> None:
        """Follow the choice of objects.

        Args:
            make: makes a pyramid of a mask.
            refresh: brings a rectangle of a pyramid up to date.
        """
        super().__init__(parent)
        self._choice = choice
        self._make, self._refresh = make, refresh
        self._masks: dict[str, tuple[IndexMask, Pyramid]] = {}
        self._outlined: tuple[str, IndexMask, Pyramid] | None = None
        choice.changed.connect(self.forget)

    def forget(self) -> None:
        """Make everything anew when it is asked for."""
        self._masks.clear()
        self._outlined = None
        self.changed.emit()

    def mask(self, layer: MaskLayer) -> Pyramid | None:
        """What is seen of an object layer; None where that is the layer itself."""
        if not isinstance(layer, ObjectLayer):
            return None
        if layer.key not in self._masks:
            seen = self._choice.seen(layer)
            if seen is None:
                return None
            pixels = flatten(seen, layer.size, layer.background)
            self._masks[layer.key] = (pixels, self._make(read_only(pixels)))
        return self._masks[layer.key][1]

    def outline(self) -> ShownLayer | None:
        """The chosen object as a layer of its own that is drawn over the others."""
        layer, active = self._choice.layer, self._choice.active
        if layer is None or active is None or not self._choice.is_seen(active.uid):
            return None
        if self._outlined is None:
            pixels = np.zeros(layer.pixels.shape, np.uint8)
            _put(pixels, layer, active.uid, active.rect)
            self._outlined = (active.uid, pixels, self._make(read_only(pixels)))
        return ShownLayer(self._outlined[2], _WHITE, _OUTLINE)

    def follow(self, layer: MaskLayer, rect: Rect) -> None:
        """Take over a change of a layer."""
        if not isinstance(layer, ObjectLayer):
            return
        if layer.key in self._masks:
            self._follow_seen(layer, rect)
        if layer is self._choice.layer and self._outlined is not None:
            uid, pixels, pyramid = self._outlined
            _put(pixels, layer, uid, rect)
            self._refresh(pyramid, rect)
        elif layer is self._choice.layer and self._choice.active is not None:
            self.changed.emit()  # the first stroke of a new object, or one that came back

    def _follow_seen(self, layer: ObjectLayer, rect: Rect) -> None:
        pixels, pyramid = self._masks[layer.key]
        seen = self._choice.seen(layer)
        part = flatten(layer.objects if seen is None else seen, layer.size, layer.background, rect)
        if part.dtype.itemsize > pixels.dtype.itemsize:
            self.forget()
            return
        pixels[rect.slices] = part
        self._refresh(pyramid, rect)


def _put(pixels: IndexMask, layer: ObjectLayer, uid: str, rect: Rect) -> None:
    """Mark where an object lies in a rectangle; nowhere where it is gone."""
    found = layer.find(uid)
    pixels[rect.slices] = 0 if found is None else found.within(rect)

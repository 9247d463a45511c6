"""Pick class: makes the class, or the object, under the pointer the current one."""

from __future__ import annotations

import math

from maskstudio.core.geometry import Point
from maskstudio.core.layer import MaskLayer

from .base import PickFrom, Pointer, Tool


class PickClass(Tool):
    """A click picks; the chosen tool stays what it is."""

    id = "pick_class"
    label = "Pick class"
    icon = "eyedropper"
    key = "I"
    hint = "Click to make the class under the pointer the current one"
    object_hint = "Click to choose an object · again for the one below it"

    def press(self, pointer: Pointer) -> None:
        """Pick the class that can be seen there; an undeclared one cannot be painted with.

        On an object layer that is the object, and its class with it.
        """
        layer = self._layer_at(pointer.point)
        if layer is not None and self.host.choose_object(pointer.point, layer.key):
            return
        index = None if layer is None else _index_at(layer, pointer.point)
        if layer is None or index is None:
            return
        if self.host.label_map_of(layer.key).is_declared(index):
            self.host.choose_class(index, layer.key)

    def _layer_at(self, point: Point) -> MaskLayer | None:
        """The top layer that is not transparent there, else the top one; or the active one."""
        if self.host.options.pick_from is PickFrom.ACTIVE:
            return self.host.layer
        layers = [each for each in self.host.visible_layers if _index_at(each, point) is not None]
        seen = (each for each in layers if not self._is_transparent(each, point))
        return next(seen, layers[0] if layers else None)

    def _is_transparent(self, layer: MaskLayer, point: Point) -> bool:
        return _index_at(layer, point) == self.host.label_map_of(layer.key).background


def _index_at(layer: MaskLayer, point: Point) -> int | None:
    return layer.index_at(math.floor(point.x), math.floor(point.y))

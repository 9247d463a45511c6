"""The door for pixels on object layers: a stroke changes one object, other writing any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .arrays import BinaryMask, IndexMask, InstanceMask, read_only
from .edits import Edit, Target
from .geometry import Rect, bounding_rect
from .object_edits import ObjectEdit
from .object_layer import ObjectLayer
from .object_repaint import repainted
from .objects import MaskObject
from .tiles import Tile, TileDelta
from .transaction import PaintRule, Transaction

if TYPE_CHECKING:
    from .dataset import Dataset


class _OfObjects(Transaction):
    """What both have in common: they end in an edit of objects, and know no instances."""

    def __init__(
        self, dataset: Dataset, target: Target, layer: ObjectLayer, *, label: str, rule: PaintRule
    ) -> None:
        super().__init__(dataset, target, layer, label=label, rule=rule)
        self._of = layer
        self._objects_before = layer.objects

    def write_instances(self, rect: Rect, ids: InstanceMask, where: BinaryMask) -> Rect | None:
        """Objects take the place of instances, so nothing is written."""
        return None

    def rollback(self) -> None:
        """End it; every object is the one it was."""
        self._of.restore(self._objects_before)
        super().rollback()

    def _edit_to(self, after: tuple[MaskObject, ...]) -> Edit:
        self._of.hold(after)
        return ObjectEdit(self.label, self._target, before=self._objects_before, after=after)


class ObjectTransaction(_OfObjects):
    """Changes of one object: what is painted in its class is added to it, what is painted as
    background leaves it, and any other class passes it by. No other object changes.

    The paint rule speaks of the class mask, as the screen shows it.
    """

    def __init__(
        self,
        dataset: Dataset,
        target: Target,
        layer: ObjectLayer,
        *,
        label: str,
        rule: PaintRule,
        on: MaskObject,
    ) -> None:
        """Begin.

        Args:
            on: an object of the layer, or a new one, which is laid over all others.
        """
        super().__init__(dataset, target, layer, label=label, rule=rule)
        assert on.fault is None, "the object cannot be read"
        assert on.index != layer.background, "what is added to it and what leaves it look alike"
        self._start = on
        self._is_new = layer.find(on.uid) is None
        self._bitmap = on.drawn(layer.size)
        self._changed = Rect(0, 0, 0, 0)
        live = replace(on, rect=layer.rect, pixels=read_only(self._bitmap))
        layer.hold(self._with(live))

    def _with(self, found: MaskObject) -> tuple[MaskObject, ...]:
        """The objects with one in the place of that which is painted."""
        others = (found if o.uid == found.uid else o for o in self._objects_before)
        return (*others, found) if self._is_new else tuple(others)

    def _change(self, rect: Rect, shape: BinaryMask, values: IndexMask | int) -> Rect | None:
        assert shape.shape == (rect.height, rect.width)
        inside, crop = self._clip(rect)
        if inside.is_empty:
            return None
        if isinstance(values, np.ndarray):
            values = values[crop]
        held = self._bitmap[inside.slices]
        gains, loses = values == self._start.index, values == self._of.background
        changed = shape[crop] & np.where(held, loses, gains)
        if self._allowed is not None:
            changed &= self._allowed[self._of.pixels[inside.slices]]
        box = bounding_rect(changed).moved(inside.x0, inside.y0)
        if box.is_empty:
            return None
        self._keep(box)
        held ^= changed
        self._changed |= box
        self._of.flatten(box)
        return self._note(box)

    def _edit(self, deltas: Mapping[Tile, TileDelta]) -> Edit | None:
        box = self._changed
        if np.array_equal(self._start.within(box), self._bitmap[box.slices]):
            self._of.restore(self._objects_before)
            return None
        whole = self._start.rect | box
        after = self._start.with_pixels(whole, self._bitmap[whole.slices])
        return self._edit_to(self._with(after))


class RepaintTransaction(_OfObjects):
    """Changes of the class mask itself, by whoever knows no object: see `repainted`."""

    def _edit(self, deltas: Mapping[Tile, TileDelta]) -> Edit | None:
        if not deltas:
            return None
        before = self._of.pixels.copy()
        for tile in deltas:
            before[self._of.tile(tile).slices] = self._kept[tile].pixels
        objects = self._objects_before
        return self._edit_to(repainted(objects, before, self._of.pixels, self._of.background))

"""Reversible changes of objects: painted, added, deleted, moved, of another class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from .edits import Edit, Target
from .events import EditCommitted, PixelsChanged
from .object_layer import ObjectLayer, changed_rect
from .objects import MaskObject, PackedObject
from .tiles import read_tile

if TYPE_CHECKING:
    from .dataset import Dataset

T = TypeVar("T")
Sides = tuple[T, T]
"""Of the state before and the state after."""


class ObjectEdit(Edit):
    """Other objects in an object layer.

    It keeps the order of both lists, and of their objects those alone that the other list does not
    have: packed bits in their own rectangle are few, and one kind of edit serves all changes.
    """

    def __init__(
        self,
        label: str,
        target: Target,
        *,
        before: Sequence[MaskObject],
        after: Sequence[MaskObject],
    ) -> None:
        """Take both lists; what is the same object in both is not kept.

        Attributes:
            orders: uids of all objects, before and after.
            packed: by uid the objects of each side that the other does not have.
        """
        self.label = label
        self.target = target
        self.targets = frozenset({target})
        self.orders: Sides[list[str]] = [o.uid for o in before], [o.uid for o in after]
        kept = {id(found) for found in before} & {id(found) for found in after}
        self.packed: Sides[dict[str, PackedObject]] = (
            {found.uid: found.packed for found in before if id(found) not in kept},
            {found.uid: found.packed for found in after if id(found) not in kept},
        )

    @classmethod
    def of_packed(
        cls,
        label: str,
        target: Target,
        orders: Sides[list[str]],
        packed: Sides[dict[str, PackedObject]],
    ) -> ObjectEdit:
        """The edit that held these uids, and these objects, before and after."""
        edit = cls(label, target, before=(), after=())
        edit.orders, edit.packed = orders, packed
        return edit

    @property
    def size_bytes(self) -> int:
        """Memory of the packed objects and of both orders."""
        packed = sum(each.size_bytes for side in self.packed for each in side.values())
        return 500 + packed + 8 * sum(map(len, self.orders))

    def fits(self, dataset: Dataset) -> bool:
        """Whether the layer holds the objects of one of its two sides, and can be edited."""
        layer = dataset.document(self.target.sample).layer(self.target.key)
        if not isinstance(layer, ObjectLayer) or layer.is_locked:
            return False
        here = {found.uid for found in layer.objects}
        rects = [packed.rect for side in self.packed for packed in side.values()]
        inside = all(rect & layer.rect == rect for rect in rects if not rect.is_empty)
        return inside and any(here == set(order) for order in self.orders)

    def undo(self, dataset: Dataset) -> None:
        """Bring back the objects from before; the sample must be open."""
        self._put(dataset, 0)

    def redo(self, dataset: Dataset) -> None:
        """Bring back the objects from after; the sample must be open."""
        self._put(dataset, 1)

    def _put(self, dataset: Dataset, side: int) -> None:
        layer = dataset.document(self.target.sample).layer(self.target.key)
        assert isinstance(layer, ObjectLayer)
        known = {found.uid: found for found in layer.objects}
        known |= {uid: packed.unpack() for uid, packed in self.packed[side].items()}
        objects = tuple(known[uid] for uid in self.orders[side])
        rect = changed_rect(layer.objects, objects) & layer.rect
        before = {tile: read_tile(layer, tile) for tile in rect.tiles()}
        layer.replace_objects(objects)
        dataset.announce(PixelsChanged(*self.target, rect))
        changed = {
            tile: raw
            for tile, raw in before.items()
            if not np.array_equal(raw.pixels, layer.pixels[layer.tile(tile).slices])
        }
        dataset.announce(EditCommitted(self, changed))


def without_objects(objects: Iterable[MaskObject], uids: Iterable[str]) -> tuple[MaskObject, ...]:
    """The objects but for some."""
    gone = set(uids)
    return tuple(found for found in objects if found.uid not in gone)


def with_class(objects: Iterable[MaskObject], uid: str, index: int) -> tuple[MaskObject, ...]:
    """The objects, one of them of another class."""
    return tuple(
        replace(found, index=index) if found.uid == uid and found.index != index else found
        for found in objects
    )


def moved(objects: Iterable[MaskObject], uid: str, step: int) -> tuple[MaskObject, ...]:
    """The objects with one of them so many places higher, or lower; the ends do not wrap."""
    found = list(objects)
    place = next(i for i, each in enumerate(found) if each.uid == uid)
    wanted = min(max(place + step, 0), len(found) - 1)
    found.insert(wanted, found.pop(place))
    return tuple(found)

"""Object layers: ordered objects that may overlap, and the class mask they are flattened to."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .geometry import Rect, Size, bounding_rect
from .layer import MaskData, MaskLayer
from .objects import MaskObject, flatten


class ObjectLayer(MaskLayer):
    """A layer whose `pixels` are flattened from its objects; later objects cover earlier ones.

    Who reads class indices needs to know nothing of objects. Objects are never changed: a
    transaction and edits put others in their place by `hold` and `replace_objects`.
    """

    def __init__(
        self,
        key: str,
        data: MaskData,
        background: int,
        *,
        is_locked: bool = False,
        is_new: bool = False,
    ) -> None:
        """Take over decoded data.

        Args:
            background: the index where no object is.
        """
        super().__init__(key, data, is_locked=is_locked, is_new=is_new)
        self.background = background
        self._objects = tuple(data.objects or ())
        self._in_file = self._objects
        self._rects = _rects_of(self._objects)

    @property
    def objects(self) -> tuple[MaskObject, ...]:
        """All objects, lowest first; those with a fault, too."""
        return self._objects

    @property
    def is_changed(self) -> bool:
        """Whether its file lacks changes of objects."""
        return self._objects is not self._in_file

    def find(self, uid: str) -> MaskObject | None:
        """The object of a uid, or None."""
        return next((found for found in self._objects if found.uid == uid), None)

    def objects_at(self, x: int, y: int) -> list[MaskObject]:
        """The objects that a pixel belongs to, topmost first."""
        return [
            found
            for found in reversed(self._touching(Rect(x, y, x + 1, y + 1)))
            if found.holds(x, y)
        ]

    def copy_data(self) -> MaskData:
        """The mask and its objects as they are now."""
        return MaskData(self.pixels.copy(), objects=self._objects)

    def hold(self, objects: Iterable[MaskObject]) -> None:
        """Have other objects; pixels stay until they are flattened. For transactions alone."""
        self._objects = tuple(objects)
        self._rects = _rects_of(self._objects)

    def restore(self, objects: tuple[MaskObject, ...]) -> None:
        """Have the very objects of before, with pixels to match. For transactions alone."""
        self.hold(objects)
        self._objects = objects

    def flatten(self, rect: Rect) -> None:
        """Make the pixels of a rectangle inside the layer anew. For edits alone."""
        touching = self._touching(rect)
        highest = max([self.background, *(found.index for found in touching)])
        part = self.writable_pixels(highest)[rect.slices]
        part[:] = flatten(touching, self.size, self.background, rect)

    def replace_objects(self, objects: Iterable[MaskObject]) -> Rect:
        """Have other objects and flatten what that changes; returns that rectangle. For edits."""
        before, after = self._objects, tuple(objects)
        rect = changed_rect(before, after) & self.rect
        self.hold(after)
        if not rect.is_empty:
            self.flatten(rect)
        self.note_change(rect)
        return rect

    def show_background(self, index: int) -> None:
        """Let pixels without an object hold another index. For edits of the label map alone."""
        self.background = index
        self.flatten(self.rect)
        self.revision += 1

    def note_saved(self) -> None:
        """Count its objects as those of the file."""
        self._in_file = self._objects

    def _touching(self, rect: Rect) -> list[MaskObject]:
        """The objects whose rectangle meets another, lowest first."""
        x0, y0, x1, y1 = self._rects
        met = (x0 < rect.x1) & (rect.x0 < x1) & (y0 < rect.y1) & (rect.y0 < y1)
        return [self._objects[i] for i in np.flatnonzero(met).tolist()]


def new_object_layer(key: str, size: Size, background: int) -> ObjectLayer:
    """A layer without objects that no file holds yet."""
    pixels = flatten((), size, background)
    return ObjectLayer(key, MaskData(pixels, objects=()), background, is_new=True)


def changed_rect(before: tuple[MaskObject, ...], after: tuple[MaskObject, ...]) -> Rect:
    """Where two lists of objects may flatten to other pixels."""
    n_same = 0
    while n_same < min(len(before), len(after)) and before[n_same] is after[n_same]:
        n_same += 1
    rest, others = list(before[n_same:]), list(after[n_same:])
    while rest and others and rest[-1] is others[-1]:
        rest.pop()
        others.pop()
    if len(rest) == len(others) == 1:
        return _difference(rest[0], others[0])
    rect = Rect(0, 0, 0, 0)
    for found in (*rest, *others):
        rect |= found.rect
    return rect


def _difference(one: MaskObject, other: MaskObject) -> Rect:
    """Where an object differs from the one in its place."""
    rect = one.rect | other.rect
    if one.index != other.index or rect.is_empty:
        return rect
    same_place = one.rect == other.rect
    pixels = (one.pixels, other.pixels) if same_place else (one.within(rect), other.within(rect))
    return bounding_rect(pixels[0] ^ pixels[1]).moved(rect.x0, rect.y0)


def _rects_of(objects: tuple[MaskObject, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """(4, n) edges x0, y0, x1, y1 of objects."""
    edges = [(o.rect.x0, o.rect.y0, o.rect.x1, o.rect.y1) for o in objects]
    return np.array(edges, np.int64).reshape(-1, 4).T

"""Objects that may overlap: each has its own pixels; a class mask is made of them on demand."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from maskstudio.errors import Problem

from .arrays import BinaryMask, IndexMask
from .geometry import Rect, Size, bounding_rect


@dataclass(frozen=True, eq=False)
class MaskObject:
    """One object of an object layer; immutable, an edit puts another in its place.

    Args:
        uid: names it within its sample and never changes.
        index: index of its class in the layer's label map.
        rect: where its pixels lie in the image; empty for an object without pixels.
        pixels: (h, w) of `rect`, true where the object is; read-only.
        foreign: what its file says beside, by name and in its order; goes back as it came.
        fault: why its pixels could not be read, or None; such an object is empty and not edited.
    """

    uid: str
    index: int
    rect: Rect
    pixels: BinaryMask
    foreign: Mapping[str, object] = field(default_factory=dict)
    fault: Problem | None = None

    @cached_property
    def area(self) -> int:
        """Number of its pixels."""
        return int(np.count_nonzero(self.pixels))

    @cached_property
    def packed(self) -> PackedObject:
        """The same in few bytes."""
        bits = zlib.compress(np.packbits(self.pixels).tobytes(), 1)
        return PackedObject(self.uid, self.index, self.rect, bits, self.foreign, self.fault)

    def holds(self, x: int, y: int) -> bool:
        """Whether a pixel of the image is one of its own."""
        column, row = x - self.rect.x0, y - self.rect.y0
        inside = 0 <= column < self.rect.width and 0 <= row < self.rect.height
        return inside and bool(self.pixels[row, column])

    def within(self, rect: Rect) -> BinaryMask:
        """(H, W) of a rectangle, true where the object is; a copy."""
        found = np.zeros((rect.height, rect.width), np.bool_)
        part = self.rect & rect
        if not part.is_empty:
            own = self.pixels[part.moved(-self.rect.x0, -self.rect.y0).slices]
            found[part.moved(-rect.x0, -rect.y0).slices] = own
        return found

    def with_pixels(self, rect: Rect, mask: BinaryMask) -> MaskObject:
        """The same object with the true pixels of an (H, W) array of a rectangle, and no others."""
        inner, pixels = cropped(mask)
        return replace(self, rect=inner.moved(rect.x0, rect.y0), pixels=pixels)

    def has_same_pixels(self, other: MaskObject) -> bool:
        """Whether both cover the same pixels of the image, however large their rectangles are."""
        mine, others = bounding_rect(self.pixels), bounding_rect(other.pixels)
        if mine.is_empty or others.is_empty:
            return mine.is_empty and others.is_empty
        places = mine.moved(self.rect.x0, self.rect.y0), others.moved(other.rect.x0, other.rect.y0)
        same = np.array_equal(self.pixels[mine.slices], other.pixels[others.slices])
        return same and places[0] == places[1]

    def drawn(self, size: Size) -> BinaryMask:
        """(H, W) of the whole image, true where the object is."""
        return self.within(Rect.of_size(size))


@dataclass(frozen=True)
class PackedObject:
    """An object whose pixels are put aside; equal to another of the same content."""

    uid: str
    index: int
    rect: Rect
    bits: bytes
    foreign: Mapping[str, object]
    fault: Problem | None

    @property
    def size_bytes(self) -> int:
        """Bytes held, with what the parts around the pixels cost."""
        return 300 + len(self.bits)

    def unpack(self) -> MaskObject:
        """The object as it was packed."""
        height, width = self.rect.height, self.rect.width
        bits = np.frombuffer(zlib.decompress(self.bits), np.uint8)
        pixels = np.unpackbits(bits, count=height * width).view(np.bool_).reshape(height, width)
        pixels.flags.writeable = False
        return MaskObject(self.uid, self.index, self.rect, pixels, self.foreign, self.fault)


def new_object(uid: str, index: int) -> MaskObject:
    """An object without pixels."""
    return MaskObject(uid, index, *cropped(np.zeros((1, 1), np.bool_)))


def cropped(mask: BinaryMask) -> tuple[Rect, BinaryMask]:
    """Where the true pixels of an (H, W) array lie, and a copy of that part, read-only."""
    rect = bounding_rect(mask)
    pixels = mask[rect.slices].copy()
    pixels.flags.writeable = False
    return rect, pixels


def flatten(
    objects: Iterable[MaskObject], size: Size, background: int, rect: Rect | None = None
) -> IndexMask:
    """Class mask of objects laid over each other in list order: later ones cover earlier ones.

    Args:
        size: of the image.
        background: the index where no object is.
        rect: the part that is asked for; all of the image by default.

    Returns:
        (H, W) of `rect`, uint8 or, where an index needs it, uint16.
    """
    objects = tuple(objects)
    rect = rect or Rect.of_size(size)
    highest = max([background, *(o.index for o in objects)])
    dtype = np.uint8 if highest < 256 else np.uint16
    mask = np.full((rect.height, rect.width), background, dtype)
    for found in objects:
        part = found.rect & rect
        if part.is_empty:
            continue
        pixels = found.pixels[part.moved(-found.rect.x0, -found.rect.y0).slices]
        mask[part.moved(-rect.x0, -rect.y0).slices][pixels] = found.index
    return mask


def covered_pixels(objects: Iterable[MaskObject], size: Size) -> int:
    """How many pixels a class mask of these objects loses: each time one lies under another."""
    objects = tuple(objects)
    seen = np.zeros((size.height, size.width), np.bool_)
    lost = 0
    for found in objects:
        part = seen[found.rect.slices]
        lost += int(np.count_nonzero(part & found.pixels))
        part |= found.pixels
    return lost

"""Mask layers: what is read from a file, and the same opened for editing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from maskstudio.errors import Problem

from .arrays import IndexMask, InstanceMask, read_only
from .geometry import Rect, Size, tile_rect
from .image import Image
from .labels import LabelClass
from .objects import MaskObject

GROUND_TRUTH = "ground_truth"
PREDICTIONS = "predictions"


@dataclass(frozen=True)
class MaskData:
    """A mask as its file holds it.

    Args:
        pixels: (H, W) class indices.
        instances: (H, W) instance ids, or None where the file has none.
        undeclared: classes met in the pixels that the label map does not declare.
        problems: what was noticed while decoding; the pixels are usable all the same.
        has_classes: False when there is only an instance mask; `pixels` then hold the index of one
            undeclared class, and no class mask is written back.
        objects: what the pixels are flattened from, where the file holds objects that may overlap;
            None for a mask that is pixels and nothing else.
    """

    pixels: IndexMask
    instances: InstanceMask | None = None
    undeclared: tuple[LabelClass, ...] = ()
    problems: tuple[Problem, ...] = ()
    has_classes: bool = True
    objects: tuple[MaskObject, ...] | None = None


class ImageRef(Protocol):
    """Where the picture of a sample lies; reading is slow and may happen in any thread."""

    @property
    def where(self) -> str:
        """File or entry, for messages."""

    def size(self) -> Size:
        """Width and height as shown, from the header alone. Raises DataError."""

    def read(self) -> Image:
        """Decode it. Raises DataError."""

    def stored_bytes(self) -> bytes:
        """The file as it lies there, for copying. Raises DataError."""

    @property
    def suffix(self) -> str:
        """Ending of the file's name with its dot, as it stands."""


class MaskRef(Protocol):
    """Where one mask of a sample lies; reading is slow and may happen in any thread."""

    @property
    def where(self) -> str:
        """File or entry, for messages."""

    def size(self) -> Size:
        """Width and height from the header alone. Raises DataError."""

    def read(self) -> MaskData:
        """Decode it. Raises DataError."""


class MaskLayer:
    """A mask of the open sample with its key; arrays are read-only outside a transaction.

    Owned by a document. `core.transaction` and edits write through `writable_pixels`; everybody
    else reads `pixels`, which is a live view: it shows later changes, and `revision` counts them.
    """

    def __init__(
        self,
        key: str,
        data: MaskData,
        *,
        is_locked: bool = False,
        is_new: bool = False,
    ) -> None:
        """Take over decoded data.

        Args:
            is_locked: read-only until the user decides, such as a mask of another size.
            is_new: no file holds this mask yet.

        `is_scaled` tells that its file has another size.
        """
        self.key = key
        self.is_locked = is_locked
        self.is_new = is_new
        self.is_scaled = False
        self.has_classes = data.has_classes
        self.revision = 0
        self.changed_tiles: set[tuple[int, int]] = set()
        self._pixels: IndexMask = np.ascontiguousarray(data.pixels)
        self._instances = None if data.instances is None else np.ascontiguousarray(data.instances)
        for array in (self._pixels, self._instances):
            if array is not None and not array.flags.writeable:
                raise ValueError("a layer needs arrays of its own")

    @property
    def pixels(self) -> IndexMask:
        """(H, W) uint8 or uint16 class indices, read-only; C-contiguous."""
        return read_only(self._pixels)

    @property
    def instances(self) -> InstanceMask | None:
        """(H, W) instance ids, read-only, or None."""
        return None if self._instances is None else read_only(self._instances)

    @property
    def is_untouched(self) -> bool:
        """Whether no file holds it and nothing was painted into it: all of it means nothing."""
        return self.is_new and not self.changed_tiles

    @property
    def size(self) -> Size:
        """Width and height."""
        return Size.of(self._pixels)

    @property
    def rect(self) -> Rect:
        """All of it."""
        return Rect.of_size(self.size)

    def copy_data(self) -> MaskData:
        """The mask as it is now, in arrays nobody else writes to."""
        instances = None if self._instances is None else self._instances.copy()
        return MaskData(self._pixels.copy(), instances, has_classes=self.has_classes)

    def index_at(self, x: int, y: int) -> int | None:
        """Class index of a pixel, or None outside."""
        if 0 <= x < self._pixels.shape[1] and 0 <= y < self._pixels.shape[0]:
            return int(self._pixels[y, x])
        return None

    def writable_pixels(self, highest: int = 0) -> IndexMask:
        """The array itself, grown to uint16 first where `highest` needs it. For edits alone."""
        if highest > np.iinfo(self._pixels.dtype).max:
            self._pixels = self._pixels.astype(np.uint16)
        return self._pixels

    def writable_instances(self, highest: int = 0) -> InstanceMask:
        """The array itself, made or grown to uint32 where needed. For edits alone."""
        if self._instances is None:
            self._instances = np.zeros(self._pixels.shape, np.uint16)
        if highest > np.iinfo(self._instances.dtype).max:
            self._instances = self._instances.astype(np.uint32)
        return self._instances

    def fill(self, index: int) -> None:
        """Hold one index everywhere, where it is untouched. For edits of the label map alone."""
        assert self.is_untouched
        self._pixels = np.full(self._pixels.shape, index, np.uint8 if index < 256 else np.uint16)
        self.revision += 1

    def drop_instances(self) -> None:
        """Have no instances, as before the first one was written. For edits alone."""
        self._instances = None

    def put_arrays(self, pixels: IndexMask, instances: InstanceMask | None) -> None:
        """Hold other arrays, of any one size; its file has another from now on. For edits alone."""
        self._pixels, self._instances = pixels, instances
        self.is_scaled = True
        self.revision += 1
        self.changed_tiles = set(self.rect.tiles())

    def note_change(self, rect: Rect) -> None:
        """Count a change and remember its tiles as different from the file. For edits alone."""
        self.revision += 1
        self.changed_tiles.update((rect & self.rect).tiles())

    def tile(self, tile: tuple[int, int]) -> Rect:
        """Pixels of a tile inside this layer."""
        return tile_rect(tile, self.size)


def new_layer(key: str, size: Size, fill: int) -> MaskLayer:
    """A layer that no file holds yet, filled with one index."""
    dtype = np.uint8 if fill < 256 else np.uint16
    pixels = np.full((size.height, size.width), fill, dtype)
    return MaskLayer(key, MaskData(pixels), is_new=True)

"""What painting takes its class indices from, where one class for all pixels will not do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np

from .arrays import BinaryMask, IndexMask
from .geometry import Rect


class PixelSource(Protocol):
    """Class indices by place; a transaction reads them where it paints."""

    def read(self, rect: Rect, shape: BinaryMask) -> tuple[IndexMask, BinaryMask]:
        """Indices for the pixels of a shape.

        Args:
            rect: inside the layer that is painted.
            shape: (rect.height, rect.width) true where to paint.

        Returns:
            Indices of the shape's size, and the part of the shape that has one.
        """


class LayerPixels:
    """The mask of one layer in the indices by which another layer calls its classes."""

    def __init__(
        self,
        pixels: IndexMask,
        targets: Mapping[int, int],
        *,
        only: int | None = None,
        left_out: Callable[[set[int]], None] = lambda _: None,
    ) -> None:
        """Read from a mask.

        Args:
            pixels: (H, W) of the size of the layer that is painted; a live view will do.
            targets: index that is painted for each index of the mask; pixels with any other are
                left as they are.
            only: the one index of the mask that is painted.
            left_out: told of indices without a target, each when pixels of it are met first.
        """
        n_indices = int(np.iinfo(pixels.dtype).max) + 1
        known = {index: target for index, target in targets.items() if index < n_indices}
        chosen = known if only is None else {i: t for i, t in known.items() if i == only}
        highest = max(chosen.values(), default=0)
        self._pixels = pixels
        self._values = np.zeros(n_indices, np.min_scalar_type(highest))
        self._has_value = np.zeros(n_indices, np.bool_)
        self._values[list(chosen)] = list(chosen.values())
        self._has_value[list(chosen)] = True
        self._is_wanted = np.full(n_indices, only is None)
        self._is_wanted[[] if only is None else [only]] = True
        self._met: set[int] = set()
        self._left_out = left_out

    def read(self, rect: Rect, shape: BinaryMask) -> tuple[IndexMask, BinaryMask]:
        """See `PixelSource`."""
        held = self._pixels[rect.slices]
        where = shape & self._has_value[held]
        self._note_left_out(held[shape & ~where])
        return self._values[held], where

    def _note_left_out(self, indices: IndexMask) -> None:
        lacking = indices[self._is_wanted[indices]]
        if lacking.size:
            new = set(np.unique(lacking).tolist()) - self._met
            self._met |= new
            if new:
                self._left_out(new)

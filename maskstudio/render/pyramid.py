"""Reduced copies of large arrays, so that a whole 16k picture is drawn from about what is seen.

Levels stand at 1/4, 1/8, 1/12, 1/16, 1/24 ... 1/64, so that of the largest pictures not much more
is read than is seen; at 1/2 the array itself is read by stride, for that level alone would cost a
quarter of it. Together they take about 9 % of the array's memory.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import Pixels
from maskstudio.core.geometry import Rect, Size
from maskstudio.core.slices import Between, go_on

FACTORS = (4, 8, 12, 16, 24, 32, 48, 64)

_PERIOD = math.lcm(*FACTORS)

STRIP = 3 * _PERIOD
"""Rows of the array that are reduced at a time; a multiple of every factor."""


def factor_for(pixels_per_device_pixel: float) -> int:
    """The factor to sample at: the largest level that is still as fine as the screen, else 1."""
    return max((f for f in FACTORS if f <= pixels_per_device_pixel), default=1)


class Pyramid:
    """An array and its reduced levels.

    Usable at once; until `build` ran, everything is read from the array itself. `build` may run in
    a worker; what changed while it ran must be given to `update` afterwards.

    A mask's level holds the pixel at the top-left corner of each square, so that it shows the very
    pixels that are read from the array while there is no level. A picture's level holds averages.
    """

    def __init__(self, pixels: Pixels, *, is_mask: bool) -> None:
        """Wrap an (H, W) or (H, W, C) array; it is read, never copied, never written."""
        self.pixels = pixels
        self.is_mask = is_mask
        self.levels: dict[int, Pixels] = {}

    @property
    def size(self) -> Size:
        """Width and height of the array."""
        return Size.of(self.pixels)

    def build(self, between: Between = go_on) -> None:
        """Make all levels, by strips; being stopped between them leaves things as before."""
        levels = {factor: self._empty_level(factor) for factor in FACTORS}
        for y in range(0, self.size.height, STRIP):
            between()
            self._reduce(levels, Rect(0, y, self.size.width, min(y + STRIP, self.size.height)))
        self.levels = levels

    def update(self, rect: Rect) -> None:
        """Make the levels agree again after a change inside a rect of the array."""
        changed = rect & Rect.of_size(self.size)
        if self.levels and not changed.is_empty:
            self._reduce(self.levels, changed)

    def _empty_level(self, factor: int) -> Pixels:
        height, width = (-(-n // factor) for n in self.pixels.shape[:2])
        return np.empty((height, width, *self.pixels.shape[2:]), self.pixels.dtype)

    def _reduce(self, levels: dict[int, Pixels], rect: Rect) -> None:
        """Write the part of every level that a rect of the array has a share in."""
        if self.is_mask:
            self._take_corners(levels, rect)
        else:
            self._average(levels, rect)

    def _take_corners(self, levels: dict[int, Pixels], rect: Rect) -> None:
        for factor, level in levels.items():
            part = _covering(rect, factor)
            taken = self.pixels[part.y0 : part.y1 : factor, part.x0 : part.x1 : factor]
            level[_reduced(part, factor).slices] = taken

    def _average(self, levels: dict[int, Pixels], rect: Rect) -> None:
        """Each level from the next finer one that it is a multiple of; half size is made for it."""
        part = _covering(rect, _PERIOD)
        made = {1: self.pixels[part.slices]}
        for factor in (2, *FACTORS):
            finer = max(f for f in made if factor % f == 0)
            made[factor] = _averaged(made[finer], factor // finer)
            if factor in levels:
                start = _reduced(part, factor)
                inside = Rect(0, 0, *Size.of(made[factor])).moved(start.x0, start.y0)
                levels[factor][inside.slices] = made[factor]


def _covering(rect: Rect, side: int) -> Rect:
    """The squares of a grid that a rect has a share in."""
    x1, y1 = -(-rect.x1 // side) * side, -(-rect.y1 // side) * side
    return Rect(rect.x0 // side * side, rect.y0 // side * side, x1, y1)


def _reduced(rect: Rect, factor: int) -> Rect:
    """Where squares of a grid lie in the level with one pixel for each."""
    return Rect(rect.x0 // factor, rect.y0 // factor, rect.x1 // factor, rect.y1 // factor)


def _averaged(pixels: NDArray[Any], times: int) -> NDArray[Any]:
    """Means of squares; those at the right and bottom border repeat the last pixels."""
    import cv2

    height, width = pixels.shape[:2]
    right, bottom = -width % times, -height % times
    if right or bottom:
        pixels = cv2.copyMakeBorder(pixels, 0, bottom, 0, right, cv2.BORDER_REPLICATE)
    size = (pixels.shape[1] // times, pixels.shape[0] // times)
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)

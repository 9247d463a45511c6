"""Pixels per class index, counted once and then kept true tile by tile."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import IndexMask
from maskstudio.core.slices import Between, go_on

Counts = NDArray[np.int64]
"""(n,) pixels of each index from 0 on; indices from n on do not occur."""

STRIP_PIXELS = 1 << 18
"""Pixels counted at a time: `bincount` makes an eight times larger copy of what it counts."""


def count_indices(pixels: IndexMask, between: Between = go_on) -> Counts:
    """Count the pixels of every index.

    Args:
        pixels: (H, W) uint8 or uint16.

    Returns:
        (256,) for uint8, (65 536,) for uint16.
    """
    counts = np.zeros(np.iinfo(pixels.dtype).max + 1, np.int64)
    height, width = pixels.shape
    rows = max(1, STRIP_PIXELS // max(1, width))
    for top in range(0, height, rows):
        between()
        strip = _strip_counts(pixels[top : top + rows])
        counts[: strip.size] += strip
    return counts


def _strip_counts(strip: IndexMask) -> Counts:
    if strip.dtype != np.uint8:
        return np.bincount(strip.ravel())
    import cv2  # start-up does without; five times as fast, and exact for so few pixels

    return cv2.calcHist([strip], [0], None, [256], [0, 256]).ravel().astype(np.int64)


def exchange(counts: Counts, pairs: Iterable[tuple[IndexMask, IndexMask]]) -> Counts:
    """Counts after parts of a mask were replaced; no more is read than those parts.

    Args:
        pairs: what each part held before and what it holds now, (h, w) each.
    """
    counts = counts.copy()
    for before, now in pairs:
        for sign, part in ((-1, before), (1, now)):
            found = np.bincount(part.ravel())
            if found.size > counts.size:
                counts = np.pad(counts, (0, np.iinfo(part.dtype).max + 1 - counts.size))
            counts[: found.size] += sign * found
    return counts

"""Fills as arithmetic: what layers of color do to the picture below, per class index.

A wash turns a shade p (0..255, per channel) into `color + p * kept / 255`. Several layers one above
the other are again one wash, so two filled uint8 layers together cost one lookup.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import IndexMask

from .palette import N_INDICES, Palette

HATCH_SHADE = 0.35
"""Opacity of the black below hatching."""

HATCH_LINE = 0.55
"""Opacity of its white lines."""

Floats = NDArray[np.float64]
Table = NDArray[np.int32]
"""(256,) or (65536,) 32-bit words by index; signed, for cv2 has no unsigned ones."""


@dataclass(frozen=True)
class Tint:
    """One filled layer: its palette and opacity, and how much of hatching is drawn."""

    palette: Palette
    opacity: float
    strength: float


@dataclass(frozen=True)
class Wash:
    """Words by index: the color that is added, and the share of the ground that is kept."""

    color: Table
    kept: Table

    def apply(self, words: NDArray[np.uint8], indices: IndexMask) -> None:
        """Wash a part of a frame in place.

        Args:
            words: (h, w, 4) bytes of 0xffRRGGBB words.
            indices: (h, w) of the depth the tables were made for.
        """
        import cv2

        found = looked_up(self.kept, indices)
        found_bytes = found.view(np.uint8).reshape(words.shape)
        cv2.multiply(words, found_bytes, words, 1 / 255)
        look_up_into(found, self.color, indices)  # in the same memory, which is at hand
        cv2.add(words, found_bytes, words)


def looked_up(table: NDArray[Any], indices: IndexMask) -> NDArray[Any]:
    """table[indices] of the same shape; the table has an entry for every value of the dtype."""
    import cv2

    if _takes(indices.dtype):
        return np.asarray(cv2.LUT(indices, table.reshape(1, -1)))
    return np.take(table, indices, mode="clip")


def look_up_into(target: NDArray[Any], table: NDArray[Any], indices: IndexMask) -> None:
    """Write table[indices] into an array of that shape and of the table's dtype."""
    import cv2

    if _takes(indices.dtype):
        cv2.LUT(indices, table.reshape(1, -1), target)
    else:
        np.take(table, indices, mode="clip", out=target)


def paired(lower: IndexMask, upper: IndexMask) -> IndexMask:
    """(h, w) uint16 index upper * 256 + lower of two uint8 ones."""
    pairs = upper.astype(np.uint16)
    pairs <<= 8
    pairs |= lower
    return pairs


@lru_cache(maxsize=4)
def _takes(dtype: np.dtype[Any]) -> bool:
    """Whether this OpenCV looks up such indices; 16 bit came with version 5."""
    import cv2

    return dtype == np.uint8 or int(cv2.__version__.split(".")[0]) >= 5


@lru_cache(maxsize=16)
def single_wash(tint: Tint, n_indices: int, *, on_line: bool) -> Wash:
    """Wash of one layer. `on_line` is for the pixels where hatching has a line."""
    return _packed(*_shares(tint, n_indices, on_line))


@lru_cache(maxsize=8)
def pair_wash(lower: Tint, upper: Tint, *, on_line: bool) -> Wash:
    """Wash of two uint8 layers, by the 16-bit index upper * 256 + lower."""
    lower_color, lower_kept = _shares(lower, 256, on_line)
    upper_color, upper_kept = _shares(upper, 256, on_line)
    color = lower_color[None] * upper_kept[:, None, None] + upper_color[:, None]
    kept = lower_kept[None] * upper_kept[:, None]
    return _packed(color.reshape(-1, 3), kept.reshape(-1))


def _shares(tint: Tint, n_indices: int, on_line: bool) -> tuple[Floats, Floats]:
    """(n, 3) color that is added, 0..255, and (n,) share that is kept, 0..1."""
    palette = tint.palette
    alpha = np.where(palette.is_seen[:n_indices], tint.opacity, 0.0) * palette.weights[:n_indices]
    color = palette.colors[:n_indices].astype(np.float64) * alpha[:, None]
    kept = 1 - alpha
    line = HATCH_LINE * tint.strength if on_line else 0.0
    hatched = palette.is_hatched[:n_indices]
    color[hatched] = 255 * line
    kept[hatched] = (1 - HATCH_SHADE * tint.strength) * (1 - line)
    return color, kept


def _packed(color: Floats, kept: Floats) -> Wash:
    assert len(kept) in (256, N_INDICES)
    color_bytes = np.zeros((len(kept), 4), np.uint8)
    color_bytes[:, :3] = np.rint(color[:, ::-1])
    kept_bytes = np.full((len(kept), 4), 255, np.uint8)
    kept_bytes[:, :3] = np.rint(255 * kept)[:, None]
    return Wash(color_bytes.view(np.int32)[:, 0].copy(), kept_bytes.view(np.int32)[:, 0].copy())

"""Colors of lossy films to the nearest of those that mean something."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import ColorMask, Rgb

_APART = 24
"""Colors of a film nearer to each other than this are one color that compression has changed."""

_LEAST_SHARE = 1000
"""One of so many pixels has to hold a color for it to count as more than noise."""

_MOST_COLORS = 256
_FLAT = 4
_STRIP = 1 << 16


class NearestColors:
    """A few colors, and for every other color which of them is nearest; remembered once found."""

    def __init__(self, colors: Sequence[Rgb]) -> None:
        self._colors = np.array(colors, np.int32).reshape(-1, 3)
        # Untouched pages of this table cost nothing: it holds only colors that were met.
        self._nearest = np.zeros(1 << 24, np.uint16)

    def snap(self, rgb: ColorMask) -> tuple[ColorMask, int]:
        """Every pixel in the nearest of the colors, and how many pixels were of another.

        Args:
            rgb: (H, W, 3) uint8.
        """
        words = _words(rgb)
        found = self._nearest.take(words)
        unknown = np.unique(words[found == 0])
        for start in range(0, unknown.size, _STRIP):
            strip = unknown[start : start + _STRIP]
            self._nearest[strip] = self._nearest_to(strip) + 1
        if unknown.size:
            found = self._nearest.take(words)
        snapped = self._colors.astype(np.uint8).take(found - 1, axis=0).reshape(rgb.shape)
        return snapped, int(np.count_nonzero(_words(snapped) != words))

    def _nearest_to(self, words: NDArray[np.uint32]) -> NDArray[np.uint16]:
        """Position of the nearest color of each; of several equally near the first."""
        channels = np.stack([words >> 16, words >> 8 & 255, words & 255], axis=1).astype(np.int32)
        best = np.zeros(words.size, np.uint16)
        least = np.full(words.size, np.iinfo(np.int32).max, np.int32)
        for position, color in enumerate(self._colors):
            distance = np.square(channels - color).sum(axis=1, dtype=np.int32)
            closer = distance < least
            best[closer], least[closer] = position, distance[closer]
        return best


def main_colors(rgb: ColorMask, known: Iterable[Rgb] = ()) -> list[Rgb]:
    """The colors of a film in which none is declared, in the order of their share.

    Args:
        known: colors met in other frames; they come first, and one near them is no other.
    """
    colors = list(known)
    is_flat = _is_flat(rgb).ravel()
    all_words = _words(rgb)
    words, counts = np.unique(all_words[is_flat], return_counts=True)
    if not words.size:
        words, counts = np.unique(all_words, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    n_common = int(np.count_nonzero(counts * _LEAST_SHARE >= all_words.size))
    for place in order[: max(n_common, 0 if colors else 1)]:
        word = int(words[place])
        color = (word >> 16, word >> 8 & 255, word & 255)
        if len(colors) >= _MOST_COLORS:
            break
        if all(_distance(color, other) >= _APART for other in colors):
            colors.append(color)
    return colors


def _is_flat(rgb: ColorMask) -> NDArray[np.bool_]:
    """(H, W) where a pixel and its four neighbours are nearly alike; colors bleed along edges."""
    wide = np.pad(rgb, ((1, 1), (1, 1), (0, 0)), mode="edge").astype(np.int16)
    inner = wide[1:-1, 1:-1]
    around = (wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:])
    flat = np.ones(rgb.shape[:2], np.bool_)
    for other in around:
        flat &= np.abs(inner - other).max(axis=2) <= _FLAT
    return flat


def _distance(one: Rgb, other: Rgb) -> float:
    return math.dist(one, other)


def _words(rgb: ColorMask) -> NDArray[np.uint32]:
    """(H * W,) 24-bit numbers, red first."""
    flat = rgb.reshape(-1, 3).astype(np.uint32)
    words: NDArray[Any] = flat[:, 0] << 16 | flat[:, 1] << 8 | flat[:, 2]
    return words

"""Outlines of class regions at screen resolution.

A line is 2 px wide, one at each side of where two classes meet, in each side's color; a side where
nothing is drawn takes the color of its neighbour. Around the line runs a casing of 1 px.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.geometry import Rect
from maskstudio.core.labels import MAX_INDEX

from .oklch import outline_colors
from .palette import Palette, Words, packed

HALO = 2
"""Device pixels around a place that decide what is drawn there."""

CASING = 0.60
"""Opacity of the black casing."""

UNLISTED_SHADE = 200


def draw_outlines(
    words: Words,
    ranks: NDArray[np.unsignedinteger],
    inner: Rect,
    colors: Words,
    opacity: float,
) -> None:
    """Draw the outlines of one layer over a part of a frame, in place.

    Args:
        words: (h, w) 0xffRRGGBB.
        ranks: that part and what surrounds it: 0 where nothing is drawn, else a number per class;
            uint8 or uint16.
        inner: where the part lies in `ranks`.
        colors: 0xffRRGGBB by rank.
    """
    import cv2

    square = np.ones((3, 3), np.uint8)
    highest = cv2.dilate(ranks, square)
    line = cv2.compare(highest, cv2.erode(ranks, square), cv2.CMP_NE)
    casing = cv2.bitwise_xor(cv2.dilate(line, square), line)
    # Lines are few: single places are gathered, mixed and put back.
    flat = words.flatten()
    places = _places(casing, inner)
    flat[places] = _mixed(flat[places], np.uint32(0xFF000000), opacity * CASING)
    places = _places(line, inner)
    own = ranks[inner.slices].reshape(-1)[places]
    rank = np.where(own == 0, highest[inner.slices].reshape(-1)[places], own)
    flat[places] = _mixed(flat[places], colors[rank], opacity)
    words[:] = flat.reshape(words.shape)


def _places(marks: NDArray[Any], inner: Rect) -> NDArray[np.intp]:
    """Flat places inside `inner` that are marked."""
    return np.flatnonzero(marks[inner.slices] != 0)


def _mixed(below: Words, above: Words | np.uint32, opacity: float) -> Words:
    """(n,) words with others over them."""
    share = round(256 * opacity)
    ground = below.view(np.uint8).astype(np.uint16).reshape(-1, 4)
    over = np.asarray(above, np.uint32).reshape(-1, 1).view(np.uint8).astype(np.uint16)
    mixed = (ground * np.uint16(256 - share) + over * np.uint16(share) + np.uint16(128)) >> 8
    words: Words = mixed.astype(np.uint8).view(np.uint32)[:, 0]
    return words


@lru_cache(maxsize=8)
def rank_table(palette: Palette, n_indices: int) -> NDArray[np.unsignedinteger]:
    """(n_indices,) 0 for indices that are not drawn, 1, 2, 3 ... for the others; uint8 if it can.

    Should all 65 536 indices be drawn, the last two share a rank.
    """
    ranks = np.cumsum(palette.is_seen[:n_indices]) * palette.is_seen[:n_indices]
    highest = int(ranks.max())
    return np.minimum(ranks, MAX_INDEX).astype(np.uint8 if highest <= 255 else np.uint16)


@lru_cache(maxsize=8)
def outline_words(palette: Palette, n_indices: int) -> Words:
    """(n_indices + 1,) 0xffRRGGBB by rank: the colors of outlines.

    Indices that no class is listed for share a grey, for there can be 65 000 of them.
    """
    seen = np.flatnonzero(palette.is_seen[:n_indices])
    colors = np.full((seen.size, 3), UNLISTED_SHADE, np.uint8)
    listed = palette.is_listed[seen]
    colors[listed] = outline_colors(palette.colors[seen[listed]])
    words = np.zeros(n_indices + 1, np.uint32)
    words[1 : seen.size + 1] = packed(colors)
    return words

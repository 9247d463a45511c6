"""Outlines of class regions at screen resolution.

A line is 2 px wide, one at each side of where two classes meet, in each side's color; a side where
nothing is drawn takes the color of its neighbour. Around the line runs a casing of 1 px.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.labels import MAX_INDEX

from .oklch import outline_colors
from .palette import Palette, Words, packed

HALO = 2
"""Device pixels around a place that decide what is drawn there."""

CASING = 0.60
"""Opacity of the black casing."""


def draw_outlines(
    words: Words, ranks: NDArray[np.unsignedinteger], colors: Words, opacity: float
) -> None:
    """Draw the outlines of one layer over a part of a frame, in place.

    Args:
        words: (h, w) 0xffRRGGBB, contiguous.
        ranks: (h, w) 0 where nothing is drawn, else a number per class; uint8 or uint16.
        colors: 0xffRRGGBB by rank.
    """
    import cv2

    square = np.ones((3, 3), np.uint8)
    highest = cv2.dilate(ranks, square)
    is_line = (highest != cv2.erode(ranks, square)).view(np.uint8)
    near_line = cv2.dilate(is_line, square)
    places = np.flatnonzero(near_line)
    if places.size == 0:
        return
    own = ranks.reshape(-1)[places]
    rank = np.where(own == 0, highest.reshape(-1)[places], own)
    on_line = is_line.reshape(-1)[places].astype(np.bool_)
    color = np.where(on_line, colors[rank], np.uint32(0xFF000000))
    alpha = np.where(on_line, opacity, opacity * CASING).astype(np.float32)[:, None]
    flat = words.reshape(-1)
    below = flat[places].view(np.uint8).reshape(-1, 4)
    above = color.view(np.uint8).reshape(-1, 4)
    mixed = below + (above - below.astype(np.float32)) * alpha
    flat[places] = np.rint(mixed).astype(np.uint8).view(np.uint32)[:, 0]


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
    """(n_indices + 1,) 0xffRRGGBB by rank: the colors of outlines."""
    seen = np.flatnonzero(palette.is_seen[:n_indices])
    words = np.zeros(n_indices + 1, np.uint32)
    words[1 : seen.size + 1] = packed(outline_colors(palette.colors[seen]))
    return words

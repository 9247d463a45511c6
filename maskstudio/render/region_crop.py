"""A small picture of one region of disagreement, in the colors of the difference view."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import IndexMask
from maskstudio.core.geometry import Rect, Size
from maskstudio.core.image import Image

from .comparison import PairRules, draw_codes
from .palette import Words
from .picture import NEUTRAL, to_8_bit

LEAST_SIDE = 24
"""Pixels of the picture that a crop shows at least, so that a speck is seen where it lies."""

ROOM = 1.6
"""How much larger the crop is than the region."""

_NO_PICTURE = 0x80


def crop_around(rect: Rect, size: Size, picture: Size) -> Rect:
    """The part of a picture that a crop shows: the region with room, in the crop's proportions.

    Args:
        size: of the crop.
    """
    scale = max(rect.width / size.width, rect.height / size.height) * ROOM
    scale = max(scale, LEAST_SIDE / max(size))
    width = min(picture.width, round(size.width * scale))
    height = min(picture.height, round(size.height * scale))
    left = (rect.x0 + rect.x1 - width) // 2
    top = (rect.y0 + rect.y1 - height) // 2
    left = min(max(left, 0), picture.width - width)
    top = min(max(top, 0), picture.height - height)
    return Rect(left, top, left + width, top + height)


def crop_words(
    image: Image | None,
    prediction: IndexMask,
    ground_truth: IndexMask,
    rules: PairRules,
    part: Rect,
    size: Size,
) -> Words:
    """(h, w) words 0xffRRGGBB of a part of a pair; masks by nearest pixels, the picture averaged.

    Args:
        image: of the size of the masks, or None.
        size: the crop fits into it.
    """
    scale = min(size.width / part.width, size.height / part.height)
    height, width = max(1, round(part.height * scale)), max(1, round(part.width * scale))
    rows, columns = _nearest(part.y0, part.y1, height), _nearest(part.x0, part.x1, width)
    lattice = (rows[:, None], columns)
    kinds = rules.kinds(
        np.ascontiguousarray(prediction[lattice]), np.ascontiguousarray(ground_truth[lattice])
    )
    grey = np.full((height, width), _NO_PICTURE, np.uint8)
    if image is not None and image.size == Size.of(ground_truth):
        grey = _grey(image, part, Size(width, height))
    codes = np.ascontiguousarray(kinds.astype(np.uint16) << 8 | grey)
    words = np.empty((height, width), np.uint32)
    draw_codes(words, codes, Rect(0, 0, width, height), (0, 0))
    return words


def _grey(image: Image, part: Rect, size: Size) -> NDArray[np.uint8]:
    import cv2

    pixels = np.ascontiguousarray(image.pixels[part.slices])
    shrinks = size.width < part.width
    how = cv2.INTER_AREA if shrinks else cv2.INTER_NEAREST
    shown = to_8_bit(cv2.resize(pixels, tuple(size), interpolation=how), image.window, NEUTRAL)
    if shown.ndim == 2:
        return shown
    grey = cv2.cvtColor(np.ascontiguousarray(shown[..., :3]), cv2.COLOR_RGB2GRAY)
    return grey.astype(np.uint8, copy=False)


def _nearest(first: int, end: int, n_samples: int) -> NDArray[Any]:
    """Pixels in the middle of equal parts of a range."""
    return first + (2 * np.arange(n_samples) + 1) * (end - first) // (2 * n_samples)

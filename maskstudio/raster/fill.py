"""Regions of pixels that look alike: joined to a seed pixel, or anywhere."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from maskstudio.core.arrays import BinaryMask, IndexMask, Pixels
from maskstudio.core.geometry import Point, Rect, Size, bounding_rect

FIRST_REACH = 256
"""How far around the seed the first search goes; it goes twice as far each time it must."""

Matches = Callable[[Rect], BinaryMask]
"""Which pixels of a rect look like the seed pixel."""


def contiguous_region(mask: IndexMask, x: int, y: int) -> tuple[Rect, BinaryMask]:
    """Pixels of the same index as a seed pixel and joined to it by edges (4-connected).

    Returns:
        Smallest rect around them, and its pixels.

    Raises:
        IndexError: the seed lies outside.
    """
    _check_seed(mask, x, y)
    index = mask[y, x]
    return _joined(lambda rect: mask[rect.slices] == index, Size.of(mask), x, y)


def same_index(mask: IndexMask, index: int) -> tuple[Rect, BinaryMask]:
    """All pixels of an index: smallest rect around them, and its pixels."""
    return _cropped(mask == index)


def contiguous_color(pixels: Pixels, x: int, y: int, tolerance: float) -> tuple[Rect, BinaryMask]:
    """Pixels of a picture that look like a seed pixel and are joined to it by edges.

    Args:
        pixels: (H, W) or (H, W, C) of any depth.
        tolerance: greatest difference of any channel to the seed, in values of the picture.

    Raises:
        IndexError: the seed lies outside.
    """
    _check_seed(pixels, x, y)
    seed = pixels[y, x]
    return _joined(
        lambda rect: _is_near(pixels[rect.slices], seed, tolerance), Size.of(pixels), x, y
    )


def same_color(pixels: Pixels, x: int, y: int, tolerance: float) -> tuple[Rect, BinaryMask]:
    """All pixels of a picture that look like a seed pixel; see `contiguous_color`."""
    _check_seed(pixels, x, y)
    return _cropped(_is_near(pixels, pixels[y, x], tolerance))


def _check_seed(pixels: Pixels, x: int, y: int) -> None:
    if not Rect.of_size(Size.of(pixels)).holds(Point(x, y)):
        raise IndexError(f"pixel {x}, {y} lies outside {Size.of(pixels)}")


def _is_near(pixels: Pixels, seed: Pixels, tolerance: float) -> BinaryMask:
    """Whether every channel is within the tolerance; NaN is like NaN and like nothing else."""
    if pixels.ndim == 2:
        pixels, seed = pixels[..., None], np.asarray(seed)[None]
    near = np.ones(pixels.shape[:2], np.bool_)
    for channel in range(pixels.shape[2]):
        values, middle = pixels[..., channel], seed[channel].item()
        if middle != middle:
            near &= np.isnan(values)
        else:  # Comparing with the two ends cannot overflow, as a difference of integers can.
            near &= (values >= middle - tolerance) & (values <= middle + tolerance)
    return near


def _joined(matches: Matches, size: Size, x: int, y: int) -> tuple[Rect, BinaryMask]:
    """Flood from a seed, in a part of the picture that grows until it holds the whole region."""
    whole = Rect.of_size(size)
    reach = FIRST_REACH
    while True:
        part = Rect(x, y, x + 1, y + 1).grown(reach) & whole
        rect, region = _flood(matches(part), x - part.x0, y - part.y0)
        rect = rect.moved(part.x0, part.y0)
        if rect.grown(1) & whole == rect.grown(1) & part:
            return rect, region
        reach *= 2


def _flood(matching: BinaryMask, x: int, y: int) -> tuple[Rect, BinaryMask]:
    """The 4-connected true region around a seed, and its rect."""
    import cv2

    flooded = np.zeros((matching.shape[0] + 2, matching.shape[1] + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    picture = np.ascontiguousarray(matching).view(np.uint8)
    _, _, _, (x0, y0, width, height) = cv2.floodFill(picture, flooded, (x, y), 1, 0, 0, flags)
    rect = Rect(x0, y0, x0 + width, y0 + height)
    return rect, flooded[1:-1, 1:-1][rect.slices].view(np.bool_)


def _cropped(region: BinaryMask) -> tuple[Rect, BinaryMask]:
    rect = bounding_rect(region)
    return rect, region[rect.slices]

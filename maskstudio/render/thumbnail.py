"""Small pictures of samples: the picture averaged, a mask washed over it.

Both parts are made apart, so that after an edit the mask alone is read again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import IndexMask
from maskstudio.core.geometry import Size
from maskstudio.core.image import Image

from .palette import Palette, Words
from .picture import NEUTRAL, over_checkerboard, to_8_bit

MASK_SAMPLES = 3
"""Mask pixels read per thumbnail pixel, in each direction; their colors are averaged."""

CHECKER_SIDE = 4

SmallPicture = NDArray[np.uint8]
"""(h, w, 3) RGB."""


def fitted_size(picture: Size, box: Size) -> Size:
    """Size of a thumbnail inside a box: the picture's proportions, at least one pixel."""
    scale = min(box.width / max(1, picture.width), box.height / max(1, picture.height))
    return Size(max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))


def small_picture(image: Image, size: Size) -> SmallPicture:
    """The picture as it is shown, reduced by averaging; slow for large ones, for any thread."""
    import cv2

    pixels = cv2.resize(image.pixels, (size.width, size.height), interpolation=cv2.INTER_AREA)
    shown = to_8_bit(pixels, image.window, NEUTRAL)
    if shown.ndim == 2:
        return np.repeat(shown[..., None], 3, axis=2)
    if shown.shape[2] == 4:
        ys, xs = np.ogrid[: size.height, : size.width]
        return over_checkerboard(shown, (ys // CHECKER_SIDE + xs // CHECKER_SIDE) % 2 == 1)
    return shown


def small_mask(pixels: IndexMask, size: Size) -> IndexMask:
    """Class indices at the samples of a thumbnail, nearest; a copy, and fast for any size.

    Returns:
        (h * MASK_SAMPLES, w * MASK_SAMPLES) of a thumbnail that is w by h.
    """
    rows = _sampled(pixels.shape[0], size.height * MASK_SAMPLES)
    columns = _sampled(pixels.shape[1], size.width * MASK_SAMPLES)
    small: IndexMask = pixels[rows[:, None], columns]
    return small


def thumbnail_words(
    picture: SmallPicture | None, mask: IndexMask | None, palette: Palette, opacity: float
) -> Words:
    """(h, w) words 0xAARRGGBB, premultiplied; a mask without a picture is opaque on nothing.

    Args:
        mask: from `small_mask`, of the size of the picture; one of both is there.
    """
    if mask is None:
        assert picture is not None, "a thumbnail needs a picture or a mask"
        return _packed(picture.astype(np.float32), _opaque(picture))
    color, share = _averaged_colors(mask, palette)
    if picture is None:
        return _packed(color, share)
    return _packed(picture * (1 - opacity * share) + opacity * color, _opaque(picture))


def _opaque(picture: SmallPicture) -> NDArray[np.float32]:
    return np.ones((*picture.shape[:2], 1), np.float32)


def _averaged_colors(
    mask: IndexMask, palette: Palette
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(h, w, 3) premultiplied color of each thumbnail pixel and (h, w, 1) how much is covered."""
    seen = palette.is_seen[mask][..., None].astype(np.float32)
    return _block_means(palette.colors[mask] * seen), _block_means(seen)


def _block_means(values: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width, channels = values.shape
    blocks = values.reshape(
        height // MASK_SAMPLES, MASK_SAMPLES, width // MASK_SAMPLES, MASK_SAMPLES, channels
    )
    means: NDArray[np.float32] = blocks.mean(axis=(1, 3), dtype=np.float32)
    return means


def _packed(colors: NDArray[np.float32], alpha: NDArray[np.float32]) -> Words:
    channels = np.rint(np.concatenate([colors, 255 * alpha], axis=2)).astype(np.uint32)
    red, green, blue, cover = np.moveaxis(channels, 2, 0)
    words: Words = cover << 24 | red << 16 | green << 8 | blue
    return words


def _sampled(n: int, n_samples: int) -> NDArray[Any]:
    """Pixels in the middle of equal parts of a row of n."""
    return (2 * np.arange(n_samples) + 1) * n // (2 * n_samples)

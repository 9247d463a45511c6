"""Pixels of a picture, of any depth and number of channels, to 8-bit RGB for the screen."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import Pixels
from maskstudio.core.image import FULL_8_BIT, Adjustment, Window

NEUTRAL = Adjustment()

CHECKER_LIGHT = 204
CHECKER_DARK = 153

SAMPLED_PIXELS = 1 << 20
"""About so many pixels are looked at for a window."""


def auto_window(pixels: Pixels) -> Window:
    """The values to show as black and as white: all but half a percent at each end.

    NaN and infinities do not count; alpha neither. A constant picture gets a window around its
    value, one without any finite value 0 to 1.
    """
    colors = pixels[..., :3] if pixels.ndim == 3 else pixels
    step = max(1, int((pixels.shape[0] * pixels.shape[1] / SAMPLED_PIXELS) ** 0.5))
    sampled = colors[::step, ::step]
    finite = sampled[np.isfinite(sampled)]
    if finite.size == 0:
        return Window(0.0, 1.0)
    low, high = (float(v) for v in np.percentile(finite.astype(np.float64), (0.5, 99.5)))
    if not high > low:
        low, high = float(finite.min()), float(finite.max())
    return Window(low, high) if high > low else Window(low - 0.5, high + 0.5)


def to_8_bit(pixels: Pixels, window: Window, adjustment: Adjustment) -> NDArray[np.uint8]:
    """Values as they are shown, same shape; NaN is black. Alpha is scaled by its own range.

    Args:
        pixels: (h, w), (h, w, 3) or (h, w, 4); uint8, uint16 or float.
    """
    if pixels.dtype == np.uint8 and window == FULL_8_BIT and adjustment == NEUTRAL:
        return np.asarray(pixels, np.uint8)
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        colors = to_8_bit(np.ascontiguousarray(pixels[..., :3]), window, adjustment)
        return np.dstack([colors, _alpha_to_8_bit(pixels[..., 3])])
    if pixels.dtype == np.uint8 or pixels.dtype == np.uint16:
        n_values = int(np.iinfo(pixels.dtype).max) + 1
        shown: NDArray[np.uint8] = _table(n_values, window, adjustment).take(pixels)
        return shown
    with np.errstate(all="ignore"):
        scaled = (pixels - window.low) * (65535.0 / (window.high - window.low))
        whole = np.nan_to_num(np.clip(scaled + 0.5, 0, 65535), nan=0.0).astype(np.uint16)
    result: NDArray[np.uint8] = _table(65536, Window(0.0, 65535.0), adjustment).take(whole)
    return result


def over_checkerboard(rgba: NDArray[np.uint8], checks: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """(h, w, 3) RGB of a picture with alpha on a board; `checks` (h, w) tells its dark squares."""
    board = np.where(checks, CHECKER_DARK, CHECKER_LIGHT).astype(np.uint32)[..., None]
    alpha = rgba[..., 3:].astype(np.uint32)
    mixed = rgba[..., :3] * alpha + board * (255 - alpha)
    return np.asarray((mixed + 127) // 255, np.uint8)


@lru_cache(maxsize=8)
def _table(n_values: int, window: Window, adjustment: Adjustment) -> NDArray[np.uint8]:
    """What each whole value is shown as."""
    values = (np.arange(n_values) - window.low) / (window.high - window.low)
    values = (values - 0.5) * 8.0**adjustment.contrast + 0.5 + adjustment.brightness
    values = np.clip(values, 0, 1) ** (1 / adjustment.gamma)
    return np.asarray(np.rint(255 * values), np.uint8)


def _alpha_to_8_bit(alpha: NDArray[Any]) -> NDArray[np.uint8]:
    if alpha.dtype == np.uint8:
        return alpha
    full = 65535.0 if alpha.dtype == np.uint16 else 1.0
    scaled = np.nan_to_num(np.clip(alpha / full, 0, 1), nan=0.0)
    return np.rint(255 * scaled).astype(np.uint8)

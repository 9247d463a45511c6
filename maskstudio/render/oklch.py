"""Class colors moved to a lightness that is seen on any picture, for outlines.

OKLab by Bjorn Ottosson, 2020 ("A perceptual color space for image processing").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LIGHTNESS_FLOOR = 0.60
LIGHTNESS_SPAN = 0.30
LEAST_CHROMA = 0.11
GREY_CHROMA = 0.02
"""Below it a color has no hue worth keeping and stays grey."""

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB = np.linalg.inv(_TO_LAB)
_FROM_LMS = np.linalg.inv(_TO_LMS)


def outline_colors(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Colors for outlines: dark ones become light enough, the order of lightness is kept.

    Args:
        colors: (n, 3) uint8, RGB.

    Returns:
        (n, 3) uint8: OKLCH lightness 0.60 + 0.30 L, chroma at least 0.11 unless grey, reduced
        until inside sRGB.
    """
    lab = _to_oklab(colors)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    is_grey = chroma < GREY_CHROMA
    hue = np.where(is_grey[:, None], 0.0, lab[:, 1:] / np.maximum(chroma, 1e-9)[:, None])
    lightness = LIGHTNESS_FLOOR + LIGHTNESS_SPAN * lab[:, 0]
    fitted = _largest_chroma(lightness, hue, np.maximum(chroma, LEAST_CHROMA))
    linear = np.clip(_to_linear(lightness, hue, fitted), 0, 1)
    return np.rint(255 * _encoded(linear)).astype(np.uint8)


def _largest_chroma(lightness: Floats, hue: Floats, wanted: Floats) -> Floats:
    """The wanted chroma, or the largest below it whose color sRGB can show."""
    low, high = np.zeros_like(wanted), wanted
    for _ in range(12):
        tried = (low + high) / 2
        linear = _to_linear(lightness, hue, tried)
        fits = ((linear >= 0) & (linear <= 1)).all(axis=1)
        low, high = np.where(fits, tried, low), np.where(fits, high, tried)
    linear = _to_linear(lightness, hue, wanted)
    fits = ((linear >= -1e-6) & (linear <= 1 + 1e-6)).all(axis=1)
    return np.where(fits, wanted, low)


def _to_oklab(colors: NDArray[np.uint8]) -> Floats:
    encoded = colors / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    lab: Floats = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    return lab


def _to_linear(lightness: Floats, hue: Floats, chroma: Floats) -> Floats:
    lab = np.column_stack([lightness, hue * chroma[:, None]])
    linear: Floats = (lab @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T
    return linear


def _encoded(linear: Floats) -> Floats:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)

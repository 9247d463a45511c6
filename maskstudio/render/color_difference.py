"""How different colors look, also to people with the common kinds of color blindness.

CIEDE2000: CIE 142-2001, formulas as in Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference
Formula", Color Research and Application 30 (2005). Color blindness: Machado, Oliveira and
Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15
(2009), at full severity.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import Rgb

Lab = NDArray[np.float64]
"""(n, 3) CIE L*a*b* under D65."""


class Vision(StrEnum):
    """How somebody sees colors."""

    NORMAL = "normal"
    PROTAN = "protan"
    DEUTAN = "deutan"
    TRITAN = "tritan"


_SIMULATED = {
    Vision.NORMAL: ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    Vision.PROTAN: (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    Vision.DEUTAN: (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    Vision.TRITAN: (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_XYZ_OF_RGB = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)


def differences(colors: Sequence[Rgb], vision: Vision = Vision.NORMAL) -> NDArray[np.float64]:
    """(n, n) CIEDE2000 between all pairs of sRGB colors as somebody sees them.

    About 1 is the least that people notice side by side; black and white differ by 100.
    """
    lab = lab_of(colors, vision)
    return ciede2000(lab[:, None], lab[None, :])


def lab_of(colors: Sequence[Rgb], vision: Vision = Vision.NORMAL) -> Lab:
    """CIE L*a*b* of sRGB colors."""
    encoded = np.asarray(colors, np.float64).reshape(-1, 3) / 255
    low, high = encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4
    linear = np.where(encoded <= 0.04045, low, high)
    seen = np.clip(linear @ np.transpose(_SIMULATED[vision]), 0, 1)
    ratios = seen @ np.transpose(_XYZ_OF_RGB) / _WHITE
    cubes = np.where(ratios > (6 / 29) ** 3, np.cbrt(ratios), ratios * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = cubes.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def ciede2000(one: Lab, other: Lab) -> NDArray[np.float64]:
    """CIEDE2000 of colors in CIE L*a*b*; shapes (..., 3) are broadcast."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    mean_chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7))
    c1, c2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1 = np.degrees(np.arctan2(b1, a1 * stretch)) % 360
    h2 = np.degrees(np.arctan2(b2, a2 * stretch)) % 360
    is_gray = c1 * c2 == 0
    turn = np.where(is_gray, 0, (h2 - h1 + 180) % 360 - 180)
    apart = np.abs(h1 - h2) > 180
    middle = (h1 + h2) / 2 + np.where(apart, np.where(h1 + h2 < 360, 180, -180), 0)
    hue = np.where(is_gray, h1 + h2, middle)
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    weight = (
        1
        - 0.17 * _cos(hue - 30)
        + 0.24 * _cos(2 * hue)
        + 0.32 * _cos(3 * hue + 6)
        - 0.20 * _cos(4 * hue - 63)
    )
    by_lightness = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    d_lightness = (l2 - l1) / by_lightness
    d_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * weight)
    blue = 60 * np.exp(-(((hue - 275) / 25) ** 2))
    rotation = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * np.sin(np.radians(blue))
    squares = d_lightness**2 + d_chroma**2 + d_hue**2 + rotation * d_chroma * d_hue
    found: NDArray[np.float64] = np.sqrt(np.maximum(squares, 0))
    return found


def _cos(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.cos(np.radians(degrees))
    return found

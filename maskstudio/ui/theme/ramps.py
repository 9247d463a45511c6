"""Colors of the cells of a confusion matrix, by share: `visual.md` §7."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from math import sqrt

from PySide6.QtGui import QColor

from .tokens import Theme

_STOPS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Square roots of the shares 0, 6, 25, 56 and 100 %."""

_RAMPS = {
    ("dark", True): ("#202125", "#223F6D", "#2563C4", "#5B97EA", "#A9CBFB"),
    ("dark", False): ("#202125", "#6F3D1B", "#CF5F0F", "#F59A3C", "#FFCF91"),
    ("light", True): ("#F7F7F8", "#A9CBFB", "#5B97EA", "#2563C4", "#123C80"),
    ("light", False): ("#F7F7F8", "#FFCF91", "#F59A3C", "#CF5F0F", "#863406"),
}


@cache
def _ramp(theme_name: str, is_right: bool) -> tuple[tuple[int, int, int], ...]:
    colors = (QColor(name) for name in _RAMPS[theme_name, is_right])
    return tuple((c.red(), c.green(), c.blue()) for c in colors)


def cell_color(theme: Theme, share: float, *, is_right: bool) -> QColor:
    """Color of a cell by the square root of its share, so that 1 % is seen.

    Args:
        share: of the row, 0 to 1.
        is_right: whether the cell lies on the diagonal.
    """
    ramp = _ramp(theme.name, is_right)
    place = sqrt(min(max(share, 0.0), 1.0))
    upper = min(bisect_right(_STOPS, place), len(_STOPS) - 1)
    low, high = _STOPS[upper - 1], _STOPS[upper]
    part = (place - low) / (high - low)
    return QColor(
        *(round(a + (b - a) * part) for a, b in zip(ramp[upper - 1], ramp[upper], strict=True))
    )


def ink_on(color: QColor) -> QColor:
    """Black or white, whichever contrasts more."""
    light = luminance(color)
    return QColor(0, 0, 0) if (light + 0.05) ** 2 > 1.05 * 0.05 else QColor(255, 255, 255)


def luminance(color: QColor) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = (color.redF(), color.greenF(), color.blueF())
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

"""Colors of the cells of a confusion matrix, by their share of the row."""

from __future__ import annotations

from bisect import bisect_right
from math import sqrt

from maskstudio.core.arrays import Rgb

STOPS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Square roots of the shares 0, 6, 25, 56 and 100 %, so that 1 % is seen."""

_RAMPS = {
    (True, True): ("#202125", "#223F6D", "#2563C4", "#5B97EA", "#A9CBFB"),
    (True, False): ("#202125", "#6F3D1B", "#CF5F0F", "#F59A3C", "#FFCF91"),
    (False, True): ("#F7F7F8", "#A9CBFB", "#5B97EA", "#2563C4", "#123C80"),
    (False, False): ("#F7F7F8", "#FFCF91", "#F59A3C", "#CF5F0F", "#863406"),
}
"""By whether the ground is dark and whether the cell lies on the diagonal."""


def cell_color(share: float, *, is_right: bool, is_dark: bool) -> Rgb:
    """Color of a cell.

    Args:
        share: of its row, 0 to 1.
        is_right: whether it lies on the diagonal.
        is_dark: whether it is for a dark ground.
    """
    ramp = [_rgb(color) for color in _RAMPS[is_dark, is_right]]
    place = sqrt(min(max(share, 0.0), 1.0))
    upper = min(bisect_right(STOPS, place), len(STOPS) - 1)
    part = (place - STOPS[upper - 1]) / (STOPS[upper] - STOPS[upper - 1])
    red, green, blue = (
        round(a + (b - a) * part) for a, b in zip(ramp[upper - 1], ramp[upper], strict=True)
    )
    return red, green, blue


def ink_on(color: Rgb) -> Rgb:
    """Black or white, whichever contrasts more as WCAG 2 defines it."""
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _unit(color))
    light = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return (0, 0, 0) if (light + 0.05) ** 2 > 1.05 * 0.05 else (255, 255, 255)


def _rgb(color: str) -> Rgb:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _unit(color: Rgb) -> tuple[float, ...]:
    return tuple(channel / 255 for channel in color)

from __future__ import annotations

import pytest

from maskstudio.core.arrays import Rgb
from maskstudio.render.ramps import cell_color, ink_on

DARK_GROUND, LIGHT_GROUND = (0x20, 0x21, 0x25), (0xF7, 0xF7, 0xF8)


def contrast(one: Rgb, other: Rgb) -> float:
    """As WCAG 2.2 defines it."""

    def luminance(color: Rgb) -> float:
        linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_ends_are_the_ground_and_the_strongest_color() -> None:
    assert cell_color(0, is_right=True, is_dark=True) == DARK_GROUND
    assert cell_color(0, is_right=False, is_dark=False) == LIGHT_GROUND
    assert cell_color(1, is_right=True, is_dark=True) == (0xA9, 0xCB, 0xFB)
    assert cell_color(1, is_right=False, is_dark=False) == (0x86, 0x34, 0x06)


def test_the_square_root_of_the_share_counts() -> None:
    assert cell_color(0.25, is_right=True, is_dark=True) == (0x25, 0x63, 0xC4)
    assert cell_color(0.0625, is_right=True, is_dark=False) == (0xA9, 0xCB, 0xFB)
    assert cell_color(0.5625, is_right=False, is_dark=True) == (0xF5, 0x9A, 0x3C)


@pytest.mark.parametrize("is_right", [True, False])
@pytest.mark.parametrize("is_dark", [True, False])
def test_numbers_can_be_read_on_every_cell(is_right: bool, is_dark: bool) -> None:
    for step in range(1001):
        color = cell_color(step / 1000, is_right=is_right, is_dark=is_dark)
        ink = ink_on(color)
        assert ink in ((0, 0, 0), (255, 255, 255))
        assert contrast(color, ink) >= 4.58


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_shares_beyond_the_ends_look_as_the_ends_do(share: float) -> None:
    nearest = min(max(share, 0), 1)
    assert cell_color(share, is_right=True, is_dark=True) == cell_color(
        nearest, is_right=True, is_dark=True
    )


@pytest.mark.parametrize("is_dark", [True, False])
def test_one_percent_is_seen(is_dark: bool) -> None:
    nothing, little = (cell_color(s, is_right=False, is_dark=is_dark) for s in (0, 0.01))
    assert contrast(nothing, little) > 1.03

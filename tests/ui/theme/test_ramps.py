"""Colors of the confusion matrix are those of the design, and its numbers can be read."""

from __future__ import annotations

import pytest

from maskstudio.ui.theme.ramps import cell_color, ink_on, luminance
from maskstudio.ui.theme.tokens import DARK, LIGHT, Theme

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)


@pytest.mark.parametrize(
    ("theme", "is_right", "share", "expected"),
    [
        (DARK, True, 0.0, "#202125"),
        (DARK, True, 0.25, "#2563c4"),
        (DARK, False, 0.5625, "#f59a3c"),
        (DARK, False, 1.0, "#ffcf91"),
        (LIGHT, True, 0.0625, "#a9cbfb"),
        (LIGHT, False, 1.0, "#863406"),
    ],
)
def test_the_stops_are_those_of_the_design(
    theme: Theme, is_right: bool, share: float, expected: str
) -> None:
    assert cell_color(theme, share, is_right=is_right).name() == expected


@THEMES
def test_ink_contrasts_everywhere(theme: Theme) -> None:
    for is_right in (True, False):
        for percent in range(101):
            ground = cell_color(theme, percent / 100, is_right=is_right)
            light, dark = sorted((luminance(ground), luminance(ink_on(ground))), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.58


@THEMES
def test_one_percent_is_seen(theme: Theme) -> None:
    nothing, little = (cell_color(theme, share, is_right=False) for share in (0, 0.01))
    assert abs(luminance(nothing) - luminance(little)) > 0.003

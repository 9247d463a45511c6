"""The contrast table of the visual design, computed from the tokens."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from maskstudio.ui.theme.tokens import DARK, LIGHT, Theme, faded

# text token, ground token, ratio in the dark theme, ratio in the light theme
PAIRS = [
    ("text", "panel", 13.3, 15.9),
    ("text", "window", 14.2, 14.2),
    ("text", "field", 14.9, 17.0),
    ("text", "raised", 11.2, 17.0),
    ("text", "select", 9.5, 13.1),
    ("text2", "panel", 7.7, 7.8),
    ("text2", "window", 8.3, 6.9),
    ("text2", "select", 5.6, 6.4),
    ("text3", "panel", 5.1, 5.2),
    ("text3", "window", 5.5, 4.6),
    ("text3", "hover", 4.5, 4.8),
    ("text3", "select", 3.7, 4.3),
    ("accent", "panel", 6.7, 5.9),
    ("on_accent", "accent_fill", 5.4, 5.7),
    ("on_accent", "accent_hover", 4.6, 7.0),
    ("ok", "panel", 7.5, 5.0),
    ("warn", "panel", 8.6, 5.5),
    ("error", "panel", 6.4, 5.3),
    ("info", "panel", 6.7, 5.9),
    ("focus", "panel", 8.1, 5.3),
    ("line_strong", "panel", 4.0, 3.7),
    ("tooltip_text", "tooltip", 10.6, 12.4),
    ("disabled", "panel", 2.7, 2.3),
]


def contrast(a: QColor, b: QColor) -> float:
    """Contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(c / 255) for c in (color.red(), color.green(), color.blue()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("ink", "ground", "dark", "light"), PAIRS)
def test_contrast_is_what_the_design_promises(
    ink: str, ground: str, dark: float, light: float
) -> None:
    assert contrast(DARK.color(ink), DARK.color(ground)) == pytest.approx(dark, abs=0.06)
    assert contrast(LIGHT.color(ink), LIGHT.color(ground)) == pytest.approx(light, abs=0.06)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda t: t.name)
@pytest.mark.parametrize("state", ["ok", "warn", "error", "info"])
def test_states_can_be_read_on_their_own_ground(theme: Theme, state: str) -> None:
    least = 5.6 if theme.is_dark else 4.5
    assert contrast(theme.color(state), theme.color(f"{state}_bg")) >= least - 0.05


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda t: t.name)
def test_every_color_has_a_value(theme: Theme) -> None:
    assert len(theme.colors()) > 30
    assert all(color.isValid() for color in theme.colors().values())


def test_fading_leaves_the_token_alone() -> None:
    assert faded(DARK.text, 0.5).alpha() == 128
    assert DARK.text.alpha() == 255

"""Dresses the application in a theme: Fusion, a palette, one style sheet and a font."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from maskstudio.resources import resource

from .current import remember
from .density import Density
from .tokens import Theme
from .typography import base_font


def apply_theme(app: QApplication, theme: Theme, density: Density) -> None:
    """Make the whole application look like this, at once; widgets repaint on the palette change."""
    remember(app, theme, density)
    app.setStyle("Fusion")
    app.setFont(base_font(density))
    app.setPalette(palette_of(theme))
    app.setStyleSheet(style_sheet(theme, density))


def palette_of(theme: Theme) -> QPalette:
    """The theme as a palette: every role, and Disabled where it differs."""
    palette = QPalette()
    for role, color in _roles(theme).items():
        palette.setColor(role, color)
    for role in _TEXT_ROLES:
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.disabled)
    for role in (QPalette.ColorRole.Highlight, QPalette.ColorRole.Accent):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.track)
    palette.setColor(QPalette.ColorGroup.Inactive, QPalette.ColorRole.Highlight, theme.select_off)
    return palette


def style_sheet(theme: Theme, density: Density) -> str:
    """The application's style sheet with all `@names` filled in.

    Raises:
        KeyError: the sheet names a token that does not exist.
    """
    template = resource("themes", "style.qss")
    values = {name: _css(color) for name, color in theme.colors().items()}
    values |= {
        "theme": theme.name,
        "folder": template.parent.as_posix(),
        "hover_button": _css(theme.pressed if theme.is_dark else theme.hover),
        "control": f"{density.control}px",
        "control_inner": f"{density.control - 2}px",
        "control_focus": f"{density.control - 4}px",
        "menu_row": f"{density.row - 4}px",
    }
    named = re.compile(r"@([a-z]+(?:_[a-z]+)*[0-9]?)")
    return named.sub(lambda match: values[match[1]], template.read_text("utf-8"))


_TEXT_ROLES = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.BrightText,
    QPalette.ColorRole.HighlightedText,
    QPalette.ColorRole.PlaceholderText,
    QPalette.ColorRole.Link,
    QPalette.ColorRole.LinkVisited,
)


def _roles(theme: Theme) -> dict[QPalette.ColorRole, QColor]:
    role = QPalette.ColorRole
    return {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.panel,
        role.AlternateBase: theme.panel,
        role.Text: theme.text,
        role.PlaceholderText: theme.text3,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.on_accent,
        role.Light: theme.hover,
        role.Midlight: theme.hover,
        role.Mid: theme.line,
        role.Dark: theme.line,
        role.Shadow: theme.line_strong,
        role.Highlight: theme.select,
        role.HighlightedText: theme.text,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.ToolTipBase: theme.tooltip,
        role.ToolTipText: theme.tooltip_text,
        role.Accent: theme.accent_fill,
    }


def _css(color: QColor) -> str:
    """The color as a style sheet writes it."""
    return color.name() if color.alpha() == 255 else f"rgba{color.getRgb()}"

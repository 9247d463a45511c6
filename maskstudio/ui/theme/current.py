"""The theme and density the application wears now; widgets ask here whenever they paint.

Both are kept as properties of the QApplication, so that they live and end with it. A change reaches
widgets as the palette change that goes with it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from .density import COMFORTABLE, COMPACT, Density
from .tokens import DARK, LIGHT, Theme

_THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
_DENSITIES = {density.name: density for density in (COMFORTABLE, COMPACT)}


def current_theme() -> Theme:
    """The theme in use; dark where none was applied yet."""
    return _THEMES.get(_property("theme"), DARK)


def current_density() -> Density:
    """The density in use; comfortable where none was applied yet."""
    return _DENSITIES.get(_property("density"), COMFORTABLE)


def remember(app: QApplication, theme: Theme, density: Density) -> None:
    """Make these the current ones. For `apply_theme` alone."""
    app.setProperty("theme", theme.name)
    app.setProperty("density", density.name)


def system_theme(app: QGuiApplication) -> Theme:
    """The theme the system asks for; dark where it does not say.

    `app.styleHints().colorSchemeChanged` tells when to ask again.
    """
    is_light = app.styleHints().colorScheme() is Qt.ColorScheme.Light
    return LIGHT if is_light else DARK


def _property(name: str) -> str:
    app = QGuiApplication.instance()
    return str(app.property(name)) if app else ""

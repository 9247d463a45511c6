"""Keeps theme and density as the user, the system and the size of the window want them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from .settings import DENSITY, THEME, Settings
from .theme.current import current_density, current_theme, system_theme
from .theme.density import COMFORTABLE, COMPACT, Density, density_for
from .theme.style import apply_theme
from .theme.tokens import DARK, LIGHT, Theme

THEMES = {"dark": DARK, "light": LIGHT}
DENSITIES = {"comfortable": COMFORTABLE, "compact": COMPACT}


class Appearance(QObject):
    """Dresses the application; made before the window, so that nothing is drawn twice.

    Signals:
        density_changed(): sizes of rows and controls are others.
    """

    density_changed = Signal()

    def __init__(self, app: QApplication, settings: Settings, *, theme: str | None = None) -> None:
        """Apply what the settings say.

        Args:
            theme: `light` or `dark` for this run, whatever the settings say.
        """
        super().__init__(app)
        self._app = app
        self._settings = settings
        self._theme = theme
        self._window: QWidget | None = None
        self._apply(COMFORTABLE)
        app.styleHints().colorSchemeChanged.connect(lambda _scheme: self.refresh())

    def follow(self, window: QWidget) -> None:
        """Let the density follow the size of a window."""
        self._window = window
        window.installEventFilter(self)
        self.refresh()

    def set_theme(self, name: str) -> None:
        """Wear `light`, `dark` or `system`, now and from now on."""
        self._theme = None
        self._settings.set(THEME, name)
        self.refresh()

    def set_density(self, name: str) -> None:
        """Be `comfortable`, `compact` or `automatic`, now and from now on."""
        self._settings.set(DENSITY, name)
        self.refresh()

    @property
    def theme_name(self) -> str:
        """The theme that is asked for: `light`, `dark` or `system`."""
        name = self._theme or self._settings.get(THEME)
        return name if name in THEMES else "system"

    @property
    def density_name(self) -> str:
        """The density that is asked for: `comfortable`, `compact` or `automatic`."""
        name = self._settings.get(DENSITY)
        return name if name in DENSITIES else "automatic"

    def refresh(self) -> None:
        """Apply theme and density where they changed."""
        theme, density = self._wanted_theme(), self._wanted_density()
        if theme is not current_theme() or density is not current_density():
            self._apply(density)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self.refresh()
        return False

    def _apply(self, density: Density) -> None:
        is_other = density is not current_density()
        apply_theme(self._app, self._wanted_theme(), density)
        if is_other:
            self.density_changed.emit()

    def _wanted_theme(self) -> Theme:
        return THEMES.get(self.theme_name) or system_theme(self._app)

    def _wanted_density(self) -> Density:
        chosen = DENSITIES.get(self.density_name)
        if chosen is not None:
            return chosen
        return density_for(self._window.size()) if self._window else COMFORTABLE

"""Light, dark, or as the system has it; roomy or compact."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup

from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.appearance import Appearance
from maskstudio.ui.theme.icons import Icon

MENU = "View"
THEMES = {
    "system": ActionSpec("look.system", "Theme of the System", MENU, is_checkable=True),
    "light": ActionSpec("look.light", "Light Theme", MENU, icon=Icon.LIGHT, is_checkable=True),
    "dark": ActionSpec("look.dark", "Dark Theme", MENU, icon=Icon.DARK, is_checkable=True),
}
DENSITIES = {
    "automatic": ActionSpec("look.automatic", "Density by Window Size", MENU, is_checkable=True),
    "comfortable": ActionSpec("look.comfortable", "Comfortable", MENU, is_checkable=True),
    "compact": ActionSpec("look.compact", "Compact", MENU, is_checkable=True),
}


def add_appearance_commands(actions: Actions, appearance: Appearance, parent: QObject) -> None:
    """Declare them; the chosen ones carry the tick."""
    for specs, choose, chosen in (
        (THEMES, appearance.set_theme, appearance.theme_name),
        (DENSITIES, appearance.set_density, appearance.density_name),
    ):
        group = QActionGroup(parent)
        for name, spec in specs.items():
            action = actions.add(spec, partial(choose, name))
            action.setChecked(name == chosen)
            group.addAction(action)

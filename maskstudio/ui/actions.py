"""Every command of the window, declared once: text, icon, keys, when it can be used.

Menus, tool bars, the command palette, the list of keys and the tests all take them from here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from .settings import KEYS, Settings
from .theme.icons import Icon, icon

NATIVE = QKeySequence.SequenceFormat.NativeText

Handler = Callable[[], object]
Condition = Callable[[], bool]


@dataclass(frozen=True)
class ActionSpec:
    """One command.

    Args:
        id: fixed name, `menu.deed`; keys of the user and tests refer to it.
        text: as it stands in the menu, with `…` where a dialog follows.
        menu: title of the menu it stands in, or "" for none.
        keys: default key sequences in Qt's portable notation.
        tip: one line of use.
    """

    id: str
    text: str
    menu: str
    keys: tuple[str, ...] = ()
    icon: Icon | None = None
    tip: str = ""
    is_checkable: bool = False


class Actions(QObject):
    """Makes the QActions and keeps their keys.

    Signals:
        keys_changed(): the user gave a command other keys.
    """

    keys_changed = Signal()

    def __init__(self, settings: Settings, parent: QObject) -> None:
        """Start without commands; `parent` is the window, in which all keys work."""
        super().__init__(parent)
        self._settings = settings
        self._specs: dict[str, ActionSpec] = {}
        self._actions: dict[str, QAction] = {}
        self._conditions: dict[str, Condition] = {}
        self._changed_keys = _kept_keys(settings)

    def add(self, spec: ActionSpec, handler: Handler, enabled: Condition | None = None) -> QAction:
        """Declare a command and what it does."""
        assert spec.id not in self._specs, f"{spec.id} is declared twice"
        action = QAction(self.tr(spec.text), self.parent())
        action.setObjectName(spec.id)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(spec.is_checkable)
        if spec.icon is not None:
            action.setIcon(icon(spec.icon))
        action.triggered.connect(lambda _checked=False: handler())
        self._specs[spec.id] = spec
        self._actions[spec.id] = action
        if enabled is not None:
            self._conditions[spec.id] = enabled
        self._apply_keys(spec)
        return action

    def __getitem__(self, action_id: str) -> QAction:
        """The QAction of a command."""
        return self._actions[action_id]

    def __iter__(self) -> Iterator[ActionSpec]:
        """All commands in the order they were declared."""
        return iter(self._specs.values())

    def of_menu(self, menu: str) -> list[QAction]:
        """Commands of a menu in order."""
        return [self._actions[s.id] for s in self if s.menu == menu]

    def update_enabled(self) -> None:
        """Ask every condition again."""
        for action_id, condition in self._conditions.items():
            self._actions[action_id].setEnabled(condition())

    # keys

    def keys(self, action_id: str) -> tuple[str, ...]:
        """Key sequences in force."""
        return self.keys_of(self._specs[action_id])

    def keys_of(self, spec: ActionSpec) -> tuple[str, ...]:
        """Key sequences in force of a command, also before it is declared."""
        return self._changed_keys.get(spec.id, spec.keys)

    def key_text(self, spec: ActionSpec) -> str:
        """The first key sequence as the system spells it; empty where there is none."""
        return next((QKeySequence(key).toString(NATIVE) for key in self.keys_of(spec)), "")

    def set_keys(self, changed: Mapping[str, tuple[str, ...]]) -> None:
        """Give commands other keys and keep that; equal to the default means not changed."""
        self._changed_keys = {
            action_id: keys
            for action_id, keys in changed.items()
            if action_id in self._specs and keys != self._specs[action_id].keys
        }
        kept = {action_id: list(keys) for action_id, keys in self._changed_keys.items()}
        self._settings.set(KEYS, json.dumps(kept))
        for spec in self:
            self._apply_keys(spec)
        self.keys_changed.emit()

    def clashes(self, keys: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
        """Ids of commands that would share a key sequence, by sequence."""
        users = defaultdict(list)
        for spec in self:
            for key in keys.get(spec.id, self.keys(spec.id)):
                users[QKeySequence(key).toString()].append(spec.id)
        return {key: ids for key, ids in users.items() if key and len(ids) > 1}

    def _apply_keys(self, spec: ActionSpec) -> None:
        action = self._actions[spec.id]
        keys = self.keys(spec.id)
        action.setShortcuts([QKeySequence(key) for key in keys])
        name = self.tr(spec.text).rstrip("…")
        tip = f"{name}  ({action.shortcut().toString(NATIVE)})" if keys else name
        action.setToolTip(f"{tip}\n{self.tr(spec.tip)}" if spec.tip else tip)


def _kept_keys(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Changed keys from the settings; a damaged entry counts as not changed."""
    try:
        kept = json.loads(settings.get(KEYS))
    except ValueError:
        return {}
    if not isinstance(kept, dict):
        return {}
    return {
        action_id: tuple(str(key) for key in keys)
        for action_id, keys in kept.items()
        if isinstance(keys, list)
    }

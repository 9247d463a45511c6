"""Keys of all commands while they are being edited: nothing is in force before it is applied."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

from maskstudio.ui.actions import NATIVE, Actions, ActionSpec


@dataclass(frozen=True)
class FixedKeys:
    """A gesture of the canvas whose keys cannot be given to a command.

    Args:
        shown: as people read it.
        taken: key sequences that it takes.
    """

    shown: str
    deed: str
    taken: tuple[str, ...] = ()


FIXED = (
    FixedKeys("Ctrl (held)", "Erase while painting"),
    FixedKeys("Space (held), middle button", "Pan", ("Space",)),
    FixedKeys("H (held)", "Peek at the bare picture", ("H",)),
    FixedKeys("Wheel, Ctrl+wheel", "Zoom at the pointer"),
    FixedKeys("Shift+wheel, Alt+drag", "Brush size"),
    FixedKeys("Enter, double click", "Finish what is in work", ("Return", "Enter")),
    FixedKeys("Esc", "Cancel what is in work", ("Esc",)),
    FixedKeys("Backspace", "Drop the last point", ("Backspace",)),
)


_FIXED_DEEDS = {_key: _fixed.deed for _fixed in FIXED for _key in _fixed.taken}


@dataclass(frozen=True)
class Clash:
    """One key that means two things.

    Args:
        action_ids: the commands that would have it.
        words: the key and everything it would do.
    """

    action_ids: frozenset[str]
    words: str


class KeyDraft:
    """Owned by the dialog; reads `Actions` and changes them in `apply` alone."""

    def __init__(self, actions: Actions) -> None:
        """Start from the keys in force."""
        self._actions = actions
        self._keys = {spec.id: _portable_all(actions.keys(spec.id)) for spec in actions}
        self._start = dict(self._keys)

    def keys(self, action_id: str) -> tuple[str, ...]:
        """Keys of a command in Qt's portable notation."""
        return self._keys[action_id]

    def shown_keys(self, action_id: str) -> str:
        """Keys of a command as people read them."""
        return ",  ".join(shown_key(key) for key in self.keys(action_id))

    def add(self, action_id: str, key: str) -> None:
        """Give a command one more key."""
        key = _portable(key)
        if key and key not in self._keys[action_id]:
            self._keys[action_id] = (*self._keys[action_id], key)

    def remove(self, action_id: str, key: str) -> None:
        """Take a key from a command."""
        self._keys[action_id] = tuple(k for k in self._keys[action_id] if k != key)

    def clear(self, action_id: str) -> None:
        """Leave a command without keys."""
        self._keys[action_id] = ()

    def restore(self, action_id: str) -> None:
        """Give a command the keys it came with."""
        self._keys[action_id] = _portable_all(self._spec(action_id).keys)

    def restore_all(self) -> None:
        """Give every command the keys it came with."""
        for action_id in self._keys:
            self.restore(action_id)

    def is_default(self, action_id: str) -> bool:
        """Whether a command has the keys it came with."""
        return self._keys[action_id] == _portable_all(self._spec(action_id).keys)

    @property
    def n_changes(self) -> int:
        """How many commands would get other keys."""
        return sum(keys != self._start[action_id] for action_id, keys in self._keys.items())

    def clashes(self) -> list[Clash]:
        """Keys that two commands share, or that the canvas keeps for itself."""
        found = []
        for key, ids in self._actions.clashes(self._keys).items():
            names = " and ".join(self._name(action_id) for action_id in ids)
            found.append(Clash(frozenset(ids), f"{shown_key(key)}: {names}"))
        for action_id, keys in self._keys.items():
            for key in keys:
                deed = _FIXED_DEEDS.get(key)
                if deed is not None:
                    words = f"{shown_key(key)}: {self._name(action_id)}, but it is fixed: {deed}"
                    found.append(Clash(frozenset({action_id}), words))
        return found

    def apply(self) -> None:
        """Put the keys in force and keep them."""
        changed = {
            action_id: self._spec(action_id).keys if self.is_default(action_id) else keys
            for action_id, keys in self._keys.items()
        }
        self._actions.set_keys(changed)
        self._start = dict(self._keys)

    def _spec(self, action_id: str) -> ActionSpec:
        return next(spec for spec in self._actions if spec.id == action_id)

    def _name(self, action_id: str) -> str:
        return self._spec(action_id).text.rstrip("…")


def shown_key(key: str) -> str:
    """A portable key sequence as people read it."""
    return QKeySequence(key).toString(NATIVE)


def _portable(key: str) -> str:
    return QKeySequence(key).toString()


def _portable_all(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_portable(key) for key in keys)

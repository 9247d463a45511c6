"""The one, linear list of edits of a data set, bounded by bytes.

It keeps which edits are applied and, for each layer key, up to which edit its files are saved;
it applies nothing itself (`Dataset.undo` and `Dataset.redo` do).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .edits import Edit, Target

DEFAULT_LIMIT_BYTES = 256 << 20


@dataclass(slots=True)
class _Entry:
    """An edit and its running number, which is never used again."""

    edit: Edit
    serial: int


class History:
    """Edits in the order they were made; those before `position` are applied.

    A state is named by the serial of the last edit in the list that is applied, 0 where none is.
    An edit that leaves the list while a saved file lacks or holds it cannot be counted from then
    on: its targets stay modified until the next save.
    """

    def __init__(self, limit_bytes: int = DEFAULT_LIMIT_BYTES) -> None:
        """Start empty and saved.

        Attributes:
            n_steps: how many edits were made, undone and redone so far.
            n_steps_saving: how many there were when the last save began.
        """
        self.limit_bytes = limit_bytes
        self._entries: list[_Entry] = []
        self._position = 0
        self._size_bytes = 0
        self._last_serial = 0
        self._saved: dict[str, int] = {}
        self._beyond_reach: set[Target] = set()
        self._saving = 0
        self._beyond_saving: set[Target] = set()
        self.n_steps = 0
        self.n_steps_saving = 0

    @property
    def edits(self) -> Sequence[Edit]:
        """All edits, undone ones included, oldest first."""
        return tuple(entry.edit for entry in self._entries)

    @property
    def position(self) -> int:
        """How many of them are applied."""
        return self._position

    @property
    def size_bytes(self) -> int:
        """Memory the edits hold."""
        return self._size_bytes

    @property
    def undo_edit(self) -> Edit | None:
        """The edit that undo would take back."""
        return self._entries[self._position - 1].edit if self._position else None

    @property
    def redo_edit(self) -> Edit | None:
        """The edit that redo would make again."""
        return self._entries[self._position].edit if self._position < len(self._entries) else None

    def push(self, edit: Edit) -> None:
        """Add an edit that was just made; undone ones are forgotten."""
        self._forget(range(self._position, len(self._entries)))
        self._last_serial += 1
        self._entries.append(_Entry(edit, self._last_serial))
        self._size_bytes += edit.size_bytes
        self._position = len(self._entries)
        self.n_steps += 1
        self.trim()

    def step_back(self) -> None:
        """Note that the last applied edit was undone."""
        assert self._position > 0
        self._position -= 1
        self.n_steps += 1

    def step_forward(self) -> None:
        """Note that the next edit was made again."""
        assert self._position < len(self._entries)
        self._position += 1
        self.n_steps += 1

    def trim(self) -> None:
        """Forget the oldest edits until the rest fits into the limit.

        Undone edits and the last applied one stay, however large they are.
        """
        excess = self._size_bytes - self.limit_bytes
        n_dropped = 0
        while excess > 0 and n_dropped < self._position - 1:
            excess -= self._entries[n_dropped].edit.size_bytes
            n_dropped += 1
        self._forget(range(n_dropped))

    def begin_save(self) -> int:
        """The state that is applied now, to be given to `mark_saved` when it is on disk.

        One save runs at a time; edits may be made, undone and forgotten while it does.
        """
        self._saving = self._entries[self._position - 1].serial if self._position else 0
        self._beyond_saving.clear()
        self.n_steps_saving = self.n_steps
        return self._saving

    def mark_saved(self, state: int, keys: Iterable[str]) -> None:
        """Count the files of these layers as holding the state that `begin_save` named last."""
        assert state == self._saving
        for key in keys:
            self._saved[key] = state
            others = {target for target in self._beyond_reach if target.key != key}
            self._beyond_reach = others | {t for t in self._beyond_saving if t.key == key}

    def modified(self) -> set[Target]:
        """Layers of samples, and label maps, that differ from what is saved."""
        found = set(self._beyond_reach)
        for i, entry in enumerate(self._entries):
            for target in entry.edit.targets:
                if self._is_saved(entry, target) != (i < self._position):
                    found.add(target)
        return found

    def saved_positions(self) -> list[int]:
        """Positions at which nothing would be modified; none where the saved state is gone."""
        if self._beyond_reach:
            return []
        n_differing = sum(self._is_saved(e, t) for e in self._entries for t in e.edit.targets)
        found = [] if n_differing else [0]
        for i, entry in enumerate(self._entries, start=1):
            for target in entry.edit.targets:
                n_differing += -1 if self._is_saved(entry, target) else 1
            if n_differing == 0:
                found.append(i)
        return found

    def _is_saved(self, entry: _Entry, target: Target) -> bool:
        return entry.serial <= self._saved.get(target.key, 0)

    def _forget(self, which: range) -> None:
        """Remove the head of the list, which is applied, or the undone tail."""
        gone = self._entries[which.start : which.stop]
        if not gone:
            return
        is_applied = which.start < self._position
        for entry in gone:
            self._size_bytes -= entry.edit.size_bytes
            for target in entry.edit.targets:
                if self._is_saved(entry, target) != is_applied:
                    self._beyond_reach.add(target)
                if (entry.serial <= self._saving) != is_applied:
                    self._beyond_saving.add(target)
        if is_applied:
            self._position -= len(gone)
        del self._entries[which.start : which.stop]

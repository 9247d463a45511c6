"""The one, linear list of edits of a data set, bounded by bytes.

It keeps which edits are applied and, for each layer key, up to which edit its files are saved;
it applies nothing itself (`Dataset.undo` and `Dataset.redo` do).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .edits import Edit, Target

DEFAULT_LIMIT_BYTES = 256 << 20


class History:
    """Edits in the order they were made; those before `position` are applied.

    An edit that leaves the list while a saved file lacks or holds it cannot be counted from then
    on: its targets stay modified until the next save.
    """

    def __init__(self, limit_bytes: int = DEFAULT_LIMIT_BYTES) -> None:
        """Start empty and saved."""
        self.limit_bytes = limit_bytes
        self._edits: list[Edit] = []
        self._serials: list[int] = []
        self._position = 0
        self._last_serial = 0
        self._base_serial = 0
        self._saved: dict[str, int] = {}
        self._beyond_reach: set[Target] = set()
        self._forgotten: list[tuple[int, Target, bool]] = []

    @property
    def edits(self) -> Sequence[Edit]:
        """All edits, undone ones included, oldest first."""
        return tuple(self._edits)

    @property
    def position(self) -> int:
        """How many of them are applied."""
        return self._position

    @property
    def size_bytes(self) -> int:
        """Memory the edits hold."""
        return sum(edit.size_bytes for edit in self._edits)

    @property
    def undo_edit(self) -> Edit | None:
        """The edit that undo would take back."""
        return self._edits[self._position - 1] if self._position else None

    @property
    def redo_edit(self) -> Edit | None:
        """The edit that redo would make again."""
        return self._edits[self._position] if self._position < len(self._edits) else None

    def push(self, edit: Edit) -> None:
        """Add an edit that was just made; undone ones are forgotten."""
        self._forget(range(self._position, len(self._edits)))
        self._last_serial += 1
        self._edits.append(edit)
        self._serials.append(self._last_serial)
        self._position = len(self._edits)
        self.trim()

    def step_back(self) -> None:
        """Note that the last applied edit was undone."""
        assert self._position > 0
        self._position -= 1

    def step_forward(self) -> None:
        """Note that the next edit was made again."""
        assert self._position < len(self._edits)
        self._position += 1

    def trim(self) -> None:
        """Forget the oldest edits until the rest fits into the limit; the newest always stays."""
        excess = self.size_bytes - self.limit_bytes
        n_dropped = 0
        while excess > 0 and n_dropped < len(self._edits) - 1 and n_dropped < self._position - 1:
            excess -= self._edits[n_dropped].size_bytes
            n_dropped += 1
        if n_dropped:
            self._forget(range(n_dropped))

    def begin_save(self) -> int:
        """A name for what is applied now, to be given to `mark_saved` when it is on disk.

        One save runs at a time; edits may be made, undone and forgotten while it does.
        """
        self._forgotten.clear()
        return self._serials[self._position - 1] if self._position else self._base_serial

    def mark_saved(self, state: int, keys: Iterable[str]) -> None:
        """Count the files of these layers as holding the state that `begin_save` named."""
        for key in keys:
            self._saved[key] = state
            kept = {t for t in self._beyond_reach if t.key != key}
            for serial, target, was_applied in self._forgotten:
                if target.key == key and (serial <= state) != was_applied:
                    kept.add(target)
            self._beyond_reach = kept

    def modified(self) -> set[Target]:
        """Layers of samples, and label maps, that differ from what is saved."""
        found = set(self._beyond_reach)
        for i, edit in enumerate(self._edits):
            for target in edit.targets:
                if self._is_saved(i, target) != (i < self._position):
                    found.add(target)
        return found

    def _is_saved(self, i: int, target: Target) -> bool:
        return self._serials[i] <= self._saved.get(target.key, 0)

    def _forget(self, which: range) -> None:
        """Remove a head or a tail of the list."""
        for i in which:
            was_applied = i < self._position
            for target in self._edits[i].targets:
                self._forgotten.append((self._serials[i], target, was_applied))
                if self._is_saved(i, target) != was_applied:
                    self._beyond_reach.add(target)
        if which and which.stop <= self._position:
            self._base_serial = self._serials[which.stop - 1]
            self._position -= len(which)
        del self._edits[which.start : which.stop]
        del self._serials[which.start : which.stop]

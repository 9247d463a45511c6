"""The recovery journal: every step of a data set's history, on disk within a second of its making.

The window's thread only hands over edits, which never change; a thread of the journal tells them in
records and writes them. A save drops what the files hold from then on. `recovery` brings back what
a journal holds whose program did not live to save it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from weakref import WeakKeyDictionary

from maskstudio.core.edits import Edit
from maskstudio.core.events import Event, HistoryChanged

from .journal_scribe import Close, Flush, Item, Saved, Scribe, Step, Taken
from .open_dataset import OpenedDataset


class Journal:
    """Follows one open data set until it is closed."""

    def __init__(
        self, folder: Path, opened: OpenedDataset, failed: Callable[[str], object] | None = None
    ) -> None:
        """Follow; nothing is written before the first edit.

        Args:
            folder: of the program's state.
            failed: told in the journal's thread why edits are not written, once until they are.

        Attributes:
            origin: name of the journal whose edits are being made again; empty while none are.
        """
        self.origin = ""
        self._folder = folder
        self._opened = opened
        self._numbers: WeakKeyDictionary[Edit, int] = WeakKeyDictionary()
        self._n_edits = 0
        self._queue: SimpleQueue[Item] = SimpleQueue()
        self._scribe = Scribe(folder, opened, self._queue, failed)
        self._thread: Thread | None = None
        opened.dataset.events.connect(self._follow)

    @property
    def path(self) -> Path | None:
        """The file, where there is one now."""
        return self._scribe.path

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until everything is on disk; False where that did not come about."""
        if self._thread is None:
            return True
        flush = Flush()
        self._queue.put(flush)
        return flush.done.wait(timeout_s) and not self._scribe.is_behind

    def close(self, *, keeps: bool = False) -> None:
        """Follow no more.

        Args:
            keeps: leave the file for `recovery`; else the user has decided, and it goes.
        """
        self._opened.dataset.events.disconnect(self._follow)
        if self._thread is not None:
            self._queue.put(Close())
            self._thread.join()
            self._scribe.end(keeps=keeps)

    def _follow(self, event: Event) -> None:
        if not isinstance(event, HistoryChanged):
            return
        if event.edit is not None:
            self._hand_over(self._step(event.edit, event))
        elif event.saved and self._thread is not None:
            self._hand_over(Saved(event.saved, event.n_steps))

    def _step(self, edit: Edit, event: HistoryChanged) -> Step:
        if edit not in self._numbers:
            self._n_edits += 1
            self._numbers[edit] = self._n_edits
        sources, maps = self._opened.layer_sources, self._opened.dataset.label_maps
        keys = sorted({target.key for target in edit.targets} - sources.keys())
        layers = tuple((key, maps[key]) for key in keys)
        n = self._numbers[edit]
        return Step(event.n_steps, edit, n, event.is_undone, time.time(), self.origin, layers)

    def note_taken(self, name: str) -> None:
        """All edits of a journal were made again: from here on this one stands for it."""
        self._hand_over(Taken(name))

    def _hand_over(self, item: Step | Saved | Taken) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._scribe.run, name="journal", daemon=True)
            self._thread.start()
        self._queue.put(item)

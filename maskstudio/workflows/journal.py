"""The recovery journal: every step of a data set's history, on disk within a second of its making.

The window's thread only hands over edits, which never change; a thread of the journal tells them in
records and writes them. A save drops what the files hold from then on. `recovery` brings back what
a journal holds whose program did not live to save it.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from weakref import WeakKeyDictionary

from maskstudio.core.edits import Edit, Target
from maskstudio.core.events import Event as ModelEvent
from maskstudio.core.events import HistoryChanged
from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError
from maskstudio.formats.atomic import FileStamp
from maskstudio.formats.journal_edits import KIND, label_map_json, records_of
from maskstudio.formats.journal_file import JournalWriter, Record, read_records, rewritten

from .open_dataset import OpenedDataset
from .workspace import state_path

log = logging.getLogger(__name__)

FOLDER = "journals"
SUFFIX = ".journal"
VERSION = 1
LIMIT_BYTES = 2 << 30
"""A journal of this size takes no more edits until the next save."""

RETRY_S = 5.0
"""Between two tries to write where the disk is full, and the like."""


@dataclass(frozen=True)
class _Step:
    """One step of the history."""

    number: int
    edit: Edit
    n: int
    is_undone: bool
    time: float
    new_layers: tuple[tuple[str, LabelMap], ...]


@dataclass(frozen=True)
class _Saved:
    keys: frozenset[str]
    n_steps: int


@dataclass
class _Flush:
    done: Event = field(default_factory=Event)


class _Close(_Flush):
    pass


@dataclass
class _Known:
    """What the file holds already."""

    edits: set[int] = field(default_factory=set)
    layers: set[str] = field(default_factory=set)
    targets: set[Target] = field(default_factory=set)

    def copy(self) -> _Known:
        return _Known(set(self.edits), set(self.layers), set(self.targets))


class Journal:
    """Follows one open data set until it is closed."""

    def __init__(
        self, folder: Path, opened: OpenedDataset, failed: Callable[[str], object] | None = None
    ) -> None:
        """Follow; nothing is written before the first edit.

        Args:
            folder: of the program's state.
            failed: told in the journal's thread why edits are not written, once until they are.
        """
        self._folder = folder
        self._opened = opened
        self._numbers: WeakKeyDictionary[Edit, int] = WeakKeyDictionary()
        self._n_edits = 0
        self._queue: SimpleQueue[_Step | _Saved | _Flush] = SimpleQueue()
        self._scribe = _Scribe(folder, opened, self._queue, failed)
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
        flush = _Flush()
        self._queue.put(flush)
        return flush.done.wait(timeout_s) and not self._scribe.is_behind

    def close(self, *, keeps: bool = False) -> None:
        """Follow no more.

        Args:
            keeps: leave the file for `recovery`; else the user has decided, and it goes.
        """
        self._opened.dataset.events.disconnect(self._follow)
        if self._thread is not None:
            self._queue.put(_Close())
            self._thread.join()
            self._scribe.end(keeps=keeps)

    def _follow(self, event: ModelEvent) -> None:
        if not isinstance(event, HistoryChanged):
            return
        if event.edit is not None:
            self._hand_over(self._step(event.edit, event))
        elif event.saved and self._thread is not None:
            self._hand_over(_Saved(event.saved, event.n_steps))

    def _step(self, edit: Edit, event: HistoryChanged) -> _Step:
        if edit not in self._numbers:
            self._n_edits += 1
            self._numbers[edit] = self._n_edits
        sources, maps = self._opened.layer_sources, self._opened.dataset.label_maps
        keys = sorted({target.key for target in edit.targets} - sources.keys())
        layers = tuple((key, maps[key]) for key in keys)
        n = self._numbers[edit]
        return _Step(event.n_steps, edit, n, event.is_undone, time.time(), layers)

    def _hand_over(self, item: _Step | _Saved) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._scribe.run, name="journal", daemon=True)
            self._thread.start()
        self._queue.put(item)


class _Scribe:
    """What the journal's thread does."""

    def __init__(
        self,
        folder: Path,
        opened: OpenedDataset,
        queue: SimpleQueue[_Step | _Saved | _Flush],
        failed: Callable[[str], object] | None,
    ) -> None:
        self._folder = folder
        self._opened = opened
        self._queue = queue
        self._failed = failed
        self._began = time.time_ns()
        self._writer: JournalWriter | None = None
        self._pending: list[_Step] = []
        self._known = _Known()
        self._saved: dict[str, int] = {}
        self._has_told = False

    @property
    def path(self) -> Path | None:
        return None if self._writer is None else self._writer.path

    @property
    def is_behind(self) -> bool:
        return bool(self._pending)

    def run(self) -> None:
        """Take items until the last one, which is to close."""
        is_open = True
        while is_open:
            for item in self._next_items():
                self._take(item)
                is_open = is_open and not isinstance(item, _Close)
            self._write()

    def _take(self, item: _Step | _Saved | _Flush) -> None:
        if isinstance(item, _Step):
            self._pending.append(item)
            return
        self._write()
        if isinstance(item, _Saved):
            self._trim(item)
        else:
            item.done.set()

    def end(self, *, keeps: bool) -> None:
        """After the thread has ended."""
        if self._writer is not None:
            self._writer.close() if keeps else self._writer.remove()
            self._writer = None

    def _next_items(self) -> list[_Step | _Saved | _Flush]:
        """All that wait; after a failure not for ever, so that it is tried again."""
        items: list[_Step | _Saved | _Flush] = []
        with suppress(Empty):
            items.append(self._queue.get(timeout=RETRY_S if self._pending else None))
            while True:
                items.append(self._queue.get_nowait())
        return items

    def _write(self) -> None:
        """Put all that is pending on the disk; it stays pending where that fails."""
        if not self._pending:
            return
        try:
            if self._writer is None:
                self._begin()
            assert self._writer is not None
            if self._writer.size_bytes > LIMIT_BYTES:
                self._tell(f"it has reached {LIMIT_BYTES >> 30} GiB; save to go on")
                return
            known = self._known.copy()
            self._writer.add(r for step in self._pending for r in self._records(step, known))
            self._known, self._pending, self._has_told = known, [], False
        except OSError as error:
            self._tell(error.strerror or str(error))
        except Exception as error:
            # An edit that cannot be told must not keep those after it from the disk.
            log.exception("the recovery journal passes over edits")
            self._pending = []
            self._tell(f"{type(error).__name__}: {error}")

    def _tell(self, reason: str) -> None:
        if not self._has_told:
            self._has_told = True
            log.warning("the recovery journal is not written: %s", reason)
            if self._failed is not None:
                self._failed(reason)

    def _begin(self) -> None:
        self._known = _Known()
        writer = JournalWriter(self._place())
        try:
            writer.add([self._head()])
        except OSError:
            writer.remove()
            raise
        self._writer = writer

    def _place(self) -> Path:
        return journal_path(self._folder, self._opened, self._began)

    def _head(self) -> Record:
        request = self._opened.request
        paths = (*request.paths, request.images, *(path for _, path in request.layers))
        return Record(
            {
                KIND: "journal",
                "version": VERSION,
                "title": self._opened.title,
                "paths": [str(path.absolute()) for path in paths if path is not None],
                "host": os.uname().nodename,
                "pid": os.getpid(),
                "time": time.time(),
            }
        )

    def _records(self, step: _Step, known: _Known) -> Iterator[Record]:
        targets = sorted(step.edit.targets)
        for target in targets:
            if target.sample and target not in known.targets:
                known.targets.add(target)
                yield self._source(target)
        for key, label_map in step.new_layers:
            if key not in known.layers:
                known.layers.add(key)
                yield Record({KIND: "layer", "key": key, "label_map": label_map_json(label_map)})
        if step.n not in known.edits:
            known.edits.add(step.n)
            for record in records_of(step.edit):
                yield Record({**record.meta, "n": step.n}, record.blob)
        fields = {"step": step.number, "n": step.n, "is_undone": step.is_undone}
        yield Record({KIND: "step", **fields, "time": step.time, "targets": targets})

    def _source(self, target: Target) -> Record:
        stamp = stamp_of(self._opened, target)
        return Record({KIND: "source", "target": target, "stamp": stamp})

    # after a save

    def _trim(self, saved: _Saved) -> None:
        """Leave what the files lack; on failure all of it, which may well be made twice."""
        self._saved |= dict.fromkeys(saved.keys, saved.n_steps)
        self._pending = [
            step for step in self._pending if self._is_needed(step.number, step.edit.targets)
        ]
        writer = self._writer
        if writer is None:
            return
        try:
            edits = self._needed_edits(writer.path)
            self._writer = self._rewritten(writer.path, edits) if edits else None
        except (OSError, DataError) as error:
            self._tell(str(error))
            return
        if self._writer is None or self._writer.path != writer.path:
            writer.remove()
        else:
            writer.close()

    def _is_needed(self, number: int, targets: Iterable[Sequence[str]]) -> bool:
        return any(number > self._saved.get(key, 0) for _, key in targets)

    def _is_needed_step(self, record: Record) -> bool:
        return self._is_needed(record.meta["step"], record.meta["targets"])

    def _needed_edits(self, path: Path) -> set[int]:
        records = (record for record in read_records(path) if record.meta[KIND] == "step")
        return {record.meta["n"] for record in records if self._is_needed_step(record)}

    def _rewritten(self, path: Path, edits: set[int]) -> JournalWriter:
        writer = rewritten(self._place(), self._kept(path, edits))
        self._known.edits = set(edits)
        return writer

    def _kept(self, path: Path, edits: set[int]) -> Iterator[Record]:
        yield self._head()
        for record in read_records(path):
            kind = record.meta[KIND]
            if kind == "source":
                yield self._source(Target(*record.meta["target"]))
            elif kind == "step":
                if self._is_needed_step(record):
                    yield record
            elif kind == "layer" or record.meta.get("n") in edits:
                yield record


def journal_path(folder: Path, opened: OpenedDataset, began_ns: int) -> Path:
    """The file of a journal: one for each time the data set is open."""
    stem = state_path(folder, opened.request).stem
    return folder / FOLDER / f"{stem}.{began_ns}{SUFFIX}"


def stamp_of(opened: OpenedDataset, target: Target) -> tuple[int, int] | None:
    """Size and time of the file a mask is read from; None where there is none."""
    source, item = opened.layer_sources.get(target.key), None
    if source is None:
        return None
    path = source.path
    if path.is_dir():
        item = opened.items[target.key].get(target.sample)
        path /= source.mask_where(item, target.key) if item is not None else ""
    stamp = FileStamp.of(path) if path.is_file() else None
    return None if stamp is None else (stamp.size, stamp.mtime_ns)

"""What the thread of a recovery journal does: tells the steps of a history in records."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event

from maskstudio.core.edits import Edit, Target
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
class Step:
    """One step of the history; `origin` is the journal it was restored from, if it was."""

    number: int
    edit: Edit
    n: int
    is_undone: bool
    time: float
    origin: str
    new_layers: tuple[tuple[str, LabelMap], ...]


@dataclass(frozen=True)
class Saved:
    """The files of these layers hold the state after so many steps."""

    keys: frozenset[str]
    n_steps: int


@dataclass(frozen=True)
class Taken:
    """All edits of another journal were made again."""

    name: str


@dataclass
class Flush:
    """Asks for all before it to be on the disk; `done` tells that it was tried."""

    done: Event = field(default_factory=Event)


class Close(Flush):
    """The last item."""


@dataclass
class _Known:
    """What the file holds already."""

    edits: set[int] = field(default_factory=set)
    layers: set[str] = field(default_factory=set)
    targets: set[Target] = field(default_factory=set)

    def copy(self) -> _Known:
        return _Known(set(self.edits), set(self.layers), set(self.targets))


Item = Step | Saved | Taken | Flush
"""What the window's thread hands over."""


class Scribe:
    """What the journal's thread does."""

    def __init__(
        self,
        folder: Path,
        opened: OpenedDataset,
        queue: SimpleQueue[Item],
        failed: Callable[[str], object] | None,
    ) -> None:
        """Write nothing yet; see `Journal` for the arguments."""
        self._folder = folder
        self._opened = opened
        self._queue = queue
        self._failed = failed
        self._began = time.time_ns()
        self._writer: JournalWriter | None = None
        self._pending: list[Step] = []
        self._known = _Known()
        self._saved: dict[str, int] = {}
        self._has_told = False

    @property
    def path(self) -> Path | None:
        """The file, where there is one now."""
        return None if self._writer is None else self._writer.path

    @property
    def is_behind(self) -> bool:
        """Whether steps could not be written yet."""
        return bool(self._pending)

    def run(self) -> None:
        """Take items until the last one, which is to close."""
        is_open = True
        while is_open:
            for item in self._next_items():
                self._take(item)
                is_open = is_open and not isinstance(item, Close)
            self._write()

    def _take(self, item: Item) -> None:
        if isinstance(item, Step):
            self._pending.append(item)
            return
        self._write()
        if isinstance(item, Saved):
            self._trim(item)
        elif isinstance(item, Taken):
            self._note_taken(item)
        else:
            item.done.set()

    def end(self, *, keeps: bool) -> None:
        """After the thread has ended."""
        if self._writer is not None:
            self._writer.close() if keeps else self._writer.remove()
            self._writer = None

    def _next_items(self) -> list[Item]:
        """All that wait; after a failure not for ever, so that it is tried again."""
        items: list[Item] = []
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

    def _records(self, step: Step, known: _Known) -> Iterator[Record]:
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
        fields: dict[str, object] = {"step": step.number, "n": step.n, "is_undone": step.is_undone}
        fields |= {"origin": step.origin} if step.origin else {}
        yield Record({KIND: "step", **fields, "time": step.time, "targets": targets})

    def _source(self, target: Target) -> Record:
        stamp = stamp_of(self._opened, target)
        return Record({KIND: "source", "target": target, "stamp": stamp})

    def _note_taken(self, taken: Taken) -> None:
        """Not written, the other journal is made again before this one, which is as good."""
        if self._writer is not None and not self._pending:
            try:
                self._writer.add([Record({KIND: "taken", "name": taken.name})])
            except OSError as error:
                self._tell(error.strerror or str(error))

    # after a save

    def _trim(self, saved: Saved) -> None:
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
            elif kind in ("layer", "taken") or record.meta.get("n") in edits:
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

"""Bringing back what a journal holds: edits that were made and that no file got.

`journals_left` finds journals whose program is gone, `read_journal` tells what is in one, and
`restore` makes its edits again, as edits that can be undone. What does not fit is kept for another
time.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import load_sample
from maskstudio.core.edits import Edit, Target
from maskstudio.core.labels import LabelMap
from maskstudio.core.reversed_edit import ReversedEdit
from maskstudio.core.tile_store import TileStore
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity
from maskstudio.formats.journal_edits import KIND, UNREADABLE, EditReader, label_map_of
from maskstudio.formats.journal_file import Record, is_in_use, read_records, rewritten

from .journal import Journal
from .journal_scribe import FOLDER, SUFFIX, VERSION, stamp_of
from .open_dataset import OpenedDataset
from .open_request import OpenRequest
from .workspace import state_path


@dataclass(frozen=True)
class Step:
    """One step of the history that was lost: an edit made, undone or made again.

    Args:
        number: of the step, higher for later ones.
        n: of the edit.
        time: when, in seconds since 1970.
        origin: name of the journal it was restored from, where it was.
    """

    number: int
    n: int
    edit: Edit
    is_undone: bool
    time: float
    origin: str = ""


@dataclass
class LeftJournal:
    """What a journal holds.

    Args:
        title, paths: of the data set, as it was called.
        stamps: size and time of the files behind the masks, when they were edited.
        layers: label maps of layers that no file held.
        taken: names of journals whose edits are all in this one.
        damage: why its rest could not be read.
    """

    path: Path
    title: str = ""
    paths: tuple[str, ...] = ()
    steps: list[Step] = field(default_factory=list)
    stamps: dict[Target, tuple[int, int] | None] = field(default_factory=dict)
    layers: dict[str, LabelMap] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    damage: Problem | None = None

    @cached_property
    def edits(self) -> list[Step]:
        """For each edit that differs from what is on disk, its last step; oldest first."""
        first: dict[int, Step] = {}
        last: dict[int, Step] = {}
        for step in self.steps:
            first.setdefault(step.n, step)
            last[step.n] = step
        # Made first and undone last, an edit left no trace; undone first, its files hold it.
        return [last[n] for n in last if first[n].is_undone == last[n].is_undone]

    @property
    def samples(self) -> list[str]:
        """Names of the samples it changed, sorted."""
        return sorted({name for step in self.edits for name in step.edit.samples})

    @property
    def until(self) -> float:
        """Time of the last edit."""
        return max((step.time for step in self.steps), default=0.0)


@dataclass(frozen=True)
class Fit:
    """What of a journal can still be made on a data set as it is now.

    Args:
        changed: samples whose files were changed since by another program; what fits their size
            is made all the same.
        missing: samples and layers that are not there any more.
    """

    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass
class Restored:
    """What came of it."""

    n_edits: int = 0
    left: list[Step] = field(default_factory=list)


def journals_left(folder: Path, request: OpenRequest | None = None) -> list[Path]:
    """Journals that no living program writes, oldest first; of one data set, or all of them."""
    stem = "*" if request is None else state_path(folder, request).stem
    found = (folder / FOLDER).glob(f"{stem}.*{SUFFIX}")
    return sorted((path for path in found if not is_in_use(path)), key=_began)


def _began(path: Path) -> tuple[int, str]:
    number = path.name.removesuffix(SUFFIX).rpartition(".")[2]
    return (int(number) if number.isdecimal() else 0, path.name)


def read_journal(path: Path, folder: Path | None = None) -> LeftJournal:
    """Read a journal as far as it is sound; in any thread.

    Args:
        folder: where edits of many samples keep their tiles.
    """
    journal, reader = LeftJournal(path), _Reader(folder)
    try:
        for record in read_records(path):
            reader.take(record, journal)
    except DataError as error:
        journal.damage = error.problem(Scope.FILE, severity=Severity.WARNING)
    except UNREADABLE as error:
        found = f"a record cannot be understood ({type(error).__name__}); those before it are good"
        journal.damage = Problem(
            Kind.LOG_CORRUPT, Severity.WARNING, Scope.FILE, path.name, found, f"version {VERSION}"
        )
    return journal


class _Reader:
    """Puts records into a journal."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._store: TileStore | None = None
        self._edits: dict[int, Edit] = {}
        self._reading = EditReader(self._make_store)
        self._reading_n: int | None = None

    def take(self, record: Record, journal: LeftJournal) -> None:
        """Raises one of UNREADABLE."""
        meta, kind = record.meta, record.meta[KIND]
        if kind == "journal":
            if meta["version"] != VERSION:
                raise ValueError("another version")
            journal.title, journal.paths = str(meta["title"]), tuple(meta["paths"])
        elif kind == "source":
            stamp = meta["stamp"]
            journal.stamps[Target(*meta["target"])] = None if stamp is None else tuple(stamp)
        elif kind == "layer":
            journal.layers[meta["key"]] = label_map_of(meta["label_map"])
        elif kind == "taken":
            journal.taken.add(meta["name"])
        elif kind == "step":
            self._end_edit()
            journal.steps.append(self._step(meta))
        else:
            if meta["n"] != self._reading_n:
                self._end_edit()
            self._reading.take(record)
            self._reading_n = meta["n"]

    def _end_edit(self) -> None:
        """The records of an edit are all there; after a save its first step may not be."""
        if self._reading_n is not None:
            self._edits[self._reading_n] = self._reading.edit()
            self._reading_n = None

    def _step(self, meta: Mapping[str, object]) -> Step:
        n, number, time = meta["n"], meta["step"], meta["time"]
        if not (isinstance(n, int) and isinstance(number, int) and isinstance(time, float)):
            raise TypeError("a step without numbers")
        return Step(
            number, n, self._edits[n], bool(meta["is_undone"]), time, str(meta.get("origin", ""))
        )

    def _make_store(self) -> TileStore:
        if self._store is None:
            self._store = TileStore(self._folder)
        return self._store


def left_of(folder: Path, request: OpenRequest, tiles: Path | None = None) -> list[LeftJournal]:
    """What was left of a data set, oldest first, each edit once; in any thread.

    A program that ended while it restored left a journal that holds edits of another one: where
    all of them, the other one goes; where some, they are made from the other one alone. Journals
    that leave nothing to restore go, too.

    Args:
        tiles: folder, see `read_journal`.

    Raises:
        OSError: a journal cannot be taken away, or tiles cannot be kept.
    """
    found = [read_journal(path, tiles) for path in journals_left(folder, request)]
    taken = {name for journal in found for name in journal.taken}
    kept = [journal for journal in found if journal.path.name not in taken]
    names = {journal.path.name for journal in kept}
    for journal in kept:
        journal.steps = [step for step in journal.steps if step.origin not in names]
    left = [journal for journal in kept if journal.edits or journal.damage]
    for journal in found:
        if journal not in left:
            discard(journal.path)
    return left


def judged(journal: LeftJournal, opened: OpenedDataset) -> Fit:
    """Compare what a journal was made on with what is open; nothing is decoded."""
    dataset = opened.dataset
    targets = {t for step in journal.edits for t in step.edit.targets}
    missing = {t.sample for t in targets if t.sample and not dataset.has_sample(t.sample)}
    missing |= {t.key for t in targets} - set(dataset.keys) - journal.layers.keys()
    changed = {
        target.sample
        for target in targets & journal.stamps.keys()
        if target.sample not in missing and stamp_of(opened, target) != journal.stamps[target]
    }
    return Fit(tuple(sorted(changed)), tuple(sorted(missing)))


def restore(
    journal: LeftJournal, opened: OpenedDataset, living: Journal | None = None
) -> Generator[str | None, None, Restored]:
    """Make the edits of a journal again, in the thread of the data set.

    Yields the name of each sample that has to be open before it goes on; of a sample that is not
    open then nothing is restored. Between any two edits it yields None.

    Args:
        living: the journal of the data set, which takes the edits over.
    """
    dataset, result = opened.dataset, Restored()
    for key, label_map in journal.layers.items():
        if key not in dataset.keys:
            opened.items[key] = {}
            dataset.add_layer(key, label_map)
    maker = _Maker(dataset)
    for step in journal.steps:
        for name in sorted(step.edit.needs_open):
            if dataset.has_sample(name) and not dataset.is_open(name):
                yield name
        if living is not None:
            living.origin = journal.path.name
        try:
            maker.make(step)
        finally:
            if living is not None:
                living.origin = ""
        yield None
    if living is not None:
        living.note_taken(journal.path.name)
    result.n_edits = sum(step.n not in maker.unfit for step in journal.edits)
    result.left = [step for step in journal.edits if step.n in maker.unfit]
    return result


def restore_all(
    journal: LeftJournal, opened: OpenedDataset, living: Journal | None = None
) -> Restored:
    """The same at once: samples are decoded where they are needed."""
    restoring = restore(journal, opened, living)
    dataset = opened.dataset
    while True:
        try:
            name = next(restoring)
        except StopIteration as end:
            result: Restored = end.value
            return result
        if name is not None:
            dataset.open_document(load_sample(dataset.sample(name)))


class _Maker:
    """Makes steps one after the other, on the history as it is.

    Attributes:
        unfit: edits that could not be made.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.unfit: set[int] = set()
        self._dataset = dataset
        self._reversed: dict[int, ReversedEdit] = {}

    def make(self, step: Step) -> None:
        if step.n in self.unfit or not self._fits(step.edit):
            self.unfit.add(step.n)
            return
        dataset, back = self._dataset, self._reversed.get(step.n)
        undo, redo = dataset.history.undo_edit, dataset.history.redo_edit
        if undo is not None and undo is (step.edit if step.is_undone else back):
            dataset.undo()
        elif redo is not None and redo is (back if step.is_undone else step.edit):
            dataset.redo()
        elif step.is_undone:  # its files hold it
            self._reversed[step.n] = ReversedEdit(step.edit)
            dataset.make(self._reversed[step.n])
        else:
            dataset.make(step.edit)

    def _fits(self, edit: Edit) -> bool:
        dataset = self._dataset
        is_there = all(
            key in dataset.keys and (not name or dataset.has_sample(name))
            for name, key in edit.targets
        )
        return is_there and all(map(dataset.is_open, edit.needs_open)) and edit.fits(dataset)


def settle(journal: LeftJournal, result: Restored) -> None:
    """After the restored edits are safe elsewhere: keep what was left alone, and nothing else.

    Raises:
        OSError: the file cannot be changed.
        DataError: it cannot be read any more.
    """
    if result.left:
        left = {step.n for step in result.left}
        rewritten(_next_name(journal.path), _of_edits(journal, left)).close()
    discard(journal.path)


def _next_name(path: Path) -> Path:
    """A name of the same data set: under the old one the edits count as taken."""
    stem = path.name.partition(".")[0]
    return path.with_name(f"{stem}.{_began(path)[0] + 1}{SUFFIX}")


def _of_edits(journal: LeftJournal, edits: set[int]) -> Iterator[Record]:
    n_steps = len(journal.steps)
    for record in read_records(journal.path):
        n = record.meta.get("n")
        if n is None or n in edits:
            yield record
            n_steps -= record.meta[KIND] == "step"
        elif record.meta[KIND] == "step":
            n_steps -= 1
        if n_steps == 0:  # what is damaged stands behind
            return


def discard(path: Path) -> None:
    """Take a journal away. Raises OSError."""
    path.unlink(missing_ok=True)

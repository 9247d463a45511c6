"""Confusions of the compared layers, sample by sample: counted once, then kept true by edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Document
from maskstudio.core.edits import PixelEdit, Target
from maskstudio.core.events import EditCommitted
from maskstudio.errors import DataError, Problem, Scope
from maskstudio.formats.parallel import ordered_map
from maskstudio.metrics.confusion import Confusion, confusion_change
from maskstudio.workflows.current_masks import (
    CountedPair,
    CurrentMask,
    CurrentPair,
    count_pair,
    current_pair,
)

from .workbench import Workbench
from .workers import Task


@dataclass(frozen=True)
class _Found:
    """What a worker found of a pair: its counts, or why there are none."""

    pair: CurrentPair
    counted: CountedPair | None = None
    fault: Problem | None = None


@dataclass(frozen=True)
class _Results:
    """What a task found so far, and how many edits each of its samples had when it began."""

    n_edits: dict[str, int]
    found: list[_Found] = field(default_factory=list)


class PairCounts(QObject):
    """Follows the compared pair. The shown sample is counted by itself, all of them by `start`.

    Confusions are in the class indices of the layers: another label map leaves them true.

    Signals:
        counted(name): this sample was counted anew, or cannot be compared any more.
        adjusted(name, change): an edit changed the counts of this sample by a `Confusion`.
        forgotten(): other layers are compared; nothing is known.
        progressed(): a run over all samples began, ended or was stopped.
    """

    counted = Signal(str)
    adjusted = Signal(str, object)
    forgotten = Signal()
    progressed = Signal()

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """Know nothing."""
        super().__init__(parent)
        self._workbench = workbench
        self._confusions: dict[str, Confusion] = {}
        self._faults: dict[str, Problem] = {}
        self._stale: set[str] = set()
        self._n_edits: Counter[str] = Counter()
        self._run: Task | None = None
        self._recount: Task | None = None
        workbench.compared.changed.connect(self._forget)
        workbench.document_changed.connect(self._on_document_changed)
        workbench.bridge.edit_committed.connect(self._on_edit_committed)
        workbench.bridge.history_changed.connect(self._on_history_changed)
        workbench.bridge.pixels_changed.connect(self._recount_if_quiet)

    @property
    def confusions(self) -> dict[str, Confusion]:
        """Counts of every sample that was counted, by name."""
        return self._confusions

    @property
    def faults(self) -> dict[str, Problem]:
        """Why samples cannot be compared, by name."""
        return self._faults

    @property
    def is_running(self) -> bool:
        """Whether all samples are being counted."""
        return self._run is not None

    def missing(self) -> list[str]:
        """Samples that were not counted yet and have both masks."""
        return [pair.sample for pair in self._pairs_to_count()]

    def start(self) -> None:
        """Count every sample that was not counted yet, with progress and Cancel."""
        pairs = self._pairs_to_count() if self._run is None else []
        if not pairs:
            return
        self._run, results = self._count(pairs, is_shown=True)
        self._run.ended.connect(partial(self._on_run_ended, self._run, results))
        self.progressed.emit()

    def _pairs_to_count(self) -> list[CurrentPair]:
        dataset = self._workbench.dataset
        names = [s.name for s in dataset.samples] if dataset is not None else []
        known = self._confusions.keys() | self._faults.keys()
        return self._pairs(name for name in names if name not in known)

    def _pairs(self, names: Iterable[str]) -> list[CurrentPair]:
        dataset, keys = self._workbench.dataset, self._workbench.compared.keys
        if dataset is None or keys is None:
            return []
        pairs = (current_pair(dataset, name, *keys) for name in names)
        return [pair for pair in pairs if pair is not None]

    # results

    def _count(self, pairs: Sequence[CurrentPair], *, is_shown: bool) -> tuple[Task, _Results]:
        results = _Results({pair.sample: self._n_edits[pair.sample] for pair in pairs})
        work = partial(_count_all, pairs, results.found)
        task = self._workbench.tasks.start(
            "Comparing", work, is_shown=is_shown, priority=0 if is_shown else 1
        )
        return task, results

    def _on_run_ended(self, task: Task, results: _Results) -> None:
        if self._run is task:
            self._run = None
            self._take(results)
            self.progressed.emit()

    def _on_recount_ended(self, task: Task, results: _Results) -> None:
        if self._recount is task:
            self._recount = None
            self._take(results)

    def _take(self, results: _Results) -> None:
        """Keep what is still true; the rest is counted again once no stroke is under way."""
        for one in results.found:
            name = one.pair.sample
            if self._n_edits[name] != results.n_edits[name] or not self._is_current(one.pair):
                self._stale.add(name)
            elif one.counted is not None:
                self._meet(one.counted)
                self._keep(name, one.counted.confusion, None)
            else:
                self._keep(name, None, one.fault)
        self._recount_if_quiet()

    def _is_current(self, pair: CurrentPair) -> bool:
        """Whether the masks are as they were read."""
        dataset, keys = self._workbench.dataset, self._workbench.compared.keys
        if dataset is None or keys is None:
            return False
        sides = ((pair.prediction, keys.prediction), (pair.ground_truth, keys.ground_truth))
        return all(_is_current(mask, dataset, Target(pair.sample, key)) for mask, key in sides)

    def _meet(self, counted: CountedPair) -> None:
        dataset, keys = self._workbench.dataset, self._workbench.compared.keys
        assert dataset is not None
        assert keys is not None
        dataset.meet_undeclared(keys.prediction, counted.of_prediction)
        dataset.meet_undeclared(keys.ground_truth, counted.of_ground_truth)

    def _keep(self, name: str, confusion: Confusion | None, fault: Problem | None) -> None:
        dataset = self._workbench.dataset
        assert dataset is not None
        self._stale.discard(name)
        gone = self._faults.pop(name, None)
        self._confusions.pop(name, None)
        if gone is not None and gone != fault:
            dataset.forget_problems([gone])
        if confusion is not None:
            self._confusions[name] = confusion
        if fault is not None:
            self._faults[name] = fault
            dataset.note_problems([fault])
        self.counted.emit(name)

    # following changes

    def _forget(self) -> None:
        for task in (self._run, self._recount):
            if task is not None:
                task.cancel()
        self._run = self._recount = None
        self._confusions.clear()
        self._faults.clear()
        self._stale.clear()
        self.forgotten.emit()
        self._on_document_changed()

    def _on_document_changed(self) -> None:
        """Count the shown sample, unless that was done; what was at fault may have been mended."""
        document = self._workbench.document
        if document is None or self._workbench.compared.keys is None:
            return
        if document.name not in self._confusions:
            self._stale.add(document.name)
        self._recount_if_quiet()

    def _on_edit_committed(self, event: EditCommitted) -> None:
        dataset, keys = self._workbench.dataset, self._workbench.compared.keys
        if dataset is None or keys is None:
            return
        for target in event.edit.targets:
            if target.sample and target.key in keys:
                self._n_edits[target.sample] += 1
                self._follow_edit(dataset, target, event)
        self._recount_if_quiet()

    def _on_history_changed(self) -> None:
        """A mask that no file holds is gone once its first edit was undone."""
        document = self._workbench.document
        if document is None or document.name not in self._confusions:
            return
        if not self._pairs([document.name]):
            self._keep(document.name, None, None)

    def _follow_edit(self, dataset: Dataset, target: Target, event: EditCommitted) -> None:
        name = target.sample
        if not self._pairs([name]):
            self._keep(name, None, None)
        elif name not in self._confusions or not isinstance(event.edit, PixelEdit):
            self._stale |= {name} - self._faults.keys()
        elif name not in self._stale:
            change = self._change(dataset.document(name), target, event)
            self._confusions[name] += change
            self.adjusted.emit(name, change)

    def _change(self, document: Document, target: Target, event: EditCommitted) -> Confusion:
        """What an edit adds to the counts, from the tiles it touched alone."""
        keys = self._workbench.compared.keys
        assert keys is not None
        is_prediction = target.key == keys.prediction
        layer = document.layer(target.key)
        other = document.layer(keys.ground_truth if is_prediction else keys.prediction)
        parts = []
        for tile, raw in event.before.items():
            rect = layer.tile(tile).slices
            now = layer.pixels[rect]
            differs = raw.pixels != now
            parts.append((raw.pixels[differs], now[differs], other.pixels[rect][differs]))
        before, now, beside = (np.concatenate(column) for column in zip(*parts, strict=True))
        return confusion_change(before, now, beside, of_prediction=is_prediction)

    def _recount_if_quiet(self) -> None:
        """Count stale samples beside the window; in the middle of a stroke it would be in vain."""
        dataset = self._workbench.dataset
        if not self._stale or self._recount is not None or dataset is None:
            return
        if dataset.has_open_transaction:
            return
        pairs = self._pairs(self._stale)
        for name in self._stale - {pair.sample for pair in pairs}:
            self._keep(name, None, None)
        if not pairs:
            return
        self._recount, results = self._count(pairs, is_shown=False)
        self._recount.ended.connect(partial(self._on_recount_ended, self._recount, results))


def _is_current(mask: CurrentMask, dataset: Dataset, target: Target) -> bool:
    if mask.pixels is None or not dataset.is_open(target.sample):
        return True
    return dataset.document(target.sample).layer(target.key).revision == mask.revision


def _count_all(pairs: Sequence[CurrentPair], found: list[_Found], task: Task) -> None:
    """Count pairs into a list, which holds what was done also after Cancel."""
    with closing(ordered_map(_count, pairs)) as counts:
        for done, one in enumerate(counts):
            task.report(done, len(pairs), one.pair.sample)
            found.append(one)


def _count(pair: CurrentPair) -> _Found:
    try:
        return _Found(pair, count_pair(pair))
    except DataError as error:
        return _Found(pair, fault=error.problem(Scope.ITEM, sample=pair.sample))

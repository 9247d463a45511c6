"""Looks at the compared pair of each sample beside the window, and again where a mask changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from maskstudio.core.edits import Target
from maskstudio.core.events import EditCommitted
from maskstudio.core.slices import Between
from maskstudio.errors import DataError, Problem, Scope
from maskstudio.formats.parallel import ordered_map
from maskstudio.workflows.current_masks import CurrentPair, current_pair, is_current

from .workbench import Workbench
from .workers import Task

Look = Callable[[CurrentPair, Between], Any]
"""What a worker does with a pair, in slices."""


@dataclass(frozen=True)
class _Found:
    """What a worker found of a pair, or why it found nothing."""

    pair: CurrentPair
    result: Any = None
    fault: Problem | None = None


@dataclass(frozen=True)
class Results:
    """What a task found so far, and how many edits each of its samples had when it began."""

    n_edits: dict[str, int]
    found: list[_Found] = field(default_factory=list)


class PairScan(QObject):
    """Base of what is known of every compared pair; knows nothing until something is asked for.

    A subclass says in `_look` what a worker does with a pair, and keeps the results in `_keep`.

    Signals:
        progressed(): a run over all samples began, ended or was stopped.
        forgotten(): other layers are compared; nothing is known.
    """

    progressed = Signal()
    forgotten = Signal()

    label = ""
    """What the run over all samples is called."""

    def __init__(self, workbench: Workbench, *, delay_ms: int, parent: QObject | None) -> None:
        """Know nothing.

        Args:
            delay_ms: time after an edit before its sample is looked at again.
        """
        super().__init__(parent)
        self._workbench = workbench
        self._stale: set[str] = set()
        self._n_edits: Counter[str] = Counter()
        self._run: Task | None = None
        self._rerun: Task | None = None
        self._timer = QTimer(self, singleShot=True, interval=delay_ms)
        self._timer.timeout.connect(self._look_again)
        workbench.compared.changed.connect(self._forget)
        workbench.bridge.edit_committed.connect(self._on_edit_committed)
        workbench.bridge.pixels_changed.connect(self._look_again_if_due)

    # for subclasses

    def _look(self) -> Look:
        """What a worker does with a pair; may raise DataError."""
        raise NotImplementedError

    def _keep(self, name: str, result: Any, fault: Problem | None) -> None:
        """Keep what was found of a sample; None and no fault where it has no pair."""
        raise NotImplementedError

    def _drop_all(self) -> None:
        """Forget every result."""
        raise NotImplementedError

    def _is_known(self, name: str) -> bool:
        """Whether a sample was looked at."""
        raise NotImplementedError

    def _follow_edit(self, target: Target, event: EditCommitted) -> None:
        """React to an edit of a compared layer of a sample."""
        self._mark_stale(target.sample)

    # looking

    @property
    def is_running(self) -> bool:
        """Whether all samples are being looked at."""
        return self._run is not None

    def missing(self) -> list[CurrentPair]:
        """Pairs that were not looked at yet."""
        dataset = self._workbench.dataset
        names = [s.name for s in dataset.samples] if dataset is not None else []
        return self._pairs(name for name in names if not self._is_known(name))

    def start(self) -> None:
        """Look at every pair that was not looked at yet, with progress and Cancel."""
        pairs = self.missing() if self._run is None else []
        if pairs:
            self._run, results = self._begin(pairs, is_shown=True)
            self._run.ended.connect(partial(self._on_run_ended, self._run, results))
            self.progressed.emit()

    def look_at(self, name: str) -> None:
        """Look at one sample soon, unless that was done."""
        if not self._is_known(name):
            self._mark_stale(name)
            self._look_again()

    def _pairs(self, names: Iterable[str]) -> list[CurrentPair]:
        dataset, keys = self._workbench.dataset, self._workbench.compared.keys
        if dataset is None or keys is None:
            return []
        pairs = (current_pair(dataset, name, *keys) for name in names)
        return [pair for pair in pairs if pair is not None]

    def _begin(self, pairs: Sequence[CurrentPair], *, is_shown: bool) -> tuple[Task, Results]:
        results = Results({pair.sample: self._n_edits[pair.sample] for pair in pairs})
        work = partial(_look_at_all, self._look(), pairs, results.found)
        priority = 0 if is_shown else 1
        task = self._workbench.tasks.start(self.label, work, is_shown=is_shown, priority=priority)
        return task, results

    def _on_run_ended(self, task: Task, results: Results) -> None:
        if self._run is task:
            self._run = None
            self._take(results)
            self.progressed.emit()

    def _on_rerun_ended(self, task: Task, results: Results) -> None:
        if self._rerun is task:
            self._rerun = None
            self._take(results)

    def _take(self, results: Results) -> None:
        """Keep what is still true; the rest is looked at again once no stroke is under way."""
        for one in results.found:
            name = one.pair.sample
            if self._n_edits[name] != results.n_edits[name] or not self._is_current(one.pair):
                self._stale.add(name)
            else:
                self._stale.discard(name)
                self._keep(name, one.result, one.fault)
        self._look_again_if_due()

    def _is_current(self, pair: CurrentPair) -> bool:
        """Whether the masks are as they were read."""
        dataset, keys = self._workbench.dataset, self._workbench.compared.keys
        if dataset is None or keys is None:
            return False
        sides = ((pair.prediction, keys.prediction), (pair.ground_truth, keys.ground_truth))
        return all(is_current(mask, dataset, Target(pair.sample, key)) for mask, key in sides)

    # following changes

    def _forget(self) -> None:
        for task in (self._run, self._rerun):
            if task is not None:
                task.cancel()
        self._run = self._rerun = None
        self._stale.clear()
        self._timer.stop()
        self._drop_all()
        self.forgotten.emit()

    def _on_edit_committed(self, event: EditCommitted) -> None:
        keys = self._workbench.compared.keys
        for target in event.edit.targets:
            if keys is not None and target.sample and target.key in keys:
                self._n_edits[target.sample] += 1
                if self._pairs([target.sample]):
                    self._follow_edit(target, event)
                else:
                    self._stale.discard(target.sample)
                    self._keep(target.sample, None, None)
        self._look_again_if_due()

    def _mark_stale(self, name: str) -> None:
        self._stale.add(name)
        self._timer.start()

    def _look_again_if_due(self) -> None:
        if self._stale and not self._timer.isActive():
            self._look_again()

    def _look_again(self) -> None:
        """Look at stale samples; in the middle of a stroke it would be in vain."""
        dataset = self._workbench.dataset
        if not self._stale or self._rerun is not None or dataset is None:
            return
        if self._workbench.compared.keys is None:
            self._stale.clear()
            return
        if dataset.has_open_transaction:
            return
        pairs = self._pairs(self._stale)
        for name in self._stale - {pair.sample for pair in pairs}:
            self._keep(name, None, None)
        self._stale = {pair.sample for pair in pairs}
        if pairs:
            self._rerun, results = self._begin(pairs, is_shown=False)
            self._rerun.ended.connect(partial(self._on_rerun_ended, self._rerun, results))


def _look_at_all(
    look: Look,
    pairs: Sequence[CurrentPair],
    found: list[_Found],
    task: Task,
) -> None:
    """Look at pairs; the list holds what was done also after Cancel."""
    with closing(ordered_map(partial(_look_at, look, task), pairs)) as results:
        for done, one in enumerate(results):
            task.report(done, len(pairs), one.pair.sample)
            found.append(one)


def _look_at(look: Look, task: Task, pair: CurrentPair) -> _Found:
    try:
        return _Found(pair, look(pair, task.give_way))
    except DataError as error:
        return _Found(pair, fault=error.problem(Scope.ITEM, sample=pair.sample))

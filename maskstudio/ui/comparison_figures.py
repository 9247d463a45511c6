"""Figures of the comparison, of each sample and of the data set; they follow every edit."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal

from maskstudio.metrics.confusion import Confusion
from maskstudio.metrics.scores import Scores, scores_of
from maskstudio.workflows.derived_figures import DerivedFigures, derive_figures

from .more_figures import MoreFiguresKeeper
from .pair_counts import PairCounts
from .running_total import RunningTotal
from .workbench import Workbench
from .workers import Task

FEW = 100
"""Samples whose figures are derived when they are asked for; of more a worker derives them."""


class ComparisonFigures(QObject):
    """Derives figures when they are asked for. Class indices are joint ones.

    Signals:
        samples_changed(set): other figures of these samples, and of the data set.
        changed(): other figures of everything, or none.
        derived(): figures of all samples are there again, after they were behind.
    """

    samples_changed = Signal(set)
    changed = Signal()
    derived = Signal()

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """Follow the compared pair."""
        super().__init__(parent)
        self._workbench = workbench
        self.counts = PairCounts(workbench, self)
        self.more = MoreFiguresKeeper(workbench, self)
        self._confusions: dict[str, Confusion] = {}
        self._scores: dict[str, Scores] = {}
        self._total = RunningTotal()
        self._total_scores: Scores | None = None
        self._deriving: Task | None = None
        self.counts.counted.connect(self._on_counted)
        self.counts.adjusted.connect(self._on_adjusted)
        self.counts.forgotten.connect(self._derive_anew)
        workbench.compared.classes_changed.connect(self._derive_anew)
        workbench.choices.ignored_changed.connect(self._score_anew)

    @property
    def names(self) -> Iterable[str]:
        """Samples that have figures."""
        return self.counts.confusions.keys()

    @property
    def is_behind(self) -> bool:
        """Whether a worker derives the figures of many samples, until `derived` comes.

        Meanwhile nobody should ask for those of all of them.
        """
        return len(self.counts.confusions) - len(self._scores) > FEW

    def confusion(self, name: str) -> Confusion | None:
        """Pixels of a sample by pair of classes, or None where it was not counted."""
        raw = self.counts.confusions.get(name)
        if raw is None:
            return None
        if name not in self._confusions:
            self._confusions[name] = self._joint(raw)
        return self._confusions[name]

    def total(self) -> Confusion:
        """Pixels of all samples that were counted."""
        return self._total.value(self.confusion)

    def scores(self, name: str) -> Scores | None:
        """Figures of a sample, or None where it was not counted."""
        if name not in self._scores:
            confusion = self.confusion(name)
            if confusion is None:
                return None
            self._scores[name] = scores_of(confusion, self._workbench.choices.ignored)
        return self._scores[name]

    def total_scores(self) -> Scores:
        """Figures of all samples that were counted, from the sum of their pixels."""
        if self._total_scores is None:
            self._total_scores = scores_of(self.total(), self._workbench.choices.ignored)
        return self._total_scores

    def _joint(self, raw: Confusion) -> Confusion:
        compared = self._workbench.compared
        return raw if compared.keys is None else compared.renumbering()(raw)

    # following changes

    def _on_counted(self, names: set[str]) -> None:
        for name in names:
            self._confusions.pop(name, None)
            self._scores.pop(name, None)
            self._total.note(name)
        self._total_scores = None
        self._catch_up()
        self.samples_changed.emit(names)

    def _on_adjusted(self, name: str, change: Confusion) -> None:
        change = self._joint(change)
        if name in self._confusions:
            self._confusions[name] += change
        self._total.change(name, change)
        self._scores.pop(name, None)
        self._total_scores = None
        self.samples_changed.emit({name})

    def _derive_anew(self) -> None:
        self._confusions.clear()
        self._total = RunningTotal()
        for name in self.counts.confusions:
            self._total.note(name)
        self._score_anew()

    def _score_anew(self) -> None:
        self._scores.clear()
        self._total_scores = None
        if self._deriving is not None:
            self._deriving.cancel()  # what it derives is not asked for any more
            self._deriving = None
        self._catch_up()
        self.changed.emit()

    # many at once

    def _catch_up(self) -> None:
        """Let a worker derive everything where much is missing."""
        if (
            not self.is_behind
            or self._deriving is not None
            or self._workbench.compared.keys is None
        ):
            return
        counted = dict(self.counts.confusions)
        renumber = self._workbench.compared.renumbering()
        ignored = self._workbench.choices.ignored
        task = self._workbench.tasks.start(
            "Deriving figures",
            lambda task: derive_figures(counted, renumber, ignored, task.give_way),
            done=self._take,
            is_shown=False,
            priority=1,
        )
        self._deriving = task
        task.ended.connect(partial(self._on_derived, task))

    def _take(self, found: DerivedFigures) -> None:
        """Keep what was derived from counts that are still true."""
        now = self.counts.confusions
        kept = {name: raw for name, raw in found.counted.items() if now.get(name) is raw}
        self._confusions = {name: found.confusions[name] for name in kept}
        self._scores = {name: found.scores[name] for name in kept}
        self._total.adopt(found.confusions, found.total)
        for name in now.keys() ^ kept.keys() | found.counted.keys() - kept.keys():
            self._total.note(name)
        self._total_scores = None

    def _on_derived(self, task: Task) -> None:
        if self._deriving is task:
            self._deriving = None
            self._catch_up()
            if not self.is_behind:
                self.derived.emit()

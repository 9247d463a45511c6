"""Figures of the comparison, of each sample and of the data set; they follow every edit."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from maskstudio.metrics.confusion import Confusion
from maskstudio.metrics.scores import Scores, scores_of

from .pair_counts import PairCounts
from .workbench import Workbench


class ComparisonFigures(QObject):
    """Derives figures when they are asked for. Class indices are joint ones.

    Signals:
        sample_changed(name): other figures of this sample, and of the data set.
        changed(): other figures of everything, or none.
    """

    sample_changed = Signal(str)
    changed = Signal()

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """Follow the compared pair."""
        super().__init__(parent)
        self._workbench = workbench
        self.counts = PairCounts(workbench, self)
        self._confusions: dict[str, Confusion] = {}
        self._total: Confusion | None = None
        self._scores: dict[str, Scores] = {}
        self._total_scores: Scores | None = None
        self.counts.counted.connect(self._on_counted)
        self.counts.adjusted.connect(self._on_adjusted)
        self.counts.forgotten.connect(self._derive_anew)
        workbench.compared.classes_changed.connect(self._derive_anew)
        workbench.choices.ignored_changed.connect(self._score_anew)

    @property
    def names(self) -> Iterable[str]:
        """Samples that have figures."""
        return self.counts.confusions.keys()

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
        if self._total is None:
            self._total = self._joint(_sum(self.counts.confusions.values()))
        return self._total

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
        if compared.keys is None:
            return raw
        predicted = compared.of_prediction(set(raw.prediction.tolist()))
        return raw.renumbered(predicted, compared.of_ground_truth(set(raw.ground_truth.tolist())))

    # following changes

    def _on_counted(self, name: str) -> None:
        self._confusions.pop(name, None)
        self._total = None
        self._forget_scores(name)

    def _on_adjusted(self, name: str, change: Confusion) -> None:
        change = self._joint(change)
        if name in self._confusions:
            self._confusions[name] += change
        if self._total is not None:
            self._total += change
        self._forget_scores(name)

    def _forget_scores(self, name: str) -> None:
        self._scores.pop(name, None)
        self._total_scores = None
        self.sample_changed.emit(name)

    def _derive_anew(self) -> None:
        self._confusions.clear()
        self._total = None
        self._score_anew()

    def _score_anew(self) -> None:
        self._scores.clear()
        self._total_scores = None
        self.changed.emit()


def _sum(confusions: Iterable[Confusion]) -> Confusion:
    """All of them added, in pairs, so that no count is looked at more than a few times."""
    parts = list(confusions)
    while len(parts) > 1:
        added = [one + other for one, other in zip(parts[::2], parts[1::2], strict=False)]
        parts = added + ([parts[-1]] if len(parts) % 2 else [])
    return parts[0] if parts else Confusion.empty()

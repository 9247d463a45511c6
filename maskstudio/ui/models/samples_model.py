"""The samples of the open data set as a list, filtered; nothing is kept for each sample."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from maskstudio.core.document import Sample
from maskstudio.core.events import MarksChanged
from maskstudio.errors import Severity
from maskstudio.ui.class_scan import ClassScan
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.workbench import Workbench

from .sample_filter import SampleFacts, SampleFilter, meets
from .sample_order import SampleOrder

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()

_MANY = 100
"""Rows that are told of one by one; of more all are."""

STATE_ICONS = {
    "error": (Icon.ERROR, "error"),
    "warning": (Icon.WARNING, "warn"),
    "checked": (Icon.CHECKED, "ok"),
    "modified": (Icon.MODIFIED, "accent"),
}
"""Icon and color token of each state a sample can be in, in the order they are shown."""


class Role(IntEnum):
    """What a sample is asked for beside its name."""

    STATES = Qt.ItemDataRole.UserRole + 1
    """Tuple of keys of `STATE_ICONS`."""
    WORDS = Qt.ItemDataRole.UserRole + 2
    """Its caption, and names of its subsets where the data set has several; or ""."""
    FIGURE = Qt.ItemDataRole.UserRole + 3
    """Its figure in words, or "" where it has none."""
    SHARE = Qt.ItemDataRole.UserRole + 4
    """The same figure from 0 to 1, or None."""


class SamplesModel(QAbstractListModel):
    """Follows the workbench. The shown sample stays listed until it is left, though an edit or a
    mark may have made it miss the filter.
    """

    def __init__(
        self,
        workbench: Workbench,
        scan: ClassScan,
        figures: ComparisonFigures,
        parent: QObject | None = None,
    ) -> None:
        """List what is open."""
        super().__init__(parent)
        self._workbench = workbench
        self._scan = scan
        self._figures = figures
        self._order = SampleOrder()
        self._places: dict[int, int] | None = None
        self._samples: Sequence[Sample] = ()
        self._rows: Sequence[int] = ()
        self._filter = SampleFilter()
        self._worst: dict[str, Severity] = {}
        self._modified: set[str] = set()
        self.subsets: tuple[str, ...] = ()
        workbench.opened_changed.connect(self._start_anew)
        workbench.document_changed.connect(self._refilter)
        workbench.bridge.marks_changed.connect(self._on_marks_changed)
        workbench.bridge.history_changed.connect(self._on_history_changed)
        workbench.bridge.problems_changed.connect(self._on_problems_changed)
        scan.changed.connect(self._refilter)
        figures.samples_changed.connect(self._announce)
        figures.changed.connect(self._sort_again)
        figures.derived.connect(self._sort_again)
        figures.counts.progressed.connect(self._sort_again)
        self._start_anew()

    # what is listed

    @property
    def filter(self) -> SampleFilter:
        """What is asked of the samples."""
        return self._filter

    def set_filter(self, wanted: SampleFilter) -> None:
        """Ask something else of them."""
        if wanted != self._filter:
            self._filter = wanted
            self._replace_rows(self._matching())

    @property
    def order(self) -> SampleOrder:
        """What the samples are sorted by."""
        return self._order

    def set_order(self, order: SampleOrder) -> None:
        """Sort them otherwise; figures that change later move no row by themselves."""
        self._order = order
        self._sort_again()

    @property
    def n_samples(self) -> int:
        """Samples of the data set, listed or not."""
        return len(self._samples)

    def name_at(self, row: int) -> str:
        """Name of the sample in a row."""
        return self._samples[self._rows[row]].name

    def row_of(self, name: str | None) -> int:
        """Row of a sample, or -1."""
        dataset = self._workbench.dataset
        if dataset is None or name is None:
            return -1
        position = dataset.position_of(name)
        if self._places is not None:
            return self._places.get(position, -1)
        row = bisect_left(self._rows, position)
        return row if row < len(self._rows) and self._rows[row] == position else -1

    def neighbours(self, name: str, step: int) -> Iterator[str]:
        """Names listed after a sample (step 1) or before it (-1), nearest first."""
        dataset = self._workbench.dataset
        if dataset is None:
            return
        position = dataset.position_of(name)
        if self._places is not None:
            row = self._places.get(position, -1)
            rows = range(row + 1, len(self._rows)) if step > 0 else range(row - 1, -1, -1)
        elif step > 0:
            rows = range(bisect_right(self._rows, position), len(self._rows))
        else:
            rows = range(bisect_left(self._rows, position) - 1, -1, -1)
        for row in rows:
            yield self.name_at(row)

    # Qt

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        sample = self._samples[self._rows[index.row()]]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return sample.name
            case Qt.ItemDataRole.ToolTipRole:
                words = (sample.name, sample.caption, ", ".join(sample.subsets))
                return "\n".join(filter(None, words))
            case Qt.ItemDataRole.AccessibleTextRole:
                said = (sample.name, sample.caption, *self._states(sample.name))
                return ", ".join(filter(None, said))
            case Role.STATES:
                return self._states(sample.name)
            case Role.FIGURE:
                return self._order.text(self._figures.scores(sample.name))
            case Role.SHARE:
                return self._order.share(self._figures.scores(sample.name))
            case Role.WORDS:
                subsets = sample.subsets if len(self.subsets) > 1 else ()
                return ", ".join(filter(None, (sample.caption, *subsets)))
        return None

    def _states(self, name: str) -> tuple[str, ...]:
        dataset = self._workbench.dataset
        worst = self._worst.get(name)
        is_in = {
            "error": worst is Severity.ERROR,
            "warning": worst is Severity.WARNING,
            "checked": dataset is not None and name in dataset.checked,
            "modified": name in self._modified,
        }
        return tuple(state for state in STATE_ICONS if is_in[state])

    # following changes

    def _start_anew(self) -> None:
        dataset = self._workbench.dataset
        self.beginResetModel()
        self._samples = dataset.samples if dataset is not None else ()
        self._rows = range(len(self._samples))
        self._filter, self._order, self._places = SampleFilter(), SampleOrder(), None
        self.subsets = tuple(dict.fromkeys(s for sample in self._samples for s in sample.subsets))
        self._modified = dataset.modified_samples() if dataset is not None else set()
        self._worst = self._worst_problems()
        self.endResetModel()

    def _on_marks_changed(self, event: MarksChanged) -> None:
        self._refilter()
        self._announce({event.sample})

    def _on_history_changed(self) -> None:
        dataset = self._workbench.dataset
        before = self._modified
        self._modified = dataset.modified_samples() if dataset is not None else set()
        if before != self._modified:
            self._refilter()
            self._announce(before ^ self._modified)

    def _on_problems_changed(self) -> None:
        before, self._worst = self._worst, self._worst_problems()
        self._refilter()
        names = before.keys() | self._worst.keys()
        self._announce({n for n in names if before.get(n) is not self._worst.get(n)})

    def _worst_problems(self) -> dict[str, Severity]:
        worst: dict[str, Severity] = {}
        dataset = self._workbench.dataset
        for problem in dataset.problems if dataset is not None else ():
            name = problem.sample
            if name is None or problem.severity is Severity.INFO:
                continue
            if worst.get(name) is not Severity.ERROR:
                worst[name] = problem.severity
        return worst

    def _announce_all(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def _announce(self, names: set[str]) -> None:
        if len(names) > _MANY:
            self._announce_all()
            return
        for name in names:
            row = self.row_of(name)
            if row >= 0:
                self.dataChanged.emit(self.index(row), self.index(row))

    def _refilter(self) -> None:
        """Ask again, but keep the shown sample where it is."""
        dataset = self._workbench.dataset
        if dataset is None:
            return
        self._samples = dataset.samples  # a save may have put other ones in their places
        if not self._filter.is_active:
            return
        here = self._workbench.loader.wanted
        rows = self._in_order()
        if self.row_of(here) >= 0 and here is not None:
            position = dataset.position_of(here)
            at = bisect_left(rows, position)
            if at == len(rows) or rows[at] != position:
                rows = [*rows[:at], position, *rows[at:]]
        self._replace_rows(self._sorted(rows))

    def _sort_again(self) -> None:
        """Sort by figures as they are now; while they are derived the rows stay where they are."""
        is_sorted, was_sorted = self._order.figure is not None, self._places is not None
        if (is_sorted and not self._figures.is_behind) or (was_sorted and not is_sorted):
            self._replace_rows(self._sorted(sorted(self._rows)))
        self._announce_all()

    def _sorted(self, rows: Sequence[int]) -> Sequence[int]:
        """Places in the data set, which come in its order, in the order asked for."""
        if self._order.figure is None:
            return rows
        if self._figures.is_behind:
            places = self._places or {}
            return sorted(rows, key=lambda place: places.get(place, len(places)))
        samples, scores = self._samples, self._figures.scores
        return self._order.sorted_rows(rows, lambda place: scores(samples[place].name))

    def _matching(self) -> Sequence[int]:
        return self._sorted(self._in_order())

    def _in_order(self) -> Sequence[int]:
        dataset, wanted = self._workbench.dataset, self._filter
        if dataset is None or not wanted.is_active:
            return range(len(self._samples))
        index = wanted.class_index
        with_class = frozenset() if index is None else self._scan.samples_with(index)
        facts = SampleFacts(dataset.checked, self._modified, self._worst, with_class)
        return [i for i, sample in enumerate(self._samples) if meets(wanted, sample, facts)]

    def _replace_rows(self, rows: Sequence[int]) -> None:
        self._places = self._numbered(rows)
        if len(rows) != len(self._rows) or list(rows) != list(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def _numbered(self, rows: Sequence[int]) -> dict[int, int] | None:
        """Row of each place; None in the order of the data set, where a search finds it."""
        if self._order.figure is None:
            return None
        return {place: row for row, place in enumerate(rows)}

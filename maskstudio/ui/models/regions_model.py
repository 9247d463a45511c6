"""Regions of disagreement as a list: open ones first, by size, by class or by sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from maskstudio.metrics.regions import NO_REGIONS, Regions
from maskstudio.ui.choices import Cell
from maskstudio.ui.figures import count_text
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.disagreement import Decision, Region, regions_of

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()

REGION_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `Region` of a row."""
DECISION_ROLE = Qt.ItemDataRole.UserRole + 2
"""Its `Decision`, or None."""

_OPEN, _LATER, _DONE = 0, 1, 2
_RANKS = {Decision.LATER: _LATER, Decision.KEPT: _DONE, Decision.ACCEPTED: _DONE}


class Order(StrEnum):
    """What regions are listed by, after what was decided on them."""

    SIZE = "size"
    CLASS = "class"
    SAMPLE = "sample"


@dataclass(frozen=True)
class RegionFilter:
    """Which regions are listed.

    Args:
        sample: of this sample alone, or of all.
        class_index: with this class on either side.
        cell: with these two classes; wins over the class.
        ignored: without these classes in the ground truth.
    """

    sample: str | None = None
    class_index: int | None = None
    cell: Cell | None = None
    ignored: frozenset[int] = frozenset()

    def meets(self, truth: NDArray[np.int64], prediction: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(n,) whether the classes of each region are asked for."""
        kept: NDArray[np.bool_] = ~np.isin(truth, list(self.ignored))
        if self.cell is not None:
            kept &= (truth == self.cell.ground_truth) & (prediction == self.cell.prediction)
        elif self.class_index is not None:
            kept &= (truth == self.class_index) | (prediction == self.class_index)
        return kept


@dataclass(frozen=True, eq=False)
class _Table:
    """Regions of several samples as one table, all (n,).

    Args:
        samples: place of each region's sample in the data set.
    """

    regions: Regions
    samples: NDArray[np.int64]

    @classmethod
    def of(cls, parts: Sequence[tuple[int, Regions]]) -> _Table:
        """All regions of some samples, each with the place of its sample."""
        tables = [table for _, table in parts] or [NO_REGIONS]
        names = ("ground_truth", "prediction", "areas", "rects", "seeds")
        columns = (np.concatenate([getattr(table, name) for table in tables]) for name in names)
        places = [np.full(len(table), place, np.int64) for place, table in parts]
        return cls(Regions(*columns), np.concatenate([np.zeros(0, np.int64), *places]))

    def take(self, rows: NDArray[np.intp]) -> _Table:
        """These rows, in this order."""
        found = self.regions
        columns = (found.ground_truth, found.prediction, found.areas, found.rects, found.seeds)
        return _Table(Regions(*(column[rows] for column in columns)), self.samples[rows])

    def find(self, place: int, region: Region) -> int:
        """Row of a region, or -1."""
        found = self.regions
        here = (self.samples == place) & (found.areas == region.area)
        here &= (found.seeds == region.seed).all(axis=1)
        here &= found.ground_truth == region.ground_truth
        rows = np.flatnonzero(here & (found.prediction == region.prediction))
        return int(rows[0]) if rows.size else -1


class RegionsModel(QAbstractListModel):
    """Lists what `show_regions` was given; accepted regions stay, as they are found no more.

    Rows are numbers in a table until they are asked for: there may be a hundred thousand.
    """

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """List nothing yet."""
        super().__init__(parent)
        self._workbench = workbench
        self._found: Mapping[str, Regions | None] = {}
        self._table = _Table.of([])
        self._decisions: dict[Region, Decision] = {}
        self._n_open = 0
        self.filter = RegionFilter()
        self.order = Order.SIZE
        workbench.decisions.changed.connect(self.refresh)

    # what is listed

    def show_regions(self, found: Mapping[str, Regions | None], wanted: RegionFilter) -> None:
        """List regions, by sample, that a filter asks for."""
        self._found, self.filter = found, wanted
        self.refresh()

    def set_order(self, order: Order) -> None:
        """List them in another order."""
        if order is not self.order:
            self.order = order
            self.refresh()

    @property
    def n_open(self) -> int:
        """How many wait for a decision; those for later do, too. They come first."""
        return self._n_open

    def region_at(self, row: int) -> Region:
        """The region of a row."""
        dataset = self._workbench.dataset
        assert dataset is not None
        one = self._table.take(np.array([row]))
        return regions_of(dataset.samples[int(one.samples[0])].name, one.regions)[0]

    def row_of(self, region: Region | None) -> int:
        """Row of a region, or -1."""
        dataset = self._workbench.dataset
        if region is None or dataset is None or not dataset.has_sample(region.sample):
            return -1
        return self._table.find(dataset.position_of(region.sample), region)

    def is_done(self, row: int) -> bool:
        """Whether it was accepted or kept."""
        return row >= self._n_open

    def decision_of(self, region: Region) -> Decision | None:
        """What was decided; an accepted region that is found again was undone, and is open."""
        return self._decisions.get(region)

    def refresh(self) -> None:
        """List anew what is known now."""
        self.beginResetModel()
        self._list()
        self.endResetModel()

    def _list(self) -> None:
        dataset = self._workbench.dataset
        names = self._names()
        places = {name: dataset.position_of(name) for name in names} if dataset is not None else {}
        parts = []
        for name in names:
            found = self._found.get(name)
            if found is not None:
                kept = self.filter.meets(found.ground_truth, found.prediction)
                parts.append((places[name], found.where(kept)))
        made = self._workbench.decisions.made
        decided = {region: made[region] for region in made if region.sample in places}
        table = _Table.of(parts)
        rows = {region: table.find(places[region.sample], region) for region in decided}
        gone = [region for region, row in rows.items() if row < 0 and self._is_gone(region)]
        self._decisions = {
            region: decision
            for region, decision in decided.items()
            if (decision is Decision.ACCEPTED) == (region in gone)
        }
        table = _Table.of([*parts, *((places[region.sample], _one(region)) for region in gone)])
        ranks = np.full(len(table.samples), _OPEN)
        for region, decision in self._decisions.items():
            row = table.find(places[region.sample], region)
            if row >= 0:
                ranks[row] = _RANKS[decision]
        order = np.lexsort((*self._keys(table), ranks))
        self._n_open = int(np.count_nonzero(ranks != _DONE))
        self._table = table.take(order)

    def _is_gone(self, region: Region) -> bool:
        """Whether a region was accepted, and would be listed if it had not been."""
        classes = (np.array([region.ground_truth]), np.array([region.prediction]))
        is_accepted = self._workbench.decisions.made.get(region) is Decision.ACCEPTED
        return is_accepted and bool(self.filter.meets(*classes)[0])

    def _names(self) -> Sequence[str]:
        dataset = self._workbench.dataset
        if dataset is None:
            return ()
        if self.filter.sample is not None:
            return (self.filter.sample,) if dataset.has_sample(self.filter.sample) else ()
        return [sample.name for sample in dataset.samples]

    def _keys(self, table: _Table) -> tuple[NDArray[np.int64], ...]:
        """Columns to sort by; the last one counts most."""
        found = table.regions
        places = (found.seeds[:, 0], found.seeds[:, 1], table.samples)
        match self.order:
            case Order.SIZE:
                return (*places, -found.areas)
            case Order.CLASS:
                return (*places, -found.areas, found.prediction, found.ground_truth)
            case Order.SAMPLE:
                return (*places[:2], -found.areas, table.samples)

    # Qt

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._table.samples)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        region = self.region_at(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._words(region)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{self._words(region)}\n{region.sample}"
            case _ if role == REGION_ROLE:
                return region
            case _ if role == DECISION_ROLE:
                return self.decision_of(region)
        return None

    def _words(self, region: Region) -> str:
        if self._workbench.compared.keys is None:
            return ""
        truth, prediction = (
            self._workbench.compared.class_of(index).name
            for index in (region.ground_truth, region.prediction)
        )
        decision = self.decision_of(region)
        words = f"{truth} predicted as {prediction}, {count_text(region.area)} px"
        return f"{words}, {decision}" if decision is not None else words


def _one(region: Region) -> Regions:
    """A table of one region."""
    rect = region.rect
    return Regions(
        np.array([region.ground_truth]),
        np.array([region.prediction]),
        np.array([region.area]),
        np.array([[rect.x0, rect.y0, rect.x1, rect.y1]]),
        np.array([region.seed]),
    )

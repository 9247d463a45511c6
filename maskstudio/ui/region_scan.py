"""Regions of disagreement of the compared layers, sample by sample, beside the window."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from maskstudio.core.edits import Target
from maskstudio.core.events import EditCommitted
from maskstudio.errors import Problem
from maskstudio.metrics.regions import Regions
from maskstudio.workflows.disagreement import RegionSearch

from .pair_scan import PairScan
from .workbench import Workbench

EDIT_DELAY_MS = 300

MIN_AREA = 20
"""Smaller regions are left out at first: along borders there are thousands of them."""


class RegionScan(PairScan):
    """Follows the compared pair; knows nothing before `start` or `look_at`.

    Signals:
        found(name): other regions of this sample.
    """

    found = Signal(object)
    label = "Looking for disagreements"

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """Know nothing."""
        super().__init__(workbench, delay_ms=EDIT_DELAY_MS, parent=parent)
        self._regions: dict[str, Regions | None] = {}
        self._min_area = MIN_AREA
        workbench.compared.classes_changed.connect(self._forget)

    @property
    def regions(self) -> Mapping[str, Regions | None]:
        """Regions of every sample that was looked at; None where it cannot be compared."""
        return self._regions

    @property
    def min_area(self) -> int:
        """Pixels of the smallest region that is looked for."""
        return self._min_area

    def set_min_area(self, min_area: int) -> None:
        """Look for smaller regions too, or no longer; everything is looked at anew."""
        if min_area != self._min_area:
            self._min_area = min_area
            self._forget()

    def _look(self) -> RegionSearch:
        alignment = self._workbench.compared.alignment
        return RegionSearch(alignment.of_prediction, alignment.of_ground_truth, self._min_area)

    def _is_known(self, name: str) -> bool:
        return name in self._regions

    def _drop_all(self) -> None:
        self._regions.clear()

    def _keep(self, name: str, result: Regions | None, fault: Problem | None) -> None:
        self._regions[name] = result
        self.found.emit(name)

    def _follow_edit(self, target: Target, event: EditCommitted) -> None:
        """Drop at once what does not begin where it began; the rest is looked for anew."""
        found = self._regions.get(target.sample)
        assert self._workbench.dataset is not None
        is_open = self._workbench.dataset.is_open(target.sample)
        if found is not None and len(found) and is_open:
            self._regions[target.sample] = found.where(self._still_begin(target.sample, found))
            self.found.emit(target.sample)
        super()._follow_edit(target, event)

    def _still_begin(self, sample: str, found: Regions) -> NDArray[np.bool_]:
        """(n,) whether the first pixel of each region holds the same classes."""
        dataset, compared = self._workbench.dataset, self._workbench.compared
        assert dataset is not None
        assert compared.keys is not None
        columns, rows = found.seeds.T
        document = dataset.document(sample)
        held = [document.layer(key).pixels[rows, columns] for key in compared.keys]
        predicted, true = (np.unique(indices).tolist() for indices in held)
        sides = (compared.of_prediction(predicted), compared.of_ground_truth(true))
        joint = [
            np.array([table[index] for index in indices.tolist()])
            for table, indices in zip(sides, held, strict=True)
        ]
        still: NDArray[np.bool_] = joint[0] == found.prediction
        still &= joint[1] == found.ground_truth
        return still

"""Walking from region to region, across samples, and deciding on the one that is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from maskstudio.core.geometry import Rect
from maskstudio.core.labels import generated_class
from maskstudio.workflows.disagreement import (
    Decision,
    Region,
    accept_region,
    region_pixels,
)

from .models.regions_model import RegionsModel
from .workbench import Workbench


class RegionWalk(QObject):
    """Follows the order of a list. Owned by the window.

    Signals:
        current_changed(): another region is the current one, or none.
        shown(rect): the sample of the current region is there; show this part of it.
    """

    current_changed = Signal()
    shown = Signal(Rect)

    def __init__(self, workbench: Workbench, model: RegionsModel) -> None:
        """Stand before the first region."""
        super().__init__(workbench)
        self._workbench = workbench
        self._model = model
        self._current: Region | None = None
        self._row = -1
        self._is_awaited = False
        workbench.document_changed.connect(self._on_document_changed)
        workbench.compared.changed.connect(self.leave)
        model.modelReset.connect(self._follow_row)

    @property
    def current(self) -> Region | None:
        """The region that was gone to last."""
        return self._current

    def go(self, step: int) -> bool:
        """Go to the next open region (1) or the previous one (-1); False where there is none."""
        row = self._model.row_of(self._current)
        if row >= 0 and row == self._row:
            start = row + step
        else:  # it sank when it was decided on, and the next one took its place
            start = self._row if step > 0 else self._row - 1
        rows = range(max(start, 0), self._model.n_open) if step > 0 else range(start, -1, -1)
        for candidate in rows:
            if candidate < self._model.n_open:
                self.show(self._model.region_at(candidate))
                return True
        return False

    def show(self, region: Region) -> None:
        """Go to a region of the list."""
        self._current = region
        self._row = self._model.row_of(region)
        self._is_awaited = True
        self.current_changed.emit()
        document = self._workbench.document
        if document is not None and document.name == region.sample:
            self._arrive()
        else:
            self._workbench.show_sample(region.sample)

    def leave(self) -> None:
        """Have no current region."""
        self._row = -1
        if self._current is not None:
            self._current = None
            self.current_changed.emit()

    # deciding

    def why_not_accept(self) -> str:
        """Why the prediction cannot be written into the ground truth; empty where it can."""
        region, compared = self._current, self._workbench.compared
        document, dataset = self._workbench.document, self._workbench.dataset
        keys = compared.keys
        if region is None or keys is None or document is None or document.name != region.sample:
            return "No region is shown"
        if dataset is None or dataset.has_open_transaction:
            return "Another change is under way"
        if document.layer(keys.ground_truth).is_locked:
            return f"{keys.ground_truth} is read-only here"
        if compared.truth_index_of(region.prediction) is None:
            return f"{keys.ground_truth} has no class {compared.class_of(region.prediction).name}"
        return ""

    def accept(self) -> None:
        """Write the predicted class into the ground truth, as one step of the history."""
        reason = self.why_not_accept()
        if reason:
            self._workbench.said.emit(self.tr("Not accepted: {reason}").format(reason=reason))
            return
        region, compared = self._current, self._workbench.compared
        dataset, document, keys = self._workbench.dataset, self._workbench.document, compared.keys
        assert region is not None
        assert dataset is not None
        assert document is not None
        assert keys is not None
        prediction, truth = (document.layer(key).pixels for key in keys)
        of_prediction = compared.of_prediction(dataset.label_maps[keys.prediction].by_index)
        of_truth = compared.of_ground_truth(dataset.label_maps[keys.ground_truth].by_index)
        pixels = region_pixels(region, prediction, truth, of_prediction, of_truth)
        index = compared.truth_index_of(region.prediction)
        assert index is not None
        if pixels is None:
            self._workbench.said.emit(
                self.tr("Nothing to accept: the masks agree there, or have changed")
            )
            return
        dataset.meet_undeclared(keys.ground_truth, [generated_class(index)])
        protected = self._workbench.choices.protected(keys.ground_truth)
        edit = accept_region(dataset, keys.ground_truth, region, pixels, index, protected=protected)
        if edit is None:
            name = compared.class_of(region.ground_truth).name
            self._workbench.said.emit(
                self.tr("Not accepted: {name} is protected").format(name=name)
            )
            return
        self._workbench.decisions.decide(region, Decision.ACCEPTED)

    def decide(self, decision: Decision) -> None:
        """Mark the current region; the same mark again takes it off."""
        region = self._current
        if region is not None and self._workbench.compared.keys is not None:
            is_there = self._workbench.decisions.made.get(region) is decision
            self._workbench.decisions.decide(region, None if is_there else decision)

    # following changes

    def _on_document_changed(self) -> None:
        region, document = self._current, self._workbench.document
        if self._is_awaited and region is not None and document is not None:
            if document.name == region.sample:
                self._arrive()
            elif self._workbench.loader.wanted != region.sample:
                self._is_awaited = False

    def _arrive(self) -> None:
        assert self._current is not None
        self._is_awaited = False
        self.shown.emit(self._current.rect)

    def _follow_row(self) -> None:
        """Remember where the current region stands until something is decided on it."""
        row = self._model.row_of(self._current)
        if self._current is not None and row >= 0 and not self._model.decision_of(self._current):
            self._row = row

"""Turns the model's events into Qt signals, one for each kind."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from maskstudio.core.dataset import Dataset
from maskstudio.core.events import (
    EditCommitted,
    Event,
    HistoryChanged,
    LabelMapChanged,
    MarksChanged,
    PixelsChanged,
    ProblemsChanged,
)


class DocumentBridge(QObject):
    """Follows one data set at a time; each signal carries its event.

    Signals:
        pixels_changed, edit_committed, label_map_changed, history_changed, marks_changed,
        problems_changed.
    """

    pixels_changed = Signal(object)
    edit_committed = Signal(object)
    label_map_changed = Signal(object)
    history_changed = Signal(object)
    marks_changed = Signal(object)
    problems_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Follow nothing yet."""
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._signals = {
            PixelsChanged: self.pixels_changed,
            EditCommitted: self.edit_committed,
            LabelMapChanged: self.label_map_changed,
            HistoryChanged: self.history_changed,
            MarksChanged: self.marks_changed,
            ProblemsChanged: self.problems_changed,
        }

    def follow(self, dataset: Dataset | None) -> None:
        """Follow another data set, or none."""
        if self._dataset is not None:
            self._dataset.events.disconnect(self._forward)
        self._dataset = dataset
        if dataset is not None:
            dataset.events.connect(self._forward)

    def _forward(self, event: Event) -> None:
        self._signals[type(event)].emit(event)

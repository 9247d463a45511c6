"""Boundary and panoptic figures of the compared pair: on request, kept until a mask changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from maskstudio.core.edits import Target
from maskstudio.core.events import EditCommitted
from maskstudio.workflows.current_masks import CurrentPair, current_pair, is_current

from .choices import Pair
from .workbench import Workbench
from .workers import Task

if TYPE_CHECKING:
    from maskstudio.workflows.more_figures import MoreFigures

Scope = str | None
"""Name of a sample, or None for all of them."""


class MoreFiguresKeeper(QObject):
    """Measures one scope at a time, with progress and Cancel. Owned by the figures.

    Signals:
        changed(): something was measured or forgotten, or measuring began or ended.
    """

    changed = Signal()

    def __init__(self, workbench: Workbench, parent: QObject) -> None:
        """Know nothing."""
        super().__init__(parent)
        self._workbench = workbench
        self._found: dict[Scope, MoreFigures] = {}
        self._task: Task | None = None
        for signal in (
            workbench.compared.changed,
            workbench.compared.classes_changed,
            workbench.choices.ignored_changed,
        ):
            signal.connect(self._forget)
        workbench.bridge.edit_committed.connect(self._on_edit_committed)

    @property
    def is_measuring(self) -> bool:
        """Whether a worker is at it."""
        return self._task is not None

    def of(self, scope: Scope) -> MoreFigures | None:
        """What is known of a sample, or of all; None before it was measured."""
        return self._found.get(scope)

    def measure(self, scope: Scope) -> None:
        """Measure a sample, or all, as they are now."""
        dataset, keys = self._workbench.dataset, self._workbench.compared.keys
        if dataset is None or keys is None or self._task is not None:
            return
        from maskstudio.workflows.more_figures import JointClasses, measure_more  # on request

        names = [s.name for s in dataset.samples] if scope is None else [scope]
        found = (current_pair(dataset, name, *keys) for name in names)
        pairs = [pair for pair in found if pair is not None]
        undeclared = (dataset.label_maps[key].undeclared for key in keys)
        classes = JointClasses(self._workbench.compared.alignment, *undeclared)
        ignored = self._workbench.choices.ignored
        task = self._workbench.tasks.start(
            self.tr("Measuring outlines"),
            lambda task: measure_more(pairs, classes, ignored, task.report),
            done=partial(self._take, scope, pairs, keys),
            failed=lambda error: self._say_not_measured(str(error)),
        )
        self._task = task
        task.ended.connect(partial(self._on_ended, task))
        self.changed.emit()

    def _take(self, scope: Scope, pairs: list[CurrentPair], keys: Pair, found: MoreFigures) -> None:
        dataset = self._workbench.dataset
        assert dataset is not None
        for pair in pairs:
            sides = ((pair.prediction, keys.prediction), (pair.ground_truth, keys.ground_truth))
            if not all(is_current(m, dataset, Target(pair.sample, key)) for m, key in sides):
                self._say_not_measured(
                    self.tr("{sample} changed meanwhile").format(sample=pair.sample)
                )
                return
        self._found[scope] = found

    def _say_not_measured(self, reason: str) -> None:
        self._workbench.said.emit(self.tr("Not measured: {reason}").format(reason=reason))

    def _on_ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None
            self.changed.emit()

    def _on_edit_committed(self, event: EditCommitted) -> None:
        """Figures of the sample, and those of all, are not true any more."""
        keys = self._workbench.compared.keys or ()
        for target in event.edit.targets:
            if target.key in keys:
                self._found.pop(target.sample, None)
                self._found.pop(None, None)
        self.changed.emit()

    def _forget(self) -> None:
        """Everything was about other classes, or other layers."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._found.clear()
        self.changed.emit()

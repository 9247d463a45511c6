"""Copies of layers to new targets, written beside the window; nothing counts as saved by them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from maskstudio.errors import DataError, Problem, Scope
from maskstudio.formats.base import WriteOptions

from .workbench import Workbench
from .workers import Task

if TYPE_CHECKING:
    from maskstudio.workflows.convert import Conversion


class Exporter(QObject):
    """One export at a time; what it reads must not be saved over meanwhile.

    Signals:
        state_changed(): an export began or ended.
        exported(): it is on disk.
    """

    state_changed = Signal()
    exported = Signal()

    def __init__(self, workbench: Workbench) -> None:
        """Nothing is being exported."""
        super().__init__(workbench)
        self._workbench = workbench
        self._task: Task | None = None
        self._then: Callable[[], object] | None = None

    @property
    def is_exporting(self) -> bool:
        """Whether a target is being written."""
        return self._task is not None

    def start(self, plan: Conversion, target: Path, options: WriteOptions) -> None:
        """Write what was planned from a frozen copy."""
        from maskstudio.workflows.convert import run_conversion  # start-up needs no writers

        assert not self.is_exporting
        opened = self._workbench.opened

        def done(problems: tuple[Problem, ...]) -> None:
            if self._workbench.dataset is not None and self._workbench.opened is opened:
                self._workbench.dataset.note_problems(problems)
            self._workbench.said.emit(self._exported_words(plan, target))
            self.exported.emit()

        task = self._workbench.tasks.start(
            self.tr("Exporting {name}").format(name=target.name),
            lambda task: run_conversion(plan, target, options, task.report),
            done=done,
            failed=self._on_failed,
            is_lasting=True,
            priority=4,
        )
        self._task = task
        task.ended.connect(self._on_ended)
        self.state_changed.emit()

    def when_done(self, then: Callable[[], object]) -> None:
        """Call `then` once the export that runs has ended, however it did."""
        assert self.is_exporting
        self._then = then

    def _exported_words(self, plan: Conversion, target: Path) -> str:
        n_left_out = len(plan.left_out)
        if not n_left_out:
            return self.tr("Exported {name}").format(name=target.name)
        words = self.tr("Exported {name}; left out {n} of the samples")
        return words.format(name=target.name, n=n_left_out)

    def _on_failed(self, error: Exception) -> None:
        dataset = self._workbench.dataset
        if dataset is not None and isinstance(error, DataError):
            dataset.note_problems([error.problem(Scope.FILE)])
        self._workbench.said.emit(self.tr("Not exported: {reason}").format(reason=error))

    def _on_ended(self) -> None:
        self._task = None
        then, self._then = self._then, None
        self.state_changed.emit()
        if then is not None:
            then()

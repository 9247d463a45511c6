"""The task that runs beside the window, as the status bar shows it."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from maskstudio.ui.widgets.progress_row import ProgressRow
from maskstudio.ui.workers import Task, TaskRunner

_PERIOD_MS = 100


class TaskRow(ProgressRow):
    """Shows the oldest shown task.

    It looks every 100 ms while something runs: short work never flickers, and a task that reports
    a thousand times a second costs the window no more than one that does not.
    """

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("task")
        giving = self.sizePolicy()
        giving.setRetainSizeWhenHidden(False)  # the words at its left use the room meanwhile
        self.setSizePolicy(giving)
        self._tasks = tasks
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD_MS)
        self._timer.timeout.connect(self._look)
        tasks.changed.connect(self._on_changed)
        self.cancel_requested.connect(self._cancel_task)

    def _task(self) -> Task | None:
        return next((task for task in self._tasks.tasks if task.is_shown), None)

    def _on_changed(self) -> None:
        if self._task() is None:
            self._timer.stop()
            self.finish()
        elif not self._timer.isActive():
            self._timer.start()

    def _look(self) -> None:
        task = self._task()
        if task is not None and not task.is_cancelled:
            self.show_progress(task.label, task.done, task.total)

    def _cancel_task(self) -> None:
        task = self._task()
        if task is not None:
            task.cancel()

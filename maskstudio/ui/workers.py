"""Work beside the window: functions run in threads, results come back in the window's thread.

Workers get read-only arrays or copies and never touch widgets or the document.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, SignalInstance, Slot

from maskstudio.errors import CancelledError, MaskStudioError

log = logging.getLogger(__name__)

Work = Callable[["Task"], Any]

_QUIET_S = 0.2
"""How long after the last sign of a hand at work the machine is its own."""

_PATIENCE_S = 1.0
"""Longest wait between two slices of work, so that everything ends some day."""


_NAP_S = 0.05


class _Hand:
    """Whether the user draws at this moment; asked in any thread."""

    def __init__(self) -> None:
        self._until = 0.0

    def note(self) -> None:
        self._until = time.monotonic() + _QUIET_S

    def is_at_work(self) -> bool:
        return time.monotonic() < self._until


class Task(QObject):
    """One piece of work under way.

    Signals:
        progressed(done, total, what): from time to time.
        succeeded(result), failed(error), ended(): in the window's thread; `ended` comes last,
        also after Cancel.
    """

    progressed = Signal(int, int, str)
    succeeded = Signal(object)
    failed = Signal(Exception)
    ended = Signal()
    _returned = Signal(object, object)

    def __init__(
        self, label: str, hand: _Hand, *, is_shown: bool, is_lasting: bool, parent: QObject
    ) -> None:
        """Describe the work; `TaskRunner` starts it.

        Args:
            hand: that `give_way` waits for.
            is_lasting: what the work did stays done, so that a result counts after Cancel too.
        """
        super().__init__(parent)
        self.label = label
        self.is_shown = is_shown
        self._hand = hand
        self._is_lasting = is_lasting
        self.done = 0
        self.total = 0
        self._is_cancelled = False
        self._returned.connect(self._on_returned, Qt.ConnectionType.QueuedConnection)

    @property
    def is_cancelled(self) -> bool:
        """Whether Cancel was asked for."""
        return self._is_cancelled

    def cancel(self) -> None:
        """Ask the work to stop at its next report of progress."""
        self._is_cancelled = True

    def give_way(self) -> None:
        """Called by the work between slices, in its thread: waits while the user draws.

        For what nobody waits for. Raises CancelledError after Cancel.
        """
        latest = time.monotonic() + _PATIENCE_S
        while self._hand.is_at_work() and time.monotonic() < latest and not self._is_cancelled:
            time.sleep(_NAP_S)
        if self._is_cancelled:
            raise CancelledError

    def report(self, done: int, total: int, what: str = "") -> None:
        """Called by the work, in its thread. Raises CancelledError after Cancel."""
        if self._is_cancelled:
            raise CancelledError
        self.done, self.total = done, total
        self.progressed.emit(done, total, what)

    def close(self) -> None:
        """End a task of `TaskRunner.track`."""
        self.ended.emit()

    @Slot(object, object)
    def _on_returned(self, result: object, error: Exception | None) -> None:
        came_late = self._is_cancelled and not (self._is_lasting and result is not None)
        if error is None and not came_late:
            self.succeeded.emit(result)
        elif error is not None and not isinstance(error, CancelledError):
            self.failed.emit(error)
        self.ended.emit()


class _Runnable(QRunnable):
    def __init__(self, work: Work, task: Task, returned: SignalInstance) -> None:
        super().__init__()
        self._work = work
        self._task = task
        self._returned = returned

    def run(self) -> None:
        result: object = None
        error: Exception | None = None
        try:
            if not self._task.is_cancelled:
                if not self._task.is_shown:
                    self._task.give_way()
                result = self._work(self._task)
        except MaskStudioError as known:
            error = known
        except Exception as unknown:
            log.exception("work %r failed", self._task.label)
            error = unknown
        self._returned.emit(result, error)


class TaskRunner(QObject):
    """Starts tasks and knows which ones run; the status bar shows those with `is_shown`.

    Signals:
        changed(): a task began or ended.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Use a thread pool of its own, so that closing can wait for it."""
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._tasks: list[Task] = []
        self._hand = _Hand()
        self._is_put_off = False
        self._put_off: list[tuple[_Runnable, int]] = []

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Tasks under way, oldest first."""
        return tuple(self._tasks)

    def start(
        self,
        label: str,
        work: Work,
        *,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        is_shown: bool = True,
        is_lasting: bool = False,
        priority: int = 0,
    ) -> Task:
        """Run `work(task)` in a thread.

        Args:
            done: called with the result, in the window's thread.
            failed: called with the error, in the window's thread; not after Cancel.
            is_lasting: `done` gets a result also after Cancel, when the work was too far to stop.
            priority: higher ones leave the queue first.
        """
        task = Task(label, self._hand, is_shown=is_shown, is_lasting=is_lasting, parent=self)
        if done is not None:
            task.succeeded.connect(done)
        if failed is not None:
            task.failed.connect(failed)
        runnable = _Runnable(work, task, task._returned)
        if self._is_put_off and not is_shown:
            self._put_off.append((runnable, priority))
        else:
            self._pool.start(runnable, priority)
        return self._take(task)

    def track(self, label: str) -> Task:
        """A task for what the window's thread does piece by piece: it reports, and closes it."""
        return self._take(Task(label, self._hand, is_shown=True, is_lasting=False, parent=self))

    def hold_back(self) -> None:
        """The user draws: work that gives way waits until that was over for a moment."""
        self._hand.note()

    def put_off(self) -> None:
        """The user waits for something: what nobody waits for does not begin before `go_on`."""
        self._is_put_off = True

    def go_on(self) -> None:
        """What the user waited for is there."""
        self._is_put_off = False
        waiting, self._put_off = self._put_off, []
        for runnable, priority in waiting:
            self._pool.start(runnable, priority)

    def stop(self) -> None:
        """Cancel everything and wait for the threads to end."""
        for task in self._tasks:
            task.cancel()
        self._put_off.clear()
        self._pool.clear()
        self._pool.waitForDone()

    def _take(self, task: Task) -> Task:
        task.ended.connect(self._on_ended)
        self._tasks.append(task)
        self.changed.emit()
        return task

    def _on_ended(self) -> None:
        task = self.sender()
        assert isinstance(task, Task)
        self._tasks.remove(task)
        task.deleteLater()
        self.changed.emit()

"""Sees to it that one window writes a data set; in the others it is read-only."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from maskstudio.formats.writer_lock import Owner
from maskstudio.workflows.one_writer import DatasetLock, written_by

from .workbench import Workbench

LOOK_MS = 2_000
"""Between two looks at whether another window has taken over."""


class OneWriter(QObject):
    """Owned by the window.

    Attributes:
        owner: who writes what is open here, where that is another program.

    Signals:
        changed(): another program writes now, or none does any more.
    """

    changed = Signal()

    def __init__(self, workbench: Workbench) -> None:
        """Follow the workbench."""
        super().__init__(workbench)
        self._workbench = workbench
        self._lock: DatasetLock | None = None
        self._takes_over = False
        self.owner: Owner | None = None
        self.was_lost = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.may_write)
        workbench.opening.connect(self._take)
        workbench.closing.connect(self._release)

    def may_write(self) -> bool:
        """Whether files may be written here; looks at whether that is still so."""
        lock = self._lock
        if lock is not None and not self.was_lost and self.owner is None and not lock.is_ours:
            self.was_lost = True
            self._set_read_only()
        return self.owner is None and not self.was_lost

    def follow_files(self) -> None:
        """A save may have moved a layer to another file."""
        opened = self._workbench.opened
        if self._lock is not None and opened is not None and self.may_write():
            self._lock.follow(written_by(opened), takes_over=True)

    def take_over(self) -> None:
        """Open the data set again from its files, to be written here and nowhere else."""
        opened = self._workbench.opened
        if opened is not None:
            document = self._workbench.document
            self._takes_over = True
            self._workbench.open(opened.request, sample=document.name if document else None)

    def _take(self) -> None:
        opened = self._workbench.opened
        assert opened is not None
        takes_over, self._takes_over = self._takes_over, False
        if not opened.request.is_lasting:
            return
        folder = self._workbench.settings.state_folder
        self._lock = DatasetLock(folder, written_by(opened), takes_over=takes_over)
        self.owner = self._lock.owner
        if self.owner is not None:
            self._set_read_only()
        self._timer.start()
        self.changed.emit()

    def _set_read_only(self) -> None:
        dataset = self._workbench.dataset
        assert dataset is not None
        self._workbench.when_idle(dataset.make_read_only)
        self.changed.emit()

    def _release(self) -> None:
        self._timer.stop()
        lock, self._lock = self._lock, None
        self.owner, self.was_lost = None, False
        if lock is not None:
            lock.release()
        self.changed.emit()

"""Changes of a whole layer that take long: looked for in a worker, written strip by strip.

The layer is locked meanwhile; the window stays live, and Cancel leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QTimer

from maskstudio.core.arrays import BinaryMask, IndexMask
from maskstudio.core.edits import Edit
from maskstudio.core.geometry import TILE, Rect
from maskstudio.core.pixel_source import PixelSource
from maskstudio.core.transaction import Transaction
from maskstudio.errors import CancelledError

from .workbench import Workbench
from .workers import Task

LARGE = 4 << 20
"""Pixels that are looked through and written at once; more are a long change."""

STRIP = 2 << 20
"""Pixels that are written between two looks at what the user does."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What goes into a layer.

    Args:
        where: (rect.height, rect.width) true where to write; None for everywhere.
        values: class indices of the same shape, one for all, or where they come from.
    """

    rect: Rect
    where: BinaryMask | None
    values: IndexMask | int | PixelSource

    def write(self, transaction: Transaction) -> None:
        """Put it in."""
        if isinstance(self.values, np.ndarray):
            transaction.write(self.rect, self.values, self.where)
            return
        everywhere = np.ones((self.rect.height, self.rect.width), np.bool_)
        where = everywhere if self.where is None else self.where
        transaction.paint(self.rect, where, self.values)

    def strips(self) -> list[Patch]:
        """The same in parts over each other, whose borders are those of tiles."""
        rows = TILE * max(1, STRIP // (TILE * max(1, self.rect.width)))
        return [self._part(strip) for strip in _strips(self.rect, rows)]

    def _part(self, strip: Rect) -> Patch:
        part = strip.moved(-self.rect.x0, -self.rect.y0).slices
        where = None if self.where is None else self.where[part]
        values = self.values[part] if isinstance(self.values, np.ndarray) else self.values
        return Patch(strip, where, values)


Find = Callable[[], Patch | None]
Ended = Callable[[Edit | None], None]


class LongChange(QObject):
    """Makes one at a time. Owned by the window."""

    def __init__(self, workbench: Workbench) -> None:
        """Nothing is under way."""
        super().__init__(workbench)
        self._workbench = workbench
        self._transaction: Transaction | None = None
        self._ended: Ended | None = None
        self._strips: list[Patch] = []
        self._n_strips = 0
        self._writing: Task | None = None
        workbench.closing.connect(self._drop)

    def start(self, transaction: Transaction, find: Find, ended: Ended | None = None) -> None:
        """Look for what is to be written, write it and commit.

        Args:
            transaction: nothing is written yet; it is this object's from now on.
            find: called in a worker.
            ended: called with the edit, or None where nothing changed; not after Cancel.
        """
        assert self._transaction is None
        self._transaction, self._ended = transaction, ended
        search = self._workbench.tasks.start(
            transaction.label, lambda task: find(), done=self._write, failed=self._say_failed
        )
        search.ended.connect(lambda: self._on_searched(transaction))

    def _say_failed(self, error: Exception) -> None:
        self._workbench.said.emit(self.tr("Nothing was changed: {error}").format(error=error))

    def _on_searched(self, transaction: Transaction) -> None:
        """Give up where the search came to nothing, after Cancel or a failure."""
        if self._transaction is transaction and self._writing is None:
            self._drop()

    def _write(self, patch: Patch | None) -> None:
        if self._transaction is None:  # the data set was closed meanwhile
            return
        self._strips = patch.strips() if patch else []
        self._n_strips = len(self._strips)
        self._writing = self._workbench.tasks.track(self._transaction.label)
        self._write_next()

    def _write_next(self) -> None:
        transaction, task = self._transaction, self._writing
        if transaction is None or task is None:
            return
        try:
            task.report(self._n_strips - len(self._strips), self._n_strips)
        except CancelledError:
            self._drop()
            return
        if self._strips:
            strip = self._strips.pop(0)
            strip.write(transaction)
            transaction.settle(strip.rect)
            QTimer.singleShot(0, self, self._write_next)
        else:
            self._commit(transaction)

    def _commit(self, transaction: Transaction) -> None:
        ended = self._ended
        self._forget()
        edit = transaction.commit()
        if ended is not None:
            ended(edit)

    def _drop(self) -> None:
        """Leave no trace."""
        transaction = self._transaction
        self._forget()
        if transaction is not None:
            transaction.rollback()

    def _forget(self) -> None:
        self._transaction, self._ended, self._strips = None, None, []
        task, self._writing = self._writing, None
        if task is not None:
            task.close()


def write_now(transaction: Transaction, find: Find) -> Edit | None:
    """The same for what is small: at once. An error leaves no trace."""
    try:
        patch = find()
        if patch is not None:
            patch.write(transaction)
    except BaseException:
        transaction.rollback()
        raise
    return transaction.commit()


def _strips(rect: Rect, rows: int) -> Iterator[Rect]:
    top = rect.y0
    while top < rect.y1:
        bottom = min(rect.y1, (top // rows + 1) * rows)
        yield Rect(rect.x0, top, rect.x1, bottom)
        top = bottom

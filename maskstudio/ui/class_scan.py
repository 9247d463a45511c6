"""Which classes the masks of a data set hold: scanned once when asked for, then kept true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from maskstudio.core.arrays import IndexMask
from maskstudio.core.dataset import Dataset
from maskstudio.core.events import EditCommitted
from maskstudio.errors import DataError
from maskstudio.metrics.histogram import count_indices
from maskstudio.workflows.class_use import MaskToSearch, mask_to_search, masks_to_search

from .workbench import Workbench
from .workers import Task

EDIT_DELAY_MS = 400

Found = Mapping[str, frozenset[int]]
"""Indices in the mask of each sample, by name."""


class ClassScan(QObject):
    """Follows the active layer; knows nothing until `start`.

    Signals:
        changed(): more is known, or something changed by an edit.
        cancelled(): the user stopped the scan; nothing is known.
    """

    changed = Signal()
    cancelled = Signal()

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """Know nothing."""
        super().__init__(parent)
        self._workbench = workbench
        self._found: dict[str, frozenset[int]] | None = None
        self._task: Task | None = None
        self._edited: set[str] = set()
        self._edit_timer = QTimer(self, singleShot=True, interval=EDIT_DELAY_MS)
        self._edit_timer.timeout.connect(self._look_again)
        workbench.opened_changed.connect(self._forget)
        workbench.choices.layer_changed.connect(self._forget)
        workbench.bridge.edit_committed.connect(self._on_edit_committed)

    @property
    def is_known(self) -> bool:
        """Whether every mask of the active layer was looked at."""
        return self._found is not None

    def start(self) -> None:
        """Look at every mask, unless that was done or is under way."""
        dataset = self._workbench.dataset
        if dataset is None or self._found is not None or self._task is not None:
            return
        masks = masks_to_search(dataset, self._workbench.choices.active_key)
        self._task = self._workbench.tasks.start(
            "Scanning masks",
            partial(_scan, masks),
            done=partial(self._take, dataset),
        )
        self._task.ended.connect(partial(self._on_ended, self._task))

    def samples_with(self, index: int) -> frozenset[str]:
        """Names of samples whose mask holds a class, as far as is known."""
        return frozenset(name for name, held in (self._found or {}).items() if index in held)

    def _take(self, dataset: Dataset, found: dict[str, frozenset[int]]) -> None:
        if dataset is self._workbench.dataset:
            self._found = found
            self._look_again()
            self.changed.emit()

    def _on_ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None
            if self._found is None:
                self.cancelled.emit()

    def _forget(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        self._found = None
        self._edited.clear()

    # edits

    def _on_edit_committed(self, event: EditCommitted) -> None:
        if self._found is None and self._task is None:
            return
        key = self._workbench.choices.active_key
        self._edited |= {t.sample for t in event.edit.targets if t.key == key and t.sample}
        if self._edited:
            self._edit_timer.start()

    def _look_again(self) -> None:
        """Look at edited masks beside the window; an edit of many reaches closed ones, too."""
        dataset, key = self._workbench.dataset, self._workbench.choices.active_key
        if dataset is None or self._found is None:
            return
        edited, self._edited = self._edited, set()
        for name in edited:
            mask = mask_to_search(dataset, dataset.sample(name), key)
            if mask is not None:
                self._workbench.tasks.start(
                    f"Scanning {name}",
                    partial(_held, mask),
                    done=partial(self._take_one, dataset, name, key, _revision(dataset, name, key)),
                    is_shown=False,
                )

    def _take_one(
        self, dataset: Dataset, name: str, key: str, revision: int, held: frozenset[int] | None
    ) -> None:
        if dataset is not self._workbench.dataset or self._found is None or held is None:
            return
        if key != self._workbench.choices.active_key or name in self._edited:
            return
        if _revision(dataset, name, key) != revision:  # painted on, opened or closed meanwhile
            self._edited.add(name)
            self._edit_timer.start()
        elif self._found.get(name) != held:
            self._found[name] = held
            self.changed.emit()


def _revision(dataset: Dataset, name: str, key: str) -> int:
    """Counts changes of a layer that is open; -1 for one that is not."""
    return dataset.document(name).layer(key).revision if dataset.is_open(name) else -1


def _scan(masks: Sequence[MaskToSearch], task: Task) -> dict[str, frozenset[int]]:
    """Indices of every mask that can be read. Raises CancelledError."""
    found = {}
    for done, mask in enumerate(masks):
        task.report(done, len(masks), mask.sample)
        try:
            found[mask.sample] = _indices(mask.parts(), task)
        except DataError:
            continue
    return found


def _held(mask: MaskToSearch, task: Task) -> frozenset[int] | None:
    """Indices of one mask, None where it cannot be read. Raises CancelledError."""
    try:
        return _indices(mask.parts(), task)
    except DataError:
        return None


def _indices(parts: Iterable[IndexMask], task: Task) -> frozenset[int]:
    held: set[int] = set()
    for part in parts:
        held.update(np.flatnonzero(count_indices(part, task.give_way)).tolist())
    return frozenset(held)

"""The edits of the open data set as a list; row n stands for the state after n edits."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from maskstudio.core.edits import Edit
from maskstudio.ui.widgets.number_format import byte_count
from maskstudio.ui.workbench import Workbench

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class HistoryRole(IntEnum):
    """What a state is asked for beside the label of its edit."""

    SAMPLE = Qt.ItemDataRole.UserRole + 1
    """What the edit touches, as words."""
    SIZE = Qt.ItemDataRole.UserRole + 2
    """Memory it holds, as words."""
    IS_UNDONE = Qt.ItemDataRole.UserRole + 3
    IS_SAVED = Qt.ItemDataRole.UserRole + 4
    """Whether nothing would be unsaved in this state."""


class HistoryModel(QAbstractListModel):
    """Follows the workbench."""

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """List what was done."""
        super().__init__(parent)
        self._workbench = workbench
        self._edits: Sequence[Edit] = ()
        self._position = 0
        self._saved: frozenset[int] = frozenset()
        workbench.opened_changed.connect(self._reload)
        workbench.bridge.history_changed.connect(self._reload)
        self._reload()

    @property
    def position(self) -> int:
        """Row of the state that is shown; -1 while nothing is open."""
        return self._position if self._workbench.dataset is not None else -1

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        if parent.isValid() or self._workbench.dataset is None:
            return 0
        return len(self._edits) + 1

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = index.row()
        edit = self._edits[row - 1] if row else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return "Opened" if edit is None else edit.label
            case Qt.ItemDataRole.ToolTipRole:
                return None if edit is None else ", ".join(sorted(edit.samples)) or None
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row, edit)
            case HistoryRole.SAMPLE:
                return "" if edit is None else _place(edit)
            case HistoryRole.SIZE:
                return "" if edit is None else byte_count(edit.size_bytes)
            case HistoryRole.IS_UNDONE:
                return row > self._position
            case HistoryRole.IS_SAVED:
                return row in self._saved
        return None

    def _spoken(self, row: int, edit: Edit | None) -> str:
        words = ["Opened" if edit is None else edit.label]
        words += [_place(edit)] if edit is not None else []
        words += ["undone"] if row > self._position else []
        words += ["saved"] if row in self._saved else []
        return ", ".join(filter(None, words))

    def _reload(self) -> None:
        dataset = self._workbench.dataset
        self.beginResetModel()
        self._edits, self._position, self._saved = (), 0, frozenset()
        if dataset is not None:
            self._edits = dataset.history.edits
            self._position = dataset.history.position
            self._saved = frozenset(dataset.history.saved_positions())
        self.endResetModel()


def _place(edit: Edit) -> str:
    """The sample of an edit, how many there are, or the layer whose label map it changes."""
    if len(edit.samples) == 1:
        return min(edit.samples)
    if edit.samples:
        return f"{len(edit.samples)} samples"
    return ", ".join(sorted({target.key for target in edit.targets}))

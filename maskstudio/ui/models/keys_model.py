"""Commands with their keys as a table, and what is wrong with them."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from maskstudio.ui.actions import Actions
from maskstudio.ui.dialogs.key_draft import KeyDraft

Index = QModelIndex | QPersistentModelIndex

ROOT = QModelIndex()
HEADERS = ("Command", "Menu", "Keys", "")
COMMAND, MENU, KEYS, NOTE = range(4)

TOKEN_ROLE = Qt.ItemDataRole.UserRole
"""Color token of a cell's words."""


class KeysModel(QAbstractTableModel):
    """One row for each command, in the order of the menus."""

    def __init__(self, actions: Actions, draft: KeyDraft, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._specs = list(actions)
        self._draft = draft
        self._notes = self._clash_notes()

    def refresh(self) -> None:
        """The draft changed."""
        self._notes = self._clash_notes()
        last = self.index(len(self._specs) - 1, len(HEADERS) - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def action_id(self, row: int) -> str:
        """The command of a row."""
        return self._specs[row].id

    def name(self, row: int) -> str:
        """The command of a row, as people read it."""
        return self._specs[row].text.rstrip("…")

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._specs)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(index)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._notes.get(self._specs[index.row()].id)
        if role == TOKEN_ROLE:
            return self._token(index)
        return None

    def _words(self, index: Index) -> str:
        spec = self._specs[index.row()]
        if index.column() == COMMAND:
            return self.name(index.row())
        if index.column() == MENU:
            return spec.menu
        if index.column() == KEYS:
            return self._draft.shown_keys(spec.id)
        default = "" if self._draft.is_default(spec.id) else "changed"
        return self._notes.get(spec.id, default)

    def _token(self, index: Index) -> str:
        if self._specs[index.row()].id in self._notes and index.column() in (KEYS, NOTE):
            return "error"
        return "text3" if index.column() in (MENU, NOTE) else "text"

    def _clash_notes(self) -> dict[str, str]:
        """What is wrong with the keys of a command, by its id."""
        notes: dict[str, list[str]] = {}
        for clash in self._draft.clashes():
            for action_id in clash.action_ids:
                notes.setdefault(action_id, []).append(clash.words)
        return {action_id: "; ".join(words) for action_id, words in notes.items()}

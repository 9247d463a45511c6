"""All commands with their keys, to read and to change."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.models.keys_model import NOTE, TOKEN_ROLE, KeysModel
from maskstudio.ui.texts import tr
from maskstudio.ui.theme.current import current_density
from maskstudio.ui.theme.density import SPACING
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.buttons import link_button, primary_button
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.table_delegate import TableDelegate

from .key_draft import FIXED, KeyDraft
from .key_editor import KeyEditor

KEYS_COMMAND = ActionSpec("help.keys", "Keys…", "Help", ("F1",), Icon.KEYS)

_MARGIN = 16


def add_keys_command(actions: Actions, window: QWidget) -> None:
    """Declare the command that opens the dialog over a window."""

    def open_dialog() -> None:
        dialog = KeysDialog(actions, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    actions.add(KEYS_COMMAND, open_dialog)


class KeysDialog(QDialog):
    """Changes nothing before Apply, which rests while two commands share a key."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keys_dialog")
        self.setWindowTitle(self.tr("Keys"))
        self.resize(800, 700)
        self._draft = KeyDraft(actions)
        self._model = KeysModel(actions, self._draft, self)
        self._filtered = QSortFilterProxyModel(self)
        self._filtered.setSourceModel(self._model)
        self._filtered.setFilterKeyColumn(-1)
        self._filtered.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._filter = QLineEdit()
        self._table = QTableView()
        self._editor = KeyEditor(self._draft)
        self._editor.changed.connect(self._refresh)
        self._clashes = ElidedLabel(color="error")
        self._apply = primary_button("", "apply_keys")
        self._set_up_filter()
        self._set_up_table()
        self._lay_out()
        self._refresh()

    def _set_up_filter(self) -> None:
        words = self.tr("Find a command or a key")
        self._filter.setObjectName("filter_keys")
        self._filter.setPlaceholderText(words)
        self._filter.setAccessibleName(words)
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._show_matching)

    def _set_up_table(self) -> None:
        table = self._table
        table.setObjectName("keys_table")
        table.setAccessibleName(self.tr("Commands and their keys"))
        table.setModel(self._filtered)
        table.setItemDelegate(TableDelegate(TOKEN_ROLE, table))
        table.setMouseTracking(True)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(current_density().row)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NOTE, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().currentRowChanged.connect(self._edit_row)
        table.activated.connect(self._editor.begin)
        table.selectRow(0)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(_MARGIN)
        column.addWidget(self._filter)
        column.addWidget(self._table, 1)
        column.addWidget(self._editor)
        column.addLayout(_fixed_keys())
        column.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        restore = link_button(self.tr("Restore defaults"), "restore_keys")
        restore.clicked.connect(self._restore_all)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setObjectName("cancel_keys")
        cancel.clicked.connect(self.reject)
        self._apply.clicked.connect(self._on_apply)
        self._clashes.setObjectName("clashes")
        self._clashes.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING)
        foot.addWidget(restore)
        foot.addWidget(self._clashes, 1)
        foot.addWidget(cancel)
        foot.addWidget(self._apply)
        for button in (restore, cancel, self._apply):
            button.setAutoDefault(False)
        return foot

    def _show_matching(self, text: str) -> None:
        self._filtered.setFilterFixedString(text)
        if not self._table.currentIndex().isValid():
            self._table.selectRow(0)

    def _edit_row(self, current: QModelIndex) -> None:
        if current.isValid():
            row = self._filtered.mapToSource(current).row()
            self._editor.show_command(self._model.action_id(row), self._model.name(row))

    def _restore_all(self) -> None:
        self._draft.restore_all()
        self._refresh()

    def _refresh(self) -> None:
        """Show the draft, what clashes, and what Apply would do."""
        self._model.refresh()
        self._editor.refresh()
        clashes = self._draft.clashes()
        self._clashes.setText("; ".join(clash.words for clash in clashes))
        n_changes = self._draft.n_changes
        words = self.tr("Apply {n} change") if n_changes == 1 else self.tr("Apply {n} changes")
        self._apply.setText(words.format(n=n_changes))
        self._apply.setEnabled(n_changes > 0 and not clashes)

    def _on_apply(self) -> None:
        self._draft.apply()
        self.accept()


def _fixed_keys() -> QGridLayout:
    """What the canvas keeps for itself, in two columns of keys and deeds."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * SPACING)
    grid.setVerticalSpacing(SPACING // 2)
    title = ElidedLabel(tr("Fixed"))
    title.setFont(font(Type.PANEL_TITLE))
    grid.addWidget(title, 0, 0, 1, 4)
    half = (len(FIXED) + 1) // 2
    for i, fixed in enumerate(FIXED):
        row, left = 1 + i % half, 2 * (i // half)
        keys = ElidedLabel(fixed.shown, color="text2")
        keys.setObjectName("fixed_keys")
        grid.addWidget(keys, row, left)
        grid.addWidget(ElidedLabel(fixed.deed, color="text3"), row, left + 1)
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(3, 1)
    return grid

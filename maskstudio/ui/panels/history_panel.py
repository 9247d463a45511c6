"""What was done, oldest first; a click goes back or forth to a state."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from maskstudio.ui.models.history_model import HistoryModel
from maskstudio.ui.widgets.empty_note import EmptyNote
from maskstudio.ui.widgets.foot import Foot
from maskstudio.ui.widgets.number_format import byte_count
from maskstudio.ui.widgets.row_list import RowList
from maskstudio.ui.workbench import Workbench

from .history_delegate import HistoryDelegate


class HistoryPanel(QWidget):
    """The chosen row is the state that is shown.

    Signals:
        count_changed(str): how many edits there are, for the title of the dock.
    """

    count_changed = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history_panel")
        self._workbench = workbench
        self.model = HistoryModel(workbench, self)
        self.view = self._make_view()
        self._note = EmptyNote("history_note")
        self._note.say(self.tr("Edits are listed here once something is open."))
        self._foot = Foot()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)  # first: a stack of nobody shows its page as a window
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._note)
        column.addWidget(self._foot)
        self.model.modelReset.connect(self._update)
        self.view.clicked.connect(self._go_to)
        self.view.activated.connect(self._go_to)
        self._update()

    def _make_view(self) -> RowList:
        view = RowList("history_list", "History")
        view.setModel(self.model)
        view.setItemDelegate(HistoryDelegate(view))
        return view

    def _go_to(self, index: QModelIndex) -> None:
        if index.row() != self.model.position:
            self._workbench.go_to_history(index.row())

    def _update(self) -> None:
        n_edits = max(0, self.model.rowCount() - 1)
        row = self.model.position
        self._stack.setCurrentWidget(self.view if row >= 0 else self._note)
        if row >= 0:
            index = self.model.index(row)
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)
        self._foot.left.setText(self._memory())
        self.count_changed.emit(str(n_edits) if n_edits else "")

    def _memory(self) -> str:
        dataset = self._workbench.dataset
        if dataset is None:
            return ""
        history = dataset.history
        return f"{byte_count(history.size_bytes)} of {byte_count(history.limit_bytes)}"

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self.view.scheduleDelayedItemsLayout()

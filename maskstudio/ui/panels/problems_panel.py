"""What is wrong with the open data set: file, place, found, expected, and a way there."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from maskstudio.errors import Problem, Severity
from maskstudio.ui.class_deeds import ClassDeeds
from maskstudio.ui.layer_deeds import LayerDeeds
from maskstudio.ui.models.problems_model import Column, Deed, ProblemsModel
from maskstudio.ui.theme.density import PADDING_RIGHT
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.widgets.empty_note import EmptyNote
from maskstudio.ui.widgets.segmented import Choice, Segmented
from maskstudio.ui.workbench import Workbench

from .problem_delegate import ICON_COLUMN, ProblemDelegate

ALL = "all"
WORDS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.INFO: "Notes"}
WIDTHS = {
    Column.SEVERITY: ICON_COLUMN,
    Column.PLACE: 280,
    Column.EXPECTED: 200,
    Column.KIND: 190,
    Column.DEED: 110,
}


class ProblemsPanel(QWidget):
    """A table with a choice of severities above it.

    Signals:
        count_changed(str): how many problems there are, for the title of the dock.
    """

    count_changed = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problems_panel")
        self._workbench = workbench
        self.model = ProblemsModel(workbench, self)
        self._layers, self._classes = LayerDeeds(workbench), ClassDeeds(workbench, self)
        choices = [Choice(ALL, "All"), *(Choice(s.value, words) for s, words in WORDS.items())]
        self._chips = Segmented("Severity", choices)
        self._chips.choice_changed.connect(self._on_severity_chosen)
        self.view = self._make_view()
        self._note = EmptyNote("show_all_problems")
        self._note.button.clicked.connect(self._show_all)
        self._add_copy()
        self._lay_out()
        self.model.modelReset.connect(self._update)
        self._update()

    def counts(self) -> Mapping[Severity, int]:
        """How many problems there are of each severity."""
        return self.model.counts

    def copy_selected(self) -> None:
        """Put the chosen rows on the clipboard, one line each."""
        rows = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        lines = [_line(self.model.problem_at(row)) for row in rows]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _make_view(self) -> QTreeView:
        view = QTreeView()
        view.setObjectName("problems_table")
        view.setAccessibleName(self.tr("Problems"))
        view.setModel(self.model)
        view.setItemDelegate(ProblemDelegate(view))
        view.setRootIsDecorated(False)
        view.setIndentation(0)
        view.setUniformRowHeights(True)
        view.setAllColumnsShowFocus(True)
        view.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setMouseTracking(True)
        view.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        header = view.header()
        header.setObjectName("problems_header")
        header.setAccessibleName(self.tr("Columns of the problems"))
        header.setStretchLastSection(False)
        header.setSectionResizeMode(Column.FOUND, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.SEVERITY, QHeaderView.ResizeMode.Fixed)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(ICON_COLUMN)
        for column, width in WIDTHS.items():
            header.resizeSection(column, width)
        view.clicked.connect(self._on_clicked)
        view.activated.connect(self._act)
        view.entered.connect(self._show_cursor)
        return view

    def _add_copy(self) -> None:
        copy = QAction(icon(Icon.COPY), self.tr("Copy"), self.view)
        copy.setObjectName("copy_problems")
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_selected)
        self.view.addAction(copy)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(PADDING_RIGHT, 4, PADDING_RIGHT, 4)
        head.addStretch(1)
        head.addWidget(self._chips)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)  # first: a stack of nobody shows its page as a window
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._note)

    # what is listed

    def _update(self) -> None:
        counts = self.counts()
        total = sum(counts.values())
        self._chips.segment(ALL).setText(self.tr("All {total}").format(total=total))
        for severity, words in WORDS.items():
            segment = self._chips.segment(severity.value)
            segment.setText(f"{words} {counts[severity]}")
            segment.setToolTip(self.tr("Only {words}").format(words=words.lower()))
        self._chips.segment(ALL).setToolTip(self.tr("All problems"))
        if total:
            self._note.say(self.tr("Nothing of this severity."), self.tr("Show all"))
        elif self._workbench.dataset is not None:
            self._note.say(self.tr("No problems: everything could be read."))
        else:
            self._note.say(self.tr("Problems with files are listed here once something is open."))
        self._stack.setCurrentWidget(self.view if self.model.rowCount() else self._note)
        self.count_changed.emit(str(total) if total else "")

    def _on_severity_chosen(self, value: str) -> None:
        self.model.show_only(None if value == ALL else Severity(value))

    def _show_all(self) -> None:
        self._chips.set_value(ALL)
        self.model.show_only(None)

    # deeds

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == Column.DEED:
            self._act(index)

    def _act(self, index: QModelIndex) -> None:
        """Repair what the row tells of, or go where it leads."""
        sample = self.model.problem_at(index.row()).sample
        key, deed = self.model.key_at(index.row()), self.model.deed_at(index.row())
        if deed is Deed.SCALE and key is not None:
            self._layers.scale(key)
        elif deed is Deed.DECLARE and key is not None:
            self._classes.declare_all(key)
        elif deed is Deed.READ_AGAIN and sample is not None:
            self._workbench.read_again(sample)
        elif deed is Deed.SHOW and sample is not None:
            self._workbench.show_sample(sample)

    def _show_cursor(self, index: QModelIndex) -> None:
        is_link = index.column() == Column.DEED and self.model.deed_at(index.row()) is not None
        shape = Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor
        self.view.viewport().setCursor(shape)

    # events of Qt

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self.view.scheduleDelayedItemsLayout()


def _line(problem: Problem) -> str:
    return f"{problem.severity.value} ({problem.kind.value}): {problem.message}"

"""What is wrong with the open data set, as a table: worst first, filtered by severity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from maskstudio.errors import Problem, Severity
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.workbench import Workbench

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()

WORST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.INFO)

SEVERITY_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `Severity` of a row."""


class Column(IntEnum):
    """What is said of a problem, left to right."""

    SEVERITY = 0
    PLACE = 1
    FOUND = 2
    EXPECTED = 3
    KIND = 4
    DEED = 5


TITLES = {
    Column.SEVERITY: "",
    Column.PLACE: "File and place",
    Column.FOUND: "Found",
    Column.EXPECTED: "Expected",
    Column.KIND: "Kind",
    Column.DEED: "",
}


class Deed(StrEnum):
    """What can be done about a problem from its row."""

    SHOW = "Show sample"
    READ_AGAIN = "Read again"


class ProblemsModel(QAbstractTableModel):
    """Follows the workbench."""

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """List what is known."""
        super().__init__(parent)
        self._workbench = workbench
        self._only: Severity | None = None
        self._all: list[Problem] = []
        self._rows: list[Problem] = []
        workbench.opened_changed.connect(self._reload)
        workbench.bridge.problems_changed.connect(self._reload)
        workbench.document_changed.connect(self._on_document_changed)
        self._reload()

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many there are of each severity, listed or not."""
        counted = Counter(problem.severity for problem in self._all)
        return {severity: counted[severity] for severity in WORST_FIRST}

    def show_only(self, severity: Severity | None) -> None:
        """List one severity, or all."""
        if severity is not self._only:
            self._only = severity
            self._reload()

    def problem_at(self, row: int) -> Problem:
        """The problem in a row."""
        return self._rows[row]

    def deed_at(self, row: int) -> Deed | None:
        """What can be done about it now, or None."""
        problem, workbench = self._rows[row], self._workbench
        dataset, document = workbench.dataset, workbench.document
        if dataset is None or problem.sample is None or not dataset.has_sample(problem.sample):
            return None
        if (
            document is not None
            and document.name == problem.sample
            and problem.severity is Severity.ERROR
            and problem in document.problems
        ):
            return Deed.READ_AGAIN
        return Deed.SHOW

    # Qt

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        problem = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(index.row(), Column(index.column()))
            case Qt.ItemDataRole.ToolTipRole:
                return self._text(index.row(), Column(index.column())) or None
            case Qt.ItemDataRole.AccessibleTextRole if index.column() == Column.SEVERITY:
                return problem.severity.value
            case _ if role == SEVERITY_ROLE:
                return problem.severity
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[Column(section)]
        if role == Qt.ItemDataRole.FontRole:
            return font(Type.CAPTION)
        return None

    def _text(self, row: int, column: Column) -> str:
        problem = self._rows[row]
        match column:
            case Column.SEVERITY:
                return ""
            case Column.PLACE:
                return problem.where
            case Column.FOUND:
                return problem.found[:1].upper() + problem.found[1:]
            case Column.EXPECTED:
                return problem.expected
            case Column.KIND:
                return problem.kind.value
            case Column.DEED:
                return self.deed_at(row) or ""

    # following changes

    def _reload(self) -> None:
        dataset = self._workbench.dataset
        self.beginResetModel()
        problems = dataset.problems if dataset is not None else []
        self._all = sorted(problems, key=lambda p: WORST_FIRST.index(p.severity))
        self._rows = [p for p in self._all if self._only in (None, p.severity)]
        self.endResetModel()

    def _on_document_changed(self) -> None:
        """What can be done depends on which sample is shown."""
        if self._rows:
            last = self.index(len(self._rows) - 1, Column.DEED)
            self.dataChanged.emit(self.index(0, Column.DEED), last)

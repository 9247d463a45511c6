"""What is wrong with the open data set, as a table: worst first, filtered by severity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from maskstudio.core.dataset import Dataset
from maskstudio.errors import Kind, Problem, Severity
from maskstudio.ui.layer_deeds import LayerDeeds
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.edit_label_map import declare_all

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
    SCALE = "Scale to picture"
    DECLARE = "Declare classes"
    READ_AGAIN = "Read again"


UNDECLARED = (Kind.UNDECLARED_INDEX, Kind.UNDECLARED_COLOR)


class ProblemsModel(QAbstractTableModel):
    """Follows the workbench."""

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """List what is known."""
        super().__init__(parent)
        self._workbench = workbench
        self._only: Severity | None = None
        self._all: list[Problem] = []
        self._rows: list[Problem] = []
        self._layers = LayerDeeds(workbench)
        workbench.opened_changed.connect(self._reload)
        workbench.bridge.problems_changed.connect(self._reload)
        for signal in (
            workbench.document_changed,
            workbench.bridge.history_changed,
            workbench.bridge.label_map_changed,
        ):
            signal.connect(self._update_deeds)
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
        problem, dataset = self._rows[row], self._workbench.dataset
        if dataset is None or problem.sample is None or not dataset.has_sample(problem.sample):
            return None
        return self._repair(problem) or self._way_on(problem)

    def key_at(self, row: int) -> str | None:
        """The layer whose file the problem in a row names, or None."""
        problem, dataset = self._rows[row], self._workbench.dataset
        return None if dataset is None else _key_of(problem, dataset)

    def _repair(self, problem: Problem) -> Deed | None:
        dataset = self._workbench.dataset
        key = None if dataset is None else _key_of(problem, dataset)
        if dataset is None or key is None:
            return None
        if problem.kind is Kind.MASK_IMAGE_SIZE_DIFFERS:
            is_shown = self._shows(problem) and self._layers.can_scale(key)
            return Deed.SCALE if is_shown else None
        label_map = dataset.label_maps[key]
        is_declarable = declare_all(label_map).label_map != label_map
        return Deed.DECLARE if problem.kind in UNDECLARED and is_declarable else None

    def _way_on(self, problem: Problem) -> Deed:
        document = self._workbench.document
        is_error = problem.severity is Severity.ERROR
        if self._shows(problem) and document and is_error and problem in document.problems:
            return Deed.READ_AGAIN
        return Deed.SHOW

    def _shows(self, problem: Problem) -> bool:
        document = self._workbench.document
        return document is not None and document.name == problem.sample

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

    def _update_deeds(self) -> None:
        """What can be done depends on which sample is shown, and on what was done."""
        if self._rows:
            last = self.index(len(self._rows) - 1, Column.DEED)
            self.dataChanged.emit(self.index(0, Column.DEED), last)


def _key_of(problem: Problem, dataset: Dataset) -> str | None:
    if problem.sample is None or not dataset.has_sample(problem.sample):
        return None
    masks = dataset.sample(problem.sample).masks
    return next((key for key, ref in masks.items() if ref.where == problem.where), None)

"""Figures of each compared class, as a table: worst first, or sorted by any column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from maskstudio.core.labels import LabelClass
from maskstudio.metrics.confusion import Confusion
from maskstudio.metrics.scores import ClassScores, Scores
from maskstudio.ui.compared_pair import ComparedPair
from maskstudio.ui.figures import count_text
from maskstudio.ui.theme.typography import Type, font

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `ClassRow` of a row."""


class Column(IntEnum):
    """Figures of a class, left to right."""

    CLASS = 0
    IOU = 1
    PRECISION = 2
    RECALL = 3
    DICE = 4
    SUPPORT = 5


TITLES = {
    Column.CLASS: "Class",
    Column.IOU: "IoU",
    Column.PRECISION: "Precision",
    Column.RECALL: "Recall",
    Column.DICE: "Dice",
    Column.SUPPORT: "Pixels",
}
TIPS = {
    Column.CLASS: "Without its tick a class is ignored: its true pixels do not count",
    Column.IOU: "Right pixels by all pixels that either side gives the class",
    Column.PRECISION: "Share of the predicted pixels that are right",
    Column.RECALL: "Share of the true pixels that were found",
    Column.DICE: "Twice the right pixels by predicted and true ones together; the F1 score",
    Column.SUPPORT: "Pixels of the class in the ground truth",
}


@dataclass(frozen=True)
class ClassRow:
    """One class. An ignored one has no figures but its pixels."""

    label_class: LabelClass
    scores: ClassScores
    is_ignored: bool = False
    is_declared: bool = True

    @property
    def index(self) -> int:
        """Its joint index."""
        return self.label_class.index

    def value(self, column: Column) -> float | int | None:
        """What is sorted by."""
        match column:
            case Column.CLASS:
                return self.index
            case Column.IOU:
                return self.scores.iou
            case Column.PRECISION:
                return self.scores.precision
            case Column.RECALL:
                return self.scores.recall
            case Column.DICE:
                return self.scores.dice
            case Column.SUPPORT:
                return self.scores.support


class ClassFiguresModel(QAbstractTableModel):
    """Holds what it was given last; rows keep their order while figures change only."""

    def __init__(self, compared: ComparedPair, parent: QObject | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._compared = compared
        self._rows: list[ClassRow] = []
        self.sorted_by = Column.IOU
        self.order = Qt.SortOrder.AscendingOrder

    @property
    def rows(self) -> Sequence[ClassRow]:
        """What is shown, in order."""
        return self._rows

    def show_figures(
        self, confusion: Confusion, scores: Scores | None, ignored: frozenset[int]
    ) -> None:
        """Show the classes that occur."""
        rows = self._sorted(self._rows_of(confusion, scores, ignored))
        if [row.index for row in rows] == [row.index for row in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(Column) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_of(self, index: int | None) -> int:
        """Row of a class, or -1."""
        return next((i for i, row in enumerate(self._rows) if row.index == index), -1)

    def _rows_of(
        self, confusion: Confusion, scores: Scores | None, ignored: frozenset[int]
    ) -> list[ClassRow]:
        rows = [self._row(found) for found in scores.per_class] if scores is not None else []
        truth = confusion.ground_truth
        for index in ignored & set(confusion.classes):
            support = int(confusion.counts[truth == index].sum())
            rows.append(self._row(ClassScores(index, support=support), is_ignored=True))
        return rows

    def _row(self, scores: ClassScores, *, is_ignored: bool = False) -> ClassRow:
        found = self._compared.class_of(scores.index)
        is_declared = self._compared.is_declared(scores.index)
        return ClassRow(found, scores, is_ignored, is_declared)

    def _sorted(self, rows: list[ClassRow]) -> list[ClassRow]:
        """By a column; without a figure after all that have one, ignored ones last."""
        sign = 1 if self.order is Qt.SortOrder.AscendingOrder else -1

        def key(row: ClassRow) -> tuple[bool, bool, float, int]:
            value = row.value(self.sorted_by)
            return row.is_ignored, value is None, sign * (value or 0), row.index

        return sorted(rows, key=key)

    # Qt

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else usual

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return _tip(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{TITLES[column]} {_text(row, column)}"
            case Qt.ItemDataRole.CheckStateRole if column is Column.CLASS:
                return Qt.CheckState.Unchecked if row.is_ignored else Qt.CheckState.Checked
            case _ if role == ROW_ROLE:
                return row
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                if column is not self.sorted_by:
                    return TITLES[column]
                arrow = "↑" if self.order is Qt.SortOrder.AscendingOrder else "↓"
                return f"{TITLES[column]} {arrow}"
            case Qt.ItemDataRole.ToolTipRole:
                return TIPS[column]
            case Qt.ItemDataRole.FontRole:
                return font(Type.CAPTION)
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignLeft if column is Column.CLASS else None
                return (side or Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by another column."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [self._rows[index.row()].index for index in before]
        self.sorted_by, self.order = Column(column), order
        self._rows = self._sorted(self._rows)
        after = [self.index(self.row_of(k), i.column()) for k, i in zip(kept, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)


def percent_text(share: float | None) -> str:
    """A share in percent with one decimal; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.1f}"


def _text(row: ClassRow, column: Column) -> str:
    match column:
        case Column.CLASS:
            return row.label_class.name
        case Column.SUPPORT:
            return count_text(row.scores.support)
        case _:
            return "" if row.is_ignored else percent_text(row.value(column))


def _tip(row: ClassRow) -> str:
    lines = [f"{row.index}  {row.label_class.name}"]
    if row.is_ignored:
        lines.append("Ignored: its pixels of the ground truth do not count")
    return "\n".join(lines)

"""Samples with most pixels of a confusion, or of any mistake, worst first."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from maskstudio.metrics.confusion import Confusion
from maskstudio.ui.choices import Cell
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.figures import count_text

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()

PIXELS_ROLE = Qt.ItemDataRole.UserRole + 1


class WorstSamplesModel(QAbstractListModel):
    """Holds what it counted last."""

    def __init__(self, figures: ComparisonFigures, parent: QObject | None = None) -> None:
        """List nothing yet."""
        super().__init__(parent)
        self._figures = figures
        self._rows: list[tuple[str, int]] = []

    def show_samples(
        self, cell: Cell | None, class_index: int | None, ignored: frozenset[int]
    ) -> None:
        """Count pixels of a cell, wrong ones of a class, or all wrong ones."""
        counted = []
        for name in self._figures.names:
            confusion = self._figures.confusion(name)
            if confusion is not None:
                counted.append((name, _pixels(confusion, cell, class_index, ignored)))
        rows = sorted((row for row in counted if row[1]), key=lambda row: (-row[1], row[0]))
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def name_at(self, row: int) -> str:
        """Name of the sample in a row."""
        return self._rows[row][0]

    def row_of(self, name: str | None) -> int:
        """Row of a sample, or -1."""
        return next((i for i, row in enumerate(self._rows) if row[0] == name), -1)

    # Qt

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        name, pixels = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return name
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{name}, {count_text(pixels)} px"
            case _ if role == PIXELS_ROLE:
                return pixels
        return None


def _pixels(
    confusion: Confusion, cell: Cell | None, class_index: int | None, ignored: frozenset[int]
) -> int:
    if cell is not None:
        return confusion.count(cell.ground_truth, cell.prediction)
    truth, prediction = confusion.ground_truth, confusion.prediction
    wrong = (truth != prediction) & ~np.isin(truth, list(ignored))
    if class_index is not None:
        wrong &= (truth == class_index) | (prediction == class_index)
    return int(confusion.counts[wrong].sum())

"""A confusion matrix as it is drawn: which classes, in which order, with which shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.labels import LabelClass
from maskstudio.metrics.confusion import Confusion
from maskstudio.metrics.scores import Scores
from maskstudio.ui.choices import Cell
from maskstudio.ui.compared_pair import ComparedPair

FEW = 24
"""Up to so many classes keep their order and have numbers; of more the worst come first."""

MOST = 256
"""Classes that are drawn at most, the worst of them."""


@dataclass(frozen=True)
class MatrixCells:
    """Rows are classes of the ground truth that are scored, columns those that are predicted.

    Args:
        counts: (rows, columns) pixels.
        shares: (rows, columns) of the row, 0 to 1.
        n_left_out: classes that are not drawn because there are too many.
    """

    rows: tuple[LabelClass, ...]
    columns: tuple[LabelClass, ...]
    counts: NDArray[np.int64]
    shares: NDArray[np.float64]
    n_left_out: int = 0

    @property
    def has_numbers(self) -> bool:
        """Whether there are few enough classes for numbers."""
        return len(self.columns) <= FEW

    def cell(self, row: int, column: int) -> Cell:
        """The pair of classes of a cell."""
        return Cell(self.rows[row].index, self.columns[column].index)

    def place_of(self, cell: Cell | None) -> tuple[int, int] | None:
        """Row and column of a pair of classes, or None where it is not drawn."""
        if cell is None:
            return None
        rows, columns = ([c.index for c in side] for side in (self.rows, self.columns))
        if cell.ground_truth not in rows or cell.prediction not in columns:
            return None
        return rows.index(cell.ground_truth), columns.index(cell.prediction)


def matrix_cells(
    confusion: Confusion, scores: Scores | None, ignored: frozenset[int], compared: ComparedPair
) -> MatrixCells:
    """Lay a confusion out; ignored classes have a column where they are predicted, and no row."""
    scored = ~np.isin(confusion.ground_truth, list(ignored))
    truth, predicted = confusion.ground_truth[scored], confusion.prediction[scored]
    met = sorted({*truth.tolist(), *predicted.tolist()})
    if len(met) > FEW and scores is not None:
        iou = {c.index: c.iou for c in scores.per_class}
        met.sort(key=lambda index: (value if (value := iou.get(index)) is not None else 2.0, index))
    drawn = met[:MOST]
    in_truth = set(truth.tolist())
    rows = [index for index in drawn if index in in_truth]
    counts = _counts(rows, drawn, truth, predicted, confusion.counts[scored])
    totals = dict.fromkeys(rows, 0)
    for index, count in zip(truth.tolist(), confusion.counts[scored].tolist(), strict=True):
        if index in totals:
            totals[index] += count
    whole = np.array([totals[index] for index in rows], np.float64).reshape(-1, 1)
    return MatrixCells(
        tuple(compared.class_of(index) for index in rows),
        tuple(compared.class_of(index) for index in drawn),
        counts,
        counts / np.maximum(whole, 1),
        len(met) - len(drawn),
    )


def _counts(
    rows: list[int],
    columns: list[int],
    truth: NDArray[np.int64],
    predicted: NDArray[np.int64],
    pixels: NDArray[np.int64],
) -> NDArray[np.int64]:
    counts = np.zeros((len(rows), len(columns)), np.int64)
    row_of = {index: place for place, index in enumerate(rows)}
    column_of = {index: place for place, index in enumerate(columns)}
    for t, p, n in zip(truth.tolist(), predicted.tolist(), pixels.tolist(), strict=True):
        if t in row_of and p in column_of:
            counts[row_of[t], column_of[p]] = n
    return counts

"""Which classes a confusion matrix draws, and in which order."""

from __future__ import annotations

import numpy as np
import pytest

from maskstudio.metrics.confusion import Confusion
from maskstudio.metrics.scores import scores_of
from maskstudio.ui.choices import Cell
from maskstudio.ui.models.matrix_cells import MOST, MatrixCells, matrix_cells
from tests.ui.bench import Bench


def confusion_of(*counts: tuple[int, int, int]) -> Confusion:
    """From (true, predicted, pixels)."""
    truth, prediction, pixels = np.array(counts, np.int64).T
    return Confusion.of(truth, prediction, pixels)


def cells_of(bench: Bench, confusion: Confusion, *ignored: int) -> MatrixCells:
    left_out = frozenset(ignored)
    compared = bench.workbench.compared
    return matrix_cells(confusion, scores_of(confusion, left_out), left_out, compared)


def test_shares_are_of_the_row(bench: Bench) -> None:
    cells = cells_of(bench, confusion_of((1, 1, 30), (1, 3, 10), (3, 3, 5)))
    assert [c.name for c in cells.rows] == ["Building", "Road"]
    assert cells.shares.tolist() == [[0.75, 0.25], [0.0, 1.0]]
    assert cells.cell(0, 1) == Cell(1, 3)
    assert cells.place_of(Cell(3, 3)) == (1, 1)
    assert cells.place_of(Cell(8, 3)) is None


def test_an_ignored_class_has_a_column_and_no_row(bench: Bench) -> None:
    cells = cells_of(bench, confusion_of((1, 1, 6), (1, 8, 4), (8, 1, 5)), 8)
    assert [c.index for c in cells.rows] == [1]
    assert [c.index for c in cells.columns] == [1, 8]
    np.testing.assert_array_equal(cells.counts, [[6, 4]])


def test_a_class_that_is_only_predicted_has_no_row(bench: Bench) -> None:
    cells = cells_of(bench, confusion_of((1, 12, 4)))
    assert [c.index for c in cells.rows] == [1]
    assert [c.index for c in cells.columns] == [1, 12]


def test_of_many_classes_the_worst_come_first_and_without_numbers(bench: Bench) -> None:
    counts = [(index, index, index) for index in range(1, 31)]
    wrong = [(index, 40, 10) for index in range(1, 31)]
    cells = cells_of(bench, confusion_of(*counts, *wrong))
    assert not cells.has_numbers
    assert [c.index for c in cells.rows] == list(range(1, 31))
    assert cells.columns[0].index == 40


@pytest.mark.parametrize("n_classes", [24, 25])
def test_up_to_24_classes_have_numbers(bench: Bench, n_classes: int) -> None:
    cells = cells_of(bench, confusion_of(*((index, index, 5) for index in range(n_classes))))
    assert cells.has_numbers == (n_classes <= 24)


def test_thousands_of_classes_are_not_all_drawn(bench: Bench) -> None:
    cells = cells_of(bench, confusion_of(*((index, index, 5) for index in range(3000))))
    assert len(cells.columns) == MOST
    assert cells.n_left_out == 3000 - MOST


def test_nothing_counted_is_nothing_drawn(bench: Bench) -> None:
    cells = cells_of(bench, Confusion.empty())
    assert (cells.rows, cells.columns) == ((), ())

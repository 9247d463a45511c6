"""Undoing and redoing in parts, as the window does with large edits."""

from __future__ import annotations

import numpy as np
import pytest

from maskstudio.core.dataset import Dataset
from maskstudio.core.events import EditCommitted, PixelsChanged
from maskstudio.core.geometry import Rect
from maskstudio.core.layer import GROUND_TRUTH
from tests.helpers.datasets import listen, open_dataset_of

BEFORE = np.random.default_rng(5).integers(0, 3, (600, 520)).astype(np.uint8)
AFTER = np.full_like(BEFORE, 2)


@pytest.fixture
def dataset() -> Dataset:
    """Three rows of tiles, all painted with class 2."""
    dataset = open_dataset_of(BEFORE.copy())
    transaction = dataset.begin("a", GROUND_TRUTH, label="Fill")
    transaction.write(Rect(0, 0, 520, 600), AFTER)
    transaction.commit()
    return dataset


def test_parts_lead_to_the_same_bytes(dataset: Dataset) -> None:
    layer = dataset.document("a").layer(GROUND_TRUTH)
    for is_undone, expected in ((True, BEFORE), (False, AFTER), (True, BEFORE)):
        n_parts = 1 + sum(1 for _ in dataset.steps(is_undone=is_undone))
        assert n_parts == 3
        np.testing.assert_array_equal(layer.pixels, expected)
        assert dataset.history.position == (0 if is_undone else 1)


def test_nothing_else_can_happen_between_parts(dataset: Dataset) -> None:
    steps = dataset.steps(is_undone=True)
    next(steps)
    between = (dataset.has_open_transaction, dataset.is_changing("a"))
    assert between == (True, True)
    assert dataset.undo() is None
    assert dataset.redo() is None
    assert list(dataset.steps(is_undone=False)) == []
    with pytest.raises(AssertionError):
        dataset.begin("a", GROUND_TRUTH, label="Brush")
    assert len(list(steps)) == 1
    assert (dataset.has_open_transaction, dataset.is_changing("a")) == (False, False)


def test_each_row_of_tiles_is_announced_once_and_the_edit_at_the_end(dataset: Dataset) -> None:
    heard = listen(dataset)
    list(dataset.steps(is_undone=True))
    rects = [event.rect for event in heard.of(PixelsChanged)]
    assert rects == [Rect(0, 0, 520, 256), Rect(0, 256, 520, 512), Rect(0, 512, 520, 600)]
    (committed,) = heard.of(EditCommitted)
    assert committed.before is not None
    assert len(committed.before) == 9
    assert all((raw.pixels == 2).all() for raw in committed.before.values())

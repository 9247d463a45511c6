"""A mask layer of another size than its picture, made as large as it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.edits import ScaleEdit, Target
from maskstudio.core.geometry import Rect, Size
from maskstudio.core.layer import GROUND_TRUTH, MaskLayer
from maskstudio.core.tiles import PackedTile, RawTile
from tests.helpers.datasets import THREE_CLASSES, ImageInMemory, MaskInMemory, open_sample
from tests.helpers.masks import mask, text

TARGET = Target("a", GROUND_TRUTH)
SMALL = mask("12")
LARGE = mask("1122", "1122")
SMALL_IDS = mask("34").astype(np.uint16)
LARGE_IDS = mask("3344", "3344").astype(np.uint16)


def dataset_with(stored: MaskInMemory, picture: tuple[int, int] = (2, 4)) -> Dataset:
    image = ImageInMemory(np.zeros((*picture, 3), np.uint8))
    sample = Sample("a", image=image, masks={GROUND_TRUTH: stored})
    dataset = Dataset([sample], {GROUND_TRUTH: THREE_CLASSES})
    open_sample(dataset, "a")
    return dataset


def edit_of(before: NDArray[Any], after: NDArray[Any]) -> ScaleEdit:
    packed = (PackedTile.of(RawTile(pixels, None)) for pixels in (before, after))
    return ScaleEdit("Scale", TARGET, before=next(packed), after=next(packed))


def with_ids() -> ScaleEdit:
    before, after = RawTile(SMALL, SMALL_IDS), RawTile(LARGE, LARGE_IDS)
    return ScaleEdit("Scale", TARGET, before=PackedTile.of(before), after=PackedTile.of(after))


def layer_of(dataset: Dataset) -> MaskLayer:
    return dataset.document("a").layer(GROUND_TRUTH)


def paint(dataset: Dataset, index: int) -> None:
    transaction = dataset.begin("a", GROUND_TRUTH, label="Brush")
    transaction.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), index)
    transaction.commit()


def test_scaling_unlocks_the_layer_and_undo_locks_it_again() -> None:
    dataset = dataset_with(MaskInMemory(SMALL, SMALL_IDS))
    assert layer_of(dataset).is_locked
    dataset.make(with_ids())
    layer = layer_of(dataset)
    assert not layer_of(dataset).is_locked
    np.testing.assert_array_equal(layer.pixels, LARGE)
    np.testing.assert_array_equal(layer.instances, LARGE_IDS)
    assert dataset.modified_samples() == {"a"}
    assert dataset.undo() is not None
    assert layer_of(dataset).is_locked
    np.testing.assert_array_equal(layer.pixels, SMALL)
    np.testing.assert_array_equal(layer.instances, SMALL_IDS)
    assert dataset.modified_samples() == set()
    assert dataset.redo() is not None
    np.testing.assert_array_equal(layer.pixels, LARGE)


def test_strokes_on_the_scaled_layer_are_undone_first() -> None:
    dataset = dataset_with(MaskInMemory(SMALL))
    dataset.make(edit_of(SMALL, LARGE))
    paint(dataset, 2)
    assert text(layer_of(dataset).pixels) == ("2122", "1122")
    dataset.undo()
    dataset.undo()
    np.testing.assert_array_equal(layer_of(dataset).pixels, SMALL)
    dataset.redo()
    dataset.redo()
    assert text(layer_of(dataset).pixels) == ("2122", "1122")


@pytest.mark.parametrize("undone", [False, True])
def test_a_closed_document_comes_back_as_it_was(undone: bool) -> None:
    dataset = dataset_with(MaskInMemory(SMALL))
    dataset.make(edit_of(SMALL, LARGE))
    if undone:
        dataset.undo()
    dataset.close_document("a")
    open_sample(dataset, "a")
    assert layer_of(dataset).is_locked == undone
    np.testing.assert_array_equal(layer_of(dataset).pixels, SMALL if undone else LARGE)
    assert (dataset.redo() if undone else dataset.undo()) is not None
    np.testing.assert_array_equal(layer_of(dataset).pixels, LARGE if undone else SMALL)


def test_a_smaller_mask_leaves_nothing_of_the_larger_one_behind() -> None:
    """Sizes of whole tiles, so that the first tile fits both."""
    before = np.ones((512, 512), np.uint8)
    after = np.ones((256, 256), np.uint8)
    dataset = dataset_with(MaskInMemory(before), (256, 256))
    dataset.make(edit_of(before, after))
    dataset.close_document("a")
    open_sample(dataset, "a")
    assert layer_of(dataset).size == Size(256, 256)


def test_after_a_save_only_later_strokes_are_changes() -> None:
    stored = MaskInMemory(SMALL)
    dataset = dataset_with(stored)
    dataset.make(edit_of(SMALL, LARGE))
    changes = dataset.changes(TARGET)
    stored.pixels = LARGE
    dataset.forget_changes(TARGET, changes)
    assert dataset.changes(TARGET) == {}
    paint(dataset, 2)
    dataset.close_document("a")
    open_sample(dataset, "a")
    assert text(layer_of(dataset).pixels) == ("2122", "1122")
    assert not layer_of(dataset).is_locked


def test_what_was_scaled_back_while_a_save_ran_is_changed_as_a_whole() -> None:
    stored = MaskInMemory(SMALL)
    dataset = dataset_with(stored)
    dataset.make(edit_of(SMALL, LARGE))
    changes = dataset.changes(TARGET)
    dataset.undo()
    stored.pixels = LARGE
    dataset.forget_changes(TARGET, changes)
    dataset.close_document("a")
    open_sample(dataset, "a")
    np.testing.assert_array_equal(layer_of(dataset).pixels, SMALL)


def test_a_layer_whose_file_cannot_be_read_any_more_is_not_scaled_back() -> None:
    stored = MaskInMemory(SMALL)
    dataset = dataset_with(stored)
    dataset.make(edit_of(SMALL, LARGE))
    dataset.close_document("a")
    stored.pixels = None
    open_sample(dataset, "a")
    assert dataset.undo() is None
    assert dataset.history.position == 1

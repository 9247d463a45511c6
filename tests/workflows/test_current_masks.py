"""Masks are read as they are now, wherever their changes are kept."""

from __future__ import annotations

import numpy as np
import pytest

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample, load_sample
from maskstudio.core.geometry import Rect
from maskstudio.errors import DataError, Kind
from maskstudio.workflows.current_masks import count_pair, current_mask, current_pair
from tests.helpers.datasets import THREE_CLASSES, ImageInMemory, MaskInMemory
from tests.helpers.masks import mask, text

KEYS = ("ground_truth", "predictions")


def dataset_of(**masks: MaskInMemory) -> Dataset:
    image = ImageInMemory(np.zeros((2, 3, 3), np.uint8))
    return Dataset([Sample("a", image=image, masks=masks)], dict.fromkeys(KEYS, THREE_CLASSES))


def paint(dataset: Dataset, key: str) -> None:
    if not dataset.is_open("a"):
        dataset.open_document(load_sample(dataset.sample("a")))
    stroke = dataset.begin("a", key, label="Brush")
    stroke.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), 2)
    stroke.commit()


def shown(dataset: Dataset, key: str) -> tuple[str, ...] | None:
    found = current_mask(dataset, "a", key)
    return None if found is None else text(found.read().pixels)


def test_a_closed_mask_comes_from_its_file() -> None:
    dataset = dataset_of(ground_truth=MaskInMemory(mask("111", "...")))
    assert shown(dataset, "ground_truth") == ("111", "...")


def test_changes_of_open_and_of_closed_samples_are_there() -> None:
    dataset = dataset_of(ground_truth=MaskInMemory(mask("111", "...")))
    paint(dataset, "ground_truth")
    assert shown(dataset, "ground_truth") == ("211", "...")
    dataset.close_document("a")
    assert shown(dataset, "ground_truth") == ("211", "...")


def test_a_mask_without_a_file_begins_with_its_first_stroke() -> None:
    dataset = dataset_of(ground_truth=MaskInMemory(mask("111", "...")))
    seen = [shown(dataset, "predictions")]
    for _ in range(2):
        paint(dataset, "predictions")
        seen.append(shown(dataset, "predictions"))
        dataset.undo()
        seen.append(shown(dataset, "predictions"))
    dataset.redo()
    dataset.close_document("a")
    seen.append(shown(dataset, "predictions"))
    assert seen == [None, *2 * [("2..", "..."), None], ("2..", "...")]


def test_a_pair_is_counted_in_the_indices_of_its_layers() -> None:
    both = {"ground_truth": mask("111", "..."), "predictions": mask("112", "...")}
    dataset = dataset_of(**{key: MaskInMemory(pixels) for key, pixels in both.items()})
    pair = current_pair(dataset, "a", "predictions", "ground_truth")
    assert pair is not None
    counted = count_pair(pair).confusion
    assert (counted.count(1, 1), counted.count(1, 2), counted.count(0, 0)) == (2, 1, 3)


def test_a_pair_needs_both_masks() -> None:
    dataset = dataset_of(ground_truth=MaskInMemory(mask("111", "...")))
    assert current_pair(dataset, "a", "predictions", "ground_truth") is None


@pytest.mark.parametrize("is_open", [False, True])
def test_different_sizes_are_said_and_never_resampled(is_open: bool) -> None:
    dataset = dataset_of(
        ground_truth=MaskInMemory(mask("111", "...")), predictions=MaskInMemory(mask("11"))
    )
    if is_open:
        dataset.open_document(load_sample(dataset.sample("a")))
    pair = current_pair(dataset, "a", "predictions", "ground_truth")
    assert pair is not None
    with pytest.raises(DataError) as caught:
        count_pair(pair)
    assert caught.value.kind is Kind.SIZE_MISMATCH
    assert "2 x 1" in str(caught.value)
    assert "3 x 2" in str(caught.value)


def test_a_mask_that_cannot_be_read_is_no_mask_of_background() -> None:
    dataset = dataset_of(
        ground_truth=MaskInMemory(mask("111", "...")), predictions=MaskInMemory(None)
    )
    dataset.open_document(load_sample(dataset.sample("a")))
    pair = current_pair(dataset, "a", "predictions", "ground_truth")
    assert pair is not None
    with pytest.raises(DataError):
        count_pair(pair)

"""Looking through a data set for a class."""

from __future__ import annotations

import numpy as np
import pytest

from maskstudio.core.dataset import Dataset
from maskstudio.core.geometry import Rect
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.errors import CancelledError
from maskstudio.workflows.class_use import ClassUse, count_index, find_class_use, masks_to_search
from tests.helpers.datasets import MaskInMemory, dataset_of, open_sample
from tests.helpers.masks import mask


def use_of(dataset: Dataset, index: int) -> ClassUse:
    return find_class_use(masks_to_search(dataset, GROUND_TRUTH), index)


def test_the_first_sample_that_uses_it_is_named_with_its_pixels() -> None:
    dataset = dataset_of({"a": mask("00", "01"), "b": mask("22", "02"), "c": mask("22", "22")})
    assert use_of(dataset, 2) == ClassUse("b", 3)
    assert use_of(dataset, 3) == ClassUse()


def test_what_is_painted_and_not_saved_counts() -> None:
    dataset = dataset_of({"a": mask("00", "00"), "b": mask("00", "00")})
    open_sample(dataset, "a")
    stroke = dataset.begin("a", GROUND_TRUTH, label="Brush")
    stroke.paint(Rect(0, 0, 1, 2), np.ones((2, 1), np.bool_), 2)
    stroke.commit()
    assert use_of(dataset, 2) == ClassUse("a", 2)
    dataset.close_document("a")
    assert use_of(dataset, 2) == ClassUse("a", 2)


def test_what_was_painted_over_and_not_saved_does_not_count() -> None:
    dataset = dataset_of({"a": mask("20", "00")})
    open_sample(dataset, "a")
    stroke = dataset.begin("a", GROUND_TRUTH, label="Brush")
    stroke.paint(Rect(0, 0, 2, 2), np.ones((2, 2), np.bool_), 1)
    stroke.commit()
    dataset.close_document("a")
    assert use_of(dataset, 2) == ClassUse()


def test_unreadable_masks_are_named() -> None:
    dataset = dataset_of({"a": MaskInMemory(None), "b": mask("0", "2")})
    assert use_of(dataset, 2) == ClassUse("b", 1, ("a",))
    assert use_of(dataset, 1) == ClassUse(None, 0, ("a",))


def test_the_search_can_be_stopped() -> None:
    dataset = dataset_of({"a": mask("0"), "b": mask("2")})

    def stop_at_second(done: int, total: int, what: str) -> None:
        assert (total, what) == (2, "ab"[done])
        if done:
            raise CancelledError

    with pytest.raises(CancelledError):
        find_class_use(masks_to_search(dataset, GROUND_TRUTH), 2, stop_at_second)


def test_indices_are_counted_across_strips() -> None:
    pixels = np.zeros((700, 3), np.uint16)
    pixels[[0, 255, 256, 699], 1] = 300
    assert count_index(pixels, 300) == 4

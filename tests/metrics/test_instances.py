from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import DTypeLike

from maskstudio.metrics.instances import count_classes_of_instances


def test_pixels_of_an_instance_are_counted_by_class() -> None:
    classes = np.array([[0, 1, 1, 2], [0, 1, 2, 2]], np.uint8)
    ids = np.array([[5, 5, 0, 3], [5, 0, 3, 3]], np.uint16)
    assert count_classes_of_instances(classes, ids) == {3: {2: 3}, 5: {0: 2, 1: 1}}


def test_id_zero_is_no_instance() -> None:
    assert count_classes_of_instances(np.ones((3, 4), np.uint8), np.zeros((3, 4), np.uint16)) == {}


@pytest.mark.parametrize("dtype", [np.uint16, np.uint32])
def test_large_numbers_are_counted_as_well(dtype: DTypeLike) -> None:
    highest = int(np.iinfo(dtype).max)
    classes = np.array([[65_535, 7]], np.uint16)
    ids = np.array([[highest, highest - 1]], dtype)
    found = count_classes_of_instances(classes, ids)
    assert found == {highest - 1: {7: 1}, highest: {65_535: 1}}


def test_an_instance_larger_than_a_strip_is_counted_once() -> None:
    ids = np.full((700, 1000), 4, np.uint16)
    classes = np.zeros((700, 1000), np.uint8)
    classes[699] = 9
    assert count_classes_of_instances(classes, ids) == {4: {0: 699_000, 9: 1_000}}

"""Regions of disagreement, drawn by hand and counted a second time with SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from maskstudio.metrics.regions import Regions, find_regions
from tests.helpers.masks import mask

SAME = {index: index for index in range(300)}


def rows_of(regions: Regions) -> list[tuple[object, ...]]:
    """(truth, prediction, area, rect, seed) of each region."""
    columns = (regions.ground_truth, regions.prediction, regions.areas, regions.rects)
    return [
        (int(t), int(p), int(a), tuple(r.tolist()), tuple(s.tolist()))
        for t, p, a, r, s in zip(*columns, regions.seeds, strict=True)
    ]


def test_each_pair_of_classes_has_its_own_regions() -> None:
    truth = mask("11111", "11111", "22222")
    prediction = mask("13311", "11111", "21222")
    found = rows_of(find_regions(prediction, truth, SAME, SAME))
    assert found == [(1, 3, 2, (1, 0, 3, 1), (1, 0)), (2, 1, 1, (1, 2, 2, 3), (1, 2))]


def test_pixels_that_touch_at_a_corner_belong_together() -> None:
    truth = mask(".....", ".....", ".....", ".....")
    prediction = mask("1...1", ".1.1.", "..1..", "1...1")
    found = rows_of(find_regions(prediction, truth, SAME, SAME))
    assert [row[2:] for row in found] == [
        (5, (0, 0, 5, 3), (0, 0)),
        (1, (0, 3, 1, 4), (0, 3)),
        (1, (4, 3, 5, 4), (4, 3)),
    ]


def test_the_end_of_a_row_does_not_touch_the_next_one() -> None:
    truth = mask("....", "....")
    prediction = mask("..11", "1...")
    assert len(find_regions(prediction, truth, SAME, SAME)) == 2


def test_ignored_ground_truth_is_left_out_and_an_ignored_prediction_is_not() -> None:
    truth = mask("1155")
    prediction = mask("1511")
    found = rows_of(find_regions(prediction, truth, SAME, SAME, ignored={5}))
    assert found == [(1, 5, 1, (1, 0, 2, 1), (1, 0))]


def test_small_regions_are_left_out_on_request() -> None:
    truth = mask("11111")
    prediction = mask("12122")
    assert rows_of(find_regions(prediction, truth, SAME, SAME, min_area=2)) == [
        (1, 2, 2, (3, 0, 5, 1), (3, 0))
    ]


def test_indices_of_one_joint_class_make_one_region() -> None:
    truth = mask("....", "....")
    prediction = np.array([[0, 1, 255, 0], [0, 0, 0, 255]], np.uint8)
    found = rows_of(find_regions(prediction, truth, {0: 0, 1: 1, 255: 1}, {0: 0}))
    assert found == [(0, 1, 3, (1, 0, 4, 2), (1, 0))]


def test_classes_that_are_one_by_name_agree() -> None:
    truth, prediction = mask("1122"), mask("2211")
    assert len(find_regions(prediction, truth, {1: 2, 2: 1}, {1: 1, 2: 2})) == 0


@pytest.mark.parametrize("shape", [(0, 0), (0, 4), (4, 0), (1, 1)])
def test_masks_without_disagreement_have_no_regions(shape: tuple[int, int]) -> None:
    empty = np.zeros(shape, np.uint16)
    assert len(find_regions(empty, empty, SAME, SAME)) == 0


def test_masks_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="differ"):
        find_regions(mask(".."), mask("..."), SAME, SAME)


def by_scipy(
    prediction: NDArray[Any], truth: NDArray[Any], ignored: set[int]
) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    pairs = {(int(t), int(p)) for t, p in zip(truth.flat, prediction.flat, strict=True)}
    for t, p in pairs:
        if t == p or t in ignored:
            continue
        labels, n_labels = ndimage.label((truth == t) & (prediction == p), np.ones((3, 3)))
        for number in range(1, n_labels + 1):
            rows, columns = np.nonzero(labels == number)
            rect = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
            seed = (columns[0], rows[0])
            found.add((t, p, rows.size, tuple(map(int, rect)), tuple(map(int, seed))))
    return found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 40), st.integers(2, 4))
def test_regions_are_those_that_scipy_finds(
    seed: int, height: int, width: int, n_classes: int
) -> None:
    random = np.random.default_rng(seed)
    prediction, truth = random.integers(0, n_classes, (2, height, width)).astype(np.uint8)
    found = find_regions(prediction, truth, SAME, SAME, ignored={1})
    assert set(rows_of(found)) == by_scipy(prediction, truth, {1})
    assert [tuple(s) for s in found.seeds[:, ::-1]] == sorted(map(tuple, found.seeds[:, ::-1]))


def test_regions_reach_over_strips() -> None:
    truth = np.zeros((600, 1000), np.uint8)
    prediction = truth.copy()
    prediction[100:500, 10:20] = 7
    prediction[499, 10:990] = 7
    assert rows_of(find_regions(prediction, truth, SAME, SAME)) == [
        (0, 7, 4000 + 970, (10, 100, 990, 500), (10, 100))
    ]

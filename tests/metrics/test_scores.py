"""Figures that were worked out by hand; those of whole data sets stand in `tests/workflows`."""

from __future__ import annotations

import numpy as np
import pytest

from maskstudio.metrics.confusion import Confusion, confusion_matrix
from maskstudio.metrics.scores import ClassScores, scores_of
from tests.helpers.masks import mask

TRUTH = mask(
    "..11",
    ".111",
    "2222",
)
PREDICTION = mask(
    "..11",
    "..11",
    "2211",
)
"""Rows truth, columns prediction: [[3, 0, 0], [1, 4, 0], [0, 2, 2]]."""


def test_figures_of_a_small_pair() -> None:
    scores = scores_of(confusion_matrix(PREDICTION, TRUTH))
    assert (scores.n_pixels, scores.n_wrong) == (12, 3)
    assert scores.pixel_accuracy == pytest.approx(9 / 12)
    assert scores.mean_class_accuracy == pytest.approx((3 / 3 + 4 / 5 + 2 / 4) / 3)
    assert scores.mean_iou == pytest.approx((3 / 4 + 4 / 7 + 2 / 4) / 3)
    assert scores.mean_dice == pytest.approx((6 / 7 + 8 / 11 + 4 / 6) / 3)
    assert scores.frequency_weighted_iou == pytest.approx(
        3 / 12 * 3 / 4 + 5 / 12 * 4 / 7 + 4 / 12 * 2 / 4
    )
    by_chance = (3 * 4 + 5 * 6 + 4 * 2) / 144
    assert scores.cohen_kappa == pytest.approx((9 / 12 - by_chance) / (1 - by_chance))
    road = scores.by_index[1]
    assert road.iou == pytest.approx(4 / 7)
    assert road.dice == pytest.approx(8 / 11)
    assert road.precision == pytest.approx(4 / 6)
    assert road.recall == pytest.approx(4 / 5)
    assert road.support == 5


def test_ignored_ground_truth_is_left_out() -> None:
    scores = scores_of(confusion_matrix(PREDICTION, TRUTH), {2})
    assert (scores.n_pixels, scores.n_wrong) == (8, 1)
    assert scores.mean_iou == pytest.approx((3 / 4 + 4 / 5) / 2)
    assert [s.index for s in scores.per_class] == [0, 1]
    assert scores.by_index[1].precision == 1


def test_what_is_predicted_as_an_ignored_class_is_a_false_negative() -> None:
    """Rows without class 1: [[3, 0, 0], [0, 2, 2]]; its column stays."""
    scores = scores_of(confusion_matrix(PREDICTION, TRUTH), {1})
    assert (scores.n_pixels, scores.n_wrong) == (7, 2)
    assert scores.mean_class_accuracy == pytest.approx((1 + 2 / 4) / 2)
    assert scores.mean_iou == pytest.approx((1 + 2 / 4) / 2)
    by_chance = (3 * 3 + 0 * 2 + 4 * 2) / 49
    assert scores.cohen_kappa == pytest.approx((5 / 7 - by_chance) / (1 - by_chance))
    assert 1 not in scores.by_index


def test_a_class_in_neither_side_counts_neither_as_0_nor_as_1() -> None:
    full = scores_of(confusion_matrix(TRUTH, TRUTH))
    assert [s.index for s in full.per_class] == [0, 1, 2]
    assert full.mean_iou == 1


def test_a_class_that_is_only_predicted_counts_as_0() -> None:
    scores = scores_of(confusion_matrix(mask("13"), mask("11")))
    assert scores.by_index[3] == ClassScores(3, 0, 0, 0, None, 0)
    assert scores.mean_iou == pytest.approx((1 / 2 + 0) / 2)
    assert scores.mean_class_accuracy == pytest.approx(1 / 2)


def test_a_class_that_is_not_predicted_has_no_precision() -> None:
    scores = scores_of(confusion_matrix(mask("11"), mask("13")))
    assert scores.by_index[3] == ClassScores(3, 0, 0, None, 0, 1)


def test_one_class_alone_has_no_kappa() -> None:
    empty = np.zeros((3, 3), np.uint8)
    scores = scores_of(confusion_matrix(empty, empty))
    assert scores.pixel_accuracy == scores.mean_iou == scores.mean_dice == 1
    assert scores.cohen_kappa is None


@pytest.mark.parametrize("ignored", [set(), {0}])
def test_nothing_scored_has_no_figures(ignored: set[int]) -> None:
    counted = confusion_matrix(mask("12"), mask("..")) if ignored else Confusion.empty()
    scores = scores_of(counted, ignored)
    assert (scores.n_pixels, scores.n_wrong, scores.per_class) == (0, 0, ())
    assert scores.pixel_accuracy is scores.mean_class_accuracy is scores.mean_iou is None
    assert scores.mean_dice is scores.frequency_weighted_iou is scores.cohen_kappa is None


def test_indices_above_all_that_masks_hold_have_figures() -> None:
    confusion = confusion_matrix(mask("11"), mask("11")).renumbered({1: 70_000}, {1: 70_000})
    assert scores_of(confusion).by_index[70_000].iou == 1

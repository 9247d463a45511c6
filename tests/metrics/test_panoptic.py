from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from maskstudio.metrics.panoptic import (
    Matches,
    PanopticSums,
    match_segments,
    mean_panoptic,
    panoptic_scores,
)
from tests.helpers.masks import mask
from tests.helpers.shared import shared

Sides = tuple[NDArray[Any], NDArray[Any]]


def matched(
    prediction: Sides, truth: Sides, ignored: frozenset[int] = frozenset()
) -> dict[int, Matches]:
    sums = PanopticSums()
    sums.add(match_segments(prediction, truth, ignored))
    return sums.per_class()


def test_segments_match_above_half_of_their_union() -> None:
    classes = mask("11112222")
    true = mask("11223333")
    assert matched((classes, true), (classes, true)) == {
        1: Matches(found=2, iou_sum=2.0),
        2: Matches(found=1, iou_sum=1.0),
    }
    predicted = mask("12223333")
    assert matched((classes, predicted), (classes, true)) == {
        1: Matches(found=1, spurious=1, missed=1, iou_sum=2 / 3),
        2: Matches(found=1, iou_sum=1.0),
    }


def test_a_class_without_instances_in_the_ground_truth_is_one_segment() -> None:
    """Whatever the prediction says of its instances, in whichever sample."""
    truth = (mask("11112222"), mask("....1122"))
    prediction = (mask("11112222"), mask("12341122"))
    assert matched(prediction, truth) == {
        1: Matches(found=1, iou_sum=1.0),
        2: Matches(found=2, iou_sum=2.0),
    }


def test_the_data_set_says_which_classes_have_instances() -> None:
    sums = PanopticSums()
    with_instances = (mask("11.."), mask("12.."))
    sums.add(match_segments(with_instances, with_instances, frozenset({0})))
    nothing = (mask("...."), mask("...."))
    sums.add(match_segments((mask("11.."), mask("12..")), nothing, frozenset()))
    assert sums.per_class()[1] == Matches(found=2, spurious=2, iou_sum=2.0)
    assert sums.n_samples == 2


def test_ignored_pixels_leave_the_union_and_excuse_segments() -> None:
    truth = (mask("1199....", "........"), mask("11......", "........"))
    prediction = (mask("111.2222", "9999...."), mask("111.3333", "4444...."))
    prediction[0][0, 4] = 0
    found = matched(prediction, truth, frozenset({9}))
    assert found[1] == Matches(found=1, iou_sum=1.0)
    assert found[2] == Matches(spurious=1)
    assert 9 not in found
    half = (mask("99.."), mask("...."))
    assert matched((mask(".11."), mask(".11.")), half, frozenset({9}))[1] == Matches(spurious=1)
    assert 1 not in matched((mask("11.."), mask("11..")), half, frozenset({9}))


def test_things_that_nobody_told_apart_are_a_crowd() -> None:
    """The last six pixels of class 1 have no instance: they excuse predictions of class 1 alone."""
    truth = (mask("1111111111"), mask("1122......"))
    prediction = (mask("1111111222"), mask("1122333444"))
    assert matched(prediction, truth) == {
        1: Matches(found=2, iou_sum=2.0),
        2: Matches(spurious=1),
    }


def test_figures_of_a_class() -> None:
    scores = panoptic_scores(Matches(found=3, spurious=1, missed=2, iou_sum=2.4))
    assert scores.pq == pytest.approx(2.4 / 4.5)
    assert scores.sq == pytest.approx(0.8)
    assert scores.rq == pytest.approx(3 / 4.5)
    assert panoptic_scores(Matches(missed=1)).pq == 0
    assert panoptic_scores(Matches()).pq is None
    assert mean_panoptic([]).pq is None


def test_large_instance_ids_are_told_apart() -> None:
    ids = np.array([[1, 2**31 + 1, 2**31 + 1, 2**32 - 1]], np.uint32)
    classes = np.ones((1, 4), np.uint16)
    assert matched((classes, ids), (classes, ids))[1] == Matches(found=3, iou_sum=3.0)


@pytest.mark.parametrize("model", ["model_a", "model_b"])
def test_figures_equal_those_of_panopticapi(model: str) -> None:
    """A segment's id in the COCO form is its instance, 0 for a crowd; class 0 is void."""
    folder = shared("data", "panoptic")
    truth = coco_segments(folder / "gt", folder / "gt.json")
    prediction = coco_segments(
        folder / "predictions" / model, folder / "predictions" / f"{model}.json"
    )
    sums = PanopticSums()
    sums.add(match_segments(prediction, truth, {0}))
    expected = json.loads((folder / "expected_metrics.json").read_text())["models"][model]
    check_figures(sums, expected)


def coco_segments(folder: Path, file: Path) -> Sides:
    colors = np.asarray(Image.open(folder / "000000142238.png").convert("RGB"))
    ids = colors.astype(np.uint32) @ np.array([1, 256, 65_536], np.uint32)
    classes, instances = np.zeros(ids.shape, np.uint8), ids.copy()
    for segment in json.loads(file.read_text())["annotations"][0]["segments_info"]:
        classes[ids == segment["id"]] = segment["category_id"]
        if segment.get("iscrowd"):
            instances[ids == segment["id"]] = 0
    return classes, instances


CLASSES_BY_COLOR = {
    (0, 0, 0): 0,
    (0, 0, 255): 1,
    (255, 0, 0): 2,
    (0, 255, 0): 3,
    (255, 0, 255): 4,
    (0, 255, 255): 5,
    (255, 255, 0): 6,
}
TRUE_CLASSES = {"bird": {92: 5, 176: 3, 255: 4}, "cat": {255: 6}}


def test_figures_of_published_predictions_equal_those_of_panopticapi() -> None:
    folder = shared("data", "panoptic_small")
    sums = PanopticSums()
    for name, values in TRUE_CLASSES.items():
        true_ids = np.asarray(Image.open(folder / f"{name}_gt.png").convert("L"))
        true_classes = numbered(true_ids, values)
        colors = np.asarray(Image.open(folder / f"{name}_pred_class.png").convert("RGB"))
        classes = np.zeros(colors.shape[:2], np.uint8)
        for color, index in CLASSES_BY_COLOR.items():
            classes[(colors == color).all(axis=2)] = index
        ids = np.asarray(Image.open(folder / f"{name}_pred_instance.png").convert("L"))
        sums.add(match_segments((classes, ids), (true_classes, true_ids), {0}))
    document = json.loads((folder / "expected_metrics.json").read_text())
    check_figures(sums, document["models"]["published_prediction"]["panoptic_quality"])


def numbered(values: NDArray[np.uint8], classes: dict[int, int]) -> NDArray[np.uint8]:
    found = np.zeros_like(values)
    for value, index in classes.items():
        found[values == value] = index
    return found


def check_figures(sums: PanopticSums, expected: dict[str, Any]) -> None:
    found = sums.per_class()
    assert {str(index) for index in found} == expected["per_class"].keys()
    for index, matches in found.items():
        figures, scores = expected["per_class"][str(index)], panoptic_scores(matches)
        counts = (matches.found, matches.spurious, matches.missed)
        assert counts == (figures["tp"], figures["fp"], figures["fn"])
        assert matches.iou_sum == pytest.approx(figures["iou_sum"], abs=1e-6)
        for name in ("pq", "sq", "rq"):
            assert getattr(scores, name) == pytest.approx(figures[name], abs=1e-6)
    means = mean_panoptic(found.values())
    assert len(found) == expected["All"]["n"]
    for name in ("pq", "sq", "rq"):
        assert getattr(means, name) == pytest.approx(expected["All"][name], abs=1e-6)

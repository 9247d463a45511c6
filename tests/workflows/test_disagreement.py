"""Regions are found, found again, accepted, and kept in words."""

from __future__ import annotations

import numpy as np

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample, load_sample
from maskstudio.core.geometry import Rect
from maskstudio.core.labels import LabelClass
from maskstudio.metrics.regions import find_regions
from maskstudio.workflows.current_masks import current_pair
from maskstudio.workflows.disagreement import (
    Region,
    RegionSearch,
    accept_region,
    region_pixels,
    regions_of,
)
from tests.helpers.datasets import THREE_CLASSES, MaskInMemory
from tests.helpers.masks import mask, text

SAME = {0: 0, 1: 1, 2: 2}
TRUTH = mask("......", ".1111.", ".1..1.", ".1..1.", "......")
PREDICTION = mask("......", ".2222.", ".2..1.", ".1.2..", "......")
KEYS = ("predictions", "ground_truth")


def regions() -> list[Region]:
    return regions_of("a", find_regions(PREDICTION, TRUTH, SAME, SAME))


def opened() -> Dataset:
    masks = {KEYS[0]: MaskInMemory(PREDICTION), KEYS[1]: MaskInMemory(TRUTH)}
    dataset = Dataset([Sample("a", masks=masks)], dict.fromkeys(KEYS, THREE_CLASSES))
    dataset.open_document(load_sample(dataset.sample("a")))
    return dataset


def same(indices: object, undeclared: object) -> dict[int, int]:
    return SAME


def test_a_search_finds_the_regions_of_a_pair() -> None:
    pair = current_pair(opened(), "a", *KEYS)
    assert pair is not None
    found = regions_of("a", RegionSearch(same, same, min_area=2)(pair))
    assert found == [Region("a", 1, 2, 5, Rect(1, 1, 5, 3), (1, 1))]


def test_a_search_asks_for_the_indices_that_occur() -> None:
    asked: list[object] = []

    def align(indices: object, undeclared: object) -> dict[int, int]:
        asked.append((indices, undeclared))
        return SAME

    pair = current_pair(opened(), "a", *KEYS)
    assert pair is not None
    RegionSearch(align, align)(pair)
    assert asked == [([0, 1, 2], ()), ([0, 1], ())]


def test_the_pixels_of_a_region_are_found_again() -> None:
    pixels = region_pixels(regions()[0], PREDICTION, TRUTH, SAME, SAME)
    assert pixels is not None
    assert text(pixels.astype(np.uint8)) == ("1111", "1...")


def test_a_region_that_is_another_one_by_now_has_no_pixels() -> None:
    region = regions()[0]
    for x, y in ((1, 1), (4, 1)):
        changed = TRUTH.copy()
        changed[y, x] = 0
        assert region_pixels(region, PREDICTION, changed, SAME, SAME) is None


def test_accepting_changes_exactly_the_region_and_is_one_step() -> None:
    dataset = opened()
    layer = dataset.document("a").layer("ground_truth")
    region = regions()[0]
    pixels = region_pixels(region, PREDICTION, TRUTH, SAME, SAME)
    assert pixels is not None
    assert accept_region(dataset, "ground_truth", region, pixels, 2) is not None
    assert text(layer.pixels) == ("......", ".2222.", ".2..1.", ".1..1.", "......")
    dataset.undo()
    assert text(layer.pixels) == text(TRUTH)


def test_protected_classes_stay() -> None:
    dataset = opened()
    region = regions()[0]
    pixels = region_pixels(region, PREDICTION, TRUTH, SAME, SAME)
    assert pixels is not None
    protected = frozenset({1})
    edit = accept_region(dataset, "ground_truth", region, pixels, 2, protected=protected)
    assert edit is None


def test_regions_come_back_from_json_and_nonsense_does_not() -> None:
    for region in regions():
        assert Region.from_json(region.as_json()) == region
    good = regions()[0].as_json()
    for change in (
        {"sample": 7},
        {"classes": [1]},
        {"rect": [0, 0, -1, 4]},
        {"seed": "ab"},
        {"area": True},
        {"area": None},
    ):
        assert Region.from_json({**good, **change}) is None
    assert Region.from_json([]) is None


def test_an_undeclared_class_can_be_met() -> None:
    met = LabelClass(9, "class_9", None)
    prediction = np.full((2, 2), 9, np.uint8)
    found = find_regions(prediction, mask("11", "11"), {9: met.index}, SAME)
    assert regions_of("a", found) == [Region("a", 1, 9, 4, Rect(0, 0, 2, 2), (0, 0))]

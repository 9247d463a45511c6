"""Splitting a class by its connected regions, against SciPy's own numbering."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import ndimage

from maskstudio.core.document import load_sample
from maskstudio.core.labels import LabelClass
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.workflows.bulk_relabel import masks_of
from maskstudio.workflows.split_class import (
    chosen_regions,
    make_split,
    regions_below,
    regions_of,
)
from tests.helpers.datasets import dataset_of

MASK = np.array(
    [
        [1, 1, 0, 2, 2, 2],
        [1, 1, 0, 2, 0, 2],
        [0, 0, 0, 0, 0, 0],
        [2, 0, 1, 0, 0, 2],
        [0, 2, 0, 0, 0, 2],
    ],
    np.uint8,
)


def test_regions_are_numbered_by_size_and_corners_connect() -> None:
    numbered, regions = regions_of(MASK, 2)
    assert [r.n_pixels for r in regions] == [5, 2, 2]
    labels, n_labels = ndimage.label(MASK == 2, np.ones((3, 3)))
    assert n_labels == 3
    for region in regions:
        where = numbered == region.number
        assert len(np.unique(labels[where])) == 1
        y, x = ndimage.center_of_mass(where)
        assert (region.centre.x, region.centre.y) == (x + 0.5, y + 0.5)


def test_a_class_that_does_not_occur_has_no_regions() -> None:
    numbered, regions = regions_of(MASK, 7)
    assert regions == []
    assert not numbered.any()


def test_chosen_and_small_regions_move_and_one_undo_brings_them_back(tmp_path: Path) -> None:
    dataset = dataset_of({"a": MASK, "b": MASK[::-1].copy(), "c": np.zeros((4, 4), np.uint8)})
    before = dataset.label_maps[GROUND_TRUTH]
    new = LabelClass(300, "bus", (9, 9, 9))
    names = ["a", "b", "c"]
    masks = masks_of(dataset, GROUND_TRUTH, names)
    edit = make_split(before, GROUND_TRUTH, 2, new, masks, regions_below(2, 3), tmp_path)
    assert set(edit.changes) == {"a", "b"}
    dataset.make(edit)
    for name, mask in (("a", MASK), ("b", MASK[::-1])):
        layer = dataset.open_document(load_sample(dataset.sample(name))).layer(GROUND_TRUTH)
        labels, n_labels = ndimage.label(mask == 2, np.ones((3, 3)))
        sizes = np.bincount(labels.ravel())
        small = [n for n in range(1, n_labels + 1) if sizes[n] < 3]
        expected = np.where(np.isin(labels, small), 300, mask.astype(int))
        assert np.array_equal(layer.pixels, expected)
    assert dataset.label_maps[GROUND_TRUTH].name_of(300) == "bus"
    dataset.undo()
    layer = dataset.document("a").layer(GROUND_TRUTH)
    assert np.array_equal(layer.pixels, MASK)
    assert dataset.label_maps[GROUND_TRUTH] == before
    assert np.array_equal(chosen_regions(2, [1])(MASK), regions_of(MASK, 2)[0] == 1)

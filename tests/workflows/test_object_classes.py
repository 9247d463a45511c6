"""Classes of objects that are moved, counted and looked for, also where no pixel shows them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from maskstudio.core.document import load_sample
from maskstudio.core.edits import Target
from maskstudio.core.layer import GROUND_TRUTH as KEY
from maskstudio.core.object_edits import ObjectEdit, moved
from maskstudio.core.object_layer import ObjectLayer
from maskstudio.core.objects import flatten
from maskstudio.formats.base import no_progress
from maskstudio.workflows.bulk_relabel import make_edit, masks_of
from maskstudio.workflows.class_census import take_census
from maskstudio.workflows.class_use import find_class_use, masks_to_search
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.relabel import Relabeling, delete_classes, merge_classes
from maskstudio.workflows.save_dataset import finish_save, prepare_save, run_save
from tests.helpers.labelbox_files import line, write_lines
from tests.helpers.masks import mask, text

UUIDS = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(4)]
CAT, DOG, COW = 1, 2, 3


@pytest.fixture
def opened(tmp_path: Path) -> OpenedDataset:
    """A cat wholly under a dog, and in another data row a cow beside a cat."""
    other = {"id": "row 2"}
    lines = [
        line(mask(".1..", "...."), uuid=UUIDS[0], name="cat"),
        line(mask("111.", "...."), uuid=UUIDS[1], name="dog"),
        line(mask("11..", "...."), uuid=UUIDS[2], name="cow", row=other),
        line(mask("..11", "...."), uuid=UUIDS[3], name="cat", row=other),
    ]
    return open_dataset(OpenRequest(paths=(write_lines(tmp_path / "a.ndjson", *lines),)))


def open_row(opened: OpenedDataset, name: str = "row 1") -> ObjectLayer:
    dataset = opened.dataset
    dataset.open_document(load_sample(dataset.sample(name)))
    layer = dataset.document(name).layer(KEY)
    assert isinstance(layer, ObjectLayer)
    return layer


def relabel(opened: OpenedDataset, relabeling: Relabeling) -> None:
    dataset = opened.dataset
    names = take_census(masks_to_search(dataset, KEY)).samples_with(relabeling.moved)
    masks = masks_of(dataset, KEY, names)
    dataset.make(make_edit(relabeling, masks, dataset, KEY, None))


def save(opened: OpenedDataset) -> list[dict[str, object]]:
    job = prepare_save(opened, KEY)
    finish_save(opened, job, run_save(job, no_progress))
    return lines_of(opened)


def lines_of(opened: OpenedDataset) -> list[dict[str, object]]:
    text = opened.layer_sources[KEY].path.read_text()
    return [json.loads(each) for each in text.splitlines()]


@pytest.mark.parametrize("is_open", [False, True])
def test_a_class_that_only_a_covered_object_has_is_found(
    opened: OpenedDataset, is_open: bool
) -> None:
    if is_open:
        open_row(opened)
    masks = [found for found in masks_to_search(opened.dataset, KEY) if found.sample == "row 1"]
    assert find_class_use(masks, CAT).n_pixels == 1
    assert take_census(masks).by_sample["row 1"] == {0: 5, CAT: 1, DOG: 3}


@pytest.mark.parametrize("is_open", [False, True])
def test_merged_classes_reach_covered_objects(opened: OpenedDataset, is_open: bool) -> None:
    path = opened.layer_sources[KEY].path
    before = path.read_bytes().splitlines()
    if is_open:
        open_row(opened)
    relabel(opened, merge_classes(opened.dataset.label_maps[KEY], [CAT], COW))
    layer = open_row(opened)
    assert [found.index for found in layer.objects] == [COW, DOG]
    assert text(layer.pixels) == ("222.", "....")
    names = [each["name"] for each in save(opened)]
    assert names == ["cow", "dog", "cow", "cow"]
    after = path.read_bytes().splitlines()
    assert (after[1], after[2]) == (before[1], before[2])
    opened.dataset.undo()
    assert [found.index for found in layer.objects] == [CAT, DOG]
    assert open_row(opened, "row 2").objects[1].index == CAT
    save(opened)
    assert path.read_bytes().splitlines() == before


def test_objects_of_a_deleted_class_uncover_what_lay_under_them(opened: OpenedDataset) -> None:
    layer = open_row(opened)
    relabel(opened, delete_classes(opened.dataset.label_maps[KEY], [DOG], 0))
    assert text(layer.pixels) == (".1..", "....")
    opened.dataset.close_document("row 1")
    layer = open_row(opened)
    assert [found.uid for found in layer.objects] == [UUIDS[0]]
    assert np.array_equal(layer.pixels, flatten(layer.objects, layer.size, 0))
    opened.dataset.undo()
    assert text(layer.pixels) == ("222.", "....")


def test_another_order_of_objects_is_saved_as_another_order_of_lines(
    opened: OpenedDataset,
) -> None:
    layer = open_row(opened)
    after = moved(layer.objects, UUIDS[0], 1)
    target = Target("row 1", KEY)
    opened.dataset.make(ObjectEdit("Raise", target, before=layer.objects, after=after))
    assert text(layer.pixels) == ("212.", "....")
    lines = opened.layer_sources[KEY].path.read_bytes().splitlines()
    save(opened)
    assert opened.layer_sources[KEY].path.read_bytes().splitlines() == [
        lines[1],
        lines[0],
        *lines[2:],
    ]


def test_a_row_without_objects_leaves_the_file_and_comes_back_as_it_was(
    opened: OpenedDataset,
) -> None:
    before = lines_of(opened)
    layer = open_row(opened)
    target = Target("row 1", KEY)
    opened.dataset.make(ObjectEdit("Delete", target, before=layer.objects, after=()))
    assert [each["name"] for each in save(opened)] == ["cow", "cat"]
    assert not opened.dataset.changes(target)
    assert KEY not in opened.dataset.sample("row 1").masks
    opened.dataset.undo()
    after = save(opened)
    assert after[:2] == before[2:]
    assert [(each["uuid"], each["dataRow"], each["name"]) for each in after[2:]] == [
        (each["uuid"], each["dataRow"], each["name"]) for each in before[:2]
    ]
    opened.dataset.close_document("row 1")
    assert [found.uid for found in open_row(opened).objects] == UUIDS[:2]

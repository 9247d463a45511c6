"""Objects of a Labelbox file as the window saves them: painted, saved, written elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskstudio.core.document import load_sample
from maskstudio.core.geometry import Rect
from maskstudio.formats import registry
from maskstudio.formats.base import no_progress
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.save_dataset import (
    finish_export,
    finish_save,
    prepare_export,
    prepare_save,
    run_export,
    run_save,
)
from tests.helpers.labelbox_files import line, write_lines
from tests.helpers.masks import mask, text

KEY, ROW = "ground_truth", "row 1"
UUIDS = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(4)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cat under a dog, and a cow in another data row."""
    lines = [
        line(mask("11..", "11.."), uuid=UUIDS[0]),
        line(mask(".11.", ".11."), uuid=UUIDS[1], name="dog"),
        line(mask("1..."), uuid=UUIDS[2], name="cow", row={"id": "row 2"}),
    ]
    return write_lines(tmp_path / "a.ndjson", *lines)


def opened(path: Path) -> OpenedDataset:
    found = open_dataset(OpenRequest(paths=(path,)))
    found.dataset.open_document(load_sample(found.dataset.sample(ROW)))
    return found


def paint(found: OpenedDataset, rect: Rect, index: int) -> None:
    transaction = found.dataset.begin(ROW, KEY, label="Brush")
    transaction.paint(rect, np.ones((rect.height, rect.width), np.bool_), index)
    transaction.commit()


def save(found: OpenedDataset) -> None:
    job = prepare_save(found, KEY)
    finish_save(found, job, run_save(job, no_progress))


def shown(found: OpenedDataset) -> tuple[str, ...]:
    return text(found.dataset.document(ROW).layer(KEY).pixels)


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(each) for each in path.read_text().splitlines()]


def areas(path: Path) -> list[int]:
    source = open_dataset(OpenRequest(paths=(path,))).layer_sources[KEY]
    return [o.area for item in source.items for o in source.read_objects(item, KEY)]


def test_the_window_sees_the_flattened_class_mask(path: Path) -> None:
    found = opened(path)
    assert shown(found) == ("122.", "122.")
    assert registry.saves_in_place(found.layer_sources[KEY].format)


def test_painting_changes_the_lines_of_the_objects_it_touches(path: Path) -> None:
    before = path.read_bytes().splitlines()
    found = opened(path)
    paint(found, Rect(3, 0, 4, 1), 2)
    save(found)
    after = path.read_bytes().splitlines()
    assert (after[0], after[2]) == (before[0], before[2])
    assert areas(path) == [4, 5, 1]
    paint(found, Rect(0, 0, 1, 1), 0)
    save(found)
    assert areas(path) == [3, 5, 1]
    assert shown(found) == (".222", "122.")


def test_painting_again_after_a_save_finds_the_same_objects(path: Path) -> None:
    found = opened(path)
    for x in range(2):
        paint(found, Rect(x, 0, x + 1, 1), 0)
        save(found)
    assert [each["uuid"] for each in lines_of(path)] == UUIDS[:3]
    assert text(mask(*shown(found))) == ("..2.", "122.")


@pytest.mark.parametrize("is_painted", [False, True])
def test_an_open_sample_is_written_elsewhere_with_what_lies_hidden(
    path: Path, is_painted: bool
) -> None:
    found = opened(path)
    if is_painted:
        paint(found, Rect(3, 1, 4, 2), 2)
    target = path.with_name("b.ndjson")
    job = prepare_export(found, KEY, format_name=registry.LABELBOX, target=target)
    finish_export(found, job, run_export(job, no_progress))
    assert areas(target) == [4, 5 if is_painted else 4, 1]
    assert [each["uuid"] for each in lines_of(target)] == UUIDS[:3]
    paint(found, Rect(0, 0, 1, 1), 0)
    save(found)
    assert areas(target)[0] == 3
    assert areas(path) == [4, 4, 1]


def test_classes_keep_their_index_in_a_new_labelbox_file(path: Path) -> None:
    found = opened(path)
    paint(found, Rect(0, 0, 2, 2), 0)
    target = path.with_name("b.ndjson")
    job = prepare_export(found, KEY, format_name=registry.LABELBOX, target=target)
    finish_export(found, job, run_export(job, no_progress))
    source = found.layer_sources[KEY]
    assert source.path == target
    label_map = found.dataset.label_maps[KEY]
    assert [label_map.name_of(i) for i in (1, 2, 3)] == ["cat", "dog", "cow"]
    item = next(item for item in source.items if item.name == "row 2")
    assert source.read_mask(item, KEY).pixels.max() == 3


def test_an_export_of_labelbox_asks_for_a_target(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"data_row": {"id": "r"}, "projects": {}}))
    found = open_dataset(OpenRequest(paths=(path,)))
    assert found.layer_sources[KEY].format == registry.LABELBOX_EXPORT
    assert not registry.saves_in_place(registry.LABELBOX_EXPORT)

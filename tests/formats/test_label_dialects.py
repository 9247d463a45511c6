"""Label maps in the words of other systems: written as they want them, and read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import DataError, Kind
from maskstudio.formats.label_arguments import read_labels
from maskstudio.formats.label_dialects import DIALECTS

MAP = LabelMap(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(2, "road", (128, 64, 200), parts=("lane",)),
        LabelClass(1, "sky: clear", (70, 130, 180)),
    ),
    background=0,
)
PLAIN = LabelMap((*MAP.classes[:2], LabelClass(1, "sky", (70, 130, 180))), background=0)
BY_NAME = {dialect.name: dialect for dialect in DIALECTS}


def written(name: str, label_map: LabelMap = PLAIN) -> Any:
    data = BY_NAME[name].write(label_map)
    return json.loads(data) if BY_NAME[name].suffix == ".json" else data.decode()


def test_each_is_written_as_its_system_wants_it() -> None:
    assert written("labelmap").splitlines()[1:] == [
        "background:0,0,0::", "sky:70,130,180::", "road:128,64,200:lane:"
    ]  # fmt: skip
    assert written("class-labels") == {"0": "background", "2": "road", "1": "sky"}
    assert written("class-set")["class_set"][1] == {"id": 2, "name": "road"}
    tools = written("labelbox")["tools"]
    assert [(t["name"], t["color"]) for t in tools] == [("road", "#8040c8"), ("sky", "#4682b4")]
    assert written("clearml")["mask_labels"]["_all_"][1] == {
        "value": [128, 64, 200], "labels": ["road"]
    }  # fmt: skip
    assert written("names") == "background\nsky\nroad\n"
    gap = PLAIN.without_class(1)
    assert written("names", gap) == "background\n_dummy1\nroad\n"


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)
def test_what_it_says_is_there_again_when_it_is_read(dialect: Any, tmp_path: Path) -> None:
    path = tmp_path / f"map{dialect.suffix}"
    path.write_bytes(dialect.write(PLAIN))
    found = read_labels(path)
    assert set(found.by_name) == {"background", "road", "sky"}
    if dialect.keeps_indices:
        assert {c.name: c.index for c in found} == {c.name: c.index for c in PLAIN}
    if dialect.has_colors:
        assert found.by_name["road"].color == (128, 64, 200)
        assert found.by_name["sky"].color == (70, 130, 180)
    assert found.background == found.by_name["background"].index


def test_stored_colors_and_several_names_of_clearml_are_kept(tmp_path: Path) -> None:
    document = {"metadata": {"mask_labels": {"_all_": [
        {"value": [1, 1, 1], "labels": ["cat", "animal"]}, {"value": [9, 0, 0], "labels": ["sky"]}
    ]}}}  # fmt: skip
    path = tmp_path / "frames.json"
    path.write_text(json.dumps(document))
    found = read_labels(path)
    assert found.by_name["cat, animal"].value == (1, 1, 1)
    assert json.loads(BY_NAME["clearml"].write(found))["mask_labels"]["_all_"] == [
        {"value": [1, 1, 1], "labels": ["cat", "animal"]}, {"value": [9, 0, 0], "labels": ["sky"]}
    ]  # fmt: skip


def test_class_sets_take_ids_as_texts_and_as_a_bare_list(tmp_path: Path) -> None:
    path = tmp_path / "classes.json"
    for document in (
        {"_type": "classes", "class_set": [{"id": "3", "name": "a"}, {"id": 5, "name": "b"}]},
        [{"id": "3", "name": "a"}, {"id": 5, "name": "b"}],
    ):
        path.write_text(json.dumps(document))
        assert {c.index: c.name for c in read_labels(path)} == {3: "a", 5: "b"}


@pytest.mark.parametrize(
    "document",
    [
        {"class_set": [{"id": -1, "name": "a"}]},
        {"class_set": [{"id": 1, "name": "a"}, {"id": "1", "name": "b"}]},
        {"class_set": [7]},
        {"tools": [{"name": ""}]},
        {"mask_labels": [{"value": [1, 2], "labels": ["a"]}]},
        {"mask_labels": [{"value": [1, 2, 3], "labels": []}]},
        {"mask_labels": [{"value": [1, 2, 3], "labels": ["a"]}] * 2},
    ],
)
def test_what_is_not_as_it_must_be_is_refused(document: Any, tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    path.write_text(json.dumps(document))
    with pytest.raises(DataError) as caught:
        read_labels(path)
    assert caught.value.kind == Kind.JSON_INVALID


def test_what_a_dialect_cannot_say_is_refused_not_changed() -> None:
    with pytest.raises(DataError):
        BY_NAME["labelmap"].write(MAP)
    twins = PLAIN.with_class(LabelClass(5, "twin", (128, 64, 200)))
    with pytest.raises(DataError) as caught:
        BY_NAME["clearml"].write(twins)
    assert caught.value.kind == Kind.DUPLICATE_COLOR

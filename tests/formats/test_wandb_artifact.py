"""Artifact folders: names for each layer, saving in place, and what stays untouched."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError
from maskstudio.formats.base import (
    ChangedMask,
    Changes,
    Content,
    OpenOptions,
    SaveReport,
    WriteItem,
    WriteOptions,
    no_progress,
)
from maskstudio.formats.wandb_artifact import open_source, save_in_place, write_new
from maskstudio.formats.wandb_artifact_reader import ArtifactFolder
from tests.helpers.shared import shared

NEW = np.arange(24 * 32, dtype=np.uint8).reshape(24, 32) % 3


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two images in a table; `predictions` has other names in the second."""
    return copied("artifact-table", tmp_path)


@pytest.fixture
def two_names(tmp_path: Path) -> Path:
    """One image whose layers `a` and `b` name the same ids differently."""
    return copied("artifact-table-per-mask-names", tmp_path)


def copied(name: str, tmp_path: Path) -> Path:
    folder = tmp_path / name
    shutil.copytree(shared("golden", "wandb", name), folder)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def opened(path: Path) -> ArtifactFolder:
    return open_source(path, OpenOptions())


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def save(
    source: ArtifactFolder,
    key: str,
    masks: dict[str, Any] | None = None,
    label_map: LabelMap | None = None,
) -> SaveReport:
    changed = {name: ChangedMask(pixels) for name, pixels in (masks or {}).items()}
    found = Changes(key, label_map or source.label_maps[key], changed)
    return save_in_place(source, found, no_progress)


def all_names(source: ArtifactFolder) -> dict[tuple[str, str], dict[int, str]]:
    """Names of each layer of each image, by their name in the file."""
    return {
        (item.name, stored): dict(source.entries[item.name].names[stored])
        for item in source.items
        for stored in source.entries[item.name].masks
    }


def renamed(label_map: LabelMap, index: int, name: str) -> LabelMap:
    return label_map.with_class(replace(label_map.declared[index], name=name))


def require_valid_digests(folder: Path) -> None:
    """Every SHA-256 and digest in the JSON is that of the file it names."""

    def check(value: Any) -> None:
        if isinstance(value, list):
            for inner in value:
                check(inner)
        if not isinstance(value, dict):
            return
        for inner in value.values():
            check(inner)
        if "path" in value:
            data = (folder / value["path"]).read_bytes()
            if "sha256" in value:
                assert value["sha256"] == hashlib.sha256(data).hexdigest()
            if "digest" in value:
                assert base64.b64decode(value["digest"]) == hashlib.md5(data).digest()

    for path in [*folder.rglob("*.table.json"), *folder.rglob("*.image-file.json")]:
        check(json.loads(path.read_bytes()))


def test_an_edited_mask_changes_its_file_and_its_checksum_alone(table: Path) -> None:
    before = files_of(table)
    source = opened(table)
    name = "eval/my table/0/image"
    mask = source.entries[name].masks["predictions"]
    old = hashlib.sha256(before[mask]).hexdigest().encode()
    save(source, "predictions", {name: NEW})
    after = files_of(table)
    new = hashlib.sha256(after[mask]).hexdigest().encode()
    json_path = "eval/my table.table.json"
    assert after.keys() == before.keys()
    assert {p for p in after if after[p] != before[p]} == {mask, json_path}
    assert after[json_path] == before[json_path].replace(old, new)
    found = opened(table)
    assert (found.read_mask(found.items[0], "predictions").pixels == NEW).all()
    require_valid_digests(table)


def test_a_file_that_another_layer_shows_too_is_left_to_it(table: Path) -> None:
    path = table / "eval/my table.table.json"
    document = json.loads(path.read_bytes())
    masks = document["data"][0][1]["masks"]
    masks["predictions"] = dict(masks["ground_truth"])
    path.write_text(json.dumps(document), encoding="utf-8")
    source = opened(table)
    kept = source.read_mask(source.items[0], "ground_truth").pixels
    save(source, "predictions", {"eval/my table/0/image": NEW})
    found = opened(table)
    assert (found.read_mask(found.items[0], "predictions").pixels == NEW).all()
    assert (found.read_mask(found.items[0], "ground_truth").pixels == kept).all()
    require_valid_digests(table)


def test_an_index_above_255_is_refused_and_nothing_changes(table: Path) -> None:
    before = files_of(table)
    wide = NEW.astype(np.uint16) + 255
    with pytest.raises(DataError) as caught:
        save(opened(table), "predictions", {"eval/my table/0/image": wide})
    assert caught.value.kind == "cannot_hold"
    assert files_of(table) == before


def test_an_image_that_the_artifact_lacks_is_refused(table: Path) -> None:
    with pytest.raises(DataError) as caught:
        save(opened(table), "predictions", {"elsewhere": NEW})
    assert caught.value.kind == "cannot_hold"


def test_a_layer_is_added_to_an_image_that_has_none_of_it(table: Path) -> None:
    source = opened(table)
    name = "eval/my table/1/image"
    label_map = source.label_maps["predictions (2)"]
    ground_truth = Changes("ground_truth", label_map, {name: ChangedMask(NEW)})
    with pytest.raises(DataError) as caught:
        save_in_place(
            source, replace(ground_truth, label_map=source.label_maps["ground_truth"]), no_progress
        )
    assert caught.value.kind == "cannot_hold"  # id 0 is `none` in the class file of this image


def test_renaming_a_class_reaches_every_image_of_the_layer_and_no_other(table: Path) -> None:
    source = opened(table)
    before = all_names(source)
    save(
        source, "predictions (2)", label_map=renamed(source.label_maps["predictions (2)"], 255, "x")
    )
    before[("eval/my table/1/image", "predictions")][255] = "x"
    assert all_names(opened(table)) == before
    require_valid_digests(table)


def test_renaming_in_one_of_two_layers_leaves_the_names_of_the_other(table: Path) -> None:
    source = opened(table)
    before = all_names(source)
    save(source, "predictions", label_map=renamed(source.label_maps["predictions"], 1, "bush"))
    before[("eval/my table/0/image", "predictions")][1] = "bush"
    assert all_names(opened(table)) == before
    require_valid_digests(table)


@pytest.mark.parametrize("key", ["a", "b"])
def test_names_that_differ_between_layers_are_renamed_one_by_one(two_names: Path, key: str) -> None:
    source = opened(two_names)
    before = all_names(source)
    save(source, key, label_map=renamed(source.label_maps[key], 2, "new"))
    before[("t/0/image", key)][2] = "new"
    assert all_names(opened(two_names)) == before
    require_valid_digests(two_names)


def test_a_new_class_is_declared_when_it_is_opened_again(table: Path) -> None:
    source = opened(table)
    label_map = source.label_maps["ground_truth"].with_class(LabelClass(9, "kite", (1, 2, 3)))
    save(
        source, "ground_truth", {"eval/my table/0/image": np.full((24, 32), 9, np.uint8)}, label_map
    )
    found = opened(table)
    assert found.label_maps["ground_truth"].name_of(9) == "kite"
    assert found.read_mask(found.items[0], "ground_truth").problems == ()
    types = json.loads((table / "eval/my table.table.json").read_bytes())["column_types"]
    image = types["params"]["type_map"]["image"]["params"]["allowed_types"][0]["params"]
    assert image["mask_class_maps"]["params"]["val"]["ground_truth"]["9"] == "kite"
    assert image["mask_layers"]["params"]["val"]["ground_truth"] == [0, 1, 2, 3, 9]


def test_saving_without_a_change_writes_nothing(table: Path) -> None:
    before = files_of(table)
    for key in opened(table).label_maps:
        save(opened(table), key)
    assert files_of(table) == before


def test_numbers_order_and_other_cells_survive_a_save_byte_for_byte(table: Path) -> None:
    path = table / "eval/my table.table.json"
    text = path.read_text(encoding="utf-8").replace("0.5]", '5.00e-1, {"own":1.0}]')
    path.write_text(text, encoding="utf-8")
    save(opened(table), "predictions", {"eval/my table/0/image": NEW})
    assert '5.00e-1, {"own":1.0}]' in path.read_text(encoding="utf-8")


def test_new_colors_are_told_as_lost(table: Path) -> None:
    source = opened(table)
    label_map = source.label_maps["predictions"]
    other = label_map.with_class(replace(label_map.declared[1], color=(1, 2, 3)))
    report = save(source, "predictions", label_map=other)
    assert [p.kind for p in report.problems] == ["cannot_hold"]


def test_what_was_changed_by_another_program_is_noticed(table: Path) -> None:
    source = opened(table)
    assert not source.has_changed_underneath()
    path = table / "eval/my table.table.json"
    path.write_bytes(path.read_bytes() + b" ")
    assert source.has_changed_underneath(["eval/my table/0/image"])


def write_image(folder: Path, name: str, **others: Any) -> Path:
    path = folder / f"{name}.image-file.json"
    path.write_text(json.dumps({"_type": "image-file", **others}), encoding="utf-8")
    return path


def test_a_damaged_file_among_others_is_told_and_the_rest_loads(table: Path) -> None:
    (table / "bad.table.json").write_text("{", encoding="utf-8")
    write_image(table, "climbs", path="../x.png", classes={"path": "/etc/passwd"})
    source = opened(table)
    kinds = {i.name: [str(p.kind) for p in i.problems] for i in source.items}
    assert kinds["bad"] == ["json_invalid"]
    assert kinds["climbs"] == ["unsafe_path", "unsafe_path"]
    assert kinds["eval/my table/0/image"] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[" * 300 + "]" * 300, "json_too_deep"),
        ('{"a": NaN}', "json_invalid"),
        ("7", "value_out_of_range"),
    ],
)
def test_hostile_json_named_itself_is_a_fault_of_the_file(
    text: str, kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.table.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        opened(path)
    assert caught.value.kind == kind


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_value_in_a_table_may_be_another_and_nothing_crashes(data: st.DataObject) -> None:
    original = shared("golden", "wandb", "artifact-table-per-mask-names")
    document = json.loads((original / "t.table.json").read_bytes())
    places = list(containers(document))
    container = places[data.draw(st.integers(0, len(places) - 1))]
    keys = list(container) if isinstance(container, dict) else list(range(len(container)))
    if keys:
        container[data.draw(st.sampled_from(keys))] = data.draw(ODD)
    with TemporaryDirectory() as folder:
        shutil.copytree(original / "media", Path(folder) / "media", copy_function=shutil.copyfile)
        for path in (Path(folder) / "media").rglob("*"):
            path.chmod(0o755)
        (Path(folder) / "t.table.json").write_text(json.dumps(document), encoding="utf-8")
        try:
            source = opened(Path(folder))
        except DataError:
            return
        for item in source.items:
            for key in item.keys:
                with suppress(DataError):
                    source.read_mask(item, key)
                source.own_label_map(item, key)
                with suppress(DataError):
                    save(opened(Path(folder)), key, {item.name: NEW}, RENAMED)
                (Path(folder) / "t.table.json").write_text(json.dumps(document), encoding="utf-8")


RENAMED = LabelMap((LabelClass(0, "bg", (1, 2, 3)), LabelClass(7, "new", (4, 5, 6))))
ODD = (
    st.none()
    | st.integers(-9, 70_000)
    | st.sampled_from(
        ["", "..", "x", "/x", "media", "\ud800", [], {}, [None], {"0": "a"}, {"path": 1}, True, 0.5]
    )
)


def containers(value: Any) -> Iterator[Any]:
    """Every object and list in a document."""
    if isinstance(value, dict | list):
        yield value
        for inner in list(value.values() if isinstance(value, dict) else value):
            yield from containers(inner)


def content(masks: dict[str, Any], names: dict[int, str], key: str) -> Content:
    label_map = LabelMap(tuple(LabelClass(i, name, None) for i, name in names.items()))

    def item(name: str, pixels: Any) -> WriteItem:
        data = None if pixels is None else MaskData(np.array(pixels, np.uint8))
        return WriteItem(name, (), lambda: data)

    return Content(label_map, [item(name, mask) for name, mask in masks.items()], key)


def write(target: Path, first: Content, *others: Content) -> SaveReport:
    return write_new(target, replace(first, others=others), WriteOptions(), no_progress)


def test_a_new_artifact_has_several_layers_and_valid_digests(tmp_path: Path) -> None:
    names = {0: "person", 200: "tree"}
    first = content({"x/a": [[0, 200]], "b": [[200, 0]]}, names, "predictions")
    second = content({"x/a": [[0, 0]]}, names, "ground/truth")
    assert write(tmp_path / "art", first, second).problems == ()
    require_valid_digests(tmp_path / "art")
    source = opened(tmp_path / "art")
    found = {
        i.name: {k: source.read_mask(i, k).pixels.tolist() for k in i.keys} for i in source.items
    }
    assert found == {
        "b": {"predictions": [[200, 0]]},
        "x/a": {"ground/truth": [[0, 0]], "predictions": [[0, 200]]},
    }
    assert all(all_names(source)[key] == names for key in all_names(source))


def test_layers_with_two_names_for_a_class_are_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    first = content({"a": [[0, 1]]}, {1: "tree"}, "x")
    second = content({"a": [[0, 1]]}, {1: "bush"}, "y")
    with pytest.raises(DataError) as caught:
        write(tmp_path / "art", first, second)
    assert caught.value.kind == "cannot_hold"
    assert list(tmp_path.iterdir()) == []


def test_an_image_without_a_mask_takes_one_later(tmp_path: Path) -> None:
    names = {0: "person", 1: "tree"}
    write(
        tmp_path / "art", content({"a": [[0, 1]]}, names, "x"), content({"b": [[1, 1]]}, names, "y")
    )
    save(opened(tmp_path / "art"), "x", {"b": np.array([[1, 0]], np.uint8)})
    source = opened(tmp_path / "art")
    assert {i.name: i.keys for i in source.items} == {"a": ("x",), "b": ("x", "y")}
    (item,) = (i for i in source.items if i.name == "b")
    assert source.read_mask(item, "x").pixels.tolist() == [[1, 0]]
    assert source.read_mask(item, "y").pixels.tolist() == [[1, 1]]
    require_valid_digests(tmp_path / "art")


def test_a_crowd_of_disagreeing_class_names_is_told_and_bounded(tmp_path: Path) -> None:
    write(tmp_path / "art", content({"a": [[0, 1]]}, {0: "n0"}, "x"))
    entry = json.loads((tmp_path / "art/a.image-file.json").read_bytes())
    for i in range(1, 80):
        classes = {"_type": "classes", "class_set": [{"id": 0, "name": f"n{i}"}]}
        (tmp_path / f"art/c{i}.json").write_text(json.dumps(classes), encoding="utf-8")
        entry["classes"]["path"] = f"c{i}.json"
        (tmp_path / f"art/a{i}.image-file.json").write_text(json.dumps(entry), encoding="utf-8")
    source = opened(tmp_path / "art")
    assert len(source.label_maps) == 64
    told = [str(p.kind) for item in source.items for p in item.problems]
    assert told == ["class_unmatched"] * 16


def test_any_text_is_the_name_of_a_layer(tmp_path: Path) -> None:
    write(tmp_path / "art", content({"a": [[0, 1]]}, {0: "x", 1: "y"}, "k"))
    path = tmp_path / "art/a.image-file.json"
    entry = json.loads(path.read_bytes())
    (mask,) = entry["masks"].values()
    names = ["", ".", "..", "a/b", " ", "\u00e9"]
    entry["masks"] = dict.fromkeys(names, mask)
    path.write_text(json.dumps(entry), encoding="utf-8")
    source = opened(tmp_path / "art")
    assert set(source.items[0].keys) == set(names)
    save(source, "..", {"a": np.array([[1, 1]], np.uint8)})
    again = opened(tmp_path / "art")
    found = {key: again.read_mask(again.items[0], key).pixels.tolist() for key in names}
    assert found == {key: [[1, 1]] if key == ".." else [[0, 1]] for key in names}

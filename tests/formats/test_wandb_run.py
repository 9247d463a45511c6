"""Run folders: odd masks, lists, tables, paths that climb, and runs without a log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError
from maskstudio.formats.base import Item, OpenOptions, Sureness
from maskstudio.formats.wandb_run import RunFolder, open_source, probe
from tests.helpers.wandb_logs import history, image_object, labels, write_run

PICTURE = np.zeros((2, 3, 3))
MASK = [[0, 1, 2], [2, 1, 0]]
FILES: dict[str, Any] = {"media/images/a.png": PICTURE, "media/images/mask/m.png": MASK}
IMAGE = image_object("media/images/a.png", {"predictions": "media/images/mask/m.png"})


def opened(folder: Path, values: dict[str, Any], **others: Any) -> RunFolder:
    files = {**FILES, **others.get("files", {})}
    return open_source(
        write_run(folder, [*others.get("records", []), history(values, 0)], files), OpenOptions()
    )


def kinds(item: Item) -> list[str]:
    return [str(p.kind) for p in item.problems]


def names_of(label_map: LabelMap) -> dict[int, str]:
    return {c.index: c.name for c in label_map}


def test_a_layer_without_names_makes_classes_of_what_it_holds(tmp_path: Path) -> None:
    source = opened(tmp_path, {"img": IMAGE})
    assert source.makes_classes_in("predictions")
    data = source.read_mask(source.items[0], "predictions")
    assert data.pixels.tolist() == MASK
    assert [c.name for c in data.undeclared] == ["class_0", "class_1", "class_2"]
    assert data.problems == ()


def test_an_id_without_a_name_among_names_is_a_warning(tmp_path: Path) -> None:
    named = labels({"img_wandb_delimeter_predictions": {"0": "person", "2": "car"}})
    source = opened(tmp_path, {"img": IMAGE}, records=[named])
    (problem,) = source.read_mask(source.items[0], "predictions").problems
    assert (problem.kind, problem.severity) == ("undeclared_index", "warning")


def test_a_class_named_for_id_0_is_no_background_and_not_black(tmp_path: Path) -> None:
    named = labels({"img_wandb_delimeter_predictions": {"0": "person", "1": "tree"}})
    label_map = opened(tmp_path, {"img": IMAGE}, records=[named]).label_maps["predictions"]
    assert label_map.background is None
    assert label_map.color_of(1) == (128, 0, 0)
    assert label_map.color_of(0) == (0, 128, 0)


def test_a_class_called_background_is_the_background(tmp_path: Path) -> None:
    named = labels({"img_wandb_delimeter_predictions": {"0": "Background", "1": "tree"}})
    label_map = opened(tmp_path, {"img": IMAGE}, records=[named]).label_maps["predictions"]
    assert label_map.background == 0
    assert label_map.color_of(0) == (0, 0, 0)


def test_names_that_differ_between_keys_make_a_second_layer(tmp_path: Path) -> None:
    named = labels(
        {
            "a_wandb_delimeter_predictions": {"0": "person", "1": "tree"},
            "b_wandb_delimeter_predictions": {"1": "tree", "2": "car"},
            "c_wandb_delimeter_predictions": {"0": "sky"},
        }
    )
    source = opened(tmp_path, {"a": IMAGE, "b": IMAGE, "c": IMAGE}, records=[named])
    assert [item.keys for item in source.items] == [
        ("predictions",),
        ("predictions",),
        ("predictions (2)",),
    ]
    assert names_of(source.label_maps["predictions"]) == {0: "person", 1: "tree", 2: "car"}
    assert source.stored_key("predictions (2)") == "predictions"
    own = [source.own_label_map(i, i.keys[0]) for i in source.items]
    assert [m and names_of(m) for m in own] == [
        {0: "person", 1: "tree"},
        {1: "tree", 2: "car"},
        {0: "sky"},
    ]


def test_masks_by_path_may_be_indexed_deep_or_gray_in_three_channels(tmp_path: Path) -> None:
    source = opened(tmp_path, {"img": IMAGE})
    place = tmp_path / "files" / "media/images/mask/m.png"
    indexed = Image.fromarray(np.array(MASK, np.uint8), "P")
    indexed.putpalette([9, 9, 9, 8, 8, 8, 7, 7, 7])
    deep = Image.fromarray(np.array(MASK, np.uint16) * 300)
    gray = Image.fromarray(np.repeat(np.array(MASK, np.uint8)[:, :, None], 3, 2))
    for picture, factor in ((indexed, 1), (deep, 300), (gray, 1)):
        picture.save(place)
        found = source.read_mask(source.items[0], "predictions").pixels
        assert (found == np.array(MASK) * factor).all()


def test_a_list_of_images_has_one_sample_for_each(tmp_path: Path) -> None:
    value = {
        "_type": "images/separated",
        "filenames": ["media/images/a.png", "media/images/a.png"],
        "captions": ["first", "second"],
        "all_masks": [None, {"x/y z": {"_type": "mask", "path": "media/images/mask/m.png"}}],
    }
    source = opened(tmp_path, {"val/batch": value})
    assert [(i.name, i.caption, i.keys) for i in source.items] == [
        ("val/batch/0/0", "first", ()),
        ("val/batch/0/1", "second", ("x/y z",)),
    ]


def test_pictures_of_a_table_are_not_in_the_folder(tmp_path: Path) -> None:
    table = json.dumps({"columns": ["id", "image"], "data": [[1, "Image"], [2, None]]})
    value = {"_type": "table-file", "path": "media/table/t.table.json", "nrows": 2, "ncols": 2}
    source = opened(tmp_path, {"t": value}, files={"media/table/t.table.json": table})
    assert [(i.name, kinds(i)) for i in source.items] == [("t/0/0/image", ["image_not_in_folder"])]


def test_paths_that_climb_are_refused_and_the_rest_loads(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    bad = ("../secret.png", "/etc/passwd", "C:\\secret.png", "..\\secret.png", "file:///etc/passwd")
    values: dict[str, Any] = {f"p{i}": image_object(p, {}) for i, p in enumerate(bad)}
    values["mask"] = image_object(
        "media/images/a.png", {"x": bad[0], "y": "media/images/mask/m.png"}
    )
    values["web"] = image_object("https://token@example.org/a.png", {})
    source = opened(tmp_path / "run", values)
    by_name = {item.name: item for item in source.items}
    for i in range(len(bad)):
        assert kinds(by_name[f"p{i}/0"]) == ["unsafe_path"]
    assert (kinds(by_name["mask/0"]), by_name["mask/0"].keys) == (["unsafe_path"], ("y",))
    assert kinds(by_name["web/0"]) == ["remote_unavailable"]
    assert "token" not in by_name["web/0"].problems[0].message


def test_a_link_out_of_the_folder_is_refused_when_it_is_read(tmp_path: Path) -> None:
    source = opened(tmp_path / "run", {"img": IMAGE})
    place = tmp_path / "run/files/media/images/mask/m.png"
    place.rename(tmp_path / "outside.png")
    place.symlink_to(tmp_path / "outside.png")
    with pytest.raises(DataError) as caught:
        source.read_mask(source.items[0], "predictions")
    assert caught.value.kind == "unsafe_path"


def test_odd_json_is_told_for_its_image_alone(tmp_path: Path) -> None:
    values: dict[str, Any] = {
        "a": {"_type": "image-file"},
        "b": {"_type": "image-file", "path": 7},
        "c": {**IMAGE, "masks": [1]},
        "d": {**IMAGE, "masks": {"x": 3}},
        "e": {"_type": "images/separated", "filenames": 1},
        "f": IMAGE,
    }
    source = opened(tmp_path, values)
    assert [kinds(i) for i in source.items] == [
        ["missing_field"],
        ["value_out_of_range"],
        ["value_out_of_range"],
        ["value_out_of_range"],
        ["value_out_of_range"],
        [],
    ]


def test_without_a_log_masks_are_paired_by_name(tmp_path: Path) -> None:
    stem = "my key_3_"
    for name in (
        f"{stem}{'a' * 20}.png",
        f"mask/{stem}{'b' * 20}.mask.png",
        f"mask/{stem}{'c' * 20}.png",
    ):
        place = tmp_path / "files/media/images" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.array(MASK, np.uint8)).save(place)
    assert probe(tmp_path) == Sureness.POSSIBLE
    source = open_source(tmp_path, OpenOptions())
    assert [(i.name, i.keys) for i in source.items] == [("my key/3", ("mask 1", "mask 2"))]
    assert [p.kind for p in source.problems] == ["layer_names_unknown"]


def test_the_summary_of_an_online_run_is_read(tmp_path: Path) -> None:
    write_run(tmp_path, [], FILES)
    (tmp_path / "run-x.wandb").unlink()
    summary = {"_step": 12, "nested": {"img": IMAGE}, "loss": 1.5}
    (tmp_path / "files/wandb-summary.json").write_text(json.dumps(summary), encoding="utf-8")
    source = open_source(tmp_path, OpenOptions())
    assert [(i.name, i.keys) for i in source.items] == [("nested.img/12", ("predictions",))]


def test_the_only_layer_takes_the_key_that_the_user_gives(tmp_path: Path) -> None:
    folder = write_run(tmp_path, [history({"img": IMAGE}, 0)], FILES)
    source = open_source(folder, OpenOptions("mine", is_named=True))
    assert source.items[0].keys == ("mine",)
    assert source.read_mask(source.items[0], "mine").pixels.tolist() == MASK

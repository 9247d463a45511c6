"""Writing new ClearML frames."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskstudio.core.document import Moment
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import CancelledError, DataError, Kind
from maskstudio.formats import registry
from maskstudio.formats.base import (
    Content,
    OpenOptions,
    Source,
    WriteItem,
    WriteOptions,
    no_progress,
)
from tests.helpers.clearml_files import stored
from tests.helpers.datasets import ImageInMemory

CLASSES = LabelMap(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(1, "car", (210, 60, 30)),
        LabelClass(
            2, "person, sitting", (30, 90, 220), value=(2, 2, 2), names=("person", "sitting")
        ),
    ),
    background=0,
)
PIXELS = np.array([[0, 1, 2], [2, 1, 0]], np.uint8)


def item(name: str, pixels: NDArray[Any] | None = PIXELS, **more: Any) -> WriteItem:
    data = None if pixels is None else MaskData(pixels.copy())
    return WriteItem(name, (), lambda: data, **more)


def write(
    target: Path,
    items: Sequence[WriteItem],
    label_map: LabelMap = CLASSES,
    options: WriteOptions | None = None,
    others: tuple[Content, ...] = (),
) -> list[Kind]:
    content = Content(label_map, items, "seg", others)
    options = options or WriteOptions()
    report = registry.write_new("clearml-frames", target, content, options, no_progress)
    return [p.kind for p in report.problems]


def document(target: Path) -> Any:
    return json.loads((target / "frames.json").read_text())


def opened(target: Path) -> Source:
    return registry.open_source(target, OpenOptions(), as_masks=None)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    assert write(tmp_path / "new", [item("a/b"), item("c")]) == []
    source = opened(tmp_path / "new")
    assert [i.name for i in source.items] == ["a/b", "c"]
    for found in source.items:
        np.testing.assert_array_equal(source.read_mask(found, "seg").pixels, PIXELS)
    classes = source.label_maps["seg"].classes
    assert [(c.index, c.name) for c in classes] == [(c.index, c.name) for c in CLASSES]
    assert [c.names for c in classes] == [("background",), ("car",), ("person", "sitting")]
    assert [c.value for c in classes] == [(0, 0, 0), (210, 60, 30), (2, 2, 2)]
    assert source.label_maps["seg"].background == 0


def test_masks_are_pictures_of_the_stored_colors(tmp_path: Path) -> None:
    write(tmp_path / "new", [item("a")])
    colors = stored(tmp_path / "new" / "masks" / "a.png")
    assert colors[0].tolist() == [[0, 0, 0], [210, 60, 30], [2, 2, 2]]
    assert document(tmp_path / "new")["metadata"]["mask_labels"] == {
        "_all_": [
            {"value": [0, 0, 0], "labels": ["background"]},
            {"value": [210, 60, 30], "labels": ["car"]},
            {"value": [2, 2, 2], "labels": ["person", "sitting"]},
        ]
    }


def test_a_frame_has_what_the_vendor_says_of_it(tmp_path: Path) -> None:
    write(tmp_path / "new", [item("a", moment=Moment("film", 66))])
    (frame,) = document(tmp_path / "new")["frames"]
    mask = {"id": "seg", "uri": "masks/a.png", "timestamp": 0, "content_type": "image/png"}
    source = {"id": "default", "width": 3, "height": 2, "timestamp": 0, "masks": [mask]}
    assert frame == {
        "id": "a",
        "timestamp": 66,
        "context_id": "film",
        "meta": {},
        "sources": [source],
        "rois": [],
    }


def test_pictures_are_copied_when_asked_for(tmp_path: Path) -> None:
    picture = ImageInMemory(np.zeros((2, 3, 3), np.uint8))
    with_image = [item("a", image=picture), item("b", None, image=picture)]
    write(tmp_path / "new", with_image, options=WriteOptions(with_images=True))
    source = opened(tmp_path / "new")
    assert [i.has_image for i in source.items] == [True, True]
    assert (
        tmp_path / "new" / "images" / f"a{picture.suffix}"
    ).read_bytes() == picture.stored_bytes()
    write(tmp_path / "without", with_image)
    assert [i.has_image for i in opened(tmp_path / "without").items] == [False, False]
    assert not (tmp_path / "without" / "images").exists()


def test_gaps_get_fillers_so_that_no_index_moves(tmp_path: Path) -> None:
    label_map = LabelMap((LabelClass(3, "car", (9, 99, 9)),))
    write(tmp_path / "new", [item("a", np.full((2, 2), 3, np.uint8))], label_map)
    source = opened(tmp_path / "new")
    found = source.label_maps["seg"]
    assert [c.is_filler for c in found] == [True, True, True, False]
    assert (source.read_mask(source.items[0], "seg").pixels == 3).all()


def test_two_classes_never_share_a_stored_color(tmp_path: Path) -> None:
    same = (7, 7, 7)
    label_map = LabelMap(tuple(LabelClass(n, f"c{n}", same) for n in range(3)))
    write(tmp_path / "new", [item("a")], label_map)
    source = opened(tmp_path / "new")
    assert len({c.value for c in source.label_maps["seg"]}) == 3
    np.testing.assert_array_equal(source.read_mask(source.items[0], "seg").pixels, PIXELS)


def test_a_stored_color_is_never_given_to_a_class_before_its_own(tmp_path: Path) -> None:
    new = LabelClass(0, "new", (2, 2, 2))
    read = LabelClass(1, "read", (90, 90, 90), value=(2, 2, 2), names=("read",))
    write(tmp_path / "new", [item("a", np.ones((1, 1), np.uint8))], LabelMap((new, read)))
    values = {c.name: c.value for c in opened(tmp_path / "new").label_maps["seg"]}
    assert values["read"] == (2, 2, 2)
    assert values["new"] != (2, 2, 2)


def test_layers_have_lists_of_their_own_where_they_differ(tmp_path: Path) -> None:
    cats = LabelMap((LabelClass(0, "cat", (1, 200, 1)),))
    other = Content(cats, [item("a", np.zeros((2, 3), np.uint8))], "cats")
    write(tmp_path / "new", [item("a"), item("b")], others=(other,))
    assert document(tmp_path / "new")["metadata"]["mask_labels"].keys() == {"seg", "cats"}
    source = opened(tmp_path / "new")
    assert [i.keys for i in source.items] == [("seg", "cats"), ("seg",)]
    np.testing.assert_array_equal(source.read_mask(source.items[0], "seg").pixels, PIXELS)
    assert [c.name for c in source.label_maps["cats"]] == ["cat"]


@pytest.mark.parametrize("key", ["", "\ud800"])
def test_a_layer_that_no_id_can_name_is_refused(tmp_path: Path, key: str) -> None:
    content = Content(CLASSES, [item("a")], key)
    with pytest.raises(DataError) as caught:
        registry.write_new("clearml-frames", tmp_path / "new", content, WriteOptions(), no_progress)
    assert caught.value.kind == Kind.CANNOT_HOLD
    assert list(tmp_path.iterdir()) == []


def test_opacities_are_written_as_values(tmp_path: Path) -> None:
    pixels = np.array([[0, 100, 200]], np.uint8)
    write(tmp_path / "new", [item("a", pixels)], LabelMap(background=0, is_opacity=True))
    assert "metadata" not in document(tmp_path / "new")
    source = opened(tmp_path / "new")
    assert source.label_maps["seg"].is_opacity
    assert source.read_mask(source.items[0], "seg").pixels.tolist() == [[0, 100, 200]]


@pytest.mark.parametrize(
    "name", ["../out", "/etc/x", "a/../../b", "c:x", "a\\b", "..", "https://h/a@3"]
)
def test_names_stay_ids_but_never_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path / "new", [item(name), item("a")])
    source = opened(tmp_path / "new")
    assert [i.name for i in source.items] == [name, "a"]
    np.testing.assert_array_equal(source.read_mask(source.items[0], "seg").pixels, PIXELS)
    assert {p.name for p in tmp_path.iterdir()} == {"new"}


def test_names_that_differ_in_capitals_have_files_of_their_own(tmp_path: Path) -> None:
    write(tmp_path / "new", [item("A"), item("a", PIXELS[::-1])])
    names = [p.name.lower() for p in (tmp_path / "new" / "masks").iterdir()]
    assert len(set(names)) == 2


def test_a_json_target_is_the_file_with_folders_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "train.json"
    (tmp_path / "other.txt").write_text("mine")
    write(target, [item("a")])
    assert {p.name for p in tmp_path.iterdir()} == {"train.json", "train_masks", "other.txt"}
    source = opened(target)
    np.testing.assert_array_equal(source.read_mask(source.items[0], "seg").pixels, PIXELS)


@pytest.mark.parametrize("name", ["new", "new.json"])
def test_a_target_is_replaced_only_when_asked_for(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    write(target, [item("a")])
    with pytest.raises(DataError) as caught:
        write(target, [item("b")])
    assert caught.value.kind == Kind.TARGET_EXISTS
    assert [i.name for i in opened(target).items] == ["a"]
    write(target, [item("b")], options=WriteOptions(overwrite=True))
    assert [i.name for i in opened(target).items] == ["b"]


def faulty() -> MaskData:
    raise DataError(Kind.IMAGE_CORRUPT, "a.png", "it is damaged")


def test_a_fault_leaves_an_item_out_or_stops_all_where_it_is_needed(tmp_path: Path) -> None:
    bad = WriteItem("bad", (), faulty)
    assert write(tmp_path / "new", [bad, item("a")]) == [Kind.IMAGE_CORRUPT]
    assert [i.name for i in opened(tmp_path / "new").items] == ["a"]
    needed = WriteItem("bad", (), faulty, is_required=True)
    with pytest.raises(DataError):
        write(tmp_path / "other", [item("a"), needed])
    assert {p.name for p in tmp_path.iterdir()} == {"new"}


@pytest.mark.parametrize("name", ["new", "new.json"])
def test_stopping_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    def stop(done: int, total: int, what: str) -> None:
        if done == 1:
            raise CancelledError

    content = Content(CLASSES, [item("a"), item("b"), item("c")], "seg")
    with pytest.raises(CancelledError):
        registry.write_new("clearml-frames", tmp_path / name, content, WriteOptions(), stop)
    assert list(tmp_path.iterdir()) == []

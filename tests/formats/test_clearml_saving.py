"""Saving masks back into ClearML frames: what changes, and that nothing else does."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import DataError, Kind
from maskstudio.formats import registry
from maskstudio.formats.base import ChangedMask, Changes, OpenOptions, Source, no_progress
from tests.helpers.clearml_files import (
    blocks,
    frame_of,
    listed,
    region,
    stored,
    write_film,
    write_json,
    write_png,
)

CAR, ROAD = (210, 60, 30), (30, 90, 220)


def open_frames(path: Path) -> Source:
    return registry.open_source(path, OpenOptions(), as_masks=None)


def read(source: Source, name: str, key: str = "seg") -> NDArray[Any]:
    item = next(i for i in source.items if i.name == name)
    return source.read_mask(item, key).pixels


def save(
    source: Source,
    masks: dict[str, NDArray[Any]] | None = None,
    label_map: LabelMap | None = None,
    key: str = "seg",
) -> list[str]:
    """Save and return what the report says."""
    changed = {n: ChangedMask(p.astype(np.uint8)) for n, p in (masks or {}).items()}
    changes = Changes(key, label_map or source.label_maps[key], changed)
    return [p.found for p in registry.save_in_place(source, changes, no_progress).problems]


def with_version_labels(folder: Path) -> Path:
    write_png(folder / "a.png", blocks([(0, 0, 0), CAR]))
    content = {
        "metadata": {"mask_labels": {"_all_": listed(((0, 0, 0), "background"), (CAR, "car"))}},
        "frames": [frame_of("a", {"seg": "a.png"})],
    }
    return write_json(folder / "frames.json", content)


def with_regions(folder: Path) -> Path:
    write_png(folder / "a.png", blocks([CAR, ROAD]))
    write_png(folder / "b.png", blocks([CAR, CAR]))
    frames = [
        frame_of("a", {"seg": "a.png"}, rois=[region("seg", CAR, "car"), region("seg", ROAD, "r")]),
        frame_of("b", {"seg": "b.png"}, rois=[region("seg", CAR, "car")]),
    ]
    return write_json(folder / "frames.json", frames)


def test_an_edited_mask_alone_is_written_in_its_stored_colors(tmp_path: Path) -> None:
    file = with_version_labels(tmp_path)
    before = file.read_bytes()
    source = open_frames(file)
    pixels = read(source, "a")
    pixels[0, :] = 1
    save(source, {"a": pixels})
    assert file.read_bytes() == before
    expected = blocks([(0, 0, 0), CAR])
    expected[0] = CAR
    np.testing.assert_array_equal(stored(tmp_path / "a.png"), expected)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.png", "frames.json"]


def test_saving_twice_and_reading_again_gives_the_same_indices(tmp_path: Path) -> None:
    source = open_frames(with_version_labels(tmp_path))
    pixels = read(source, "a")
    for row in (0, 1):
        pixels[row, :] = 1
        save(source, {"a": pixels})
    np.testing.assert_array_equal(read(source, "a"), pixels)
    np.testing.assert_array_equal(read(open_frames(source.path), "a"), pixels)


def test_a_new_class_gets_a_free_value_at_the_end_of_the_list(tmp_path: Path) -> None:
    source = open_frames(with_version_labels(tmp_path))
    label_map = source.label_maps["seg"].with_class(LabelClass(2, "bus", CAR))
    pixels = read(source, "a")
    pixels[0, 0] = 2
    save(source, {"a": pixels}, label_map)
    entries = json.loads(source.path.read_text())["metadata"]["mask_labels"]["_all_"]
    assert [e["labels"] for e in entries] == [["background"], ["car"], ["bus"]]
    values = [tuple(e["value"]) for e in entries]
    assert values[:2] == [(0, 0, 0), CAR]
    assert len(set(values)) == 3
    assert tuple(stored(tmp_path / "a.png")[0, 0]) == values[2]
    assert read(open_frames(source.path), "a")[0, 0] == 2


def test_a_new_class_of_a_gray_mask_keeps_it_gray(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", np.array([[0, 1], [2, 2]], np.uint8))
    labels = listed(((0, 0, 0), "background"), ((1, 1, 1), "cat"), ((2, 2, 2), "dog"))
    content = {"frames": [frame_of("a", {"seg": "a.png"})], "metadata": {"mask_labels": labels}}
    source = open_frames(write_json(tmp_path / "frames.json", content))
    label_map = source.label_maps["seg"].with_class(LabelClass(3, "bird", (9, 99, 200)))
    save(source, {"a": np.array([[3, 1], [2, 2]])}, label_map)
    assert stored(tmp_path / "a.png").tolist() == [[3, 1], [2, 2]]
    assert json.loads(source.path.read_text())["metadata"]["mask_labels"][3] == {
        "value": [3, 3, 3],
        "labels": ["bird"],
    }


def test_a_gray_mask_becomes_a_color_one_where_a_value_is_a_color(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", np.array([[0, 0]], np.uint8))
    labels = listed(((0, 0, 0), "background"), (CAR, "car"))
    content = {"frames": [frame_of("a", {"seg": "a.png"})], "metadata": {"mask_labels": labels}}
    source = open_frames(write_json(tmp_path / "frames.json", content))
    save(source, {"a": np.array([[0, 1]])})
    assert stored(tmp_path / "a.png").tolist() == [[[0, 0, 0], list(CAR)]]


def test_renaming_changes_the_names_where_they_stand(tmp_path: Path) -> None:
    for make, where in ((with_version_labels, "v"), (with_regions, "r")):
        source = open_frames(make(tmp_path / where))
        text = source.path.read_text()
        label_map = source.label_maps["seg"]
        car = label_map.by_name["car"]
        save(source, label_map=label_map.with_class(replace(car, name="lorry")))
        assert source.path.read_text() == text.replace('"car"', '"lorry"')
        assert source.label_maps["seg"].by_name["lorry"].index == car.index


def test_a_renamed_class_of_several_names_keeps_several(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", blocks([CAR]))
    frame = frame_of("a", {"seg": "a.png"}, rois=[region("seg", CAR, "road", "wet")])
    source = open_frames(write_json(tmp_path / "frames.json", frame))
    (only,) = source.label_maps["seg"].classes
    save(source, label_map=LabelMap((replace(only, name="road, dry"),)))
    assert json.loads(source.path.read_text())["rois"][0]["label"] == ["road", "dry"]


def test_the_reversed_form_is_renamed_in_its_own_way(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", blocks([CAR]))
    reversed_roi = {"label": ["seg"], "mask": {"id": "car", "value": list(CAR)}}
    frame = frame_of("a", {"seg": "a.png"}, rois=[reversed_roi])
    source = open_frames(write_json(tmp_path / "frames.json", frame))
    (only,) = source.label_maps["seg"].classes
    assert only.name == "car"
    save(source, label_map=LabelMap((replace(only, name="bus"),)))
    roi = json.loads(source.path.read_text())["rois"][0]
    assert roi == {"label": ["seg"], "mask": {"id": "bus", "value": list(CAR)}}


def test_a_deleted_class_takes_its_entries_along_but_no_polygon(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", blocks([CAR]))
    both = {**region("seg", ROAD, "road"), "poly": [1, 1, 2, 2, 3, 1]}
    frame = frame_of("a", {"seg": "a.png"}, rois=[region("seg", CAR, "car"), both])
    source = open_frames(write_json(tmp_path / "frames.json", frame))
    save(source, label_map=source.label_maps["seg"].without_class(1))
    rois = json.loads(source.path.read_text())["rois"]
    assert rois == [region("seg", CAR, "car"), {"label": ["road"], "poly": [1, 1, 2, 2, 3, 1]}]
    assert [c.name for c in source.label_maps["seg"]] == ["car"]


def test_a_class_of_another_frame_is_declared_where_it_is_painted(tmp_path: Path) -> None:
    source = open_frames(with_regions(tmp_path))
    road = source.label_maps["seg"].by_name["r"].index
    pixels = read(source, "b")
    pixels[0, 0] = road
    save(source, {"b": pixels})
    first, second = json.loads(source.path.read_text())
    assert len(first["rois"]) == 2
    assert second["rois"][1] == {"sources": ["default"], **region("seg", ROAD, "r")}


def test_frames_that_call_one_color_by_two_names_keep_both(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", blocks([CAR]))
    write_png(tmp_path / "b.png", blocks([CAR]))
    frames = [
        frame_of("a", {"seg": "a.png"}, rois=[region("seg", CAR, "car")]),
        frame_of("b", {"seg": "b.png"}, rois=[region("seg", CAR, "truck")]),
    ]
    source = open_frames(write_json(tmp_path / "frames.json", frames))
    assert [c.name for c in source.label_maps["seg"]] == ["car", "truck"]
    assert (read(source, "a") == 0).all()
    assert (read(source, "b") == 1).all()
    before = (tmp_path / "b.png").read_bytes()
    with pytest.raises(DataError) as caught:
        save(source, {"b": np.zeros((8, 8))})
    assert caught.value.kind == Kind.CANNOT_HOLD
    assert (tmp_path / "b.png").read_bytes() == before
    save(source, {"b": np.ones((8, 8))})
    assert (read(open_frames(source.path), "b") == 1).all()


def test_a_film_gets_a_picture_in_its_place(tmp_path: Path) -> None:
    write_film(tmp_path / "seg.mp4", [blocks([(0, 0, 0), CAR], 16)] * 3)
    frame = frame_of("shot/1", {"seg": "seg.mp4"}, rois=[region("seg", CAR, "car")])
    frame["sources"][0]["masks"][0]["content_type"] = "video/mp4"
    frame["sources"][0]["masks"][0]["timestamp"] = 40.0
    file = write_json(tmp_path / "frames.json", frame)
    text, film = file.read_text(), (tmp_path / "seg.mp4").read_bytes()
    source = open_frames(file)
    assert (read(source, "shot/1")[:, 16:] == 0).all()
    pixels = np.zeros((16, 32))
    save(source, {"shot/1": pixels})
    assert (tmp_path / "seg.mp4").read_bytes() == film
    expected = text.replace('"seg.mp4"', '"shot_1.seg.png"').replace("video/mp4", "image/png")
    assert file.read_text() == expected.replace("40.0", "0")
    assert (stored(tmp_path / "shot_1.seg.png") == CAR).all()
    assert (read(open_frames(file), "shot/1") == 0).all()


def test_frames_that_share_a_picture_are_parted(tmp_path: Path) -> None:
    write_png(tmp_path / "m.png", blocks([CAR]))
    frames = [frame_of(n, {"seg": "m.png"}, rois=[region("seg", CAR, "car")]) for n in "ab"]
    frames[0]["rois"].append(region("seg", ROAD, "road"))
    source = open_frames(write_json(tmp_path / "frames.json", frames))
    save(source, {"a": np.ones((8, 8))})
    again = open_frames(source.path)
    assert (read(again, "a") == 1).all()
    assert (read(again, "b") == 0).all()


def test_a_layer_that_a_frame_lacks_is_added_to_it(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", blocks([CAR]))
    frames = [
        frame_of("a", {"seg": "a.png"}, rois=[region("seg", CAR, "car")]),
        {"id": "b", "sources": [{"id": "s", "uri": "b.jpg"}]},
    ]
    source = open_frames(write_json(tmp_path / "frames.json", frames))
    save(source, {"b": np.zeros((4, 4))})
    assert json.loads(source.path.read_text())[1]["sources"][0]["masks"] == [
        {"id": "seg", "uri": "b.seg.png", "content_type": "image/png", "timestamp": 0}
    ]
    assert (read(open_frames(source.path), "b") == 0).all()


def test_masks_that_share_a_list_part_when_one_changes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_png(tmp_path / f"{name}.png", blocks([CAR]))
    content = {
        "metadata": {"mask_labels": {"_all_": listed((CAR, "car"))}},
        "frames": [frame_of("f", {"one": "a.png", "two": "b.png"})],
    }
    source = open_frames(write_json(tmp_path / "frames.json", content))
    changed = source.label_maps["one"].with_class(LabelClass(1, "bus", (1, 200, 3)))
    save(source, label_map=changed, key="one")
    labels = json.loads(source.path.read_text())["metadata"]["mask_labels"]
    assert labels == {
        "_all_": listed((CAR, "car")),
        "one": listed((CAR, "car"), ((1, 200, 3), "bus")),
    }


def test_undeclared_colors_stay_what_they_are(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", blocks([CAR, (9, 8, 7)]))
    frame = frame_of("a", {"seg": "a.png"}, rois=[region("seg", CAR, "car")])
    source = open_frames(write_json(tmp_path / "frames.json", frame))
    data = source.read_mask(source.items[0], "seg")
    assert [(c.name, c.color) for c in data.undeclared] == [("#090807", (9, 8, 7))]
    data.pixels[0] = 0
    changes = Changes("seg", source.label_maps["seg"], {"a": ChangedMask(data.pixels)})
    registry.save_in_place(source, changes, no_progress)
    expected = blocks([CAR, (9, 8, 7)])
    expected[0] = CAR
    np.testing.assert_array_equal(stored(tmp_path / "a.png"), expected)


def test_opacities_go_back_as_values(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", np.array([[0, 100, 200]], np.uint8))
    source = open_frames(write_json(tmp_path / "frames.json", [frame_of("a", {"m": "a.png"})]))
    assert source.label_maps["m"].is_opacity
    save(source, {"a": np.array([[5, 100, 0]])}, key="m")
    assert stored(tmp_path / "a.png").tolist() == [[5, 100, 0]]


def test_a_sample_that_is_not_in_the_file_is_refused(tmp_path: Path) -> None:
    source = open_frames(with_version_labels(tmp_path))
    with pytest.raises(DataError) as caught:
        save(source, {"other": np.zeros((2, 2))})
    assert caught.value.kind == Kind.CANNOT_HOLD


def test_numbers_keys_and_blanks_of_the_document_survive(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", blocks([CAR]))
    text = (
        '\ufeff{"x": 1.0, "id":"a",  "meta": {"v": 1e3, "w": -0, "u": "\\u00e9"},\r\n'
        '"sources": [{"uri": "a.jpg", "masks": [{"uri": "a.png"}] } ],\t"rois" : [] }\n'
    )
    file = tmp_path / "frames.json"
    file.write_bytes(text.encode())
    source = open_frames(file)
    save(source, label_map=LabelMap((LabelClass(0, "car", CAR),)), key="00")
    after = file.read_bytes().decode()
    entry = '{"sources": ["00"], "label": ["car"], "mask": {"id": "00", "value": [210, 60, 30]}}'
    assert after == text.replace('"rois" : []', f'"rois" : [{entry}]')
    assert read(open_frames(file), "a", "00").max() == 0


def test_a_mask_that_changed_meanwhile_is_noticed(tmp_path: Path) -> None:
    source = open_frames(with_version_labels(tmp_path))
    pixels = read(source, "a")
    assert not source.has_changed_underneath()
    save(source, {"a": pixels})
    assert not source.has_changed_underneath(["a"])
    write_png(tmp_path / "a.png", blocks([CAR, CAR, CAR]))
    assert source.has_changed_underneath(["a"])


def test_colors_of_classes_that_are_not_kept_are_told(tmp_path: Path) -> None:
    source = open_frames(with_version_labels(tmp_path))
    label_map = source.label_maps["seg"]
    changed = label_map.with_class(replace(label_map.declared[1], color=(1, 2, 3)))
    before = source.path.read_bytes()
    assert save(source, label_map=changed) == [
        "the colors that classes are shown in are not kept in frames"
    ]
    assert source.path.read_bytes() == before


def test_another_index_of_a_class_changes_nothing_in_the_file_and_is_told(tmp_path: Path) -> None:
    source = open_frames(with_version_labels(tmp_path))
    before = (source.path.read_bytes(), (tmp_path / "a.png").read_bytes())
    label_map = source.label_maps["seg"]
    car = replace(label_map.declared[1], index=7)
    moved = label_map.without_class(1).with_class(car)
    pixels = read(source, "a")
    pixels[pixels == 1] = 7
    (said,) = save(source, {"a": pixels}, moved)
    assert "`car`" in said
    assert source.path.read_bytes() == before[0]
    np.testing.assert_array_equal(stored(tmp_path / "a.png"), blocks([(0, 0, 0), CAR]))
    np.testing.assert_array_equal(read(source, "a"), pixels)
    assert read(open_frames(source.path), "a").max() == 1


def test_classes_that_exchange_their_indices_keep_their_colors(tmp_path: Path) -> None:
    source = open_frames(with_regions(tmp_path))
    text = source.path.read_text()
    first, second = source.label_maps["seg"].classes
    swapped = LabelMap((replace(first, index=1), replace(second, index=0)))
    pixels = 1 - read(source, "a")
    save(source, {"a": pixels}, swapped)
    np.testing.assert_array_equal(stored(tmp_path / "a.png"), blocks([CAR, ROAD]))
    assert source.path.read_text() == text


def test_a_class_that_was_new_at_the_last_save_stays_what_it_is(tmp_path: Path) -> None:
    source = open_frames(with_version_labels(tmp_path))
    label_map = source.label_maps["seg"].with_class(LabelClass(2, "bus", (9, 200, 9)))
    pixels = read(source, "a")
    pixels[0, 0] = 2
    save(source, {"a": pixels}, label_map)
    text = source.path.read_text()
    pixels[0, 1] = 2
    save(source, {"a": pixels}, label_map)
    assert source.path.read_text() == text
    assert read(open_frames(source.path), "a")[0, :2].tolist() == [2, 2]


def test_a_file_that_is_a_picture_too_is_left_as_it_is(tmp_path: Path) -> None:
    picture = write_png(tmp_path / "a.png", blocks([CAR]))
    before = picture.read_bytes()
    frame = frame_of("a", {"seg": "a.png"}, image="a.png", rois=[region("seg", CAR, "car")])
    frame["rois"].append(region("seg", ROAD, "road"))
    source = open_frames(write_json(tmp_path / "frames.json", frame))
    save(source, {"a": np.ones((8, 8))})
    assert picture.read_bytes() == before
    assert (read(open_frames(source.path), "a") == 1).all()

"""Reading ClearML frames: odd, sparse and hostile ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskstudio.errors import DataError, Kind, Severity
from maskstudio.formats import registry
from maskstudio.formats.base import OpenOptions, Source
from tests.helpers.clearml_files import (
    blocks,
    frame_of,
    listed,
    region,
    write_film,
    write_json,
    write_png,
)

CAR, ROAD = (210, 60, 30), (30, 90, 220)


def open_frames(path: Path) -> Source:
    return registry.open_source(path, OpenOptions(), as_masks=None)


def opened(folder: Path, content: Any) -> Source:
    return open_frames(write_json(folder / "frames.json", content))


def read(source: Source, position: int = 0, key: str = "seg") -> NDArray[Any]:
    return source.read_mask(source.items[position], key).pixels


def told(source: Source) -> set[tuple[Kind, Severity]]:
    problems = [*source.problems, *(p for item in source.items for p in item.problems)]
    return {(p.kind, p.severity) for p in problems}


def refused(call: Any, *words: Any) -> Kind:
    with pytest.raises(DataError) as caught:
        call(*words)
    return caught.value.kind


# --- shapes ------------------------------------------------------------------------------------


def test_a_frame_a_list_and_an_object_are_read_alike(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", blocks([CAR]))
    frame = frame_of("a", {"seg": "a.png"}, rois=[region("seg", CAR, "car")])
    for content in (frame, [frame], {"frames": [frame], "metadata": {"other": 1}}):
        source = opened(tmp_path, content)
        assert source.format == "clearml-frames"
        assert [(i.name, i.keys) for i in source.items] == [("a", ("seg",))]
        assert (read(source) == 0).all()


def test_a_folder_is_opened_by_its_frames_json(tmp_path: Path) -> None:
    write_png(tmp_path / "masks" / "a.png", blocks([CAR]))
    frame = frame_of("a", {"seg": "masks/a.png"}, rois=[region("seg", CAR, "car")])
    write_json(tmp_path / "frames.json", [frame])
    assert registry.probe(tmp_path) == "clearml-frames"
    assert (read(open_frames(tmp_path)) == 0).all()


def test_sources_of_a_frame_are_items_and_missing_ids_count_up(tmp_path: Path) -> None:
    sources = [{"id": 7, "masks": [{"uri": "a.png"}, {"uri": "b.png"}]}, {"masks": []}]
    source = opened(tmp_path, {"context_id": "c", "timestamp": 40, "sources": sources})
    assert [i.name for i in source.items] == ["c@40/7", "c@40/01"]
    assert source.items[0].keys == ("00", "01")
    assert source.items[0].moment == ("c", 40)


def test_a_name_used_twice_gets_a_number(tmp_path: Path) -> None:
    source = opened(tmp_path, [frame_of("a", {}), frame_of("a", {})])
    assert [i.name for i in source.items] == ["a", "a (2)"]


def test_the_context_is_the_first_address_without_its_secrets(tmp_path: Path) -> None:
    uri = "https://user:secret@host/cam/a.jpg?token=secret#secret"
    source = opened(tmp_path, [{"sources": [{"uri": uri}], "timestamp": 5}])
    (item,) = source.items
    assert item.name == "https://host/cam/a.jpg@5"
    assert source.matching_names(item)[1:] == ("cam/a", "a")
    assert all("secret" not in p.message for p in item.problems)
    assert "secret" not in source.image_where(item)


# --- labels ------------------------------------------------------------------------------------


def test_the_list_of_a_mask_replaces_that_of_all(tmp_path: Path) -> None:
    for name in "ab":
        write_png(tmp_path / f"{name}.png", blocks([CAR]))
    labels = {"_all_": listed((CAR, "car")), "two": listed((CAR, "lorry"))}
    content = {
        "frames": [frame_of("f", {"one": "a.png", "two": "b.png"})],
        "metadata": {"mask_labels": labels},
    }
    source = opened(tmp_path, content)
    names = {key: [c.name for c in m] for key, m in source.label_maps.items()}
    assert names == {"one": ["car"], "two": ["lorry"]}


def test_the_list_of_the_version_wins_over_regions(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", blocks([CAR, ROAD]))
    rois = [region("seg", CAR, "lorry"), region("seg", ROAD, "road")]
    content = {
        "frames": [frame_of("f", {"seg": "a.png"}, rois=rois)],
        "metadata": {"mask_labels": listed((CAR, "car"))},
    }
    source = opened(tmp_path, content)
    by_name = source.label_maps["seg"].by_name
    pixels = read(source)
    assert (pixels[:, :8] == by_name["car"].index).all()
    assert (pixels[:, 8:] == by_name["road"].index).all()


def test_regions_hold_for_the_sources_they_name(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", blocks([CAR]))
    sources = [{"id": s, "masks": [{"id": f"m{s}", "uri": "a.png"}]} for s in ("1", "2")]
    rois = [
        {**region("m2", CAR, "car"), "sources": ["2"]},
        {"sources": ["1"], "poly": [0, 0, 9, 9]},
    ]
    source = opened(tmp_path, {"id": "f", "sources": sources, "rois": rois})
    assert [len(source.label_maps[key]) for key in ("m1", "m2")] == [0, 1]
    assert [len(item.polygons) for item in source.items] == [1, 0]


@pytest.mark.parametrize("value", [[-1, 0, 0], [256, 0, 0], [1, 2], "red", -1, [1, 2, True]])
def test_a_value_that_is_no_color_is_told_and_left_out(tmp_path: Path, value: Any) -> None:
    write_png(tmp_path / "a.png", blocks([CAR]))
    bad = {"label": ["x"], "mask": {"id": "seg", "value": value}}
    frame = frame_of("a", {"seg": "a.png"}, rois=[bad, region("seg", CAR, "car")])
    source = opened(tmp_path, [frame])
    assert told(source) == {(Kind.VALUE_OUT_OF_RANGE, Severity.WARNING)}
    assert [c.name for c in source.label_maps["seg"]] == ["car"]


def test_breaks_split_a_polygon_into_rings(tmp_path: Path) -> None:
    poly = [0, 0, 4, 0, 4.5, 4, -999999999, 1, 1, 2, 1, 2, 2]
    source = opened(tmp_path, [frame_of("a", {}, rois=[{"poly": poly, "label": ["x"]}])])
    assert source.items[0].polygons == (((0, 0), (4, 0), (4.5, 4)), ((1, 1), (2, 1), (2, 2)))


def test_near_black_values_are_shown_in_colors_of_their_own(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", np.zeros((2, 2), np.uint8))
    labels = listed(*(((v, v, v), f"c{v}") for v in range(6)), (CAR, "car"))
    content = {"frames": [frame_of("a", {"seg": "a.png"})], "metadata": {"mask_labels": labels}}
    classes = opened(tmp_path, content).label_maps["seg"].classes
    colors = [c.color for c in classes]
    assert len(set(colors)) == 7
    assert all(c.color is not None and max(c.color) >= 64 for c in classes)
    assert [c.value for c in classes] == [*((v, v, v) for v in range(6)), CAR]
    assert colors[-1] == CAR


# --- pixels ------------------------------------------------------------------------------------


def test_palettes_are_expanded_and_alpha_is_ignored(tmp_path: Path) -> None:
    from PIL import Image

    rgb = blocks([CAR, ROAD])
    Image.fromarray(rgb).quantize(4).save(tmp_path / "p.png")
    alpha = np.dstack([rgb, np.full(rgb.shape[:2], 9, np.uint8)])
    write_png(tmp_path / "q.png", alpha)
    rois = [region("seg", CAR, "car"), region("seg", ROAD, "road")]
    frames = [frame_of(n, {"seg": f"{n}.png"}, rois=rois) for n in "pq"]
    source = opened(tmp_path, frames)
    for position in (0, 1):
        pixels = read(source, position)
        assert (pixels[:, :8] == 0).all()
        assert (pixels[:, 8:] == 1).all()


def test_one_channel_without_any_names_is_an_opacity(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", np.array([[0, 100, 255]], np.uint8))
    write_png(tmp_path / "b.png", blocks([CAR]))
    source = opened(tmp_path, [frame_of("a", {"m": "a.png", "n": "b.png"})])
    assert source.label_maps["m"].is_opacity
    assert read(source, key="m").tolist() == [[0, 100, 255]]
    assert not source.label_maps["n"].is_opacity
    data = source.read_mask(source.items[0], "n")
    assert [c.color for c in data.undeclared] == [CAR]
    assert data.problems == ()


def test_colors_never_get_the_index_of_pixels_without_a_class(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", blocks([CAR]))
    source = opened(tmp_path, [frame_of("a", {"seg": "a.png"})])
    (met,) = source.read_mask(source.items[0], "seg").undeclared
    assert met.index != source.label_maps["seg"].class_for_nothing().index


def test_gray_values_of_16_bits_are_no_color(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", np.array([[257]], np.uint16))
    frame = frame_of("a", {"seg": "a.png"}, rois=[region("seg", (1, 1, 1), "x")])
    source = opened(tmp_path, [frame])
    assert refused(read, source) == Kind.VALUE_OUT_OF_RANGE


def test_each_mask_of_a_film_is_read_at_its_own_time(tmp_path: Path) -> None:
    films = [blocks([CAR if n % 2 else ROAD], 16) for n in range(8)]
    write_film(tmp_path / "seg.mp4", films)
    frame = frame_of(
        "a", {"seg": "seg.mp4"}, rois=[region("seg", CAR, "c"), region("seg", ROAD, "r")]
    )
    frames = [json.loads(json.dumps(frame)) for _ in range(8)]
    for number, found in enumerate(frames):
        found["sources"][0]["masks"][0]["timestamp"] = 40 * number
    source = opened(tmp_path, frames)
    seen = [int(np.bincount(read(source, n).ravel()).argmax()) for n in range(8)]
    assert seen == [1, 0, 1, 0, 1, 0, 1, 0]
    source.close()


def test_a_broken_film_is_a_fault_of_its_item(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"nothing")
    source = opened(tmp_path, [frame_of("a", {"seg": "a.mp4"}, image="a.mp4")])
    assert refused(read, source) == Kind.VIDEO_UNSUPPORTED
    assert refused(source.read_image, source.items[0]) == Kind.VIDEO_UNSUPPORTED
    assert refused(source.image_size, source.items[0]) == Kind.VIDEO_UNSUPPORTED


# --- hostile -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "uri",
    [
        "../secret.png",
        "/etc/passwd",
        "a/../../secret.png",
        "..\\secret.png",
        "C:\\secret.png",
        "file:///etc/passwd",
        "file://host/share/a.png",
        "file:../secret.png",
        "//host/a.png",
        "a\0b.png",
    ],
)
def test_addresses_that_leave_the_folder_are_not_followed(tmp_path: Path, uri: str) -> None:
    write_png(tmp_path / "secret.png", blocks([CAR]))
    source = opened(tmp_path / "in", [frame_of("a", {"seg": uri}, image=uri)])
    assert told(source) == {(Kind.UNSAFE_PATH, Severity.ERROR)}
    assert refused(read, source) == Kind.UNSAFE_PATH
    assert refused(source.read_image, source.items[0]) == Kind.UNSAFE_PATH


def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path) -> None:
    write_png(tmp_path / "secret.png", blocks([CAR]))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").symlink_to(tmp_path / "secret.png")
    source = opened(tmp_path / "in", [frame_of("a", {"seg": "a.png"})])
    assert refused(read, source) == Kind.UNSAFE_PATH


def test_file_addresses_inside_the_folder_are_read(tmp_path: Path) -> None:
    write_png(tmp_path / "a b.png", blocks([CAR]))
    uri = (tmp_path / "a b.png").as_uri()
    source = opened(tmp_path, [frame_of("a", {"seg": uri}, rois=[region("seg", CAR, "car")])])
    assert told(source) == set()
    assert (read(source) == 0).all()


@pytest.mark.parametrize("uri", ["https://h/a.png", "s3://b/a.png", "gs://b/a.mp4", "data:x,y"])
def test_what_lies_elsewhere_is_listed_with_its_time(tmp_path: Path, uri: str) -> None:
    frame = frame_of("a", {"seg": uri}, image=uri, timestamp=17)
    frame["sources"][0]["masks"][0]["timestamp"] = 33
    frame["sources"][0] |= {"width": 8, "height": 6}
    source = opened(tmp_path, [frame])
    assert told(source) == {(Kind.REMOTE_UNAVAILABLE, Severity.ERROR)}
    assert "33 ms" in " ".join(p.message for p in source.items[0].problems)
    assert source.image_size(source.items[0]) == (8, 6)
    assert refused(read, source) == Kind.REMOTE_UNAVAILABLE


@pytest.mark.parametrize(
    "content",
    [
        [3, None, "x", []],
        [{"sources": 3}, {"sources": [3]}, {"sources": []}, {"sources": None}],
        [{"sources": [{"masks": 3, "uri": {}}], "rois": 3, "id": [], "context_id": {}}],
        [{"sources": [{"masks": [3, {"uri": 3.5}, {"id": []}]}], "timestamp": "x"}],
        [{"sources": [{"id": "s", "timestamp": 10**400}]}],
        {"sources": [{"uri": "a.png", "width": -1, "height": 1e9}], "rois": [{"poly": ["x"]}]},
        {"frames": [{"sources": [{}]}], "metadata": {"mask_labels": 3}},
        {"frames": [{"sources": [{}]}], "metadata": {"mask_labels": {"_all_": 3}}},
        {"frames": [{"sources": [{}]}], "metadata": {"mask_labels": [3, {}, {"value": [0, 0, 0]}]}},
        {"frames": [{"sources": [{}]}], "metadata": 3},
        {"frames": [], "sources": 1},
    ],
)
def test_values_of_the_wrong_type_never_stop_the_rest(tmp_path: Path, content: Any) -> None:
    good = frame_of("good", {})
    if isinstance(content, list):
        content = [*content, good]
    elif "frames" in content:
        content = {**content, "frames": [*content["frames"], good]}
    source = opened(tmp_path, content)
    for item in source.items:
        for key in item.keys:
            assert refused(source.read_mask, item, key) in set(Kind)
    if isinstance(content, list) or "frames" in content:
        assert source.items[-1].name == "good"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('[{"sources": [', Kind.JSON_INVALID),
        ('[{"sources": [], "sources": []}]', Kind.JSON_INVALID),
        ('[{"sources": Infinity}]', Kind.JSON_INVALID),
        ('{"frames": 3, "x": {"sources": 1}}', Kind.FORMAT_UNKNOWN),
        ('[{"sources": ' + "[" * 300 + "]" * 300 + "}]", Kind.JSON_TOO_DEEP),
    ],
)
def test_documents_that_are_none_are_refused_as_a_whole(
    tmp_path: Path, text: str, kind: Kind
) -> None:
    path = tmp_path / "frames.json"
    path.write_text(text)
    assert refused(open_frames, path) == kind


def test_text_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "frames.json"
    path.write_bytes(b'[{"sources": [], "id": "\xff"}]')
    assert refused(open_frames, path) == Kind.JSON_INVALID


def test_a_class_for_every_pair_of_color_and_names_is_bounded(tmp_path: Path) -> None:
    labels = [{"value": [n >> 16, n >> 8 & 255, n & 255], "labels": ["x"]} for n in range(70_000)]
    content = {"frames": [frame_of("a", {"seg": "a.png"})], "metadata": {"mask_labels": labels}}
    assert refused(opened, tmp_path, content) == Kind.VALUE_OUT_OF_RANGE


def test_a_region_of_a_mask_without_an_address_names_nothing(tmp_path: Path) -> None:
    frame = frame_of("a", {}, image="a.png", rois=[region("seg", CAR, "car")])
    frame["sources"][0]["masks"] = [{"id": "seg"}]
    source = opened(tmp_path, [frame])
    assert source.label_maps == {}
    assert (Kind.MISSING_FIELD, Severity.ERROR) in told(source)


def test_half_letters_are_no_names(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", blocks([CAR]))
    half = "\ud800"
    frames = [
        frame_of(half, {half: "a.png"}, image=f"{half}.png", context_id=half),
        frame_of("b", {"seg": "a.png"}, rois=[region("seg", CAR, half)]),
    ]
    source = opened(tmp_path, frames)
    texts = [item.name for item in source.items] + list(source.label_maps)
    texts += [c.name for label_map in source.label_maps.values() for c in label_map]
    "".join(texts).encode()
    assert [item.keys for item in source.items] == [("00",), ("seg",)]
    assert (read(source, 1) == read(source, 0, "00")).all()

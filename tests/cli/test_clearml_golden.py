"""Every ClearML sample of the golden files, told by the real command as expected, and its way back.

Opened from a copy, a writable one is saved with an edited mask: nothing but that mask changes.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskstudio.formats import registry
from maskstudio.formats.base import ChangedMask, Changes, OpenOptions, no_progress
from tests.cli.helpers import run
from tests.helpers.clearml_files import stored
from tests.helpers.shared import shared

FORMAT = "clearml-frames"


def golden_samples(*, expect: str) -> list[Any]:
    try:
        text = shared("golden", "expected.json").read_text(encoding="utf-8")
    except pytest.skip.Exception:
        return [pytest.param({}, marks=pytest.mark.skip(reason="needs the golden files"))]
    samples = [s for s in json.loads(text)["samples"] if s["format"] == FORMAT]
    return [pytest.param(s, id=s["id"]) for s in samples if s["expect"] == expect]


@pytest.mark.parametrize("sample", golden_samples(expect="ok"))
def test_a_golden_sample_is_told_as_expected(sample: dict[str, Any]) -> None:
    ran = run("info", "--pixels", "--json", shared("golden", sample["path"]))
    found = ran.json
    assert found["format"] == FORMAT
    assert len(found["samples"]) == len(sample["frames"])
    for entry, frame in zip(found["samples"], sample["frames"], strict=True):
        check_frame(entry, frame, found["label_maps"], sample.get("tolerance", 0))
    problems = [*found["problems"], *(p for s in found["samples"] for p in s["problems"])]
    warnings = {p["kind"] for p in problems if p["severity"] == "warning"}
    assert warnings == set(sample.get("warnings", ()))
    has_faults = any("error" in layer for f in sample["frames"] for layer in layers_of(f).values())
    assert ran.exit_code == (3 if has_faults else 0)


@pytest.mark.parametrize("sample", golden_samples(expect="error"))
def test_a_broken_golden_sample_is_told_as_such(sample: dict[str, Any]) -> None:
    ran = run("info", "--pixels", "--json", shared("golden", sample["path"]))
    found = ran.json
    told = [*found["problems"], *(p for s in found["samples"] for p in s["problems"])]
    assert {(p["kind"], p["scope"]) for p in told} == {(sample["error"], sample["scope"])}
    assert ran.exit_code == (1 if sample["scope"] == "file" else 3)


@pytest.mark.parametrize("sample", golden_samples(expect="ok"))
def test_a_golden_sample_comes_back_unchanged_but_for_an_edited_mask(
    sample: dict[str, Any], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(shared("golden", sample["path"]).parent, copy)
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    source = registry.open_source(copy / "frames.json", OpenOptions(), as_masks=None)
    item = source.items[0]
    if any(p.kind == "remote_unavailable" for p in item.problems):
        pytest.skip("its masks lie on another machine")
    key = item.keys[0]
    before = {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()}
    pixels = source.read_mask(item, key).pixels
    value = int(pixels.max() if source.label_maps[key].is_opacity else 1)
    pixels[:3, :5] = value
    changes = Changes(key, source.label_maps[key], {item.name: ChangedMask(pixels)})
    registry.save_in_place(source, changes, no_progress)
    after = {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()}
    changed = {p.name for p in after if after[p] != before.get(p)}
    if sample["id"] == "clearml/video-real":
        assert changed == {"frames.json", "v0.seg.png"}
        check_entry_of_film(before[copy / "frames.json"], after[copy / "frames.json"])
    else:
        assert changed == {source.mask_where(item, key).rpartition("/")[2]}
    again = registry.open_source(copy / "frames.json", OpenOptions(), as_masks=None)
    np.testing.assert_array_equal(again.read_mask(again.items[0], key).pixels, pixels)


def check_entry_of_film(before: bytes, after: bytes) -> None:
    """Only the mask's entry differs, and names a picture at time 0."""
    old, new = json.loads(before), json.loads(after)
    (mask,) = new["frames"][0]["sources"][0]["masks"]
    entry = {"id": "seg", "content_type": "image/png", "uri": "v0.seg.png", "timestamp": 0}
    assert mask == entry
    assert list(mask) == list(old["frames"][0]["sources"][0]["masks"][0])
    new["frames"][0]["sources"][0]["masks"] = old["frames"][0]["sources"][0]["masks"]
    assert new == old
    lines = set(after.splitlines()) - set(before.splitlines())
    assert {line.strip() for line in lines} == {
        b'"content_type": "image/png",',
        b'"uri": "v0.seg.png",',
    }


def layers_of(frame: dict[str, Any]) -> dict[str, Any]:
    """What is expected of each layer; of a film's the histogram stands with the frame."""
    layers = frame.get("layers") or {"seg": {"histogram": frame["histogram"]}}
    assert isinstance(layers, dict)
    return layers


def check_frame(
    entry: dict[str, Any], frame: dict[str, Any], label_maps: dict[str, Any], tolerance: float
) -> None:
    if frame["id"] is not None:
        assert entry["name"] == frame["id"]
    assert entry["timestamp"] == frame["timestamp"]
    assert entry["context_id"] == frame.get("context_id", entry["context_id"])
    if "size" in frame:
        assert [entry["image"]["width"], entry["image"]["height"]] == frame["size"]
    for key, expected in layers_of(frame).items():
        if "error" in expected:
            told = [p for p in entry["problems"] if p["kind"] == expected["error"]]
            assert any(f"{expected['timestamp']} ms" in p["message"] for p in told)
            assert entry["layers"][key]["timestamp"] == expected["timestamp"]
            continue
        layer, classes = entry["layers"][key], label_maps[key]
        check_histogram(layer["histogram"], expected["histogram"], classes, tolerance)
        assert layer.get("opacity", False) is expected.get("opacity", False)
        if "labels" in expected:
            assert [{"value": c["value"], "labels": c["names"]} for c in classes] == expected[
                "labels"
            ]


def check_histogram(
    found: dict[str, int],
    expected: dict[str, int],
    classes: list[dict[str, Any]],
    tolerance: float,
) -> None:
    """Keys of the expected one are indices or stored colors."""
    by_value = {",".join(map(str, c["value"])): str(c["index"]) for c in classes if "value" in c}
    wanted = {by_value.get(key, key): count for key, count in expected.items()}
    assert found.keys() == wanted.keys()
    for key, count in wanted.items():
        assert abs(found[key] - count) <= tolerance * sum(wanted.values())


def test_a_film_shows_its_car_where_it_is_at_each_time() -> None:
    path = shared("golden", "clearml/video-real/frames.json")
    expected = json.loads(shared("golden", "expected.json").read_text(encoding="utf-8"))
    (sample,) = [s for s in expected["samples"] if s["id"] == "clearml/video-real"]
    source = registry.open_source(path, OpenOptions(), as_masks=None)
    car = source.label_maps["seg"].by_name["car"].index
    for item, frame in zip(source.items, sample["frames"], strict=True):
        columns = np.flatnonzero((source.read_mask(item, "seg").pixels == car).any(axis=0))
        x0, _, x1, _ = frame["car_box"]
        assert abs(columns[0] - x0) <= 2
        assert abs(columns[-1] + 1 - x1) <= 2
    source.close()


def test_the_polygon_of_the_golden_frame_is_kept() -> None:
    path = shared("golden", "clearml/rois/frames.json")
    (item,) = registry.open_source(path, OpenOptions(), as_masks=None).items
    assert item.polygons == (((1, 1), (9, 1), (9, 9), (1, 9)),)


def test_the_picture_of_a_golden_mask_is_of_its_stored_colors() -> None:
    path = shared("golden", "clearml/rois/frames.json")
    source = registry.open_source(path, OpenOptions(), as_masks=None)
    pixels = source.read_mask(source.items[0], "seg").pixels
    colors = stored(path.parent / "b.png")[:, :, :3]
    np.testing.assert_array_equal(pixels == 0, (colors == (210, 210, 120)).all(axis=2))
    np.testing.assert_array_equal(pixels == 1, (colors == (197, 135, 146)).all(axis=2))

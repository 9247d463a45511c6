"""Every Labelbox sample of the golden files, told by the real command as expected, and saved."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from maskstudio.formats import registry
from maskstudio.formats.base import ChangedMask, Changes, OpenOptions, no_progress
from tests.cli.helpers import run
from tests.cli.test_golden import check_broken
from tests.helpers.shared import shared

FIELDS = ("uuid", "feature_id", "name", "schemaId", "color", "label_color", "area")


def golden_samples() -> list[Any]:
    try:
        text = shared("golden", "expected.json").read_text(encoding="utf-8")
    except pytest.skip.Exception:
        return [pytest.param({}, marks=pytest.mark.skip(reason="needs the golden files"))]
    samples = json.loads(text)["samples"]
    return [pytest.param(s, id=s["id"]) for s in samples if s["format"].startswith("labelbox-")]


@pytest.mark.parametrize("sample", golden_samples())
def test_a_golden_sample_is_told_as_expected(sample: dict[str, Any]) -> None:
    ran = run("info", "--pixels", "--json", shared("golden", sample["path"]))
    found = ran.json
    assert found["format"] == sample["format"]
    if sample["expect"] == "error":
        check_broken(sample, found, ran.exit_code)
        return
    assert [s["data_row"] for s in found["samples"]] == [r["data_row"] for r in sample["rows"]]
    for entry, row in zip(found["samples"], sample["rows"], strict=True):
        check_row(entry, row)
    has_faults = any("error" in o for row in sample["rows"] for o in row["objects"])
    assert ran.exit_code == (3 if has_faults else 0)


def check_row(entry: dict[str, Any], row: dict[str, Any]) -> None:
    names = row["data_row"]
    assert entry["name"] == names.get("id", names.get("globalKey", names.get("external_id")))
    layer = entry["layers"]["ground_truth"]
    assert [layer["width"], layer["height"]] == row.get("size", [None, None])
    assert len(entry["objects"]) == len(row["objects"])
    for told, expected in zip(entry["objects"], row["objects"], strict=True):
        assert told.get("problem", {}).get("kind") == expected.get("error")
        assert {k: told[k] for k in FIELDS if k in told} == {
            k: v for k, v in expected.items() if k != "error"
        }
    if "size" in row:
        assert sum(layer["histogram"].values()) == row["size"][0] * row["size"][1]


@pytest.mark.parametrize("sample", golden_samples())
def test_saving_what_was_read_changes_no_byte(sample: dict[str, Any], tmp_path: Path) -> None:
    if sample["expect"] == "error" or not registry.saves_in_place(sample["format"]):
        pytest.skip("it is not saved in place")
    origin = shared("golden", sample["path"])
    folder = tmp_path / "copy"
    if origin.parent.name == "labelbox":
        folder.mkdir()
        shutil.copy(origin, folder)
    else:
        shutil.copytree(origin.parent, folder)
    path = folder / origin.name
    source = registry.open_source(path, OpenOptions(), as_masks=True)
    for with_objects in (True, False):
        masks = {}
        for item in source.items:
            if all(listed.facts.get("name") == "far" for listed in item.objects):
                continue
            data = source.read_mask(item, "ground_truth")
            objects = data.objects if with_objects else None
            masks[item.name] = ChangedMask(data.pixels, objects=objects)
        changes = Changes("ground_truth", source.label_maps["ground_truth"], masks)
        registry.save_in_place(source, changes, no_progress)
        assert path.read_bytes() == origin.read_bytes()

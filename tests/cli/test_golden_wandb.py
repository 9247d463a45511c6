"""Every run and artifact of the golden files, told by the real command as expected, and written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.helpers import kinds, run
from tests.helpers.shared import shared

FORMATS = ("wandb-run", "wandb-artifact")


def golden_samples(*, expect: str) -> list[Any]:
    try:
        text = shared("golden", "expected.json").read_text(encoding="utf-8")
    except pytest.skip.Exception:
        return [pytest.param({}, marks=pytest.mark.skip(reason="needs the golden files"))]
    samples = json.loads(text)["samples"]
    return [
        pytest.param(s, id=s["id"])
        for s in samples
        if s["format"] in FORMATS and s["expect"] == expect
    ]


def expected_layers(sample: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and layers of every image, in the order of the file."""
    for image in sample.get("images", ()):
        yield f"{image['key']}/{image['step']}", image["layers"]
    for group in sample.get("groups", ()):
        for image in group["items"]:
            yield f"{group['key']}/{group['step']}/{image['index']}", image["layers"]
    for table in sample.get("tables", ()):
        stem = table["path"].removesuffix(".table.json")
        for image in table["images"]:
            yield f"{stem}/{image['row']}/{image['column']}", image["layers"]


def told_layers(found: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The same of what `info` prints."""
    return [
        (s["name"], {k: told_layer(found, s, k) for k in s["layers"]}) for s in found["samples"]
    ]


def told_layer(found: dict[str, Any], sample: dict[str, Any], key: str) -> dict[str, Any]:
    layer = sample["layers"][key]
    label_map = sample.get("label_maps", {}).get(key) or found["label_maps"][key]
    return {
        "size": [layer["width"], layer["height"]],
        "histogram": layer["histogram"],
        "labels": {str(c["index"]): c["name"] for c in label_map},
    }


@pytest.mark.parametrize("sample", golden_samples(expect="ok"))
def test_a_golden_sample_is_told_as_expected(sample: dict[str, Any]) -> None:
    ran = run("info", "--pixels", "--json", shared("golden", sample["path"]))
    found = ran.json
    assert found["format"] == sample["format"]
    assert told_layers(found) == list(expected_layers(sample))
    captions = [image["caption"] for image in sample.get("images", ())]
    assert [s["caption"] for s in found["samples"] if "caption" in s] == captions
    assert [s["image"] for s in found["samples"]] == [{"width": 32, "height": 24}] * len(
        found["samples"]
    )
    problems = [*found["problems"], *(p for s in found["samples"] for p in s["problems"])]
    assert {p["severity"] for p in problems} <= {"info"}
    assert ran.exit_code == 0


@pytest.mark.parametrize("sample", golden_samples(expect="error"))
def test_a_broken_log_is_told_and_its_folder_still_opens(sample: dict[str, Any]) -> None:
    ran = run("info", "--pixels", "--json", shared("golden", sample["path"]))
    assert ran.exit_code == 1
    assert ran.json["samples"] == []
    assert kinds(ran.json["problems"]) == [sample["error"]]
    recovered = run("info", "--pixels", "--json", shared("golden", sample["folder"]))
    assert recovered.exit_code == 0
    assert recovered.json["format"] == sample["format"]
    assert kinds(recovered.json["problems"]) == ["log_corrupt", "layer_names_unknown"]
    assert [s["name"] for s in recovered.json["samples"]] == ["img/0"]


@pytest.mark.parametrize("sample", golden_samples(expect="ok"))
def test_every_layer_goes_into_an_artifact_and_comes_back(
    sample: dict[str, Any], tmp_path: Path
) -> None:
    source = shared("golden", sample["path"])
    before = dict(expected_layers(sample))
    for number, key in enumerate(run("info", "--json", source).json["label_maps"]):
        target = tmp_path / str(number)
        done = run("convert", source, target, "--to", "wandb-artifact", "--layer", key)
        assert done.exit_code == 0, done.stderr
        after = dict(told_layers(run("info", "--pixels", "--json", target).json))
        assert {name: layers[key] for name, layers in after.items() if key in layers} == {
            name: before[name][key] for name, layers in after.items() if key in layers
        }
        assert any(key in layers for layers in after.values())


@pytest.mark.parametrize("sample", golden_samples(expect="ok"))
def test_a_table_or_log_may_be_named_itself(sample: dict[str, Any], tmp_path: Path) -> None:
    folder = shared("golden", sample["path"])
    names = [*folder.rglob("*.table.json"), *folder.glob("*.wandb")]
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    moved = copy / names[0].name
    shutil.copyfile(names[0], moved)
    found = run("info", "--pixels", "--json", moved).json
    layers = [layers for _, layers in told_layers(found)]
    assert layers == [layers for _, layers in expected_layers(sample)]


def test_a_layer_whose_classes_nobody_named_is_compared_by_index() -> None:
    (folder,) = shared("golden", "wandb", "run-two-layers").iterdir()
    ran = run("compare", folder, folder, "--json", "-")
    assert [c["index"] for c in ran.json["classes"]] == [0, 1, 2, 3]
    # At step 1 both layers are one file.
    assert ran.json["samples"][1]["wrong_pixels"] == 0
    assert ran.json["total"]["pixels"] == 2 * 32 * 24

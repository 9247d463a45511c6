"""Every Segmentation Mask sample of the golden files, told by the real command as expected."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.cli.helpers import run
from tests.helpers.shared import REPOSITORY, shared

FORMAT = "cvat-segmentation-mask"
LABEL_FIELDS = ("index", "name", "color", "parts", "actions")


def golden_samples() -> list[Any]:
    try:
        text = shared("golden", "expected.json").read_text(encoding="utf-8")
    except pytest.skip.Exception:
        return [pytest.param({}, marks=pytest.mark.skip(reason="needs the golden files"))]
    samples = json.loads(text)["samples"]
    return [pytest.param(s, id=s["id"]) for s in samples if s["format"] == FORMAT]


@pytest.mark.parametrize("sample", golden_samples())
def test_a_golden_sample_is_told_as_expected(sample: dict[str, Any]) -> None:
    ran = run("info", "--pixels", "--json", shared("golden", sample["path"]))
    found = ran.json
    assert found["format"] == FORMAT
    check = check_readable if sample["expect"] == "ok" else check_broken
    check(sample, found, ran.exit_code)


def test_the_script_prints_the_same_as_the_command_in_this_process() -> None:
    path = shared("golden", "cvat", "export-two-subsets.zip")
    script = "from maskstudio.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "info", "--pixels", "--json", str(path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == run("info", "--pixels", "--json", path).json


def check_readable(sample: dict[str, Any], found: dict[str, Any], exit_code: int) -> None:
    if "labels" in sample:
        (label_map,) = found["label_maps"].values()
        declared = [c for c in label_map if "undeclared" not in c]
        assert [{k: c[k] for k in LABEL_FIELDS} for c in declared] == sample["labels"]
    assert [(s["name"], s["subset"]) for s in found["samples"]] == [
        (image["name"], image["subset"]) for image in sample["images"]
    ]
    for entry, image in zip(found["samples"], sample["images"], strict=True):
        check_sample(entry, image)
    problems = [*found["problems"], *(p for s in found["samples"] for p in s["problems"])]
    warnings = {p["kind"] for p in problems if p["severity"] == "warning"}
    assert warnings == set(sample["warnings"])
    has_faults = any("error" in image for image in sample["images"])
    assert exit_code == (3 if has_faults else 0)


def check_sample(entry: dict[str, Any], image: dict[str, Any]) -> None:
    faults = [p for p in entry["problems"] if p["severity"] == "error"]
    if "error" in image:
        assert [(p["kind"], p["scope"]) for p in faults] == [(image["error"], "item")]
        return
    assert faults == []
    size = image.get("image_size")
    assert entry["image"] == (dict(zip(("width", "height"), size, strict=True)) if size else None)
    if "class" not in image and "instances" not in image:
        assert entry["layers"] == {}
        return
    (layer,) = entry["layers"].values()
    if "class" in image:
        assert [layer["width"], layer["height"]] == image["class"]["size"]
        assert layer["histogram"] == image["class"]["histogram"]
    else:
        assert layer["histogram"] == {"unlabelled": layer["width"] * layer["height"]}
    assert layer.get("instances") == image.get("instances")


def check_broken(sample: dict[str, Any], found: dict[str, Any], exit_code: int) -> None:
    in_samples = [p for s in found["samples"] for p in s["problems"]]
    if sample["scope"] == "file":
        assert found["samples"] == []
        assert exit_code == 1
    else:
        assert found["problems"] == []
        assert exit_code == 3
    told = [(p["kind"], p["scope"]) for p in (*found["problems"], *in_samples)]
    assert told == [(sample["error"], sample["scope"])]

"""What the real wandb client logs is shown, and what is logged through it is opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.helpers import kinds, run, write_cvat, write_picture
from tests.interop.environment import maskstudio_in_interop, wandb_log, wandb_read

LABELS = "car:9,8,7::\nbackground:0,0,0::\ntree:0,200,0::\n"
COLORS = np.array([[9, 8, 7], [0, 0, 0], [0, 200, 0]], np.uint8)
NAMES = {0: "person", 1: "tree", 2: "car", 3: "road"}
EXPECTED = {
    "predictions": {"0": 2500, "1": 2500, "2": 2500, "3": 2500},
    "ground_truth": {"0": 8125, "1": 625, "2": 625, "3": 625},
}


def run_folder(folder: Path) -> Path:
    (found,) = (folder / "wandb").glob("offline-run-*")
    return found


def require_both_layers(found: dict[str, Any], name: str) -> None:
    (sample,) = found["samples"]
    assert sample["name"] == name
    assert {k: layer["histogram"] for k, layer in sample["layers"].items()} == EXPECTED
    for key in EXPECTED:
        assert {c["index"]: c["name"] for c in found["label_maps"][key]} == NAMES


def test_a_masked_image_is_shown_with_both_layers(tmp_path: Path) -> None:
    wandb_log("image", tmp_path)
    found = run("info", "--pixels", "--json", run_folder(tmp_path)).json
    require_both_layers(found, "img_with_masks/0")


def test_a_masked_image_in_a_table_is_shown_with_both_layers(tmp_path: Path) -> None:
    wandb_log("table", tmp_path)
    found = run("info", "--pixels", "--json", tmp_path / "artifact").json
    require_both_layers(found, "random_field/0/image")
    (sample,) = run("info", "--json", run_folder(tmp_path)).json["samples"]
    assert kinds(sample["problems"]) == ["image_not_in_folder"]


MASKS = {"night/a": [[0, 1, 2], [2, 1, 0]], "b": [[1, 1, 1], [1, 0, 1]]}


@pytest.fixture
def cvat(tmp_path: Path) -> Path:
    """Two samples with their pictures."""
    colored = {name: COLORS[np.array(mask)] for name, mask in MASKS.items()}
    folder = write_cvat(tmp_path / "cvat", colored, LABELS)
    for name in MASKS:
        write_picture(folder / "JPEGImages" / f"{name}.png", 3, 2)
    return folder


def test_the_client_reads_an_artifact_that_was_written_here(cvat: Path, tmp_path: Path) -> None:
    target = tmp_path / "artifact"
    run("convert", cvat, target, "--to", "wandb-artifact")
    classes = {"0": "car", "1": "background", "2": "tree"}
    assert wandb_read(target) == {
        name: {"classes": classes, "masks": {"ground_truth": mask}, "size": [3, 2]}
        for name, mask in MASKS.items()
    }


def test_what_is_logged_through_the_client_is_opened_again(cvat: Path, tmp_path: Path) -> None:
    target = tmp_path / "run"
    maskstudio_in_interop("convert", cvat, target, "--to", "wandb-run")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cvat", "run"]
    found = run("info", "--pixels", "--json", target).json
    assert found["format"] == "wandb-run"
    told = {c["index"]: c["name"] for c in found["label_maps"]["ground_truth"]}
    assert told == {0: "car", 1: "background", 2: "tree"}
    before = run("info", "--pixels", "--json", cvat).json["samples"]
    histograms = {s["name"]: s["layers"]["ground_truth"]["histogram"] for s in before}
    assert {
        s["caption"]: s["layers"]["ground_truth"]["histogram"] for s in found["samples"]
    } == histograms
    assert [s["name"] for s in found["samples"]] == ["images/0", "images/1"]
    pictures = {p.read_bytes() for p in target.glob("files/media/images/*.png")}
    assert pictures == {p.read_bytes() for p in (cvat / "JPEGImages").rglob("*.png")}


def test_keys_steps_and_captions_of_a_run_come_back(cvat: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    maskstudio_in_interop("convert", cvat, first, "--to", "wandb-run")
    maskstudio_in_interop("convert", first, second, "--to", "wandb-run")
    told = [run("info", "--pixels", "--json", folder).json for folder in (first, second)]
    assert told[0]["samples"] == told[1]["samples"]
    assert told[0]["label_maps"] == told[1]["label_maps"]

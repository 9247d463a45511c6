"""Converting to artifact folders of W&B and from them to other systems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from maskstudio.formats.wandb_client import places_of
from maskstudio.workflows.target_rules import wandb_run
from tests.cli.helpers import run, write_cvat, write_masks, write_picture
from tests.helpers.wandb_logs import history, image_object, write_run

LABELS = (
    "# label:color_rgb:parts:actions\ncar:9,8,7::\nbackground:0,0,0::\ntree:0,200,0:leaf:grow\n"
)
COLORS = np.array([[9, 8, 7], [0, 0, 0], [0, 200, 0]], np.uint8)


def indices(*rows: list[int]) -> NDArray[np.uint8]:
    return np.array(rows, np.uint8)


def classes_of(found: dict[str, Any], key: str) -> dict[int, str]:
    return {c["index"]: c["name"] for c in found["label_maps"][key]}


def test_names_and_pixels_come_back_from_an_artifact(tmp_path: Path) -> None:
    masks = {"night/rain 7": indices([0, 1, 2], [2, 1, 0]), "b": indices([1, 1, 1], [1, 0, 1])}
    colored = {name: COLORS[mask] for name, mask in masks.items()}
    cvat = write_cvat(tmp_path / "cvat", colored, LABELS)
    for name in masks:
        write_picture(tmp_path / "cvat/JPEGImages" / f"{name}.png", 3, 2)
    done = run("convert", cvat, tmp_path / "art", "--to", "wandb-artifact")
    assert done.exit_code == 0
    assert "no colors" in done.stderr
    assert "parts and actions" in done.stderr
    found = run("info", "--pixels", "--json", tmp_path / "art").json
    assert classes_of(found, "ground_truth") == {0: "car", 1: "background", 2: "tree"}
    copied = (tmp_path / "art").glob("media/images/*.png")
    assert {p.read_bytes() for p in copied} == {
        p.read_bytes() for p in (tmp_path / "cvat/JPEGImages").rglob("*.png")
    }
    done = run("convert", tmp_path / "art", tmp_path / "index", "--to", "index-png")
    assert done.exit_code == 0
    for name, mask in masks.items():
        with Image.open(tmp_path / "index" / f"{name}.png") as picture:
            assert (np.asarray(picture) == mask).all()


def test_an_index_above_255_is_told_and_its_sample_left_out(tmp_path: Path) -> None:
    masks: dict[str, NDArray[Any]] = {"good": indices([0, 255])}
    masks["wide"] = np.array([[0, 256]], np.uint16)
    source = write_masks(tmp_path / "masks", masks)
    done = run("convert", source, tmp_path / "art", "--to", "wandb-artifact")
    assert done.exit_code == 3
    assert "[cannot_hold]" in done.stderr
    assert [s["name"] for s in run("info", "--json", tmp_path / "art").json["samples"]] == ["good"]
    write_masks(tmp_path / "only", {"wide": masks["wide"]})
    done = run("convert", tmp_path / "only", tmp_path / "none", "--to", "wandb-artifact")
    assert done.exit_code == 1
    assert not (tmp_path / "none").exists()


def test_a_mask_without_a_picture_gets_a_black_one_and_that_is_told(tmp_path: Path) -> None:
    source = write_masks(
        tmp_path / "masks", {"a": indices([0, 1, 1])}, "none:0,0,0::\ncar:128,0,0::\n"
    )
    done = run("convert", source, tmp_path / "art", "--to", "wandb-artifact")
    assert "a black one is written for `a`" in done.stderr
    (picture,) = (tmp_path / "art/media/images").glob("*.png")
    with Image.open(picture) as opened:
        assert (opened.mode, opened.size, opened.getextrema()) == ("L", (3, 1), (0, 0))


def test_captions_go_along(tmp_path: Path) -> None:
    picture = np.zeros((2, 3, 3))
    logged = image_object("a.png", {"m": "m.png"}, caption="a night")
    files = {"a.png": picture, "m.png": [[0, 1, 2], [0, 1, 2]]}
    source = write_run(tmp_path / "run", [history({"img": logged}, 4)], files)
    done = run("convert", source, tmp_path / "art", "--to", "wandb-artifact")
    assert done.exit_code == 0
    (sample,) = run("info", "--json", tmp_path / "art").json["samples"]
    assert (sample["name"], sample["caption"]) == ("img/4", "a night")
    document = json.loads((tmp_path / "art/img/4.image-file.json").read_bytes())
    assert (document["width"], document["height"], document["format"]) == (3, 2, "png")


def test_overwriting_leaves_no_image_of_the_artifact_before(tmp_path: Path) -> None:
    first = write_masks(tmp_path / "one", {"old": indices([0, 1])})
    second = write_masks(tmp_path / "two", {"new": indices([1, 0])})
    target = tmp_path / "art"
    run("convert", first, target, "--to", "wandb-artifact")
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    assert run("convert", second, target, "--to", "wandb-artifact").exit_code == 1
    done = run("convert", second, target, "--to", "wandb-artifact", "--overwrite")
    assert done.exit_code == 0
    assert [s["name"] for s in run("info", "--json", target).json["samples"]] == ["new"]
    assert (target / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_run_with_two_layers_needs_one_to_be_chosen(tmp_path: Path) -> None:
    logged = image_object("a.png", {"x": "m.png", "y": "m.png"})
    files = {"a.png": np.zeros((2, 3, 3)), "m.png": [[0, 1, 2], [0, 1, 2]]}
    source = write_run(tmp_path / "run", [history({"img": logged}, 0)], files)
    done = run("convert", source, tmp_path / "out.zip", "--to", "cvat-segmentation-mask")
    assert done.exit_code == 2
    assert "x, y" in done.stderr
    words = ("--to", "cvat-segmentation-mask", "--layer", "y")
    assert run("convert", source, tmp_path / "out.zip", *words).exit_code == 0


def test_labels_give_the_colors_back_that_an_artifact_has_not_kept(tmp_path: Path) -> None:
    masks = {"a": indices([0, 1, 2]), "b": indices([2, 2, 2])}
    colored = {name: COLORS[mask] for name, mask in masks.items()}
    cvat = write_cvat(tmp_path / "cvat", colored, LABELS)
    run("convert", cvat, tmp_path / "art", "--to", "wandb-artifact")
    words = ("--to", "cvat-segmentation-mask", "--labels", cvat / "labelmap.txt")
    assert run("convert", tmp_path / "art", tmp_path / "back", *words).exit_code == 0
    for name, pixels in colored.items():
        with Image.open(tmp_path / "back/SegmentationClass" / f"{name}.png") as picture:
            assert (np.asarray(picture.convert("RGB")) == pixels).all()
    assert (tmp_path / "back/labelmap.txt").read_text(encoding="utf-8") == LABELS


def test_without_the_client_no_run_is_logged_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wandb_run, "is_installed", lambda: False)
    source = write_masks(tmp_path / "masks", {"a": indices([0, 1])})
    done = run("convert", source, tmp_path / "run", "--to", "wandb-run")
    assert done.exit_code == 1
    assert "[not_writable]" in done.stderr
    assert "maskstudio[wandb]" in done.stderr
    assert not (tmp_path / "run").exists()


def test_names_that_end_in_steps_are_logged_at_these_steps() -> None:
    assert places_of(["a b/0", "x/12"]) == {"a b/0": ("a b", 0), "x/12": ("x", 12)}
    assert places_of(["a/0", "b"]) == {"a/0": ("images", 0), "b": ("images", 1)}
    assert places_of(["a/007"]) == {"a/007": ("images", 0)}

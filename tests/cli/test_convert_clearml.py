"""Converting to ClearML frames and from them: what arrives, and what is told before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.cli.helpers import run, write_cvat, write_picture
from tests.helpers.clearml_files import blocks, frame_of, region, write_json, write_png

LABELS = "sky:70,130,180::\nbackground:0,0,0::\ncar:210,60,30:wheel:drive\n"
COLORS = np.array([[70, 130, 180], [0, 0, 0], [210, 60, 30]], np.uint8)
MASKS = {"a": np.array([[0, 1], [2, 2]]), "night/b": np.array([[1, 1, 1]])}
CAR = (210, 60, 30)


def cvat(folder: Path) -> Path:
    return write_cvat(folder, {name: COLORS[mask] for name, mask in MASKS.items()}, LABELS)


def counts(path: Path) -> dict[str, Any]:
    """Histogram of each sample by the names of its classes."""
    found = run("info", "--pixels", "--json", path).json
    (key,) = found["label_maps"]
    names = {str(c["index"]): c["name"] for c in found["label_maps"][key]}
    return {
        s["name"]: {names.get(i, i): n for i, n in s["layers"][key]["histogram"].items()}
        for s in found["samples"]
    }


def convert(source: Path, target: Path, to: str, *words: str) -> list[str]:
    """What was told on the way, by kind."""
    ran = run("convert", source, target, "--to", to, *words)
    assert ran.exit_code in (0, 3), ran.stderr
    return [line.rpartition("[")[2].rstrip("]") for line in ran.stderr.splitlines() if "[" in line]


def test_masks_go_to_frames_and_back_with_every_name_and_index(tmp_path: Path) -> None:
    source = cvat(tmp_path / "cvat")
    told = convert(source, tmp_path / "frames", "clearml-frames")
    assert told.count("cannot_hold") == 2  # parts and actions; no pictures
    assert counts(tmp_path / "frames") == counts(source)
    convert(tmp_path / "frames", tmp_path / "back.zip", "cvat-segmentation-mask")
    assert counts(tmp_path / "back.zip") == counts(source)
    found = run("info", "--json", tmp_path / "back.zip").json["label_maps"]["ground_truth"]
    assert [(c["name"], c["color"]) for c in found] == [
        ("sky", [70, 130, 180]),
        ("background", [0, 0, 0]),
        ("car", [210, 60, 30]),
    ]


def test_pictures_come_along_when_asked_for(tmp_path: Path) -> None:
    source = cvat(tmp_path / "cvat")
    for name in MASKS:
        write_picture(source / "JPEGImages" / f"{name}.jpg", 3, 2)
    told = convert(source, tmp_path / "frames", "clearml-frames", "--with-images")
    assert told.count("cannot_hold") == 1
    found = run("info", "--json", tmp_path / "frames").json
    assert [s["image"] for s in found["samples"]] == [{"width": 3, "height": 2}] * 2


def test_times_and_polygons_are_told_as_lost(tmp_path: Path) -> None:
    write_png(tmp_path / "m.png", blocks([CAR]))
    rois = [region("seg", CAR, "car"), {"poly": [0, 0, 1, 0, 1, 1], "label": ["x"]}]
    frames = [
        frame_of(f"f{t}", {"seg": "m.png"}, timestamp=t, context_id="film", rois=rois)
        for t in (0, 40)
    ]
    path = write_json(tmp_path / "frames.json", frames)
    ran = run("convert", path, tmp_path / "masks", "--to", "index-png")
    assert "polygons of `f0`, `f40`" in ran.stderr
    assert "the order of the samples in their films is not kept" in ran.stderr
    ran = run("convert", path, tmp_path / "again", "--to", "clearml-frames")
    assert "their other fields are not" in ran.stderr
    assert "order of the samples" not in ran.stderr
    found = run("info", "--json", tmp_path / "again").json
    assert [(s["context_id"], s["timestamp"]) for s in found["samples"]] == [
        ("film", 0),
        ("film", 40),
    ]


def test_colors_without_a_name_stay_in_frames_and_go_nowhere_else(tmp_path: Path) -> None:
    write_png(tmp_path / "m.png", blocks([CAR, (9, 9, 9)]))
    frame = frame_of("a", {"seg": "m.png"}, rois=[region("seg", CAR, "car")])
    path = write_json(tmp_path / "frames.json", [frame])
    assert counts(path) == {"a": {"car": 64, "unlabelled": 64}}
    convert(path, tmp_path / "again", "clearml-frames")
    assert counts(tmp_path / "again") == counts(path)
    ran = run("convert", path, tmp_path / "masks.zip", "--to", "cvat-segmentation-mask")
    assert ran.exit_code == 1
    assert not (tmp_path / "masks.zip").exists()


def test_opacities_are_no_classes_for_other_formats(tmp_path: Path) -> None:
    write_png(tmp_path / "m.png", np.array([[0, 100]], np.uint8))
    path = write_json(tmp_path / "frames.json", [frame_of("a", {"m": "m.png"})])
    ran = run("convert", path, tmp_path / "masks", "--to", "index-png")
    assert ran.exit_code == 1
    assert "opacities" in ran.stderr
    assert not (tmp_path / "masks").exists()


def test_a_gap_is_told_and_filled(tmp_path: Path) -> None:
    labels = "a:1,2,3::\n_dummy1:9,9,9::\nc:4,5,6::\n"
    source = write_cvat(tmp_path / "cvat", {"s": np.array([[[4, 5, 6]]], np.uint8)}, labels)
    convert(source, tmp_path / "frames", "clearml-frames")
    found = run("info", "--json", tmp_path / "frames").json["label_maps"]["ground_truth"]
    assert [(c["index"], c.get("filler", False)) for c in found] == [
        (0, False),
        (1, True),
        (2, False),
    ]


def test_relabeling_takes_along_what_the_frames_name_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for name in ("masks/a.png", "a.png", "other.png"):
        write_png(folder / name, blocks([CAR]))
    regions = [region("seg", CAR, "car"), region("seg", (9, 9, 9), "road")]
    frame = frame_of("a", {"seg": "masks/a.png"}, image="a.png", rois=regions)
    source = write_json(folder / "in.json", frame)
    changes = write_json(tmp_path / "map.json", {"car": "road"})
    ran = run("relabel", source, tmp_path / "out" / "new.json", "--map", changes)
    assert ran.exit_code == 0, ran.stderr
    files = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.*"))
    assert files == ["a.png", "masks/a.png", "new.json"]
    assert counts(tmp_path / "out" / "new.json") == {"a": {"road": 64}}


def test_files_that_belong_together_are_relabeled_into_a_new_folder_alone(tmp_path: Path) -> None:
    write_png(tmp_path / "in" / "a.png", blocks([CAR]))
    frame = frame_of("a", {"seg": "a.png"}, rois=[region("seg", CAR, "car")])
    source = write_json(tmp_path / "in" / "in.json", frame)
    before = sorted(tmp_path.rglob("*"))
    changes = write_json(tmp_path / "map.json", {"car": 3})
    ran = run("relabel", source, tmp_path / "new.json", "--map", changes, "--overwrite")
    assert ran.exit_code == 1
    assert "a target in a new folder" in ran.stderr
    assert sorted(tmp_path.rglob("*")) == sorted([*before, changes])

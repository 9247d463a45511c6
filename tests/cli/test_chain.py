"""A data set goes through all four systems and comes back with every pixel and name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.cli.helpers import Ran, run, write_cvat, write_picture

LABELS = "background:0,0,0::\nroad:128,64,128::\ncar:0,0,142:wheel:\nsky:70,130,180::\n"
LOST = {
    "wandb-artifact": ("no colors", "parts and actions"),
    "labelbox-ndjson": ("colors, parts and actions",),
}
COLORS = np.array([(0, 0, 0), (128, 64, 128), (0, 0, 142), (70, 130, 180)], np.uint8)
STEPS = (
    ("wandb-artifact", "artifact", "artifact"),
    ("clearml-frames", "frames", "frames/frames.json"),
    ("labelbox-ndjson", "labels.ndjson", "labels.ndjson"),
    ("cvat-segmentation-mask", "back", "back"),
)


def drawn(number: int) -> NDArray[np.uint8]:
    """Regions of all four classes, some in several pieces."""
    y, x = np.indices((48, 64))
    return ((x // (7 + number) + y // 5) % 4).astype(np.uint8)


def names() -> list[str]:
    return ["day/street 1", "day/street 2", "night"]


@pytest.fixture
def start(tmp_path: Path) -> Path:
    masks = {name: COLORS[drawn(number)] for number, name in enumerate(names())}
    source = write_cvat(tmp_path / "start", masks, LABELS)
    for name in names():
        write_picture(source / "JPEGImages" / f"{name}.png", 64, 48)
    return source


def convert(source: Path, target: Path, to: str, *words: str | Path) -> Ran:
    return run("convert", source, target, "--to", to, *words)


def test_every_pixel_and_name_comes_back(tmp_path: Path, start: Path) -> None:
    labels = start / "labelmap.txt"
    source = start
    told: dict[str, str] = {}
    words: dict[str, tuple[str | Path, ...]] = {
        "wandb-artifact": ("--with-images",),
        "clearml-frames": ("--with-images",),
        "cvat-segmentation-mask": ("--labels", labels),
    }
    for to, target, opened in STEPS:
        done = convert(source, tmp_path / target, to, *words.get(to, ()))
        assert done.exit_code == 0, (to, done.stderr)
        told[to] = done.stderr
        source = tmp_path / opened
    for number, name in enumerate(names()):
        with Image.open(tmp_path / "back" / "SegmentationClass" / f"{name}.png") as picture:
            found = np.array(picture.convert("RGB"))
        assert np.array_equal(found, COLORS[drawn(number)]), name
    lines = (tmp_path / "back" / "labelmap.txt").read_text().splitlines()
    before = [line for line in LABELS.splitlines() if line]
    assert [line for line in lines if not line.startswith("#")] == before
    for to, lost in LOST.items():
        warned, _, after = told[to].partition("Wrote 3 samples")
        assert "warning" not in after, to
        assert all(word in warned for word in lost), (to, warned)


def test_what_labelbox_loses_is_told_before_it_writes(tmp_path: Path, start: Path) -> None:
    done = convert(start, tmp_path / "labels.ndjson", "labelbox-ndjson")
    assert done.exit_code == 0
    assert done.stderr.index("colors, parts and actions") < done.stderr.index("Wrote")

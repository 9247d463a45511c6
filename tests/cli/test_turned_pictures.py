"""A mask drawn on the picture before it was turned is told as such, in every format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.helpers import kinds, run, write_cvat, write_masks

LABELS = "background:0,0,0::\nroad:128,0,0::\n"
BEFORE_TURNING, AS_SHOWN, OTHER = (8, 12), (12, 8), (9, 9)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """A picture stored 12 wide and 8 high, shown 8 wide and 12 high."""
    folder = tmp_path / "images"
    folder.mkdir()
    exif = Image.Exif()
    exif[274] = 6
    Image.new("RGB", (12, 8), (90, 90, 90)).save(folder / "a.jpg", exif=exif)
    return folder


def masks(tmp_path: Path, kind: str, shape: tuple[int, int]) -> Path:
    pixels = np.zeros(shape, np.uint8)
    if kind == "cvat":
        return write_cvat(tmp_path / "masks", {"a": pixels}, LABELS)
    return write_masks(tmp_path / "masks", {"a": pixels}, LABELS)


@pytest.mark.parametrize("kind", ["cvat", "index"])
@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (BEFORE_TURNING, ["mask_orientation"]),
        (AS_SHOWN, []),
        (OTHER, ["mask_image_size_differs"]),
    ],
)
def test_validate_tells_which_way_a_mask_lies(
    tmp_path: Path, images: Path, kind: str, shape: tuple[int, int], expected: list[str]
) -> None:
    folder = masks(tmp_path, kind, shape)
    told = run("validate", folder, "--images", images, "--json").json["problems"]
    assert [k for k in kinds(told) if k.startswith("mask_")] == expected


@pytest.mark.parametrize("kind", ["cvat", "index"])
def test_info_with_pixels_tells_it_of_the_sample(tmp_path: Path, images: Path, kind: str) -> None:
    folder = masks(tmp_path, kind, BEFORE_TURNING)
    (sample,) = run("info", folder, "--images", images, "--pixels", "--json").json["samples"]
    assert sample["image"] == {"width": 8, "height": 12}
    assert "mask_orientation" in kinds(sample["problems"])

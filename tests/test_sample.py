"""The bundled sample is what its script draws, and is laid out as the program expects."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from tests.helpers.shared import REPOSITORY

SAMPLE = REPOSITORY / "resources" / "sample"
NAMES = [f"street_{number:02}" for number in range(1, 13)]
CLASS_NAMES = [
    "background", "Road", "Pavement", "Building", "Tree", "Car", "Pedestrian", "Sky", "Pole",
]  # fmt: skip


@pytest.fixture(scope="module")
def drawn_anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, drawn into a temporary folder."""
    folder = tmp_path_factory.mktemp("sample")
    script = REPOSITORY / "packaging" / "draw_sample.py"
    subprocess.run([sys.executable, str(script), str(folder)], check=True)
    return folder


def test_the_script_draws_the_ground_truth_of_the_sample(drawn_anew: Path) -> None:
    with (
        ZipFile(SAMPLE / "ground_truth.zip") as bundled,
        ZipFile(drawn_anew / "ground_truth.zip") as drawn,
    ):
        assert bundled.namelist() == drawn.namelist()
        for entry in bundled.namelist():
            if entry.endswith(".png"):
                with bundled.open(entry) as one, drawn.open(entry) as other:
                    np.testing.assert_array_equal(Image.open(one), Image.open(other), entry)
            else:
                assert bundled.read(entry) == drawn.read(entry)


def test_the_script_draws_the_predictions_of_the_sample(drawn_anew: Path) -> None:
    for name in NAMES:
        bundled, drawn = (Image.open(f / f"predictions/{name}.png") for f in (SAMPLE, drawn_anew))
        assert bundled.getpalette() == drawn.getpalette()
        np.testing.assert_array_equal(bundled, drawn, name)


def test_the_script_draws_the_images_of_the_sample(drawn_anew: Path) -> None:
    """Encoders differ a little from one version to the next."""
    for name in NAMES:
        bundled, drawn = (Image.open(f / f"images/{name}.jpg") for f in (SAMPLE, drawn_anew))
        difference = np.asarray(bundled, np.int16) - np.asarray(drawn, np.int16)
        assert np.abs(difference).mean() < 1, name


def test_ground_truth_uses_declared_colors_alone() -> None:
    with ZipFile(SAMPLE / "ground_truth.zip") as archive:
        lines = archive.read("labelmap.txt").decode().splitlines()[1:]
        assert [line.split(":")[0] for line in lines] == CLASS_NAMES
        declared = {tuple(int(part) for part in line.split(":")[1].split(",")) for line in lines}
        assert archive.read("ImageSets/Segmentation/default.txt").decode().split() == NAMES
        for name in NAMES:
            with archive.open(f"SegmentationClass/{name}.png") as file:
                found = Image.open(file).getcolors()
            assert found is not None
            assert {color for _, color in found} <= declared


def test_the_model_is_good_but_not_perfect() -> None:
    lines = (SAMPLE / "predictions/labelmap.txt").read_text().splitlines()[1:]
    colors = np.array([line.split(":")[1].split(",") for line in lines]).astype(np.uint8)
    with ZipFile(SAMPLE / "ground_truth.zip") as archive:
        for name in NAMES:
            predicted = colors[np.asarray(Image.open(SAMPLE / f"predictions/{name}.png"))]
            with archive.open(f"SegmentationClass/{name}.png") as file:
                agreement = (predicted == np.asarray(Image.open(file))).all(axis=2).mean()
            assert 0.8 < agreement < 0.97, name


def test_the_sample_is_small() -> None:
    files = [file for file in SAMPLE.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 400_000

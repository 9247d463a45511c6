"""The real datumaro package writes and reads what MaskStudio has to read and write."""

from __future__ import annotations

import hashlib
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from tests.helpers.masks import mask, text
from tests.interop.environment import datumaro_import
from tests.interop.exported import COLORS, EXPORTED, ExportedSample


@pytest.mark.parametrize("sample", EXPORTED, ids=lambda s: s.name)
def test_exported_masks_hold_the_drawn_pixels(exported_zip: Path, sample: ExportedSample) -> None:
    names = list(COLORS)
    with ZipFile(exported_zip) as archive:
        label_lines = archive.read("labelmap.txt").decode().splitlines()
        subset = archive.read(f"ImageSets/Segmentation/{sample.subset}.txt").decode()
        with archive.open(f"SegmentationClass/{sample.name}.png") as file:
            picture = np.asarray(Image.open(file).convert("RGB"))
    assert [line.split(":")[0] for line in label_lines if not line.startswith("#")] == names
    assert sample.name in subset
    indices = np.zeros(picture.shape[:2], np.uint8)
    for index, color in enumerate(COLORS.values()):
        indices[(picture == color).all(axis=2)] = index
    assert text(indices) == text(sample.indices)


def test_an_export_is_imported_with_the_same_pixels(exported_zip: Path) -> None:
    described = {s["name"]: s for s in datumaro_import(exported_zip)["samples"]}
    assert sorted(described) == sorted(sample.name for sample in EXPORTED)
    for sample in EXPORTED:
        found = described[sample.name]
        assert found["subset"] == sample.subset
        pixels = sample.indices.astype("<u2").tobytes()
        assert found["digest"] == hashlib.sha256(pixels).hexdigest()


def test_instances_keep_their_area_and_class(exported_zip: Path) -> None:
    described = {s["name"]: s for s in datumaro_import(exported_zip)["samples"]}
    assert described["street 01"]["instances"] == {
        "1": {"area": 14, "class": 2},
        "2": {"area": 4, "class": 1},
        "3": {"area": 4, "class": 1},
    }


def test_a_hand_made_folder_is_imported(tmp_path: Path) -> None:
    (tmp_path / "ImageSets/Segmentation").mkdir(parents=True)
    (tmp_path / "SegmentationClass").mkdir()
    (tmp_path / "labelmap.txt").write_text("background:0,0,0::\nsky:0,0,255::\n")
    (tmp_path / "ImageSets/Segmentation/default.txt").write_text("one\n")
    drawn = mask("..11", "...1")
    colors = np.array([(0, 0, 0), (0, 0, 255)], np.uint8)[drawn]
    Image.fromarray(colors).save(tmp_path / "SegmentationClass/one.png")
    (found,) = datumaro_import(tmp_path)["samples"]
    assert found["histogram"] == {"0": 5, "1": 3}

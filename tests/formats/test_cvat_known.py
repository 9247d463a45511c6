"""What is remembered of mask files, so that a save decodes no mask it need not."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from maskstudio.formats import cvat_saver
from maskstudio.formats.base import ChangedMask, Changes, OpenOptions
from maskstudio.formats.cvat_known import PixelSum
from maskstudio.formats.cvat_segmentation_mask import CvatSource, open_source, save_in_place

KEY = "ground_truth"
COLORS = np.array([(0, 0, 0), (10, 20, 30), (40, 50, 60)], np.uint8)
DRAWN = np.arange(3 * 16, dtype=np.uint8).reshape(3, 16) // 8 % 3
MOVED = np.roll(DRAWN, 8, axis=1)
"""The same words of eight pixels in another order: their sum is the same."""


def png(pixels: np.ndarray[Any, Any], mode: str) -> bytes:
    picture = Pillow.fromarray(COLORS[pixels] if mode == "RGB" else pixels)
    if mode == "P":
        picture.putpalette(COLORS.tobytes())
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def write(path: Path, mode: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("labelmap.txt", "background:0,0,0::\ncat:10,20,30::\ndog:40,50,60::\n")
        archive.writestr("ImageSets/Segmentation/default.txt", "a\n")
        archive.writestr("SegmentationClass/a.png", png(DRAWN, mode))
    return path


def save(source: CvatSource, pixels: np.ndarray[Any, Any]) -> tuple[str, np.ndarray[Any, Any]]:
    """Mode and pixels of the mask in the file after a save."""
    save_in_place(source, Changes(KEY, source.label_maps[KEY], {"a": ChangedMask(pixels)}))
    with zipfile.ZipFile(source.path) as archive:
        picture = Pillow.open(io.BytesIO(archive.read("SegmentationClass/a.png")))
        return picture.mode, np.asarray(picture)


@pytest.mark.parametrize("shape", [(1, 1), (3, 16), (5, 7)])
def test_sums_of_equal_values_are_equal_in_every_dtype(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(1).integers(0, 256, shape)
    sums = {PixelSum.of(values.astype(dtype)) for dtype in (np.uint8, np.uint16, np.uint32)}
    assert len(sums) == 1


@pytest.mark.parametrize("at", [(0, 0), (2, 15), (1, 7)])
def test_the_sum_shows_one_changed_pixel(at: tuple[int, int]) -> None:
    changed = DRAWN.copy()
    changed[at] += 1
    assert PixelSum.of(changed) != PixelSum.of(DRAWN)
    assert PixelSum.of(DRAWN.reshape(16, 3)) != PixelSum.of(DRAWN)


@pytest.mark.parametrize("mode", ["RGB", "P", "L"])
def test_a_mask_that_was_read_is_saved_in_its_kind_time_after_time(
    tmp_path: Path, mode: str
) -> None:
    source = open_source(write(tmp_path / "d.zip", mode), OpenOptions())
    source.read_mask(source.items[0], KEY)
    for value in (1, 2, 0):
        edited = DRAWN.copy()
        edited[0, :3] = value
        found, pixels = save(source, edited)
        assert found == mode
        np.testing.assert_array_equal(pixels, COLORS[edited] if mode == "RGB" else edited)


def test_a_known_mask_is_not_decoded_for_a_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = open_source(write(tmp_path / "d.zip", "RGB"), OpenOptions())
    source.read_mask(source.items[0], KEY)
    monkeypatch.setattr(cvat_saver, "decode_classes", None)
    for value in (1, 2):
        edited = DRAWN.copy()
        edited[0, :3] = value
        save(source, edited)


def test_an_edit_that_keeps_the_sum_is_saved(tmp_path: Path) -> None:
    source = open_source(write(tmp_path / "d.zip", "RGB"), OpenOptions())
    source.read_mask(source.items[0], KEY)
    assert PixelSum.of(MOVED) == PixelSum.of(DRAWN)
    np.testing.assert_array_equal(save(source, MOVED)[1], COLORS[MOVED])


def test_what_was_known_of_a_file_says_nothing_of_one_that_took_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / "d.zip", "RGB")
    source = open_source(path, OpenOptions())
    source.read_mask(source.items[0], KEY)
    path.unlink()
    write(path, "P")
    edited = DRAWN.copy()
    edited[0, :3] = 1
    assert save(source, edited)[0] == "P"

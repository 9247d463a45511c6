"""An edited mask keeps what its file held beside the indices; Pillow and tifffile read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from maskstudio.formats.base import ChangedMask, Changes, OpenOptions, no_progress
from maskstudio.formats.index_png import open_source, save_in_place
from tests.helpers.masks import mask

KEY = "ground_truth"
BEFORE = mask("....", ".11.")
AFTER = mask("1...", ".11.")


def edit(folder: Path, pixels: NDArray[Any] = AFTER) -> None:
    """Save other indices into the one mask of a folder."""
    source = open_source(folder, OpenOptions(KEY))
    item = source.items[0]
    source.read_mask(item, KEY)  # classes are met with the pixels
    changes = Changes(KEY, source.label_maps[KEY], {item.name: ChangedMask(pixels)})
    save_in_place(source, changes, no_progress)


def extras() -> dict[str, Any]:
    """What Pillow is to write beside the pixels."""
    info = PngInfo()
    info.add_text("Author", "Ada")
    info.add_itxt("Note", "größe", "de", "Notiz")
    info.add_text("Long", "x" * 3000, zip=True)
    info.add(b"gAMA", (45455).to_bytes(4, "big"))
    info.add(b"prVt", b"safe")
    info.add(b"prVT", b"unsafe")
    return {"pnginfo": info, "dpi": (300, 300)}


@pytest.mark.parametrize("mode", ["L", "P", "LA", "RGB", "RGBA"])
def test_text_resolution_and_gamma_of_a_png_stay(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.png"
    picture = Pillow.fromarray(BEFORE)
    if mode == "P":
        picture.putpalette(bytes(range(9)))
    (picture if mode == "P" else picture.convert(mode)).save(path, **extras())
    edit(tmp_path)
    with Pillow.open(path) as found:
        found.load()
        assert found.mode == mode
        assert (found.info["Author"], found.info["Note"]) == ("Ada", "größe")
        assert found.info["Long"] == "x" * 3000
        assert found.info["gamma"] == pytest.approx(0.45455)
        assert [round(n) for n in found.info["dpi"]] == [300, 300]
        values = np.asarray(found if mode in "LP" else found.convert("RGB"))
    assert np.array_equal(values if values.ndim == 2 else values[:, :, 0], AFTER)
    data = path.read_bytes()
    assert b"prVt" in data
    assert b"prVT" not in data


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_alpha_stays_as_it_was(tmp_path: Path, mode: str) -> None:
    alpha = np.arange(8, dtype=np.uint8).reshape(2, 4) * 30
    n_equal = len(mode) - 1
    Pillow.fromarray(np.dstack([BEFORE] * n_equal + [alpha]), mode).save(tmp_path / "a.png")
    edit(tmp_path)
    with Pillow.open(tmp_path / "a.png") as found:
        assert found.mode == mode
        pixels = np.asarray(found)
    assert np.array_equal(pixels[:, :, -1], alpha)
    assert np.array_equal(pixels[:, :, 0], AFTER)


def test_transparent_entries_of_a_palette_stay(tmp_path: Path) -> None:
    picture = Pillow.fromarray(BEFORE)
    picture.putpalette(bytes(range(9)))
    picture.save(tmp_path / "a.png", transparency=bytes([0, 200]))
    edit(tmp_path)
    with Pillow.open(tmp_path / "a.png") as found:
        assert found.info["transparency"] == bytes([0, 200])


def test_what_belongs_to_another_kind_of_pixels_goes(tmp_path: Path) -> None:
    """A palette that becomes 16 bits has no transparent entries any more."""
    picture = Pillow.fromarray(BEFORE)
    picture.putpalette(bytes(range(9)))
    picture.save(tmp_path / "a.png", transparency=bytes([0, 200]), dpi=(300, 300))
    edit(tmp_path, AFTER.astype(np.uint16) * 300)
    with Pillow.open(tmp_path / "a.png") as found:
        assert found.mode == "I;16"
        assert "transparency" not in found.info
        assert "dpi" in found.info


@pytest.mark.parametrize("dtype", ["bool", "int8", "int16", "int32", "uint32", "int64"])
def test_a_tiff_keeps_its_kind_of_number(tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, BEFORE.astype(dtype), photometric="minisblack", resolution=(300, 300))
    edit(tmp_path)
    with tifffile.TiffFile(path) as file:
        page: Any = file.pages[0]
        assert page.dtype == np.dtype(dtype)
        assert page.bitspersample == (1 if dtype == "bool" else 8 * np.dtype(dtype).itemsize)
        assert page.resolution == (300, 300)
        assert np.array_equal(page.asarray(), AFTER.astype(dtype))


def test_a_1_bit_tiff_of_pillow_keeps_its_bit(tmp_path: Path) -> None:
    Pillow.fromarray(BEFORE == 1).save(tmp_path / "a.tif")
    edit(tmp_path)
    with Pillow.open(tmp_path / "a.tif") as found:
        assert found.mode == "1"
        assert np.array_equal(np.asarray(found), AFTER == 1)


def test_an_index_that_does_not_fit_makes_a_tiff_wider(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", BEFORE.astype(bool), photometric="minisblack")
    edit(tmp_path, AFTER * 2)
    found = tifffile.imread(tmp_path / "a.tif")
    assert found.dtype == np.uint8
    assert np.array_equal(found, AFTER * 2)

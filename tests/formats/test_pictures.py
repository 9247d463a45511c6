"""Pictures of the world: sizes from published lists, pixels from Pillow, tifffile or by hand."""

from __future__ import annotations

import csv
import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageOps

from maskstudio.core.geometry import Size
from maskstudio.core.image import FULL_8_BIT
from maskstudio.errors import DataError, Kind
from maskstudio.formats import picture_header
from maskstudio.formats.pictures import (
    encode_mask_png,
    read_image,
    read_raw_mask,
    read_size,
    read_stored_size,
)
from tests.helpers.png_files import chunk, filtered, png_file
from tests.helpers.shared import shared

EXIF_ORIENTATION = 0x0112
SECRET = np.array([[1, 2, 3], [4, 5, 6]], np.uint8) * 40


def saved(pixels: NDArray[Any], name: str, mode: str | None = None, **options: Any) -> bytes:
    target = io.BytesIO()
    picture = Pillow.fromarray(pixels)
    (picture.convert(mode) if mode else picture).save(target, name, **options)
    return target.getvalue()


def tiff(pixels: NDArray[Any], **options: Any) -> bytes:
    target = io.BytesIO()
    tifffile.imwrite(target, pixels, **options)
    return target.getvalue()


def rows_of(name: str, *parts: str) -> list[dict[str, str]]:
    with shared(*parts, name).open(newline="") as file:
        return list(csv.DictReader(file))


def noise(shape: tuple[int, ...], dtype: type = np.uint8) -> NDArray[Any]:
    return np.random.default_rng(11).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


# --- real files ----------------------------------------------------------------------------------


def test_every_odd_file_opens_in_its_size_or_gives_one_clear_sentence() -> None:
    folder = shared("data", "oddities")
    refused: dict[str, DataError] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for row in rows_of("files.csv", "data", "oddities"):
            data = (folder / row["file"]).read_bytes()
            try:
                image = read_image(data, row["file"])
            except DataError as error:
                refused[row["file"]] = error
                continue
            assert read_size(data, row["file"]) == image.size, row["file"]
            if row["width"]:
                assert image.size == (int(row["width"]), int(row["height"])), row["file"]
            assert image.pixels.dtype in (np.uint8, np.uint16, np.float32)
            assert image.pixels.flags.c_contiguous
            assert image.window.low < image.window.high
    known = {row["file"] for row in rows_of("files.csv", "data", "oddities") if not row["mode"]}
    assert set(refused) <= known
    for fault in refused.values():
        assert fault.kind in (Kind.IMAGE_CORRUPT, Kind.IMAGE_TOO_LARGE)
        assert "\n" not in str(fault)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bmp_b_reallybig.bmp", Kind.IMAGE_TOO_LARGE),
        ("truncated_image.png", Kind.IMAGE_CORRUPT),
        ("truncated_jpeg.jpg", Kind.IMAGE_CORRUPT),
        ("crash-0c7e0e8e11ce787078f00b5b0ca409a167f070e0.tif", Kind.IMAGE_CORRUPT),
    ],
)
def test_broken_files_tell_their_fault_and_nothing_on_standard_error(
    name: str, kind: Kind, capfd: pytest.CaptureFixture[str]
) -> None:
    data = shared("data", "oddities", "pillow", name).read_bytes()
    for read in (read_image, read_raw_mask):
        with pytest.raises(DataError) as caught:
            read(data, name)
        assert caught.value.kind == kind
    assert capfd.readouterr().err == ""


def test_plain_pictures_have_the_pixels_pillow_reads() -> None:
    folder = shared("data", "oddities")
    for row in rows_of("files.csv", "data", "oddities"):
        if row["mode"] not in ("L", "RGB", "RGBA") or "16bit" in row["file"]:
            continue
        with Pillow.open(folder / row["file"]) as picture:
            expected = np.asarray(picture)
        found = read_image((folder / row["file"]).read_bytes(), row["file"]).pixels
        assert np.array_equal(found, expected), row["file"]


def test_pictures_are_upright_as_the_published_list_says() -> None:
    folder = shared("data", "exif")
    for row in rows_of("expected_sizes.csv", "data", "exif"):
        data = (folder / row["file"]).read_bytes()
        upright = (int(row["upright_width"]), int(row["upright_height"]))
        assert read_size(data, row["file"]) == upright, row["file"]
        stored = (int(row["stored_width"]), int(row["stored_height"]))
        assert read_stored_size(data, row["file"]) == stored, row["file"]
        image = read_image(data, row["file"])
        assert image.size == upright, row["file"]
        assert image.turned == (int(row["orientation"]) > 1), row["file"]


def test_upright_pixels_are_those_of_pillow() -> None:
    folder = shared("data", "exif")
    for row in rows_of("expected_sizes.csv", "data", "exif"):
        if row["file"].startswith("Landscape"):
            continue
        with Pillow.open(folder / row["file"]) as picture:
            expected = np.asarray(ImageOps.exif_transpose(picture))
        if expected.dtype == np.bool_:
            expected = expected * np.uint8(255)
        found = read_image((folder / row["file"]).read_bytes(), row["file"]).pixels
        assert np.array_equal(found, expected), row["file"]


@pytest.mark.parametrize(
    ("folder", "dtype"),
    [
        ("camvid/masks", np.uint8),
        ("voc_labelme/SegmentationClass", np.uint8),
        ("nyu40/masks", np.uint8),
        ("ade20k/annotations", np.uint8),
        ("person_parts/masks", np.uint8),
        ("retina_real/masks", np.uint8),
    ],
)
def test_real_masks_have_the_stored_values_pillow_reads(folder: str, dtype: type) -> None:
    files = sorted(shared("data", *folder.split("/")).glob("*.png"))
    assert files
    for file in files:
        raw = read_raw_mask(file.read_bytes(), file.name)
        with Pillow.open(file) as picture:
            assert np.array_equal(raw.pixels, np.asarray(picture)), file.name
            assert (raw.palette is not None) == (picture.mode == "P")
            if raw.palette is not None:
                stored = bytes(picture.getpalette() or [])[: raw.palette.size]
                assert raw.palette.tobytes() == stored
        assert raw.pixels.dtype == dtype


def test_a_16_bit_mask_in_a_tiff_has_the_values_tifffile_reads() -> None:
    file = shared("data", "nuclei16", "mask2d.tif")
    raw = read_raw_mask(file.read_bytes(), file.name)
    assert np.array_equal(raw.pixels, tifffile.imread(file))
    assert raw.pixels.dtype == np.uint16


# --- images --------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_each_orientation_turns_and_mirrors(name: str, orientation: int) -> None:
    upright = {
        1: SECRET, 2: SECRET[:, ::-1], 3: SECRET[::-1, ::-1], 4: SECRET[::-1],
        5: SECRET.T, 6: SECRET[::-1].T, 7: SECRET[::-1, ::-1].T, 8: SECRET.T[::-1],
    }[orientation]  # fmt: skip
    exif = Pillow.Exif()
    exif[EXIF_ORIENTATION] = orientation
    blocks = np.kron(np.dstack([SECRET] * 3), np.ones((16, 16, 1), np.uint8))
    image = read_image(saved(blocks, name, exif=exif.tobytes(), quality=100), "x")
    centres = image.pixels[8::16, 8::16, 0].astype(int)
    assert centres.shape == upright.shape
    assert np.abs(centres - upright).max() <= 8
    assert image.turned == (orientation > 1)


def test_an_orientation_behind_the_pixels_of_a_png_counts() -> None:
    exif = Pillow.Exif()
    exif[EXIF_ORIENTATION] = 6
    data = png_file((3, 2), 8, 0, filtered(SECRET, 1, "none"))
    end = chunk(b"IEND", b"")
    data = data.removesuffix(end) + chunk(b"eXIf", exif.tobytes()[6:]) + end
    assert read_size(data, "x") == Size(2, 3)
    assert np.array_equal(read_image(data, "x").pixels, SECRET[::-1].T)
    assert read_stored_size(data, "x") == Size(3, 2)
    assert np.array_equal(read_raw_mask(data, "x").pixels, SECRET)


@pytest.mark.parametrize("exif", [b"", b"junk", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_damaged_metadata_does_not_cost_the_picture(exif: bytes) -> None:
    data = saved(noise((8, 8, 3)), "JPEG", exif=exif)
    assert read_image(data, "x").size == Size(8, 8)
    png_data = png_file((3, 2), 8, 0, filtered(SECRET, 1, "none"), extra=chunk(b"eXIf", exif))
    assert np.array_equal(read_image(png_data, "x").pixels, SECRET)


def test_gray_with_alpha_and_palettes_become_colors() -> None:
    la = np.dstack([SECRET, 255 - SECRET])
    found = read_image(saved(la, "PNG"), "x").pixels
    assert np.array_equal(found, np.dstack([SECRET, SECRET, SECRET, 255 - SECRET]))
    palette = noise((6, 3))
    indices = np.arange(6, dtype=np.uint8).reshape(2, 3)
    found = read_image(encode_mask_png(indices, palette), "x").pixels
    assert np.array_equal(found, palette[indices])


def test_transparent_colors_of_a_palette_are_kept() -> None:
    data = png_file((2, 1), 8, 3, b"\0\0\1", palette=True, extra=chunk(b"tRNS", b"\x07"))
    assert read_image(data, "x").pixels.tolist() == [[[0, 1, 2, 7], [3, 4, 5, 255]]]


def test_one_bit_is_black_and_white_in_an_image_and_0_and_1_in_a_mask() -> None:
    pixels = np.array([[0, 255, 0], [255, 255, 0]], np.uint8)
    for name in ("PNG", "TIFF", "BMP"):
        data = saved(pixels, name, "1")
        assert np.array_equal(read_image(data, "x").pixels.reshape(2, 3, -1)[:, :, 0], pixels)
        assert np.array_equal(read_raw_mask(data, "x").pixels, pixels // 255)


def test_16_bit_colors_keep_their_values() -> None:
    rgb = noise((30, 40, 3), np.uint16)
    assert np.array_equal(read_image(tiff(rgb, photometric="rgb"), "x").pixels, rgb)
    raw = filtered(rgb.astype(">u2").reshape(30, -1).view(np.uint8), 6, "mixed")
    assert np.array_equal(read_image(png_file((40, 30), 16, 2, raw), "x").pixels, rgb)


@pytest.mark.parametrize(
    "options",
    [
        {"tile": (16, 16)},
        {"bigtiff": True},
        {"byteorder": ">"},
        {"compression": "zlib"},
        {"rowsperstrip": 3},
        {"compression": "zlib", "predictor": True},
    ],
)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tiffs_of_every_layout_are_read(options: dict[str, Any], dtype: type) -> None:
    for pixels in (noise((45, 37), dtype), noise((45, 37, 3), dtype)):
        photometric = "rgb" if pixels.ndim == 3 else "minisblack"
        data = tiff(pixels, photometric=photometric, **options)
        assert np.array_equal(read_image(data, "x").pixels, pixels)


def test_planes_and_pages_are_told_apart() -> None:
    rgb = noise((20, 30, 3), np.uint16)
    planes = tiff(np.moveaxis(rgb, -1, 0), photometric="rgb", planarconfig="separate")
    assert np.array_equal(read_image(planes, "x").pixels, rgb)
    pages = tiff(noise((4, 20, 30)), photometric="minisblack")
    assert np.array_equal(read_image(pages, "x").pixels, noise((4, 20, 30))[0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_fractions_stay_fractions(dtype: type) -> None:
    values: NDArray[Any] = np.linspace(-3, 9, 600, dtype=dtype).reshape(20, 30)
    found = read_image(tiff(values), "x").pixels
    assert found.dtype == np.float32
    assert np.array_equal(found, values.astype(np.float32))


@pytest.mark.parametrize(
    ("values", "dtype"),
    [([0, 65535], np.uint16), ([-1, 5], np.float32), ([0, 65536], np.float32)],
)
@pytest.mark.parametrize("stored", [np.int32, np.int64])
def test_wide_integers_become_two_bytes_where_they_fit(
    values: list[int], dtype: type, stored: type
) -> None:
    found = read_image(tiff(np.array([values], stored)), "x").pixels
    assert found.dtype == dtype
    assert found.tolist() == [values]


def test_the_window_leaves_out_a_half_percent_at_each_end() -> None:
    values = np.arange(10_000, dtype=np.uint16).reshape(100, 100)
    values[0, 0] = 65_535
    low, high = read_image(tiff(values), "x").window
    assert (low, high) == pytest.approx((50.5, 9949.5), abs=1)
    assert read_image(saved(SECRET, "PNG"), "x").window == FULL_8_BIT


def test_the_window_leaves_out_what_is_no_number() -> None:
    values = np.full((10, 10), np.nan, np.float32)
    assert read_image(tiff(values), "x").window == (0, 1)
    values[:5] = 3
    values[0] = np.inf
    assert read_image(tiff(values), "x").window == (2.5, 3.5)  # one value alone is grey


# --- masks ---------------------------------------------------------------------------------------


def test_a_mask_loses_its_alpha_and_nothing_else() -> None:
    rgba = noise((6, 5, 4))
    assert np.array_equal(read_raw_mask(saved(rgba, "PNG"), "x").pixels, rgba[:, :, :3])
    assert np.array_equal(read_raw_mask(saved(rgba, "TIFF"), "x").pixels, rgba[:, :, :3])
    la = noise((6, 5, 2))
    assert np.array_equal(read_raw_mask(saved(la, "PNG"), "x").pixels, la[:, :, 0])


def test_an_indexed_tiff_gives_its_indices_and_palette() -> None:
    indices, palette = noise((6, 5)), noise((256, 3))
    picture = Pillow.fromarray(indices)
    picture.putpalette(palette.tobytes())
    target = io.BytesIO()
    picture.save(target, "TIFF")
    raw = read_raw_mask(target.getvalue(), "x")
    assert np.array_equal(raw.pixels, indices)
    assert raw.palette is not None
    assert np.array_equal(raw.palette, palette)


def test_masks_are_writable_arrays_of_their_own() -> None:
    for data in (saved(SECRET, "PNG"), saved(SECRET, "TIFF"), tiff(SECRET.astype(np.int32))):
        pixels = read_raw_mask(data, "x").pixels
        assert pixels.flags.writeable
        assert pixels.flags.c_contiguous
        assert np.array_equal(pixels, SECRET)


def test_a_mask_holds_whole_numbers_of_16_bits_or_colors_of_8() -> None:
    wide = noise((4, 4, 3)).astype(np.uint16) * 257
    assert np.array_equal(read_raw_mask(tiff(wide), "x").pixels, wide >> 8)
    unfit: list[NDArray[Any]] = [np.array([[0.5]], np.float32)]
    unfit += [np.array([[70000]]), np.array([[-1]])]
    for values in unfit:
        with pytest.raises(DataError) as caught:
            read_raw_mask(tiff(values), "x")
        assert caught.value.kind == Kind.VALUE_OUT_OF_RANGE
    with pytest.raises(DataError) as caught:
        read_raw_mask(tiff(wide + 1), "x")
    assert caught.value.kind == Kind.VALUE_OUT_OF_RANGE


# --- limits and damage ---------------------------------------------------------------------------


def test_a_picture_beyond_the_limit_is_refused_by_its_header() -> None:
    data = png_file((40_000, 40_000), 8, 0, b"\0")
    for read in (read_size, read_image, read_raw_mask):
        with pytest.raises(DataError, match="40000 x 40000") as caught:
            read(data, "huge.png")
        assert caught.value.kind == Kind.IMAGE_TOO_LARGE


def test_a_picture_that_fills_half_of_the_memory_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(picture_header, "_memory_bytes", lambda: 2 * 3 * 99)
    assert read_size(saved(noise((9, 11, 3)), "PNG"), "x") == Size(11, 9)
    for name in ("PNG", "JPEG", "BMP"):
        with pytest.raises(DataError, match="memory") as caught:
            read_size(saved(noise((10, 10, 3)), name), "x")
        assert caught.value.kind == Kind.IMAGE_TOO_LARGE


@pytest.mark.parametrize("data", [b"", b"\0", b"hello world", b"RIFF1234", b"PK\x03\x04" * 9])
def test_what_is_no_picture_is_told_so(data: bytes) -> None:
    with pytest.raises(DataError, match="no picture") as caught:
        read_image(data, "x.png")
    assert caught.value.kind == Kind.IMAGE_CORRUPT


def samples() -> dict[str, bytes]:
    rgb = noise((24, 31, 3))
    return {
        "png": saved(rgb, "PNG"),
        "png palette": encode_mask_png(noise((24, 31)), noise((256, 3))),
        "jpeg": saved(rgb, "JPEG"),
        "bmp": saved(rgb, "BMP"),
        "gif": saved(rgb, "GIF"),
        "webp": saved(rgb, "WEBP"),
        "ppm": saved(rgb, "PPM"),
        "jpeg 2000": saved(rgb, "JPEG2000"),
        "tiff": saved(rgb, "TIFF"),
        "tiff 16": tiff(noise((24, 31, 3), np.uint16), tile=(16, 16)),
        "tiff float": tiff(noise((24, 31)).astype(np.float64), compression="zlib"),
    }


@pytest.mark.parametrize("name", list(samples()))
def test_no_bytes_make_anything_but_a_data_error(name: str) -> None:
    data, rng = samples()[name], np.random.default_rng(1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for round_number in range(120):
            broken = bytearray(data)
            if round_number % 3 == 0:
                del broken[rng.integers(len(broken)) :]
            for place in rng.integers(0, max(1, len(broken)), rng.integers(1, 6)):
                if place < len(broken):
                    broken[place] = rng.integers(256)
            for read in (read_size, read_image, read_raw_mask):
                try:
                    read(bytes(broken), "x")
                except DataError as error:
                    assert "\n" not in str(error)  # noqa: PT017 - any fault is fine, none is too


def test_sizes_are_read_from_an_open_file(tmp_path: Path) -> None:
    for name, data in samples().items():
        file = tmp_path / "picture"
        file.write_bytes(data)
        with file.open("rb") as stream:
            assert read_size(stream, name) == Size(31, 24)

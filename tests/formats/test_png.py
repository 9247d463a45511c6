"""PNG as stored; the second libraries are Pillow and OpenCV, odd files are put together by hand."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow

from maskstudio.errors import DataError, Kind
from maskstudio.formats import png
from maskstudio.formats.png_encoding import SIGNATURE, encode_mask_png
from tests.helpers.png_files import FILTERS, chunk, filtered, packed, png_file

SIZES = [(1, 1), (1, 9), (7, 1), (13, 17), (300, 257)]
SMALL = [(5, 7), (1, 1), (8, 8), (3, 1), (17, 33)]


def decoded(data: bytes) -> NDArray[Any]:
    header = png.read_header(io.BytesIO(data), "x.png")
    return png.decode(png.parse(data, header, "x.png"), "x.png")


def noise(shape: tuple[int, ...], highest: int, dtype: type = np.uint8) -> NDArray[Any]:
    return np.random.default_rng(5).integers(0, highest + 1, shape).astype(dtype)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_opencv_wrote_is_read_exactly(
    size: tuple[int, int], channels: int, dtype: type
) -> None:
    shape = size if channels == 1 else (*size, channels)
    pixels = noise(shape, np.iinfo(dtype).max, dtype)
    stored = pixels if channels == 1 else pixels[:, :, [2, 1, 0, 3][:channels]]
    data = cv2.imencode(".png", stored)[1].tobytes()
    found = decoded(data)
    assert found.dtype == dtype
    assert np.array_equal(found, pixels)
    assert found.flags.writeable


@pytest.mark.parametrize("name", [*FILTERS, "mixed"])
@pytest.mark.parametrize(
    ("kind", "depth"),
    [(0, 8), (0, 16), (2, 8), (2, 16), (3, 8), (4, 8), (4, 16), (6, 8), (6, 16)],
)
def test_every_filter_is_undone(name: str, kind: int, depth: int) -> None:
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    pixels = noise((11, 9, channels), 255 if depth == 8 else 65535, np.uint16)
    rows = pixels.astype(np.uint8 if depth == 8 else ">u2").reshape(11, -1).view(np.uint8)
    raw = filtered(rows, max(1, channels * depth // 8), name)
    data = png_file((9, 11), depth, kind, raw, palette=kind == 3)
    assert np.array_equal(decoded(data).reshape(11, 9, channels), pixels)


def test_filters_are_undone_over_the_borders_of_strips() -> None:
    pixels = noise((2500, 900), 3)
    for name in ("up", "mixed"):
        data = png_file((900, 2500), 8, 0, filtered(pixels, 1, name))
        assert np.array_equal(decoded(data), pixels)


def test_a_late_row_with_another_filter_is_undone_as_well() -> None:
    pixels = noise((2500, 900), 3)
    raw = filtered(pixels, 1, "up")
    raw[-300:] = filtered(pixels, 1, "paeth")[-300:]
    assert np.array_equal(decoded(png_file((900, 2500), 8, 0, raw)), pixels)


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("kind", [0, 3])
@pytest.mark.parametrize("size", SMALL)
def test_values_of_a_few_bits_are_not_scaled(depth: int, kind: int, size: tuple[int, int]) -> None:
    pixels = noise(size, (1 << depth) - 1)
    raw = filtered(packed(pixels, depth), 1, "mixed")
    data = png_file((size[1], size[0]), depth, kind, raw, palette=kind == 3)
    assert np.array_equal(decoded(data), pixels)


@pytest.mark.parametrize("size", SMALL)
@pytest.mark.parametrize(("kind", "depth"), [(0, 8), (0, 1), (2, 8), (3, 4), (0, 16)])
def test_interlaced_pictures_are_put_together(kind: int, depth: int, size: tuple[int, int]) -> None:
    height, width = size
    channels = 3 if kind == 2 else 1
    pixels = noise((height, width, channels), (1 << depth) - 1, np.uint16)
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4)]
    raw = b""
    for x0, y0, dx, dy in [*passes, (1, 0, 2, 2), (0, 1, 1, 2)]:
        part = pixels[y0::dy, x0::dx]
        if part.size:
            stored = part.astype(">u2" if depth == 16 else np.uint8).reshape(len(part), -1)
            rows = packed(stored, depth) if depth < 8 else stored.view(np.uint8)
            raw += filtered(rows, max(1, channels * depth // 8), "mixed").tobytes()
    data = png_file((width, height), depth, kind, raw, palette=kind == 3, interlace=1)
    expected = pixels if channels == 3 else pixels[:, :, 0]
    assert np.array_equal(decoded(data), expected)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_gray_mask_is_read_back_by_pillow(size: tuple[int, int], dtype: type) -> None:
    mask = noise(size, np.iinfo(dtype).max, dtype)
    with Pillow.open(io.BytesIO(encode_mask_png(mask))) as picture:
        assert picture.mode == ("L" if dtype == np.uint8 else "I;16")
        assert np.array_equal(np.asarray(picture), mask)


@pytest.mark.parametrize("size", SIZES)
def test_a_color_mask_is_read_back_by_pillow(size: tuple[int, int]) -> None:
    rgb = noise((*size, 3), 255)
    with Pillow.open(io.BytesIO(encode_mask_png(rgb))) as picture:
        assert picture.mode == "RGB"
        assert np.array_equal(np.asarray(picture), rgb)


@pytest.mark.parametrize("depth", [1, 2, 4, None])
def test_an_indexed_mask_is_read_back_by_pillow(depth: int | None) -> None:
    n_colors = 1 << (depth or 8)
    mask, palette = noise((9, 13), n_colors - 1), noise((n_colors, 3), 255)
    data = encode_mask_png(mask, palette, depth=depth)
    with Pillow.open(io.BytesIO(data)) as picture:
        assert picture.mode == "P"
        assert np.array_equal(np.asarray(picture), mask)
        assert bytes(picture.getpalette() or [])[: 3 * n_colors] == palette.tobytes()
    assert data[24] == (depth or 8)


@pytest.mark.parametrize("height", [900, 901, 2])
def test_strips_make_one_stream_with_the_right_checksum(height: int) -> None:
    """Pillow does not look at the checksum of the pixels, so zlib unpacks them too."""
    rgb = np.tile(noise((1, 700, 3), 255), (height, 1, 1))
    rgb[height // 2 :, 100:300] ^= 77
    data = encode_mask_png(rgb)
    with Pillow.open(io.BytesIO(data)) as picture:
        assert np.array_equal(np.asarray(picture), rgb)
    length = struct.unpack_from(">I", data, 33)[0]
    assert len(zlib.decompress(data[41 : 41 + length])) == height * (700 * 3 + 1)


def test_a_mask_is_painted_while_it_is_written() -> None:
    colors = noise((256, 3), 255)
    mask = noise((1500, 900), 255)
    painted = encode_mask_png(mask, paint=lambda rows: colors.take(rows, axis=0))
    assert painted == encode_mask_png(colors.take(mask, axis=0))


def test_the_same_mask_gives_the_same_bytes_however_it_lies_in_memory() -> None:
    mask = noise((40, 50), 255)
    assert encode_mask_png(mask) == encode_mask_png(np.asfortranarray(mask))


def test_every_cut_is_noticed_and_tells_how_much_is_there() -> None:
    data = encode_mask_png(noise((20, 30), 255))
    for length in range(len(data) - 1):
        with pytest.raises(DataError) as caught:
            decoded(data[:length])
        assert caught.value.kind == Kind.IMAGE_CORRUPT
    with pytest.raises(DataError, match="600 of at least"):
        decoded(data[:600])


def test_a_wrong_checksum_is_noticed() -> None:
    data = bytearray(encode_mask_png(noise((20, 30), 255)))
    data[200] ^= 1
    with pytest.raises(DataError, match="wrong checksum"):
        decoded(bytes(data))


@pytest.mark.parametrize("name", ["none", "paeth"])
def test_missing_rows_are_noticed_and_not_filled_with_zeros(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    raw = filtered(noise((20, 30), 255), 1, name)
    with pytest.raises(DataError, match="fewer pixels"):
        decoded(png_file((30, 20), 8, 0, raw[:13]))
    assert capfd.readouterr() == ("", "")


def test_a_damaged_stream_with_a_right_checksum_is_noticed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    stream = bytearray(zlib.compress(filtered(noise((20, 30), 255), 1, "paeth").tobytes()))
    stream[30:60] = b"\xff" * 30
    header = struct.pack(">IIBBBBB", 30, 20, 8, 0, 0, 0, 0)
    data = SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", bytes(stream))
    with pytest.raises(DataError) as caught:
        decoded(data + chunk(b"IEND", b""))
    assert caught.value.kind == Kind.IMAGE_CORRUPT
    assert capfd.readouterr() == ("", "")


def test_a_filter_that_does_not_exist_is_refused() -> None:
    raw = filtered(noise((4, 4), 255), 1, "none")
    raw[2, 0] = 5
    with pytest.raises(DataError, match="filter"):
        decoded(png_file((4, 4), 8, 0, raw))


def test_a_few_bytes_cannot_claim_a_huge_picture() -> None:
    data = png_file((30000, 30000), 8, 0, b"\0" * 1000)
    with pytest.raises(DataError, match="cannot hold"):
        decoded(data)


def test_an_indexed_picture_needs_a_palette() -> None:
    with pytest.raises(DataError, match="palette"):
        decoded(png_file((4, 1), 8, 3, b"\0\1\2\3\4"))

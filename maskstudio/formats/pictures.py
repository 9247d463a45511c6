"""Pictures as shown and masks as stored, in the formats of the world, decoded within limits.

Images come with EXIF orientation applied and keep 16 bit and float values; masks come as their
file stores them, in exact values. Whatever the bytes are, only DataError leaves this module.
PNG has a module of its own; TIFF is Pillow's where it keeps every value, else tifffile's.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import Pixels
from maskstudio.core.geometry import Size
from maskstudio.core.image import FULL_8_BIT, Image, Window
from maskstudio.errors import DataError, Kind
from maskstudio.render.picture import auto_window

from . import png, png_encoding
from .picture_header import (
    Header,
    corrupt,
    open_tifffile,
    orientation_of,
    pillow_open,
    read_header,
    sniff,
    translating,
)

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

_ENDINGS = "png jpg jpeg jpe jfif tif tiff bmp dib webp gif pgm ppm pbm pnm jp2 j2k"
SUFFIXES = frozenset(f".{ending}" for ending in _ENDINGS.split())
"""Endings of the names of pictures, in small letters."""

encode_mask_png = png_encoding.encode_mask_png

_BITS_PER_SAMPLE, _SAMPLE_FORMAT = 258, 339
_STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES = 273, 279, 324, 325
_BACK = {6: 8, 8: 6}
_COMPRESSION = 259
_TIFF_RATIOS = {1: 1, 5: 2048, 8: 1032, 32773: 64, 32946: 1032}
"""The most that one byte of a TIFF unpacks to, by its compression, where there is a most."""
_STRIP = 16 << 20


@dataclass(frozen=True)
class RawMask:
    """The pixels of a mask as its file stores them.

    Args:
        pixels: (H, W) uint8 or uint16, or (H, W, 3) uint8 RGB; 1 bit is 0 and 1, alpha is dropped.
        palette: (N, 3) uint8 where the file is indexed; pixels are then the stored indices.
    """

    pixels: NDArray[Any]
    palette: NDArray[np.uint8] | None = None


def load_decoders() -> None:
    """Import what pictures are decoded with; the first picture would have to wait for it."""
    import cv2  # noqa: F401
    from PIL import Image

    Image.preinit()


def read_size(data: bytes | BinaryIO, where: str) -> Size:
    """Width and height as shown, from the header alone.

    Args:
        data: the file's bytes, or the file itself, of which only the needed parts are read.
        where: the file, for messages.

    Raises:
        DataError: image_corrupt, image_too_large.
    """
    return read_header(data, where).shown_size


def read_stored_size(data: bytes | BinaryIO, where: str) -> Size:
    """Width and height as stored: of a mask, and of an image before it is turned.

    Raises:
        DataError: image_corrupt, image_too_large.
    """
    return read_header(data, where).size


def read_image(data: bytes, where: str) -> Image:
    """Decode a picture as shown.

    Returns:
        Gray, RGB or RGBA; 8 bit stays uint8, integers of 16 bits stay uint16, others are float32.

    Raises:
        DataError: image_corrupt, image_too_large.
    """
    header = read_header(data, where)
    with translating(where):
        decode = _DECODERS.get(header.format, _decode_pillow)
        pixels = _turned(_shown_numbers(decode(data, where), where), header.orientation)
        return Image(pixels, window_of(pixels), turned=header.orientation > 1)


def read_raw_mask(data: bytes, where: str) -> RawMask:
    """Decode a mask as it is stored; orientation is not applied.

    Raises:
        DataError: image_corrupt, image_too_large; value_out_of_range where the pixels are no
            whole numbers of 16 bits or colors of 8.
    """
    header = read_header(data, where)
    with translating(where):
        if header.format == "PNG":
            return _png_mask(data, where)
        return _other_mask(data, header, where)


def _png_file(data: bytes, where: str) -> png.PngFile:
    return png.parse(data, png.read_header(io.BytesIO(data), where), where)


def _png_mask(data: bytes, where: str) -> RawMask:
    file = _png_file(data, where)
    samples = png.decode(file, where)
    if file.palette is not None:
        return RawMask(samples, file.palette)
    if file.header.kind == png_encoding.GRAY_ALPHA:
        return RawMask(np.ascontiguousarray(samples[:, :, 0]))
    if file.header.kind == png_encoding.GRAY:
        return RawMask(samples)
    return RawMask(_color_bytes(samples[:, :, :3], where))


def _color_bytes(samples: NDArray[Any], where: str) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 of colors; 16-bit ones must be 8-bit ones widened."""
    if samples.dtype == np.uint16:
        if (samples % 257).any():
            found = "the colors of the mask have 16 bits a channel"
            raise DataError(Kind.VALUE_OUT_OF_RANGE, where, found, "8 bits a channel")
        samples = samples >> 8
    return np.ascontiguousarray(samples, np.uint8)


def _png_image(data: bytes, where: str) -> Pixels:
    file = _png_file(data, where)
    samples = png.decode(file, where)
    if file.palette is not None:
        return _palette_colors(samples, file)
    if file.header.depth < 8:
        return samples * np.uint8(255 // ((1 << file.header.depth) - 1))
    if file.header.kind == png_encoding.GRAY_ALPHA:
        return samples[:, :, [0, 0, 0, 1]]
    return samples


def _palette_colors(indices: NDArray[Any], file: png.PngFile) -> Pixels:
    """Colors of an indexed picture; an index behind the palette is black."""
    assert file.palette is not None
    colors = np.zeros((256, 4 if file.transparency else 3), np.uint8)
    colors[: len(file.palette), :3] = file.palette
    if file.transparency:
        alpha = np.frombuffer(file.transparency[:256], np.uint8)
        colors[:, 3] = 255
        colors[: len(alpha), 3] = alpha
    return colors.take(indices.reshape(-1), axis=0).reshape(*indices.shape, -1)


# --- everything else: Pillow, and tifffile where Pillow would lose values -------------------------


def _decode_tiff(data: bytes, where: str) -> Pixels:
    """A TIFF's first page by the library that keeps its values."""
    _require_whole_tiff(data, where)
    if _pillow_keeps_values(data):
        return _decode_pillow(data, where)
    try:
        return _decode_tifffile(data, where)
    except DataError:
        raise
    except Exception:  # noqa: BLE001 - a codec tifffile lacks; Pillow says what is wrong otherwise
        return _decode_pillow(data, where)


def _require_whole_tiff(data: bytes, where: str) -> None:
    """Refuse what decoders would fill up: strips or tiles behind the end, or far too few bytes.

    Of the first libtiff would complain on standard error. Strips without bytes are left out on
    purpose, so that nothing is said of a file that has some.
    """
    needed = n_raw = 0
    with suppress(Exception), pillow_open(io.BytesIO(data), "TIFF") as picture:
        tags: Any = getattr(picture, "tag_v2", {})
        starts = tags.get(_STRIP_OFFSETS) or tags.get(_TILE_OFFSETS) or ()
        lengths = tags.get(_STRIP_BYTES) or tags.get(_TILE_BYTES) or ()
        needed = max((s + n for s, n in zip(starts, lengths, strict=False)), default=0)
        bits = sum(tags.get(_BITS_PER_SAMPLE, (1,)))
        if 0 not in lengths:
            n_raw = picture.width * picture.height * bits // 8
        n_raw //= _TIFF_RATIOS.get(tags.get(_COMPRESSION, 1), max(1, n_raw))
    if needed > len(data):
        found = f"{len(data):,} of at least {needed:,} bytes are there".replace(",", " ")
        raise corrupt(where, found, "a whole TIFF")
    if n_raw > len(data):
        raise corrupt(where, f"{len(data)} bytes cannot hold that many pixels", "a whole TIFF")


def _pillow_keeps_values(data: bytes) -> bool:
    """Whether Pillow opens a TIFF and narrows nothing."""
    try:
        with pillow_open(io.BytesIO(data), "TIFF") as picture:
            tags: Any = getattr(picture, "tag_v2", {})
            depth = int(max(tags.get(_BITS_PER_SAMPLE, (1,))))
            sample_format = int(max(tags.get(_SAMPLE_FORMAT, (1,))))
            if depth <= 8:
                return sample_format == 1
            is_short = picture.mode.startswith("I;16") and sample_format == 1
            return is_short or (picture.mode == "F" and depth == 32)
    except Exception:  # noqa: BLE001 - whatever Pillow has against it, tifffile may know better
        return False


def _decode_tifffile(data: bytes, where: str) -> Pixels:
    with open_tifffile().TiffFile(io.BytesIO(data)) as file:
        page = file.pages[0]
        if page.imagedepth > 1 or page.samplesperpixel > 4:
            found = (
                f"the TIFF has {page.samplesperpixel} samples in {page.imagedepth} layers a pixel"
            )
            raise corrupt(where, found, "1 to 4 samples in one layer")
        n_parts, n_listed = math.prod(page.chunked), len(page.dataoffsets)
        if n_listed < n_parts:
            raise corrupt(where, f"{n_listed} of {n_parts} strips or tiles of the TIFF are there")
        pixels: Pixels = page.asarray()
        is_planar = pixels.ndim == 3 and page.axes[:1] == "S"
    if is_planar:
        pixels = np.moveaxis(pixels, 0, -1)
    if pixels.ndim == 3 and pixels.shape[2] < 3:
        return pixels[:, :, 0] if pixels.shape[2] == 1 else pixels[:, :, [0, 0, 0, 1]]
    return pixels


def _decode_pillow(data: bytes, where: str) -> Pixels:
    """Any picture as gray, RGB or RGBA, in the values Pillow holds."""
    with pillow_open(io.BytesIO(data), sniff(data[:16]) or "") as picture:
        return _stored_array(picture, _plain)


def _stored_array(
    picture: PillowImage, prepare: Callable[[PillowImage], PillowImage] = lambda p: p
) -> Pixels:
    """Pixels as stored, in an array of their own; Pillow turns a TIFF while it loads it."""
    turned = orientation_of(picture) if picture.format == "TIFF" else 1
    picture.load()
    return _turned(_array_of(prepare(picture)), _BACK.get(turned, turned))


def _plain(picture: PillowImage) -> PillowImage:
    """In a mode that is one of ours: gray of any depth, RGB or RGBA."""
    mode = picture.mode
    if mode in ("L", "RGB", "RGBA") or mode[:1] in ("I", "F"):
        return picture
    if mode == "1":
        return picture.convert("L")
    if mode == "LAB":
        return _from_lab(picture)
    has_alpha = mode in ("LA", "La", "PA", "RGBa") or "transparency" in picture.info
    return picture.convert("RGBA" if has_alpha else "RGB")


def _from_lab(picture: PillowImage) -> PillowImage:
    """Pillow's `convert` does not know Lab; its color management does."""
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(picture, lab, srgb, outputMode="RGB")
    assert converted is not None
    return converted


def _array_of(picture: PillowImage) -> Pixels:
    """Own, C-contiguous pixels; large ones come by strips: Pillow would hold them three times."""
    width, height = picture.size
    step = max(1, _STRIP // (4 * width))
    if height <= step:
        whole = np.array(picture)
        return whole.astype(whole.dtype.newbyteorder("="), copy=False)
    first = np.asarray(picture.crop((0, 0, width, 1)))
    pixels = np.empty((height, *first.shape[1:]), first.dtype.newbyteorder("="))
    for top in range(0, height, step):
        bottom = min(height, top + step)
        pixels[top:bottom] = np.asarray(picture.crop((0, top, width, bottom)))
    return pixels


def _other_mask(data: bytes, header: Header, where: str) -> RawMask:
    """A mask that is no PNG: indexed and 1-bit ones from Pillow, the rest like an image."""
    if header.format == "TIFF":
        _require_whole_tiff(data, where)
    if header.format != "TIFF" or _pillow_keeps_values(data):
        with pillow_open(io.BytesIO(data), header.format) as picture:
            if picture.mode in ("1", "P"):
                return _indexed_mask(picture)
    pixels = _DECODERS.get(header.format, _decode_pillow)(data, where)
    if pixels.ndim == 3:
        return RawMask(_color_bytes(_whole(pixels[:, :, :3], where), where))
    return RawMask(_whole(pixels, where))


def _indexed_mask(picture: PillowImage) -> RawMask:
    pixels = _stored_array(picture)
    if picture.mode == "1":
        return RawMask(pixels.astype(np.uint8))
    colors = np.frombuffer(bytes(picture.getpalette("RGB") or ()), np.uint8).reshape(-1, 3)
    return RawMask(pixels, colors.copy())


def _whole(pixels: NDArray[Any], where: str) -> NDArray[Any]:
    """The same values as uint8 or uint16; nothing is rounded."""
    if pixels.dtype in (np.uint8, np.uint16):
        return np.ascontiguousarray(pixels)
    if pixels.dtype.kind not in "iu" or pixels.min() < 0 or pixels.max() > 0xFFFF:
        found = f"the values of the mask are {pixels.dtype} or outside of 0 to 65 535"
        raise DataError(Kind.VALUE_OUT_OF_RANGE, where, found, "whole numbers from 0 to 65 535")
    return np.ascontiguousarray(pixels, np.uint16)


_DECODERS: dict[str, Callable[[bytes, str], Pixels]] = {"PNG": _png_image, "TIFF": _decode_tiff}


# --- after decoding ------------------------------------------------------------------------------


def _shown_numbers(pixels: NDArray[Any], where: str) -> Pixels:
    """The same values as uint8, uint16 where whole numbers fit, else float32."""
    if pixels.dtype == np.bool_:
        return pixels * np.uint8(255)
    if pixels.dtype in (np.uint8, np.uint16, np.float32):
        return pixels
    if pixels.dtype.kind not in "iuf":
        raise corrupt(where, f"the values of the picture are {pixels.dtype}", "real numbers")
    if pixels.dtype.kind in "iu" and pixels.min() >= 0 and pixels.max() <= 0xFFFF:
        return pixels.astype(np.uint16)
    with np.errstate(over="ignore"):
        return pixels.astype(np.float32)


def _turned(pixels: Pixels, orientation: int) -> Pixels:
    """As shown: rows and columns swapped and mirrored as EXIF orientation 1 to 8 says."""
    if orientation > 4:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def window_of(pixels: Pixels) -> Window:
    """Values shown as black and as white: all of 8 bit, else from the values that occur."""
    return FULL_8_BIT if pixels.dtype == np.uint8 else auto_window(pixels)

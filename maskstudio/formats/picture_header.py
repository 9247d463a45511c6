"""What a picture is, before its pixels are decoded: format, size, orientation, and whether it fits.

Also the two libraries behind it, opened so that none of their limits, warnings and exceptions
reaches anybody else.
"""

from __future__ import annotations

import io
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO

from maskstudio.core.geometry import Size
from maskstudio.errors import DataError, Kind

from . import png, png_encoding
from .limits import limits

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

_SILENCE = logging.NullHandler()
"""Keeps what the libraries log off standard error where nobody listens to the log."""

_WIDTH, _LENGTH, _ORIENTATION = 0x0100, 0x0101, 0x0112


@dataclass(frozen=True)
class Header:
    """What is known of a picture before its pixels are decoded."""

    format: str
    size: Size
    orientation: int
    pixel_bytes: int

    @property
    def shown_size(self) -> Size:
        """Size after turning."""
        width, height = self.size
        return Size(height, width) if self.orientation > 4 else self.size


def sniff(head: bytes) -> str | None:
    """Name of the picture format that these first bytes belong to, or None."""
    if head[:4] == b"RIFF":
        return "WEBP" if head[8:12] == b"WEBP" else None
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    if len(head) > 2 and head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace():
        return "PPM"
    return None


_MARKS = {
    png_encoding.SIGNATURE: "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG2000",
    b"\xff\x4f\xff\x51": "JPEG2000",
}


def read_header(data: bytes | BinaryIO, where: str) -> Header:
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    with translating(where):
        name = sniff(stream.read(16))
        stream.seek(0)
        if name is None:
            raise corrupt(where, "the file is no picture", "PNG, JPEG, TIFF, BMP, WebP or GIF")
        header = _png_header(stream, where) if name == "PNG" else _other_header(stream, name)
    require_room(header.size, header.pixel_bytes, where)
    return header


def _png_header(stream: BinaryIO, where: str) -> Header:
    header = png.read_header(stream, where)
    exif = png.find_exif(stream)
    n_bytes = header.n_channels * (2 if header.depth == 16 else 1)
    return Header("PNG", header.size, _exif_orientation(exif) if exif else 1, n_bytes)


def _other_header(stream: BinaryIO, name: str) -> Header:
    try:
        with pillow_open(stream, name) as picture:
            orientation = orientation_of(picture)
            n_bytes = len(picture.getbands()) * (1 if picture.mode[:1] not in "IF" else 4)
            return Header(name, _stored_size(picture), orientation, n_bytes)
    except Exception:
        if name != "TIFF":
            raise
    return _tiff_header(stream)


def _stored_size(picture: PillowImage) -> Size:
    """Size before turning; of a TIFF Pillow tells the size after."""
    tags: Any = getattr(picture, "tag_v2", {})
    return Size(int(tags.get(_WIDTH, picture.width)), int(tags.get(_LENGTH, picture.height)))


def _tiff_header(stream: BinaryIO) -> Header:
    """Header of a TIFF that Pillow does not know."""
    stream.seek(0)
    with open_tifffile().TiffFile(stream) as file:
        page = file.pages[0]
        tag = page.tags.get(_ORIENTATION)
        orientation = int(tag.value) if tag and 1 <= int(tag.value) <= 8 else 1
        n_bytes = page.samplesperpixel * page.imagedepth * max(1, page.bitspersample // 8)
        # A tag that should be a number may hold several: then this raises, and is told as damage.
        size = Size(int(page.imagewidth), int(page.imagelength))
        return Header("TIFF", size, orientation, int(n_bytes))


def require_room(size: Size, pixel_bytes: int, where: str) -> None:
    """Refuse what is too large for us or for this machine. Raises DataError."""
    width, height = size
    if width < 1 or height < 1:
        raise corrupt(where, f"the picture has a size of {size}")
    most = limits().image_pixels
    if width * height > most:
        expected = f"at most {_counted(most)} pixels"
        found = f"the picture has {size} pixels"
        raise DataError(Kind.IMAGE_TOO_LARGE, where, found, expected)
    needed, limit = width * height * pixel_bytes, _memory_bytes() // 2
    if needed > limit:
        found = f"the picture of {size} pixels needs {needed >> 20} MiB"
        expected = f"at most half of the machine's memory, {limit >> 20} MiB"
        raise DataError(Kind.IMAGE_TOO_LARGE, where, found, expected)


def _counted(pixels: int) -> str:
    return f"{pixels // 10**6} million" if pixels >= 10**6 else str(pixels)


def _memory_bytes() -> int:
    """Memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@contextmanager
def translating(where: str) -> Iterator[None]:
    """Turn whatever a decoder raises over bad bytes into one fault.

    Decoders of hostile bytes raise nearly anything: struct.error, IndexError, ZeroDivisionError,
    MemoryError. All of it means that the file cannot be decoded.
    """
    # Inserting a filter is safe between threads; `catch_warnings` is not.
    warnings.filterwarnings("ignore", module=r"(PIL|tifffile)(\.|$)")
    for library in ("PIL", "tifffile"):
        logging.getLogger(library).addHandler(_SILENCE)
    try:
        yield
    except DataError:
        raise
    except MemoryError as error:
        found = "the memory that is free does not suffice for the picture"
        raise DataError(Kind.IMAGE_TOO_LARGE, where, found) from error
    except Exception as error:
        raise corrupt(where, _clause(error)) from error


def _clause(error: Exception) -> str:
    """What a decoder said, as a clause without a full stop."""
    said = str(error).splitlines()[0].strip().rstrip(".") if str(error).strip() else ""
    if "truncated" in said.lower():
        return "the picture's data end too early"
    return (
        f"the picture is damaged or of a kind that cannot be decoded ({said or 'no reason given'})"
    )


def corrupt(where: str, found: str, expected: str = "") -> DataError:
    return DataError(Kind.IMAGE_CORRUPT, where, found, expected)


_PLUGINS = {
    "JPEG": "JpegImagePlugin",
    "TIFF": "TiffImagePlugin",
    "GIF": "GifImagePlugin",
    "BMP": "BmpImagePlugin",
    "WEBP": "WebPImagePlugin",
    "PPM": "PpmImagePlugin",
    "JPEG2000": "Jpeg2KImagePlugin",
}


def pillow_open(stream: BinaryIO, name: str) -> PillowImage:
    """Open a picture of a known format lazily, with the limits left to us."""
    from PIL import Image

    import_module(f"PIL.{_PLUGINS[name]}")
    # Pillow's own limit is lower than ours; sizes are judged before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    return Image.open(stream, formats=[name])


def open_tifffile() -> Any:
    import tifffile

    return tifffile


def orientation_of(picture: PillowImage) -> int:
    """EXIF or TIFF orientation; 1 where it is absent or damaged."""
    try:
        value = picture.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - damaged metadata must not cost the picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _exif_orientation(block: bytes) -> int:
    from PIL.Image import Exif

    exif = Exif()
    try:
        exif.load(block)
        value = exif.get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - damaged metadata must not cost the picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1

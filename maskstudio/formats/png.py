"""Reading PNG files as they are stored: exact values at every depth, palettes kept, damage noticed.

Masks need this. Pillow widens gray of 2 and 4 bits, narrows color of 16 bits and fills pixels that
are missing with zeros; OpenCV expands palettes. Here the chunks are checked, and rows that have a
filter go through OpenCV as gray or color of the same bytes, whatever they mean: it unfilters fast
and lets other threads work meanwhile. Rows without a filter, as palettes mostly have them, are
inflated and copied.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.geometry import Size
from maskstudio.errors import DataError, Kind

from .png_encoding import (
    GRAY,
    GRAY_ALPHA,
    INDEXED,
    RGB,
    RGBA,
    SIGNATURE,
    STRIP_BYTES,
    big_endian_bytes,
    chunk,
)

_CHANNELS = {GRAY: 1, RGB: 3, INDEXED: 1, GRAY_ALPHA: 2, RGBA: 4}
_DEPTHS = {
    GRAY: (1, 2, 4, 8, 16),
    RGB: (8, 16),
    INDEXED: (1, 2, 4, 8),
    GRAY_ALPHA: (8, 16),
    RGBA: (8, 16),
}
_CHECKED = (b"IHDR", b"PLTE", b"IDAT", b"tRNS")
_PAETH = 4
_FIRST_ROWS = 16
"""Rows that show whether a file uses filters; few, for they may be inflated twice."""
_PIECE = 1 << 16
_BEST_RATIO = 1032
_OPENCV_PIXELS = 1 << 30
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""x0, y0, dx, dy of each pass of an interlaced picture."""

_Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class PngHeader:
    """What the first chunk says."""

    size: Size
    depth: int
    kind: int
    is_interlaced: bool

    @property
    def n_channels(self) -> int:
        """Samples a pixel as stored; 1 for a palette."""
        return _CHANNELS[self.kind]

    def row_bytes(self, width: int) -> int:
        """Bytes of a row of that many pixels, without its filter byte."""
        return (width * self.n_channels * self.depth + 7) // 8


@dataclass(frozen=True)
class PngFile:
    """A PNG taken apart; nothing is inflated yet.

    Args:
        data: the pieces of the compressed pixels, in order.
        palette: (N, 3) uint8, or None.
        transparency: content of the tRNS chunk, or None.
    """

    header: PngHeader
    data: tuple[memoryview, ...]
    palette: _Bytes | None
    transparency: bytes | None


def read_header(stream: BinaryIO, where: str) -> PngHeader:
    """The header, from the first bytes of a stream. Raises DataError (image_corrupt)."""
    head = stream.read(33)
    if len(head) < 33 or head[:8] != SIGNATURE or head[12:16] != b"IHDR":
        raise _corrupt(where, "the PNG ends within its header")
    width, height, depth, kind, method, filters, interlace = struct.unpack(">IIBBBBB", head[16:29])
    if depth not in _DEPTHS.get(kind, ()) or method or filters or interlace > 1:
        raise _corrupt(where, "the PNG header describes no known kind of pixels")
    if not 0 < width < 1 << 31 or not 0 < height < 1 << 31:
        raise _corrupt(where, f"the PNG header gives a size of {width} x {height}")
    return PngHeader(Size(width, height), depth, kind, bool(interlace))


def find_exif(stream: BinaryIO) -> bytes | None:
    """The EXIF block of a PNG, wherever it stands, or None; pixels are skipped over."""
    stream.seek(8)
    while len(head := stream.read(8)) == 8:
        length, name = struct.unpack(">I4s", head)
        if name == b"IEND":
            break
        if name == b"eXIf":
            return stream.read(length)
        if name in (b"tEXt", b"zTXt") and length < STRIP_BYTES:
            found = _raw_profile(name, stream.read(length))
            if found is not None:
                return found
            length = 0
        stream.seek(length + 4, 1)
    return None


def parse(data: bytes, header: PngHeader, where: str) -> PngFile:
    """Take a file apart and check what its pixels depend on. Raises DataError (image_corrupt)."""
    view = memoryview(data)
    pixels: list[memoryview] = []
    found: dict[bytes, bytes] = {}
    for name, content in _chunks(view, where):
        if name == b"IDAT":
            pixels.append(content)
        elif name in (b"PLTE", b"tRNS"):
            found[name] = bytes(content)
    palette = None
    if header.kind == INDEXED:
        colors = found.get(b"PLTE", b"")[:768]
        if not colors or len(colors) % 3:
            raise _corrupt(where, "the PNG is indexed and has no usable palette")
        palette = np.frombuffer(colors, np.uint8).reshape(-1, 3).copy()
    return PngFile(header, tuple(pixels), palette, found.get(b"tRNS"))


def decode(png: PngFile, where: str) -> NDArray[Any]:
    """The stored samples: values are neither scaled nor looked up.

    Returns:
        (H, W) for one channel, else (H, W, C); uint8, or uint16 where the file has 16 bits.

    Raises:
        DataError: image_corrupt.
    """
    header = png.header
    passes = list(_passes(header))
    needed = sum(height * (header.row_bytes(width) + 1) for _, width, height in passes)
    held = sum(len(piece) for piece in png.data)
    if needed > _BEST_RATIO * (held + 64):
        raise _corrupt(where, f"{held} bytes cannot hold {header.size} pixels")
    source = _Inflater(png.data, where)
    if not header.is_interlaced:
        samples = _decode_pass(source, header, *header.size, whole=png.data)
    else:
        shape = (header.size.height, header.size.width, header.n_channels)
        samples = np.empty(shape, np.uint16 if header.depth == 16 else np.uint8)
        for (x0, y0, dx, dy), width, height in passes:
            samples[y0::dy, x0::dx] = _decode_pass(source, header, width, height)
        source.finish()
    return samples[:, :, 0] if header.n_channels == 1 else samples


def _chunks(view: memoryview, where: str) -> Iterator[tuple[bytes, memoryview]]:
    """Name and content of every chunk up to the end, those that matter checked."""
    offset = 8
    while offset + 12 <= len(view):
        length, name = struct.unpack_from(">I4s", view, offset)
        end = offset + 12 + length
        if end > len(view):
            raise _cut(where, len(view), end + (0 if name == b"IEND" else 12))
        content = view[offset + 8 : offset + 8 + length]
        (check,) = struct.unpack_from(">I", view, end - 4)
        if name in _CHECKED and zlib.crc32(content, zlib.crc32(name)) != check:
            place = f"byte {offset:,}".replace(",", " ")
            raise _corrupt(where, f"the PNG is damaged after {place} (wrong checksum)")
        if name == b"IEND":
            return
        yield name, content
        offset = end
    raise _cut(where, len(view), offset + 12)


def _cut(where: str, held: int, needed: int) -> DataError:
    found = f"{held:,} of at least {needed:,} bytes are there".replace(",", " ")
    return _corrupt(where, found, "a whole PNG")


def _corrupt(where: str, found: str, expected: str = "") -> DataError:
    return DataError(Kind.IMAGE_CORRUPT, where, found, expected)


def _raw_profile(name: bytes, content: bytes) -> bytes | None:
    """EXIF in the text form ImageMagick writes: a name, a length, hexadecimal digits."""
    keyword, _, text = content.partition(b"\0")
    if keyword not in (b"Raw profile type exif", b"Raw profile type APP1"):
        return None
    try:
        if name == b"zTXt":
            text = zlib.decompressobj().decompress(text[1:], STRIP_BYTES)
        return bytes.fromhex("".join(text.decode("ascii").split()[2:]))
    except (ValueError, zlib.error):
        return None


def _passes(header: PngHeader) -> Iterator[tuple[tuple[int, int, int, int], int, int]]:
    """Grid, width and height of every pass that holds pixels."""
    for x0, y0, dx, dy in _ADAM7 if header.is_interlaced else ((0, 0, 1, 1),):
        width = (header.size.width - x0 + dx - 1) // dx
        height = (header.size.height - y0 + dy - 1) // dy
        if width > 0 and height > 0:
            yield (x0, y0, dx, dy), width, height


class _Inflater:
    """The inflated bytes of a file in portions, never more than asked for."""

    def __init__(self, pieces: tuple[memoryview, ...], where: str) -> None:
        self._pieces = (p[i : i + _PIECE] for p in pieces for i in range(0, len(p), _PIECE))
        self._inflate = zlib.decompressobj()
        self._rest: bytes | memoryview = b""
        self.where = where

    def read(self, n_bytes: int) -> _Bytes:
        """Exactly so many bytes, writable. Raises DataError (image_corrupt)."""
        out = bytearray(n_bytes)
        done = 0
        while done < n_bytes:
            part = self._next(n_bytes - done)
            if part is None:
                raise _corrupt(self.where, "the PNG holds fewer pixels than its header says")
            out[done : done + len(part)] = part
            done += len(part)
        return np.frombuffer(out, np.uint8)

    def finish(self) -> None:
        """Read on to the checksum behind the last pixel. Raises DataError (image_corrupt)."""
        while not self._inflate.eof and self._next(_PIECE) == b"":
            pass

    def _next(self, at_most: int) -> bytes | None:
        """Some more bytes, possibly none, or None at the end."""
        try:
            part = self._inflate.decompress(self._rest, at_most)
        except zlib.error as error:
            raise _corrupt(self.where, "the compressed pixels of the PNG are damaged") from error
        self._rest = self._inflate.unconsumed_tail
        if part or self._rest:
            return part
        if self._inflate.eof:
            return None
        piece = next(self._pieces, None)
        if piece is None:
            return None
        self._rest = piece
        return b""


def _decode_pass(
    source: _Inflater,
    header: PngHeader,
    width: int,
    height: int,
    *,
    whole: tuple[memoryview, ...] = (),
) -> NDArray[Any]:
    """(height, width, channels) samples of one pass.

    Args:
        whole: the compressed pixels where the pass is the whole picture. A large one with filters
            goes to OpenCV at one go, which spares packing it anew.
    """
    row_bytes = header.row_bytes(width)
    n_neighbour = max(1, header.n_channels * header.depth // 8)
    step = max(1, STRIP_BYTES // (row_bytes + 1))
    rows: _Bytes = np.empty((height, row_bytes), np.uint8)
    above: _Bytes = np.zeros(row_bytes, np.uint8)
    start = 0
    while start < height:
        target = rows[start : start + (step if start else min(step, _FIRST_ROWS))]
        raw = source.read(len(target) * (row_bytes + 1)).reshape(len(target), row_bytes + 1)
        if raw[:, 0].max() > _PAETH:
            raise _corrupt(source.where, "a row of the PNG names a filter that does not exist")
        if whole and step < height < _OPENCV_PIXELS // row_bytes and raw[:, 0].any():
            rows = _decoded_by_opencv(whole, row_bytes, height, n_neighbour, source.where)
            break
        _unfilter(raw, above, n_neighbour, target)
        above = target[-1]
        start += len(target)
    else:
        if whole:
            source.finish()
    return _samples(rows, header, width)


def _samples(rows: _Bytes, header: PngHeader, width: int) -> NDArray[Any]:
    """(H, W, C) samples of unfiltered rows."""
    if header.depth == 16:
        wide = rows.view(np.uint16)
        if np.little_endian:
            wide.byteswap(inplace=True)
        return wide.reshape(len(rows), width, header.n_channels)
    if header.depth < 8:
        rows = _unpacked(rows, header.depth)[:, :width]
    return np.ascontiguousarray(rows).reshape(len(rows), width, header.n_channels)


def _unpacked(rows: _Bytes, depth: int) -> _Bytes:
    """One byte for each value of 1, 2 or 4 bits."""
    if depth == 1:
        return np.unpackbits(rows, axis=1)
    shifts = np.arange(8 - depth, -1, -depth, dtype=np.uint8)
    values = rows[:, :, None] >> shifts & np.uint8((1 << depth) - 1)
    return values.reshape(len(rows), -1)


def _unfilter(raw: _Bytes, above: _Bytes, n_neighbour: int, target: _Bytes) -> None:
    """Undo the filters of a strip.

    Args:
        raw: (n, 1 + bytes) rows behind their filter byte.
        above: the unfiltered row before them.
        n_neighbour: distance in bytes to the same sample of the pixel to the left.
        target: (n, bytes), written.
    """
    target[:] = _unfiltered_by_opencv(raw, above, n_neighbour) if raw[:, 0].any() else raw[:, 1:]


def _unfiltered_by_opencv(raw: _Bytes, above: _Bytes, n_neighbour: int) -> _Bytes:
    """The rows of a strip, packed again without compression behind the row before them."""
    first = np.concatenate((np.zeros(1, np.uint8), above))
    packed = zlib.compress(np.concatenate((first[None], raw)).data, 0)
    return _decoded_by_opencv((packed,), len(above), len(raw) + 1, n_neighbour, "a strip")[1:]


def _decoded_by_opencv(
    data: tuple[bytes | memoryview, ...],
    row_bytes: int,
    height: int,
    n_neighbour: int,
    where: str,
) -> _Bytes:
    """Unfiltered rows, (height, row_bytes), of a PNG made of these compressed rows.

    Its pixels have as many bytes as the filters look to the left, and no meaning; only chunks that
    were checked are in it, because libpng tells standard error what it finds wrong.
    """
    import cv2

    kind = {1: GRAY, 2: GRAY, 3: RGB, 4: RGBA, 6: RGB, 8: RGBA}[n_neighbour]
    depth = 16 if n_neighbour in (2, 6, 8) else 8
    size = struct.pack(">II", row_bytes // n_neighbour, height)
    parts = [SIGNATURE, *chunk(b"IHDR", size + bytes((depth, kind, 0, 0, 0)))]
    for piece in data:
        parts += chunk(b"IDAT", piece)
    stored = np.frombuffer(b"".join([*parts, *chunk(b"IEND", b"")]), np.uint8)
    color = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_ANYDEPTH
    decoded = cv2.imdecode(stored, color if kind == RGB else cv2.IMREAD_UNCHANGED)
    if decoded is None:
        raise _corrupt(where, "the compressed pixels of the PNG are damaged")
    if kind == RGBA:
        decoded = cv2.cvtColor(decoded, cv2.COLOR_BGRA2RGBA)
    return big_endian_bytes(decoded.reshape(height, -1))

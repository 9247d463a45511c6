"""Writing masks as PNG: fast, small for masks, and the same bytes every time."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .parallel import ordered_map

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, INDEXED, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
"""Kinds of pixels as the header numbers them."""

_KINDS = {1: GRAY, 2: GRAY_ALPHA, 3: RGB, 4: RGBA}
"""By number of channels."""

UP = 2
"""The filter that keeps the difference to the row above."""

STRIP_BYTES = 1 << 20
"""Rows are worked on in strips of about this size, which stay in the processor's cache."""

_ZLIB_HEADER = b"\x78\x01"
_ADLER_BASE = 65_521

_Bytes = NDArray[np.uint8]
Paint = Callable[[NDArray[Any]], NDArray[Any]]
"""Rows as the file holds them, made of rows of a mask."""


class _Strip(NamedTuple):
    """Deflated rows, with Adler-32 and number of the bytes they are made of."""

    data: bytes
    check: int
    size: int


def encode_mask_png(
    pixels: NDArray[Any],
    palette: NDArray[np.uint8] | None = None,
    *,
    depth: int | None = None,
    paint: Paint | None = None,
) -> bytes:
    """Write a mask, fast and the same bytes every time: level 1, filter UP, nothing else in it.

    Args:
        pixels: (H, W) uint8 or uint16, or (H, W, C): 2 gray and alpha, 3 RGB, 4 RGB and alpha.
        palette: (N, 3) uint8, at most 256; pixels are then stored indices below N.
        depth: 1, 2 or 4 for values of one channel that fit; else the bits of the dtype.
        paint: gives the colors that stand in the file for rows of `pixels`; in any thread.
    """
    height, width = pixels.shape[:2]
    n_channels = 3 if paint is not None else pixels.shape[2] if pixels.ndim == 3 else 1
    kind = INDEXED if palette is not None else _KINDS[n_channels]
    depth = depth or (8 if paint is not None else 8 * pixels.dtype.itemsize)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = [SIGNATURE, *chunk(b"IHDR", header)]
    if palette is not None:
        parts += chunk(b"PLTE", np.ascontiguousarray(palette, np.uint8).tobytes())
    row_bytes = (width * n_channels * depth + 7) // 8
    stored = paint or partial(_packed, depth=depth)
    parts += chunk(b"IDAT", b"".join(_deflated(pixels, stored, row_bytes)))
    return b"".join([*parts, *chunk(b"IEND", b"")])


def _packed(pixels: NDArray[Any], depth: int) -> NDArray[Any]:
    """(H, W) values of less than 8 bits in as few bytes as they need."""
    if depth >= 8:
        return pixels
    bits = np.unpackbits(pixels[:, :, None], axis=2)[:, :, 8 - depth :]
    return np.packbits(bits.reshape(len(pixels), -1), axis=1)


def _deflated(pixels: NDArray[Any], stored: Paint, row_bytes: int) -> Iterator[bytes]:
    """A zlib stream of rows in strips that are deflated by themselves, several at a time."""
    step = max(1, STRIP_BYTES // max(1, row_bytes))
    height = len(pixels)

    def deflate(start: int) -> _Strip:
        filtered = _filtered(pixels, stored, start, min(start + step, height))
        # Runs are nearly all there is in a mask. Looking for them alone halves the size.
        packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, strategy=zlib.Z_RLE)
        data = packer.compress(filtered.data)
        data += packer.flush(zlib.Z_FINISH if start + step >= height else zlib.Z_SYNC_FLUSH)
        return _Strip(data, zlib.adler32(filtered.data), filtered.size)

    check = 1
    yield _ZLIB_HEADER
    with closing(ordered_map(deflate, range(0, height, step))) as strips:
        for strip in strips:
            check = _adler_of_both(check, strip.check, strip.size)
            yield strip.data
    yield struct.pack(">I", check)


def _filtered(pixels: NDArray[Any], stored: Paint, start: int, end: int) -> _Bytes:
    """Rows of the file from `start` to `end` behind their filter byte."""
    rows = stored(pixels[max(start - 1, 0) : end])
    strip = big_endian_bytes(rows.reshape(len(rows), -1))
    filtered = np.empty((end - start, strip.shape[1] + 1), np.uint8)
    filtered[:, 0] = UP
    if start == 0:
        filtered[0, 1:] = strip[0]
    np.subtract(strip[1:], strip[:-1], out=filtered[end - start - len(strip) + 1 :, 1:])
    return filtered


def _adler_of_both(first: int, second: int, size: int) -> int:
    """Adler-32 of bytes behind others, from the sums of both (RFC 1950, section 8.2).

    Args:
        size: number of bytes of the second part.
    """
    low = (first & 0xFFFF) + (second & 0xFFFF) - 1
    high = (first >> 16) + (second >> 16) + size * ((first & 0xFFFF) - 1)
    return high % _ADLER_BASE << 16 | low % _ADLER_BASE


def big_endian_bytes(rows: NDArray[Any]) -> _Bytes:
    """(n, bytes) of (n, samples), in the byte order of PNG."""
    stored = np.ascontiguousarray(rows, rows.dtype.newbyteorder(">"))
    return stored.view(np.uint8)


def chunk(name: bytes, content: bytes | memoryview) -> list[bytes | memoryview]:
    """The pieces of a chunk: length, name, content, checksum."""
    check = zlib.crc32(content, zlib.crc32(name))
    return [struct.pack(">I", len(content)), name, content, struct.pack(">I", check)]

"""Writing masks as PNG: fast, small for masks, and the same bytes every time."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, INDEXED, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
"""Kinds of pixels as the header numbers them."""

UP = 2
"""The filter that keeps the difference to the row above."""

STRIP_BYTES = 1 << 20
"""Rows are worked on in strips of about this size, which stay in the processor's cache."""

_Bytes = NDArray[np.uint8]


def encode_mask_png(
    pixels: NDArray[Any], palette: NDArray[np.uint8] | None = None, *, depth: int | None = None
) -> bytes:
    """Write a mask, fast and the same bytes every time: level 1, filter UP, nothing else in it.

    Args:
        pixels: (H, W) uint8 or uint16, or (H, W, 3) uint8 RGB.
        palette: (N, 3) uint8, at most 256; pixels are then stored indices below N.
        depth: 1, 2 or 4 for values of one channel that fit; else the bits of the dtype.
    """
    height, width = pixels.shape[:2]
    kind = INDEXED if palette is not None else RGB if pixels.ndim == 3 else GRAY
    depth = depth or 8 * pixels.dtype.itemsize
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = [SIGNATURE, *chunk(b"IHDR", header)]
    if palette is not None:
        parts += chunk(b"PLTE", np.ascontiguousarray(palette, np.uint8).tobytes())
    parts += chunk(b"IDAT", b"".join(_deflated(_packed(pixels, depth))))
    return b"".join([*parts, *chunk(b"IEND", b"")])


def _packed(pixels: NDArray[Any], depth: int) -> NDArray[Any]:
    """(H, W) values of less than 8 bits in as few bytes as they need."""
    if depth >= 8:
        return pixels
    bits = np.unpackbits(pixels[:, :, None], axis=2)[:, :, 8 - depth :]
    return np.packbits(bits.reshape(len(pixels), -1), axis=1)


def _deflated(pixels: NDArray[Any]) -> Iterator[bytes]:
    rows = pixels.reshape(len(pixels), -1)
    compressor = zlib.compressobj(1)
    step = max(1, STRIP_BYTES // max(1, rows.shape[1] * rows.itemsize))
    previous: _Bytes = np.zeros(rows.shape[1] * rows.itemsize, np.uint8)
    for start in range(0, len(rows), step):
        strip = big_endian_bytes(rows[start : start + step])
        filtered = np.empty((len(strip), strip.shape[1] + 1), np.uint8)
        filtered[:, 0] = UP
        np.subtract(strip[0], previous, out=filtered[0, 1:])
        np.subtract(strip[1:], strip[:-1], out=filtered[1:, 1:])
        previous = strip[-1]
        yield compressor.compress(filtered.data)
    yield compressor.flush()


def big_endian_bytes(rows: NDArray[Any]) -> _Bytes:
    """(n, bytes) of (n, samples), in the byte order of PNG."""
    stored = np.ascontiguousarray(rows, rows.dtype.newbyteorder(">"))
    return stored.view(np.uint8)


def chunk(name: bytes, content: bytes | memoryview) -> list[bytes | memoryview]:
    """The pieces of a chunk: length, name, content, checksum."""
    check = zlib.crc32(content, zlib.crc32(name))
    return [struct.pack(">I", len(content)), name, content, struct.pack(">I", check)]

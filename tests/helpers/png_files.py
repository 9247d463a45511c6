"""PNG files put together by hand, for kinds that no library writes; slow and obvious."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILTERS = ("none", "sub", "up", "average", "paeth")


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk with its length and checksum."""
    return struct.pack(">I", len(content)) + name + content + _check(name + content)


def png_file(
    size: tuple[int, int],
    depth: int,
    kind: int,
    raw: bytes | NDArray[np.uint8],
    *,
    palette: bool = False,
    interlace: int = 0,
    extra: bytes = b"",
) -> bytes:
    """A file of filtered rows.

    Args:
        size: width and height.
        palette: add one with 256 colors.
        extra: chunks before the pixels.
    """
    header = struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, interlace)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
    if palette:
        data += chunk(b"PLTE", bytes(range(256)) * 3)
    return data + chunk(b"IDAT", zlib.compress(bytes(raw))) + chunk(b"IEND", b"")


def packed(values: NDArray[Any], depth: int) -> NDArray[np.uint8]:
    """Rows of values of 1, 2 or 4 bits, the first value in the highest bits."""
    rows = []
    for row in values:
        bits = "".join(format(int(value), f"0{depth}b") for value in row)
        bits += "0" * (-len(bits) % 8)
        rows.append([int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)])
    return np.array(rows, np.uint8)


def filtered(rows: NDArray[np.uint8], distance: int, name: str) -> NDArray[np.uint8]:
    """Rows behind their filter byte, as the PNG specification describes each filter.

    Args:
        distance: bytes of a pixel, at least 1.
        name: a filter, or `mixed` for one after the other.
    """
    before = rows.astype(np.int64)
    left, above, corner = np.zeros((3, *rows.shape), np.int64)
    left[:, distance:] = before[:, :-distance]
    above[1:] = before[:-1]
    corner[1:, distance:] = before[:-1, :-distance]
    predictions = (0 * before, left, above, (left + above) // 2, _paeth(left, above, corner))
    out = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    for y in range(len(rows)):
        number = y % 5 if name == "mixed" else FILTERS.index(name)
        out[y, 0] = number
        out[y, 1:] = (before[y] - predictions[number][y]) % 256
    return out


def _paeth(left: NDArray[Any], above: NDArray[Any], corner: NDArray[Any]) -> NDArray[Any]:
    estimate = left + above - corner
    a, b, c = abs(estimate - left), abs(estimate - above), abs(estimate - corner)
    return np.where((a <= b) & (a <= c), left, np.where(b <= c, above, corner))


def _check(data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data))

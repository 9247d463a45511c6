"""What a PNG holds beside its pixels: kept when an edited mask is written in its place.

Text, resolution and color space say nothing of single pixels and stay. What belongs to one kind
of pixels, such as transparency of palette entries, stays where that kind does. Chunks that nobody
here knows stay where they call themselves safe to copy (PNG specification, section 14.2).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .png_encoding import SIGNATURE, chunk

_COLOR_SPACE = {b"gAMA", b"cHRM", b"sRGB"}
_OF_THE_KIND = {b"iCCP", b"sBIT", b"bKGD", b"tRNS"}
_FIRST = _COLOR_SPACE | {b"iCCP", b"sBIT"}
"""Chunks that stand before a palette."""

_KIND_AND_DEPTH = slice(24, 26)


def with_extras(encoded: bytes, stored: bytes) -> bytes:
    """A PNG of ours with the extras of the file it takes the place of.

    Args:
        encoded: from `encode_mask_png`, which holds nothing but pixels and palette.
        stored: a whole PNG, of whatever kind.
    """
    is_of_kind = encoded[_KIND_AND_DEPTH] == stored[_KIND_AND_DEPTH]
    first: list[bytes] = []
    middle: list[bytes] = []
    last: list[bytes] = []
    n_colors = next((len(c) // 3 for name, c in _chunks(encoded) if name == b"PLTE"), 0)
    place = middle
    for name, content in _chunks(stored):
        if name == b"IDAT":
            place = last
        elif _stays(name, is_of_kind=is_of_kind):
            kept = content[:n_colors] if name == b"tRNS" and n_colors else content
            (first if name in _FIRST else place).extend(map(bytes, chunk(name, kept)))
    if not (first or middle or last):
        return encoded
    end = encoded.index(b"IDAT") - 4
    parts = [encoded[:33], *first, encoded[33:end], *middle, encoded[end:-12], *last]
    return b"".join([*parts, encoded[-12:]])


def _stays(name: bytes, *, is_of_kind: bool) -> bool:
    if name in _COLOR_SPACE:
        return True
    if name in _OF_THE_KIND:
        return is_of_kind
    is_ancillary, is_safe = bool(name[0] & 0x20), bool(name[3] & 0x20)
    return is_ancillary and is_safe


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of the chunks of a PNG that was decoded before."""
    offset = len(SIGNATURE)
    while offset + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, offset)
        yield name, data[offset + 8 : offset + 8 + length]
        offset += 12 + length

"""What the pixels of CVAT's class and instance masks mean, both ways."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import ColorMask, IndexMask, InstanceMask
from maskstudio.core.labels import LabelClass, generated_class, voc_color
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .color_codec import STRIP, ColorCodec, MetColor
from .pictures import RawMask

MAX_INSTANCE = 65_535
"""Highest instance id whose color is known here."""

CVAT_MAX_INSTANCE = 255
"""Highest instance id whose color CVAT knows."""

_SHOWN = 3
_EXPECTED = "colors and indices that the label map declares"


@dataclass(frozen=True)
class Decoded:
    """Class indices of a class mask, (H, W), with what no label declares."""

    pixels: IndexMask
    undeclared: tuple[LabelClass, ...] = ()
    problems: tuple[Problem, ...] = ()


def decode_classes(
    raw: RawMask, codec: ColorCodec, declared: Collection[int], where: str
) -> Decoded:
    """Class indices of a class mask.

    One channel holds the indices themselves; colors and palettes are looked up, the stored indices
    of a palette mean nothing (`formats.md` section 3.5).

    Args:
        codec: the colors of the label map.
        declared: indices of the label map.

    Raises:
        DataError: the mask cannot be held at all.
    """
    if raw.palette is not None:
        return _decode_palette(raw.pixels, raw.palette, codec, where)
    if raw.pixels.ndim == 3:
        return _decode_colors(raw.pixels, codec, where)
    return _decode_indices(raw.pixels, declared, where)


def decode_instances(raw: RawMask, where: str) -> tuple[InstanceMask, tuple[Problem, ...]]:
    """Instance ids of an instance mask, uint16 or uint32.

    Every color has an id in the VOC sequence. Those above 65 535 are told as undeclared, and kept:
    they are written back as the colors they were.
    """
    pixels: NDArray[Any] = raw.pixels
    if raw.palette is not None:
        pixels = _expanded(pixels, raw.palette, where)
    if pixels.ndim == 2:
        return pixels.astype(np.uint16), ()
    ids = _ids_of_colors(pixels)
    highest = int(ids.max(initial=0))
    if highest <= MAX_INSTANCE:
        return ids.astype(np.uint16), ()
    return ids, (_undeclared_ids(ids, where),)


def encode_instances(ids: InstanceMask) -> ColorMask:
    """VOC colors of instance ids, (H, W, 3)."""
    if int(ids.max(initial=0)) < _LOW_COLORS.shape[0]:
        return _LOW_COLORS.take(ids, axis=0)
    colors: ColorMask = _LOW_COLORS.take(ids >> _LOW_BITS, axis=0)
    colors >>= _LOW_BITS // 3
    colors |= _LOW_COLORS.take(ids & _LOW_MASK, axis=0)
    return colors


def present(pixels: NDArray[Any]) -> list[int]:
    """Values that occur in an array of unsigned integers of up to 16 bits, ascending."""
    is_present = np.zeros(1 << 16, np.bool_)
    flat = pixels.ravel()
    for start in range(0, flat.size, STRIP):
        strip = flat[start : start + STRIP]
        # The last pixel of each run speaks for it: masks have few.
        is_present[strip[:-1][strip[1:] != strip[:-1]]] = True
        is_present[strip[-1]] = True
    found: list[int] = np.flatnonzero(is_present).tolist()
    return found


def _decode_indices(pixels: IndexMask, declared: Collection[int], where: str) -> Decoded:
    if pixels.dtype != np.uint8 and int(pixels.max(initial=0)) <= 255:
        pixels = pixels.astype(np.uint8)
    pixels = _owned(pixels)
    is_contiguous = max(declared, default=-1) + 1 == len(declared)
    if is_contiguous and int(pixels.max(initial=0)) < len(declared):
        return Decoded(pixels)
    unknown = [i for i in present(pixels) if i not in declared]
    if not unknown:
        return Decoded(pixels)
    counts = {i: int(np.count_nonzero(pixels == i)) for i in unknown[:_SHOWN]}
    parts = [
        f"index {i} ({_pixels(counts[i])}, the first at {_first(pixels == i)})" for i in counts
    ]
    problem = _problem(Kind.UNDECLARED_INDEX, where, parts, len(unknown))
    return Decoded(pixels, tuple(generated_class(i) for i in unknown), (problem,))


def _decode_colors(colors: ColorMask, codec: ColorCodec, where: str) -> Decoded:
    found = codec.decode(colors, where)
    if not found.undeclared:
        return Decoded(found.pixels)
    parts = [_color_text(met) for met in found.undeclared[:_SHOWN]]
    problem = _problem(Kind.UNDECLARED_COLOR, where, parts, len(found.undeclared))
    return Decoded(found.pixels, tuple(m.label_class for m in found.undeclared), (problem,))


def _decode_palette(
    pixels: NDArray[Any], palette: NDArray[np.uint8], codec: ColorCodec, where: str
) -> Decoded:
    """Look up the palette's colors that occur, then its indices: as good as expanding it first."""
    used = present(pixels)
    _require_entries(used, palette, where)
    indices = codec.decode(np.ascontiguousarray(palette[used])[np.newaxis], where)
    if indices.undeclared:
        return _decode_colors(palette.take(pixels, axis=0), codec, where)
    table = np.zeros(len(palette), indices.pixels.dtype)
    table[used] = indices.pixels[0]
    return Decoded(table.take(pixels))


def _expanded(pixels: NDArray[Any], palette: NDArray[np.uint8], where: str) -> ColorMask:
    _require_entries([int(pixels.max(initial=0))], palette, where)
    return palette.take(pixels, axis=0)


def _require_entries(used: list[int], palette: NDArray[np.uint8], where: str) -> None:
    if used and used[-1] >= len(palette):
        raise DataError(
            Kind.IMAGE_CORRUPT,
            where,
            f"a pixel uses entry {used[-1]} of a palette of {len(palette)}",
        )


def _ids_of_colors(colors: ColorMask) -> NDArray[np.uint32]:
    red, green, blue = (_CHANNEL_BITS[c].take(colors[..., c]) for c in range(3))
    red |= green
    red |= blue
    return red


def _undeclared_ids(ids: NDArray[np.uint32], where: str) -> Problem:
    is_unknown = ids > MAX_INSTANCE
    unknown = np.unique(ids[is_unknown])
    parts = [
        f"color {voc_color(int(i))} ({_pixels(int(np.count_nonzero(ids == i)))},"
        f" the first at {_first(ids == i)})"
        for i in unknown[:_SHOWN]
    ]
    return _problem(Kind.UNDECLARED_COLOR, where, parts, len(unknown), "colors of instances")


def _color_text(met: MetColor) -> str:
    return f"color {met.label_class.color} ({_pixels(met.count)}, the first at ({met.x}, {met.y}))"


def _problem(
    kind: Kind, where: str, parts: list[str], total: int, expected: str = _EXPECTED
) -> Problem:
    more = f" and {total - len(parts)} more" if total > len(parts) else ""
    found = "undeclared " + ", ".join(parts) + more
    return Problem(kind, Severity.ERROR, Scope.ITEM, where, found, expected)


def _pixels(count: int) -> str:
    return "1 pixel" if count == 1 else f"{count} pixels"


def _first(where: NDArray[np.bool_]) -> tuple[int, int]:
    """(x, y) of the first true pixel."""
    y, x = divmod(int(where.argmax()), where.shape[1])
    return x, y


def _owned(pixels: NDArray[Any]) -> NDArray[Any]:
    """The array itself where the caller may write to it, else a copy."""
    if pixels.flags.writeable and pixels.flags.c_contiguous and pixels.base is None:
        return pixels
    return pixels.copy()


def _channel_bits(channel: int) -> NDArray[np.uint32]:
    """The bits of an instance id that each value of a channel stands for."""
    values = np.arange(256, dtype=np.uint32)
    bits = np.zeros(256, np.uint32)
    for level in range(8):
        bits |= (values >> (7 - level) & 1) << (3 * level + channel)
    return bits


_CHANNEL_BITS = [_channel_bits(channel) for channel in range(3)]


def _voc_colors(count: int) -> NDArray[np.uint8]:
    """VOC colors of the ids from 0, (count, 3)."""
    ids = np.arange(count)
    colors = np.zeros((count, 3), np.uint8)
    for bit in range(24):
        colors[:, bit % 3] |= ((ids >> bit & 1) << (7 - bit // 3)).astype(np.uint8)
    return colors


_LOW_BITS = 12
_LOW_MASK = (1 << _LOW_BITS) - 1
_LOW_COLORS = _voc_colors(1 << _LOW_BITS)

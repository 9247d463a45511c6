"""Class and instance masks of CVAT as PNG bytes, each in the kind its file has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from enum import Enum, auto
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import ColorMask, IndexMask, InstanceMask
from maskstudio.core.labels import LabelClass

from .color_codec import ColorCodec
from .cvat_pixels import encode_instances, present
from .pictures import RawMask, encode_mask_png

_PALETTE_SIZE = 256


class PngKind(Enum):
    """How a mask is stored."""

    GRAY_8 = auto()
    GRAY_16 = auto()
    PALETTE = auto()
    COLOR = auto()

    @classmethod
    def of(cls, raw: RawMask) -> PngKind:
        """The kind a file was read in."""
        if raw.palette is not None:
            return cls.PALETTE
        if raw.pixels.ndim == 3:
            return cls.COLOR
        return cls.GRAY_16 if raw.pixels.dtype == np.uint16 else cls.GRAY_8

    @property
    def is_gray(self) -> bool:
        """Whether its pixels are the numbers themselves."""
        return self in (PngKind.GRAY_8, PngKind.GRAY_16)


def class_kind(stored: PngKind, indices: Sequence[int], plain: Collection[int]) -> PngKind:
    """The kind for a mask with these indices: the stored one, or color where they do not fit.

    Args:
        indices: those that occur, ascending.
        plain: indices that mean themselves in one channel, unlike stand-ins for a color.
    """
    highest = indices[-1] if indices else 0
    if stored.is_gray:
        fits = highest < (1 << 16 if stored is PngKind.GRAY_16 else 1 << 8)
        return stored if fits and all(i in plain for i in indices) else PngKind.COLOR
    if stored is PngKind.PALETTE and len(indices) > _PALETTE_SIZE:
        return PngKind.COLOR
    return stored


def plain_indices(kind: PngKind, undeclared: Iterable[LabelClass]) -> frozenset[int]:
    """Indices of a one-channel mask that no label declares; they mean themselves."""
    return frozenset(c.index for c in undeclared) if kind.is_gray else frozenset()


def class_png(pixels: IndexMask, kind: PngKind, codec: ColorCodec, where: str) -> bytes:
    """Encode class indices in a kind they fit into."""
    if kind is PngKind.PALETTE:
        return _palette_png(pixels, lambda values: codec.encode(values, where))
    if kind is PngKind.COLOR:
        return encode_mask_png(pixels, paint=lambda rows: codec.encode(rows, where))
    return encode_mask_png(_gray(pixels, kind))


def instance_kind(stored: PngKind, highest: int) -> PngKind:
    """The kind for instance ids up to this one: the stored one, or color where they do not fit."""
    limits = {PngKind.PALETTE: _PALETTE_SIZE, PngKind.GRAY_8: 1 << 8, PngKind.GRAY_16: 1 << 16}
    return stored if highest < limits.get(stored, 0) else PngKind.COLOR


def instance_png(ids: InstanceMask, kind: PngKind) -> bytes:
    """Encode instance ids in a kind they fit into."""
    if kind is PngKind.PALETTE:
        return _palette_png(ids.astype(np.uint8), encode_instances)
    if kind is PngKind.COLOR:
        return encode_mask_png(ids, paint=encode_instances)
    return encode_mask_png(_gray(ids, kind))


def _gray(values: NDArray[Any], kind: PngKind) -> NDArray[Any]:
    return values.astype(np.uint16 if kind is PngKind.GRAY_16 else np.uint8, copy=False)


def _palette_png(values: NDArray[Any], colors_of: Callable[[NDArray[Any]], ColorMask]) -> bytes:
    """Encode with a palette of the values that occur, each in its own place where it can be."""
    used = np.array(present(values), values.dtype)
    slots = used if int(used.max(initial=0)) < _PALETTE_SIZE else np.arange(len(used))
    table = np.zeros(int(used.max(initial=0)) + 1, np.uint8)
    table[used] = slots
    palette = np.zeros((int(slots.max(initial=0)) + 1, 3), np.uint8)
    palette[slots] = colors_of(used[np.newaxis])[0]
    return encode_mask_png(table.take(values), palette)

"""Tiles of a layer put aside: raw while an edit is made, packed while their document is closed,
and as a delta, the difference of two states, while an edit waits in the history.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import IndexMask, InstanceMask
from .geometry import Rect
from .layer import MaskLayer

Tile = tuple[int, int]
"""Column and row in the fixed grid of tiles."""


@dataclass(frozen=True, slots=True)
class RawTile:
    """Class indices and instance ids of one tile, copied.

    Args:
        instances: None when the whole layer has no instances.
    """

    pixels: IndexMask
    instances: InstanceMask | None


@dataclass(frozen=True, slots=True)
class PackedArray:
    """An array in few bytes: a single value where it is uniform, else deflated."""

    shape: tuple[int, ...]
    dtype: str
    data: bytes

    @classmethod
    def of(cls, array: NDArray[Any]) -> PackedArray:
        """Pack a copy of the array."""
        first = array.flat[0]
        uniform = bool((array == first).all())
        raw = first.tobytes() if uniform else zlib.compress(array.tobytes(), 1)
        return cls(array.shape, array.dtype.str, raw)

    def unpack(self) -> NDArray[Any]:
        """The array as it was packed."""
        dtype = np.dtype(self.dtype)
        if len(self.data) == dtype.itemsize:
            return np.full(self.shape, np.frombuffer(self.data, dtype)[0], dtype)
        return np.frombuffer(zlib.decompress(self.data), dtype).reshape(self.shape)


@dataclass(frozen=True, slots=True)
class PackedTile:
    """Class indices and instance ids of one tile, packed."""

    pixels: PackedArray
    instances: PackedArray | None

    @classmethod
    def of(cls, raw: RawTile) -> PackedTile:
        """Pack a tile."""
        instances = None if raw.instances is None else PackedArray.of(raw.instances)
        return cls(PackedArray.of(raw.pixels), instances)

    def unpack(self) -> RawTile:
        """The tile as it was packed."""
        instances = None if self.instances is None else self.instances.unpack()
        return RawTile(self.pixels.unpack(), instances)


@dataclass(frozen=True, slots=True)
class TileDelta:
    """What two states of a tile differ in, bit by bit: from either of them it leads to the other.

    Args:
        instances: None where no instance id differs.
    """

    pixels: PackedArray
    instances: PackedArray | None

    @classmethod
    def between(cls, one: RawTile, other: RawTile) -> TileDelta | None:
        """The difference of two tiles, or None; no instances are the same as instance 0."""
        pixels = one.pixels ^ other.pixels
        instances = _differing_bits(one.instances, other.instances)
        if instances is None and not pixels.any():
            return None
        return cls(PackedArray.of(pixels), None if instances is None else PackedArray.of(instances))

    def applied_to(self, raw: RawTile) -> RawTile:
        """The other state of a tile."""
        instances = raw.instances
        if self.instances is not None:
            bits = self.instances.unpack()
            instances = bits if instances is None else instances ^ bits
        return RawTile(raw.pixels ^ self.pixels.unpack(), instances)

    @property
    def size_bytes(self) -> int:
        """Bytes held, with what the objects around them cost."""
        parts = [self.pixels] if self.instances is None else [self.pixels, self.instances]
        return 150 + sum(250 + len(part.data) for part in parts)


def _differing_bits(one: InstanceMask | None, other: InstanceMask | None) -> InstanceMask | None:
    if one is None or other is None:
        only = one if other is None else other
        return only if only is not None and only.any() else None
    bits = one ^ other
    return bits if bits.any() else None


def read_tile(layer: MaskLayer, tile: Tile) -> RawTile:
    """Copy a tile of a layer."""
    part = layer.tile(tile).slices
    instances = layer.instances
    return RawTile(layer.pixels[part].copy(), None if instances is None else instances[part].copy())


def write_tile(layer: MaskLayer, tile: Tile, raw: RawTile) -> Rect:
    """Put a tile back; the layer grows where its values need it, and loses its instances where
    the tile is of a layer without any. Returns the tile's pixels.
    """
    rect = layer.tile(tile)
    layer.writable_pixels(int(raw.pixels.max()))[rect.slices] = raw.pixels
    if raw.instances is not None:
        layer.writable_instances(int(raw.instances.max()))[rect.slices] = raw.instances
    else:
        layer.drop_instances()
    layer.note_change(rect)
    return rect


def pack_tiles(layer: MaskLayer, tiles: Iterable[Tile]) -> dict[Tile, PackedTile]:
    """Put some tiles of a layer aside."""
    return {tile: PackedTile.of(read_tile(layer, tile)) for tile in tiles}


def pack_changes(layer: MaskLayer) -> dict[Tile, PackedTile]:
    """Put aside what the layer's file lacks: changed tiles; all, where no file holds it yet."""
    everything = layer.is_new and layer.changed_tiles
    return pack_tiles(layer, layer.rect.tiles() if everything else layer.changed_tiles)


def restore_tiles(layer: MaskLayer, tiles: Mapping[Tile, PackedTile]) -> None:
    """Bring tiles that were put aside back into a layer."""
    for tile, packed in tiles.items():
        write_tile(layer, tile, packed.unpack())

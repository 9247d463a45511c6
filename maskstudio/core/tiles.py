"""Tiles of a layer put aside: raw while an edit is made, packed while their document is closed,
and as a delta, the difference of two states, while an edit waits in the history.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import IndexMask, InstanceMask
from .geometry import Rect, Size
from .layer import MaskLayer
from .object_layer import ObjectLayer
from .objects import PackedObject

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

    @property
    def size(self) -> Size:
        """Width and height of a packed (H, W) array."""
        return Size(self.shape[1], self.shape[0])

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

    @property
    def size(self) -> Size:
        """Width and height."""
        return self.pixels.size

    @classmethod
    def of(cls, raw: RawTile) -> PackedTile:
        """Pack a tile."""
        instances = None if raw.instances is None else PackedArray.of(raw.instances)
        return cls(PackedArray.of(raw.pixels), instances)

    def unpack(self) -> RawTile:
        """The tile as it was packed."""
        instances = None if self.instances is None else self.instances.unpack()
        return RawTile(self.pixels.unpack(), instances)

    @property
    def size_bytes(self) -> int:
        """Bytes of the packed arrays."""
        return len(self.pixels.data) + (len(self.instances.data) if self.instances else 0)


@dataclass(frozen=True, slots=True)
class TileDelta:
    """What two states of a tile differ in, and what the differing pixels hold after.

    It leads both ways and touches no other pixel, so that undoing an edit is right also where a
    save or another program has changed the rest of the tile meanwhile.

    Args:
        pixels: before and after differ in these bits; all zero where the class stays.
        instances: the same for instance ids, or None where no id differs.
        after: what the differing pixels hold after; one value where it is the same for all.
        after_ids: the same for their instance ids.
    """

    pixels: PackedArray
    instances: PackedArray | None
    after: PackedArray | int
    after_ids: PackedArray | int

    @classmethod
    def between(cls, before: RawTile, after: RawTile) -> TileDelta | None:
        """The difference of two tiles, or None; no instances are the same as instance 0."""
        bits = before.pixels ^ after.pixels
        id_bits = _differing_bits(before.instances, after.instances)
        differs = bits != 0
        if id_bits is None and not differs.any():
            return None
        held = _held(after.pixels, differs)
        if id_bits is not None:
            differs |= id_bits != 0
        held_ids = 0 if after.instances is None else _held(after.instances, differs)
        packed_ids = None if id_bits is None else PackedArray.of(id_bits)
        return cls(PackedArray.of(bits), packed_ids, held, held_ids)

    def forwards(self, raw: RawTile) -> RawTile:
        """A tile as it is after the change."""
        return self._applied_to(raw, is_undone=False)

    def backwards(self, raw: RawTile) -> RawTile:
        """A tile as it was before the change."""
        return self._applied_to(raw, is_undone=True)

    @property
    def size_bytes(self) -> int:
        """Bytes held, with what the objects around them cost."""
        parts = (self.pixels, self.instances, self.after, self.after_ids)
        return 200 + sum(250 + len(p.data) for p in parts if isinstance(p, PackedArray))

    def _applied_to(self, raw: RawTile, *, is_undone: bool) -> RawTile:
        bits = self.pixels.unpack()
        differs = bits != 0
        pixels = _replaced(raw.pixels, differs, self.after, bits if is_undone else None)
        if raw.instances is None and self.instances is None:
            return RawTile(pixels, None)
        ids = np.zeros(bits.shape, np.uint16) if raw.instances is None else raw.instances
        id_bits = None if self.instances is None else self.instances.unpack()
        if id_bits is not None:
            differs |= id_bits != 0
        ids = _replaced(ids, differs, self.after_ids, id_bits if is_undone else None)
        return RawTile(pixels, ids)


def _held(values: NDArray[Any], where: NDArray[np.bool_]) -> PackedArray | int:
    """Values where something holds; anything elsewhere."""
    held = values[where]
    if held.size == 0 or (held == held[0]).all():
        return int(held[0]) if held.size else 0
    return PackedArray.of(np.where(where, values, held[0]))


def _replaced(
    values: NDArray[Any],
    where: NDArray[np.bool_],
    after: PackedArray | int,
    bits: NDArray[Any] | None,
) -> NDArray[Any]:
    """Values with those after, or before where the differing bits are given, put in."""
    new = np.min_scalar_type(after).type(after) if isinstance(after, int) else after.unpack()
    return np.where(where, new if bits is None else new ^ bits, values)


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


class UnsavedTiles(Mapping[Tile, PackedTile]):
    """Tiles of a layer that its file lacks; never changed.

    Args:
        size: of the layer, where its file has another; the tiles then hold all of it.
        objects: of an object layer, all of them, where its file lacks changes of any; the tiles
            are those of the class mask they are flattened to.
    """

    def __init__(
        self,
        tiles: Mapping[Tile, PackedTile] | None = None,
        size: Size | None = None,
        objects: tuple[PackedObject, ...] | None = None,
    ) -> None:
        self._tiles = {} if tiles is None else dict(tiles)
        self.size = size
        self._objects = objects

    @property
    def objects(self) -> tuple[PackedObject, ...] | None:
        """See above."""
        return self._objects

    def __bool__(self) -> bool:
        return len(self) > 0 or self.objects is not None

    def __getitem__(self, tile: Tile) -> PackedTile:
        return self._tiles[tile]

    def __iter__(self) -> Iterator[Tile]:
        return iter(self._tiles)

    def __len__(self) -> int:
        return len(self._tiles)

    def __contains__(self, tile: object) -> bool:
        return tile in self._tiles

    def over(self, under: UnsavedTiles) -> UnsavedTiles:
        """These tiles, and those of other places that were put aside before; nothing is read."""
        if isinstance(under, _TilesOver) and under.upper.keys() <= self.keys():
            under = under.lower
        return self if under.keys() <= self.keys() else _TilesOver(self, under)


class _TilesOver(UnsavedTiles):
    """Tiles laid over others."""

    def __init__(self, upper: UnsavedTiles, lower: UnsavedTiles) -> None:
        super().__init__(
            size=lower.size, objects=lower.objects if upper.objects is None else upper.objects
        )
        self.upper, self.lower = upper, lower

    def __getitem__(self, tile: Tile) -> PackedTile:
        return self.upper[tile] if tile in self.upper else self.lower[tile]

    def __iter__(self) -> Iterator[Tile]:
        yield from self.upper
        yield from (tile for tile in self.lower if tile not in self.upper)

    def __len__(self) -> int:
        return len(self.upper.keys() | self.lower.keys())

    def __contains__(self, tile: object) -> bool:
        return tile in self.upper or tile in self.lower


def pack_tiles(layer: MaskLayer, tiles: Iterable[Tile]) -> dict[Tile, PackedTile]:
    """Put some tiles of a layer aside."""
    return {tile: PackedTile.of(read_tile(layer, tile)) for tile in tiles}


def pack_changes(layer: MaskLayer) -> UnsavedTiles:
    """Put aside what the layer's file lacks: changed tiles; all, where no file holds it yet."""
    everything = layer.is_scaled or (layer.is_new and layer.changed_tiles)
    tiles = layer.rect.tiles() if everything else layer.changed_tiles
    objects = None
    if isinstance(layer, ObjectLayer) and layer.is_changed:
        objects = tuple(found.packed for found in layer.objects)
    size = layer.size if layer.is_scaled else None
    return UnsavedTiles(pack_tiles(layer, tiles), size, objects)


def do_fit(tiles: Mapping[Tile, PackedTile], layer: MaskLayer) -> bool:
    """Whether tiles are of a layer of this size, or bring another size with them."""
    unsaved = tiles if isinstance(tiles, UnsavedTiles) else UnsavedTiles()
    rects = [found.rect for found in unsaved.objects or () if not found.rect.is_empty]
    if any(rect & layer.rect != rect for rect in rects):
        return False
    return unsaved.size is not None or all(
        layer.tile(tile).size == packed.size for tile, packed in tiles.items()
    )


def restore_tiles(layer: MaskLayer, tiles: Mapping[Tile, PackedTile]) -> None:
    """Bring tiles that were put aside back into a layer, and the size it was scaled to."""
    if isinstance(tiles, UnsavedTiles) and tiles.size is not None:
        width, height = tiles.size
        layer.put_arrays(np.zeros((height, width), np.uint8), None)
    for tile, packed in tiles.items():
        write_tile(layer, tile, packed.unpack())
    if (
        isinstance(layer, ObjectLayer)
        and isinstance(tiles, UnsavedTiles)
        and tiles.objects is not None
    ):
        layer.replace_objects(found.unpack() for found in tiles.objects)

"""Packed tiles in a file: what a change of a whole data set keeps outside of memory."""

from __future__ import annotations

import os
import pickle
import struct
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from threading import Lock
from weakref import finalize

from .geometry import Size
from .objects import PackedObject
from .tiles import PackedArray, PackedTile, Tile, UnsavedTiles

_HEAD = struct.Struct("<II4sI")
"""Of an array: rows, columns, dtype, bytes."""
_NO_INSTANCES = _HEAD.pack(0, 0, b"", 0)


class TileStore:
    """A file that tiles are added to and read from, in any thread; gone when nothing uses it."""

    def __init__(self, folder: Path | None = None) -> None:
        """Make the file.

        Args:
            folder: where it lies; made where it is missing. The system's temporary one by default.

        Raises:
            OSError: it cannot be written.
        """
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self._fd, path = tempfile.mkstemp(".maskstudio-tiles", "", folder)
        self._end = 0
        self._lock = Lock()
        finalize(self, _remove, self._fd, path)

    @property
    def size_bytes(self) -> int:
        """Bytes of the file."""
        return self._end

    def put(
        self,
        tiles: Mapping[Tile, PackedTile],
        size: Size | None = None,
        objects: Iterable[PackedObject] | None = None,
    ) -> StoredTiles:
        """Add the tiles of a layer, and its objects. Raises OSError: the disk is full, ..."""
        places: dict[Tile, tuple[int, int]] = {}
        data = bytearray()
        for tile, packed in tiles.items():
            record = tile_bytes(packed)
            places[tile] = len(data), len(record)
            data += record
        rest = b"" if objects is None else pickle.dumps(tuple(objects))
        with self._lock:
            start = self._end
            _write(self._fd, data + rest, start)
            self._end += len(data) + len(rest)
        found = {t: (start + at, n) for t, (at, n) in places.items()}
        return StoredTiles(self, found, size, (start + len(data), len(rest)))

    def read(self, start: int, length: int) -> bytes:
        """A part of the file. Raises OSError."""
        return os.pread(self._fd, length, start)


class StoredTiles(UnsavedTiles):
    """Tiles of a layer that are read from a store when they are asked for."""

    def __init__(
        self,
        store: TileStore,
        places: Mapping[Tile, tuple[int, int]],
        size: Size | None,
        objects: tuple[int, int],
    ) -> None:
        """Made by `TileStore.put`."""
        super().__init__(size=size)
        self._store, self._places, self._objects_at = store, dict(places), objects

    @property
    def objects(self) -> tuple[PackedObject, ...] | None:
        """Read from the store, which nobody else writes to."""
        if self._objects_at[1] == 0:
            return None
        found: tuple[PackedObject, ...] = pickle.loads(self._store.read(*self._objects_at))
        return found

    def __getitem__(self, tile: Tile) -> PackedTile:
        return tile_of(self._store.read(*self._places[tile]))

    def __iter__(self) -> Iterator[Tile]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, tile: object) -> bool:
        return tile in self._places


def _write(fd: int, data: bytearray, start: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(fd, rest, start)
        start, rest = start + written, rest[written:]


def tile_bytes(packed: PackedTile) -> bytes:
    """A tile as it lies in a file."""
    instances = _NO_INSTANCES if packed.instances is None else array_bytes(packed.instances)
    return array_bytes(packed.pixels) + instances


def array_bytes(array: PackedArray) -> bytes:
    """An array as it lies in a file."""
    rows, columns = array.shape
    return _HEAD.pack(rows, columns, array.dtype.encode(), len(array.data)) + array.data


def tile_of(record: bytes) -> PackedTile:
    """The tile of `tile_bytes`."""
    pixels, end = array_at(record, 0)
    instances, _ = array_at(record, end)
    return PackedTile(pixels, instances if instances.shape != (0, 0) else None)


def array_at(record: bytes, start: int) -> tuple[PackedArray, int]:
    """The array of `array_bytes` that begins at a place of a record, and where it ends."""
    rows, columns, dtype, length = _HEAD.unpack_from(record, start)
    start += _HEAD.size
    name = dtype.rstrip(b"\0").decode()
    return PackedArray((rows, columns), name, record[start : start + length]), start + length


def _remove(fd: int, path: str) -> None:
    os.close(fd)
    Path(path).unlink(missing_ok=True)

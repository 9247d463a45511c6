"""Edits as records of a journal and back: what they hold, tile by tile, and nothing else.

An edit of many samples is several records, so that none is larger than a sample. They come in the
order of a stack: what a record is made of stands right before it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, cast

from maskstudio.core.bulk_edit import BulkChange, BulkEdit
from maskstudio.core.edits import Edit, LabelMapEdit, PixelEdit, ScaleEdit, Target
from maskstudio.core.geometry import Rect, Size
from maskstudio.core.joined_edit import JoinedEdit
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.object_edits import ObjectEdit
from maskstudio.core.objects import PackedObject
from maskstudio.core.reversed_edit import ReversedEdit
from maskstudio.core.tile_store import TileStore, array_at, array_bytes, tile_bytes, tile_of
from maskstudio.core.tiles import PackedArray, PackedTile, Tile, TileDelta, UnsavedTiles
from maskstudio.errors import Kind, Problem, Scope, Severity

from .journal_file import Record

_LENGTH = struct.Struct("<I")
KIND = "kind"
UNREADABLE = (KeyError, ValueError, TypeError, IndexError, struct.error)
"""What reading a record raises that holds something else than it should."""


def records_of(edit: Edit) -> Iterator[Record]:
    """The records that tell an edit, its own last."""
    if isinstance(edit, PixelEdit):
        yield _pixel_record(edit)
    elif isinstance(edit, ObjectEdit):
        yield _object_record(edit)
    elif isinstance(edit, ScaleEdit):
        blob = _Blob()
        blob.add(tile_bytes(edit.before))
        blob.add(tile_bytes(edit.after))
        yield _record("scale", edit, {"target": list(edit.target)}, blob)
    elif isinstance(edit, LabelMapEdit):
        maps = {"before": label_map_json(edit.before), "after": label_map_json(edit.after)}
        yield _record("label_map", edit, {"key": edit.key, **maps})
    elif isinstance(edit, BulkEdit):
        yield from _bulk_records(edit)
    elif isinstance(edit, JoinedEdit):
        for part in edit.parts:
            yield from records_of(part)
        yield _record("joined", edit, {"n_parts": len(edit.parts)})
    else:
        assert isinstance(edit, ReversedEdit), f"{type(edit).__name__} has no record"
        yield from records_of(edit.edit)
        yield _record("reversed", edit, {})


class EditReader:
    """Makes edits of the records that tell them, given one after the other."""

    def __init__(self, store: Callable[[], TileStore]) -> None:
        """Begin.

        Args:
            store: where edits of many samples keep their tiles.
        """
        self._store = store
        self._stack: list[Any] = []

    def take(self, record: Record) -> None:
        """One record more. Raises one of `UNREADABLE`."""
        kind, meta = record.meta[KIND], record.meta
        if kind == "change":
            found: Any = (str(meta["sample"]), self._change(record))
        elif kind == "bulk":
            changes = dict(self._pop(meta["n_parts"]))
            before, after = label_map_of(meta["before"]), label_map_of(meta["after"])
            found = BulkEdit(meta["label"], meta["key"], changes, before=before, after=after)
        elif kind == "joined":
            found = JoinedEdit(meta["label"], self._pop(meta["n_parts"]))
        elif kind == "reversed":
            found = ReversedEdit(self._stack.pop())
        else:
            found = _SIMPLE[kind](record)
        self._stack.append(found)

    def edit(self) -> Edit:
        """The edit that the records since the last one told. Raises ValueError."""
        found, self._stack = self._stack, []
        if len(found) != 1 or not isinstance(found[0], Edit):
            raise ValueError("the records of an edit do not match")
        return found[0]

    def _pop(self, number: int) -> list[Any]:
        found = self._stack[len(self._stack) - number :]
        if len(found) != number:
            raise ValueError("a part of an edit is missing")
        del self._stack[len(self._stack) - number :]
        return found

    def _change(self, record: Record) -> BulkChange:
        blob, sides = _Blob(record.blob), record.meta["sides"]
        before, after = (_tiles_of(side, blob) for side in sides)
        store = self._store()
        return BulkChange(
            store.put(before, before.size, before.objects),
            store.put(after, after.size, after.objects),
        )


class _Blob:
    """Bytes that are added to, or taken from, one piece after the other."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = data
        self._at = 0
        self._pieces: list[bytes] = []

    def add(self, piece: bytes) -> None:
        self._pieces += _LENGTH.pack(len(piece)), piece

    def add_array(self, array: PackedArray) -> None:
        self._pieces.append(array_bytes(array))

    def joined(self) -> bytes:
        return b"".join(self._pieces)

    def take(self) -> bytes:
        (length,) = _LENGTH.unpack_from(self._data, self._at)
        start = self._at + _LENGTH.size
        self._at = start + length
        if self._at > len(self._data):
            raise ValueError("a record ends too early")
        return self._data[start : self._at]

    def take_array(self) -> PackedArray:
        found, self._at = array_at(self._data, self._at)
        return found


def _record(kind: str, edit: Edit, meta: Mapping[str, Any], blob: _Blob | None = None) -> Record:
    data = b"" if blob is None else blob.joined()
    return Record({KIND: kind, "label": edit.label, **meta}, data)


def _pixel_record(edit: PixelEdit) -> Record:
    blob, tiles = _Blob(), []
    for (column, row), delta in edit.tiles.items():
        parts = (delta.pixels, delta.instances, delta.after, delta.after_ids)
        tiles.append([column, row, *(_packed(part, blob) for part in parts)])
    meta = {"target": list(edit.target), "tiles": tiles, "makes_instances": edit.makes_instances}
    return _record("pixels", edit, meta, blob)


def _packed(part: PackedArray | int | None, blob: _Blob) -> int | bool | None:
    """What stands in the fields for a part of a delta: True for an array in the bytes."""
    if isinstance(part, PackedArray):
        blob.add_array(part)
        return True
    return part


def _pixel_edit(record: Record) -> PixelEdit:
    meta, blob = record.meta, _Blob(record.blob)
    tiles: dict[Tile, TileDelta] = {}
    for column, row, *parts in meta["tiles"]:
        found = [blob.take_array() if part is True else part for part in parts]
        tiles[column, row] = TileDelta(*found)
    target, makes = Target(*meta["target"]), bool(meta["makes_instances"])
    return PixelEdit(meta["label"], target, tiles, makes_instances=makes)


def _scale_edit(record: Record) -> ScaleEdit:
    blob = _Blob(record.blob)
    before, after = tile_of(blob.take()), tile_of(blob.take())
    meta = record.meta
    return ScaleEdit(meta["label"], Target(*meta["target"]), before=before, after=after)


def _label_map_edit(record: Record) -> LabelMapEdit:
    meta = record.meta
    before, after = label_map_of(meta["before"]), label_map_of(meta["after"])
    return LabelMapEdit(meta["label"], meta["key"], before=before, after=after)


def _object_record(edit: ObjectEdit) -> Record:
    blob = _Blob()
    packed = [[_object_json(found, blob) for found in side.values()] for side in edit.packed]
    meta = {"target": list(edit.target), "orders": list(edit.orders), "objects": packed}
    return _record("objects", edit, meta, blob)


def _object_edit(record: Record) -> ObjectEdit:
    meta, blob = record.meta, _Blob(record.blob)
    before, after = ([_object_of(each, blob) for each in side] for side in meta["objects"])
    packed = {found.uid: found for found in before}, {found.uid: found for found in after}
    orders = cast(tuple[list[str], list[str]], tuple(meta["orders"]))
    return ObjectEdit.of_packed(meta["label"], Target(*meta["target"]), orders, packed)


def _bulk_records(edit: BulkEdit) -> Iterator[Record]:
    for name, change in edit.changes.items():
        blob = _Blob()
        sides = [_tiles_json(tiles, blob) for tiles in (change.before, change.after)]
        yield Record({KIND: "change", "sample": name, "sides": sides}, blob.joined())
    before, after = edit.label_maps
    meta = {"before": label_map_json(before), "after": label_map_json(after)}
    yield _record("bulk", edit, {"key": edit.key, "n_parts": len(edit.changes), **meta})


def _tiles_json(tiles: UnsavedTiles, blob: _Blob) -> dict[str, Any]:
    places = list(tiles)
    for tile in places:
        blob.add(tile_bytes(tiles[tile]))
    objects = tiles.objects
    return {
        "tiles": places,
        "size": tiles.size,
        "objects": None if objects is None else [_object_json(o, blob) for o in objects],
    }


def _tiles_of(side: Mapping[str, Any], blob: _Blob) -> UnsavedTiles:
    tiles: dict[Tile, PackedTile] = {(x, y): tile_of(blob.take()) for x, y in side["tiles"]}
    size = None if side["size"] is None else Size(*side["size"])
    objects = side["objects"]
    found = None if objects is None else tuple(_object_of(each, blob) for each in objects)
    return UnsavedTiles(tiles, size, found)


def _object_json(found: PackedObject, blob: _Blob) -> dict[str, Any]:
    blob.add(found.bits)
    return {
        "uid": found.uid,
        "index": found.index,
        "rect": [found.rect.x0, found.rect.y0, found.rect.x1, found.rect.y1],
        "foreign": dict(found.foreign),
        "fault": None if found.fault is None else asdict(found.fault),
    }


def _object_of(meta: Mapping[str, Any], blob: _Blob) -> PackedObject:
    fault = meta["fault"] and _problem_of(meta["fault"])
    rect = Rect(*meta["rect"])
    return PackedObject(meta["uid"], meta["index"], rect, blob.take(), meta["foreign"], fault)


def _problem_of(meta: Mapping[str, Any]) -> Problem:
    kinds: Mapping[str, Any] = {"kind": Kind, "severity": Severity, "scope": Scope}
    fields: dict[str, Any] = {k: kinds[k](v) if k in kinds else v for k, v in meta.items()}
    return Problem(**fields)


def label_map_json(label_map: LabelMap) -> dict[str, Any]:
    """A label map with all that it holds."""
    return asdict(label_map)


def label_map_of(meta: Mapping[str, Any]) -> LabelMap:
    """The label map of `label_map_json`. Raises KeyError, TypeError."""
    classes = {
        name: tuple(_class_of(entry) for entry in meta[name]) for name in ("classes", "undeclared")
    }
    return LabelMap(**{**meta, **classes})


def _class_of(meta: Mapping[str, Any]) -> LabelClass:
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in meta.items()}
    return LabelClass(**fields)


_SIMPLE: Mapping[str, Callable[[Record], Edit]] = {
    "pixels": _pixel_edit,
    "scale": _scale_edit,
    "label_map": _label_map_edit,
    "objects": _object_edit,
}

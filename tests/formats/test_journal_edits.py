"""Edits of every kind go into records and come back as they were."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from maskstudio.core.bulk_edit import BulkChange, BulkEdit
from maskstudio.core.edits import Edit, LabelMapEdit, ScaleEdit, Target
from maskstudio.core.geometry import Size
from maskstudio.core.joined_edit import JoinedEdit
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.object_edits import ObjectEdit
from maskstudio.core.objects import MaskObject, cropped
from maskstudio.core.reversed_edit import ReversedEdit
from maskstudio.core.tile_store import TileStore
from maskstudio.core.tiles import PackedTile, RawTile, UnsavedTiles
from maskstudio.errors import Kind, Problem, Scope, Severity
from maskstudio.formats.journal_edits import EditReader, label_map_json, label_map_of, records_of
from maskstudio.formats.journal_file import Record

TARGET = Target("a/\udcff", "ground_truth")
MAPS = (
    LabelMap((LabelClass(0, "nothing", None),), background=None),
    LabelMap(
        (LabelClass(0, "nothing", None), LabelClass(9, "car", (1, 2, 3), ("door",), ("go",))),
        background=0,
        undeclared=(LabelClass(300, "class_300", (9, 9, 9), value=(1, 1, 1), names=("x", "y")),),
        void=9,
    ),
)


def through_bytes(edit: Edit) -> Edit:
    reader = EditReader(TileStore)
    for record in records_of(edit):
        reader.take(Record.of(record.framed()[12:]))
    return reader.edit()


def tile(value: int, ids: int | None = None) -> PackedTile:
    pixels = np.arange(12, dtype=np.uint16).reshape(3, 4) + value
    return PackedTile.of(RawTile(pixels, None if ids is None else np.full((3, 4), ids, np.uint32)))


def an_object(uid: str, fault: Problem | None = None) -> MaskObject:
    rect, pixels = cropped(np.eye(4, dtype=np.bool_))
    return MaskObject(uid, 3, rect, pixels, {"featureId": uid, "deep": {"list": [1, None]}}, fault)


def bulk() -> BulkEdit:
    objects = (an_object("o").packed,)
    change = BulkChange(
        UnsavedTiles({(0, 0): tile(1)}, Size(4, 3)),
        UnsavedTiles({(0, 0): tile(2, 7)}, None, objects),
    )
    before, after = MAPS
    return BulkEdit("Merge", "k", {"a": change, "b": change}, before=before, after=after)


def assert_same_bulk(one: Edit, other: Edit) -> None:
    assert isinstance(one, BulkEdit)
    assert isinstance(other, BulkEdit)
    assert (one.label, one.key, one.label_maps) == (other.label, other.key, other.label_maps)
    assert list(one.changes) == list(other.changes)
    for mine, others in zip(one.changes.values(), other.changes.values(), strict=True):
        for x, y in ((mine.before, others.before), (mine.after, others.after)):
            assert dict(x) == dict(y)
            assert (x.size, x.objects) == (y.size, y.objects)


def test_edits_of_many_samples() -> None:
    assert_same_bulk(through_bytes(bulk()), bulk())


def test_a_label_map_with_all_it_holds() -> None:
    for label_map in MAPS:
        assert label_map_of(label_map_json(label_map)) == label_map
    edit = LabelMapEdit("Add Class", "k", before=MAPS[0], after=MAPS[1])
    found = through_bytes(edit)
    assert isinstance(found, LabelMapEdit)
    assert (found.key, found.before, found.after) == ("k", *MAPS)


def test_another_size() -> None:
    found = through_bytes(ScaleEdit("Scale", TARGET, before=tile(1), after=tile(5, 2)))
    assert isinstance(found, ScaleEdit)
    assert (found.target, found.before, found.after) == (TARGET, tile(1), tile(5, 2))


def test_objects() -> None:
    problem = Problem(Kind.MASK_NOT_BINARY, Severity.ERROR, Scope.ITEM, "x:3", "gray")
    kept, changed, faulty = an_object("kept"), an_object("changed"), an_object("bad", problem)
    edit = ObjectEdit("Brush", TARGET, before=(kept, changed, faulty), after=(an_object("n"), kept))
    found = through_bytes(edit)
    assert isinstance(found, ObjectEdit)
    assert found.target == TARGET
    assert [list(order) for order in found.orders] == [["kept", "changed", "bad"], ["n", "kept"]]
    assert tuple(found.packed) == tuple(edit.packed)


def test_edits_made_of_others() -> None:
    label_map = LabelMapEdit("Add Class", "k", before=MAPS[0], after=MAPS[1])
    found = through_bytes(JoinedEdit("Both", (bulk(), ReversedEdit(label_map))))
    assert isinstance(found, JoinedEdit)
    first, second = found.parts
    assert_same_bulk(first, bulk())
    assert isinstance(second, ReversedEdit)
    assert second.label == "Undo Add Class"


def test_every_kind_of_edit_has_a_record() -> None:
    known = {"PixelEdit", "ScaleEdit", "LabelMapEdit", "BulkEdit", "JoinedEdit", "ObjectEdit"}
    assert {kind.__name__ for kind in all_kinds(Edit)} == known | {"ReversedEdit"}


def all_kinds(kind: type) -> Iterator[type]:
    children: list[type] = kind.__subclasses__()
    for child in children:
        if child.__module__.startswith("maskstudio."):
            yield child
        yield from all_kinds(child)

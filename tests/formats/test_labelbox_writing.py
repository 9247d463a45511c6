"""A new Labelbox NDJSON file, and the objects that class masks become."""

from __future__ import annotations

import base64
import io
import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from maskstudio.core.geometry import Size
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.core.objects import MaskObject, cropped, flatten
from maskstudio.errors import CancelledError, DataError, Kind, Problem, Scope, Severity
from maskstudio.formats.base import Content, OpenOptions, WriteItem, WriteOptions, no_progress
from maskstudio.formats.labelbox_reader import open_source
from maskstudio.formats.labelbox_writer import write_new
from tests.helpers.labelbox_files import line, png_text, write_lines
from tests.helpers.masks import mask, text

MAP = LabelMap(
    (LabelClass(0, "sky", None), LabelClass(1, "nothing", None), LabelClass(300, "кот", None)),
    background=1,
)


def item(name: str, data: MaskData | None) -> WriteItem:
    return WriteItem(name, (), lambda: data)


def write(
    target: Path, *items: WriteItem, label_map: LabelMap = MAP, **options: Any
) -> list[dict[str, Any]]:
    write_new(target, Content(label_map, items), WriteOptions(**options), no_progress)
    data = target.read_bytes()
    assert data == b"" or data.endswith(b"\n")
    return [json.loads(each) for each in data.splitlines()]


def drawn(png: str) -> tuple[str, ...]:
    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    assert picture.mode == "L"
    return text(np.asarray(picture))


def thing(uid: str, index: int, *rows: str, **others: Any) -> MaskObject:
    return MaskObject(uid, index, *cropped(mask(*rows).astype(np.bool_)), **others)


def overlay(objects: Sequence[MaskObject]) -> MaskData:
    return MaskData(flatten(objects, Size(4, 2), 1), objects=tuple(objects))


def test_each_class_but_the_background_becomes_an_object(tmp_path: Path) -> None:
    pixels = np.array([[0, 1, 300], [300, 1, 1]], np.uint16)
    found = write(tmp_path / "a.ndjson", item("night/фото 1", MaskData(pixels)))
    assert [list(each) for each in found] == [
        ["uuid", "dataRow", "name", "classifications", "mask"]
    ] * 2
    assert [each["name"] for each in found] == ["sky", "кот"]
    assert all(each["dataRow"] == {"globalKey": "night/фото 1"} for each in found)
    assert [drawn(each["mask"]["png"]) for each in found] == [("1..", "..."), ("..1", "1..")]
    assert all(uuid.UUID(each["uuid"]).version == 4 for each in found)
    raw = (tmp_path / "a.ndjson").read_bytes()
    assert "кот".encode() in raw
    assert b", " not in raw
    assert b'": ' not in raw


def test_each_instance_becomes_an_object_in_every_class_it_covers(tmp_path: Path) -> None:
    pixels = np.array([[0, 0, 1, 300], [300, 1, 1, 300]], np.uint16)
    instances = np.array([[5, 0, 5, 5], [7, 7, 0, 0]], np.uint16)
    found = write(tmp_path / "a.ndjson", item("a", MaskData(pixels, instances)))
    assert [(each["name"], drawn(each["mask"]["png"])) for each in found] == [
        ("sky", (".1..", "....")),
        ("кот", ("....", "...1")),
        ("sky", ("1...", "....")),
        ("кот", ("...1", "....")),
        ("кот", ("....", "1...")),
    ]


def test_what_has_no_object_has_no_line(tmp_path: Path) -> None:
    nothing = MaskData(np.ones((2, 2), np.uint8))
    assert write(tmp_path / "a.ndjson", item("a", nothing), item("b", None)) == []


def test_objects_keep_their_fields_their_order_and_what_they_hide(tmp_path: Path) -> None:
    png = png_text(mask("11..", "11.."))
    lines = [
        '{"mask":{"png":"PNG", "x": 1.0},"zoo":[1.50],"uuid":"not checked","dataRow":{"id":"r"},'
        '"schemaId":"ck","name":"\\u043aот","classifications":[ {"a":1e2}]}'.replace("PNG", png),
        json.dumps(line(mask(".11.", "...."), name="dog", row={"id": "r"})),
        json.dumps(line(mask={"instanceURI": "https://x.invalid/y?t=1", "colorRGB": [1, 2, 3]})),
    ]
    source = open_source(write_lines(tmp_path / "in.ndjson", *lines), OpenOptions())
    items = [item(i.name, source.read_mask(i, "ground_truth")) for i in source.items[:1]]
    target = tmp_path / "out.ndjson"
    write(target, *items, label_map=source.label_maps["ground_truth"])
    first, second = target.read_text().splitlines()
    assert first == (
        '{"uuid":"not checked","dataRow":{"id":"r"},"name":"\\u043aот","schemaId":"ck",'
        '"classifications":[ {"a":1e2}],"zoo":[1.50],"mask":{"png":"PNG", "x": 1.0}}'
    ).replace("PNG", png)
    assert json.loads(second)["mask"] == json.loads(lines[1])["mask"]
    assert json.loads(second)["uuid"] == source.items[0].objects[1].uid


def test_an_object_in_error_is_written_as_it_was(tmp_path: Path) -> None:
    remote = {"instanceURI": "https://x.invalid/y?t=1", "colorRGB": [1, 2, 3]}
    lines = [line(mask("1..."), uuid="a"), line(uuid="b", mask=remote, name="far")]
    source = open_source(write_lines(tmp_path / "in.ndjson", *lines), OpenOptions())
    data = source.read_mask(source.items[0], "ground_truth")
    label_map = source.label_maps["ground_truth"]
    found = write(tmp_path / "out.ndjson", item("row 1", data), label_map=label_map)
    assert found[1] == {**lines[1], "classifications": []}


def test_a_stale_mask_text_is_not_believed(tmp_path: Path) -> None:
    stale = {"mask": json.dumps({"png": png_text(mask("1111", "1111"))})}
    data = overlay([thing("a", 0, "1...", "....", foreign=stale)])
    (found,) = write(tmp_path / "a.ndjson", item("a", data))
    assert drawn(found["mask"]["png"]) == ("1...", "....")


def test_another_class_leaves_the_schema_of_the_old_one(tmp_path: Path) -> None:
    known = {"name": '"sky"', "schemaId": '"ck sky"'}
    data = overlay([thing("a", 0, "1...", foreign=known), thing("b", 300, ".1..", foreign=known)])
    first, second = write(tmp_path / "a.ndjson", item("a", data))
    assert (first["name"], first["schemaId"]) == ("sky", "ck sky")
    assert second["name"] == "кот"
    assert "schemaId" not in second


def test_a_composite_raster_has_a_color_for_each_object_and_no_black(tmp_path: Path) -> None:
    data = overlay([thing("a", 0, "11..", "...."), thing("b", 300, "....", "..11")])
    empty = MaskData(np.ones((2, 4), np.uint8))
    target = tmp_path / "a.ndjson"
    found = write(target, item("x", empty), item("y", data), composite=True)
    (uri,) = {each["mask"]["instanceURI"] for each in found}
    colors = [tuple(each["mask"]["colorRGB"]) for each in found]
    raster = np.asarray(Image.open(tmp_path / uri).convert("RGB"))
    assert len({*colors, (0, 0, 0)}) == 3
    for color, rows in zip(colors, [("11..", "...."), ("....", "..11")], strict=True):
        assert text((raster == color).all(axis=2).astype(np.uint8)) == rows
    assert len(list((tmp_path / uri).parent.iterdir())) == 1
    source = open_source(target, OpenOptions(label_map=MAP))
    read = source.read_mask(source.items[0], "ground_truth")
    assert np.array_equal(read.pixels, data.pixels)


def test_a_composite_raster_of_overlapping_objects_is_refused(tmp_path: Path) -> None:
    data = overlay([thing("a", 0, "11..", "...."), thing("b", 300, ".11.", "....")])
    with pytest.raises(DataError) as caught:
        write(tmp_path / "a.ndjson", item("x", data), composite=True)
    assert caught.value.kind == Kind.CANNOT_HOLD
    assert list(tmp_path.iterdir()) == []


def test_classes_of_one_name_are_refused(tmp_path: Path) -> None:
    label_map = LabelMap((LabelClass(1, "a", None), LabelClass(2, "a", None)), background=0)
    data = MaskData(mask("12"))
    with pytest.raises(DataError) as caught:
        write(tmp_path / "a.ndjson", item("x", data), label_map=label_map)
    assert caught.value.kind == Kind.DUPLICATE_LABEL
    nameless = LabelMap((LabelClass(1, "", None),), background=0)
    with pytest.raises(DataError) as caught:
        write(tmp_path / "a.ndjson", item("x", MaskData(mask("1"))), label_map=nameless)
    assert caught.value.kind == Kind.CANNOT_HOLD
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_exists_is_replaced_only_when_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "a.ndjson"
    target.write_text("old")
    with pytest.raises(DataError) as caught:
        write(target, item("x", MaskData(mask("1"))))
    assert caught.value.kind == Kind.TARGET_EXISTS
    assert target.read_text() == "old"
    zero = LabelMap((LabelClass(1, "a", None),), background=0)
    data = MaskData(mask("1"))
    assert len(write(target, item("x", data), label_map=zero, overwrite=True)) == 1


def test_what_cannot_be_read_is_left_out_unless_it_is_required(tmp_path: Path) -> None:
    def broken() -> MaskData:
        raise DataError(Kind.IMAGE_CORRUPT, "b.png", "damaged")

    target = tmp_path / "a.ndjson"
    content = Content(MAP, [WriteItem("b", (), broken), item("a", MaskData(mask("..")))])
    report = write_new(target, content, WriteOptions(), no_progress)
    assert [(p.kind, p.sample) for p in report.problems] == [(Kind.IMAGE_CORRUPT, "b")]
    required = Content(MAP, [WriteItem("b", (), broken, is_required=True)])
    with pytest.raises(DataError):
        write_new(tmp_path / "b.ndjson", required, WriteOptions(), no_progress)
    assert not (tmp_path / "b.ndjson").exists()


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(done: int, total: int, what: str) -> None:
        raise CancelledError

    content = Content(MAP, [item("a", MaskData(mask("..")))])
    with pytest.raises(CancelledError):
        write_new(tmp_path / "a.ndjson", content, WriteOptions(composite=True), stop)
    assert list(tmp_path.iterdir()) == []


def test_names_that_are_no_text_are_escaped(tmp_path: Path) -> None:
    label_map = LabelMap((LabelClass(1, "bad \ud800", None),), background=0)
    (found,) = write(
        tmp_path / "a.ndjson", item("x\udcff", MaskData(mask("1"))), label_map=label_map
    )
    assert found["name"] == "bad \ud800"
    assert found["dataRow"] == {"globalKey": "x\udcff"}


def test_a_fault_without_a_mask_text_has_no_line(tmp_path: Path) -> None:
    fault = Problem(Kind.VIDEO_UNSUPPORTED, Severity.ERROR, Scope.ITEM, "a", "a video")
    empty = MaskObject("b", 0, *cropped(np.zeros((2, 4), np.bool_)), fault=fault)
    data = overlay([thing("a", 0, "1...", "...."), empty])
    assert len(write(tmp_path / "a.ndjson", item("x", data))) == 1

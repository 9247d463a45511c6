"""Saving into a Labelbox NDJSON file: what did not change keeps every byte."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskstudio.core.geometry import Rect, Size
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.objects import MaskObject, cropped, flatten
from maskstudio.errors import DataError, Kind
from maskstudio.formats.base import ChangedMask, Changes, OpenOptions
from maskstudio.formats.labelbox_reader import LabelboxNdjson, open_source
from maskstudio.formats.labelbox_saver import save_in_place
from tests.helpers.labelbox_files import line, png_text, write_lines
from tests.helpers.masks import mask, text

CAT = mask("11..", "11..")
DOG = mask(".11.", "....")
KEY = "ground_truth"
UUIDS = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(9)]


def opened(path: Path) -> LabelboxNdjson:
    return open_source(path, OpenOptions())


def objects_of(source: LabelboxNdjson, number: int = 0) -> tuple[MaskObject, ...]:
    return source.read_objects(source.items[number], KEY)


def save(
    source: LabelboxNdjson,
    objects: Sequence[MaskObject],
    *,
    number: int = 0,
    label_map: LabelMap | None = None,
) -> list[bytes]:
    """Save one row; the lines of the file afterwards."""
    pixels = flatten(objects, Size(4, 2), source.background)
    masks = {source.items[number].name: ChangedMask(pixels, objects=tuple(objects))}
    label_map = label_map or source.label_maps[KEY]
    save_in_place(source, Changes(KEY, label_map, masks))
    return source.path.read_bytes().split(b"\n")


def paint(source: LabelboxNdjson, *rows: str) -> list[bytes]:
    """Save a painted class mask of the first row."""
    masks = {source.items[0].name: ChangedMask(mask(*rows))}
    save_in_place(source, Changes(KEY, source.label_maps[KEY], masks))
    return source.path.read_bytes().split(b"\n")


def with_pixels(found: MaskObject, *rows: str) -> MaskObject:
    rect, pixels = cropped(mask(*rows).astype(np.bool_))
    return replace(found, rect=rect, pixels=pixels)


ODD = (
    '{"uuid":"%s", "confidence": 1.50, "dataRow":{"id":"row 1", "x":1e2},"name":"caf\\u00e9" ,'
    '"mask":{"png":"%s","note":[ 1,2 ]}, "big": 12345678901234567890}'
)


def test_unchanged_objects_keep_every_byte_and_so_does_what_lies_between(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    first = ODD % (UUIDS[0], png_text(CAT))
    second = json.dumps(line(DOG, uuid=UUIDS[1], name="dog"))
    path.write_text(f"\ufeff \n{first}\r\n\r\n{second}  \n", newline="")
    before = path.read_bytes()
    source = opened(path)
    cat, dog = objects_of(source)
    larger = replace(cat, rect=Rect(0, 0, 4, 2), pixels=cat.drawn(Size(4, 2)))
    save(source, [larger, dog])
    assert path.read_bytes() == before
    save(source, [cat, with_pixels(dog, "...1", "....")])
    start = before.index(second.encode())
    assert path.read_bytes()[:start] == before[:start]
    assert path.read_bytes().endswith(b"}  \n")
    assert text(source.read_mask(source.items[0], KEY).pixels) == ("11.2", "11..")


def test_a_changed_object_keeps_foreign_fields_number_texts_and_key_order(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(ODD % (UUIDS[0], png_text(CAT)) + "\n")
    source = opened(path)
    (cat,) = objects_of(source)
    save(source, [with_pixels(cat, "...1", "....")])
    found = path.read_text()
    assert found.startswith(
        f'{{"uuid":"{UUIDS[0]}","confidence":1.50,"dataRow":{{"id":"row 1", "x":1e2}},'
        '"name":"caf\\u00e9","mask":{"png":"'
    )
    assert found.endswith('","note":[ 1,2 ]},"big":12345678901234567890}\n')
    assert text(source.read_mask(source.items[0], KEY).pixels) == ("...1", "....")


def test_blanks_behind_colons_stay_the_habit_of_a_line(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.ndjson", line(CAT, uuid=UUIDS[0]))
    source = opened(path)
    (found, _) = save(source, [with_pixels(objects_of(source)[0], "...1", "....")])
    assert found.startswith(b'{"uuid": "00')


def test_the_raster_of_a_changed_object_becomes_an_inline_mask(tmp_path: Path) -> None:
    colors = np.zeros((2, 4, 3), np.uint8)
    colors[0, 0], colors[1, 1] = (9, 9, 9), (7, 7, 7)
    Image.fromarray(colors).save(tmp_path / "r.png")
    raster = (tmp_path / "r.png").read_bytes()
    lines = [
        line(uuid=UUIDS[n], mask={"instanceURI": "r.png", "colorRGB": [v] * 3, "kept": 1})
        for n, v in enumerate((9, 7))
    ]
    path = write_lines(tmp_path / "a.ndjson", *lines)
    source = opened(path)
    one, other = objects_of(source)
    found = save(source, [with_pixels(one, "..11", "...."), other])
    assert json.loads(found[0])["mask"].keys() == {"png", "kept"}
    assert found[1] == json.dumps(lines[1]).encode()
    assert (tmp_path / "r.png").read_bytes() == raster
    assert [o.area for o in objects_of(source)] == [2, 1]


def test_objects_are_added_deleted_and_put_in_order(tmp_path: Path) -> None:
    lines = [line(CAT, uuid=UUIDS[n], name=f"n{n}", row={"id": r}) for n, r in enumerate("aabab")]
    path = write_lines(tmp_path / "a.ndjson", *lines)
    texts = path.read_bytes().splitlines()
    source = opened(path)
    a0, a1, a3 = objects_of(source)
    found = save(source, [a3, a0])
    assert found == [texts[3], texts[2], texts[0], texts[4], b""]
    new = MaskObject(UUIDS[8], 2, Rect(3, 1, 4, 2), np.ones((1, 1), np.bool_))
    found = save(source, [a3, a0, new])
    assert found[:3] == [texts[3], texts[2], texts[0]]
    assert found[4] == texts[4]
    added = json.loads(found[3])
    assert list(added) == ["uuid", "dataRow", "name", "classifications", "mask"]
    assert (added["uuid"], added["dataRow"], added["name"]) == (UUIDS[8], {"id": "a"}, "n1")
    assert b", " not in found[3]
    found = save(source, [])
    assert found == [texts[2], texts[4], b""]
    assert [item.name for item in source.items] == ["b"]
    assert a1.uid == UUIDS[1]


@pytest.mark.parametrize("join", [("", "\r\n", ""), ("[", ", ", "]"), ("", "", "\n")])
def test_new_objects_stand_as_the_others_do(tmp_path: Path, join: tuple[str, str, str]) -> None:
    begin, between, end = join
    texts = [json.dumps(line(CAT, uuid=u)) for u in UUIDS[:2]]
    path = tmp_path / "a.json"
    path.write_text(begin + between.join(texts) + end, newline="")
    source = opened(path)
    new = MaskObject("not a uuid", 1, Rect(0, 0, 0, 0), np.zeros((0, 0), np.bool_))
    save(source, [*objects_of(source), new])
    kept = begin + between.join(texts) + between
    found = path.read_bytes().decode()
    assert found.startswith(kept)
    assert found.endswith("}" + end)
    assert len(objects_of(source)) == 3
    assert objects_of(source)[2].uid != "not a uuid"
    save(source, objects_of(source)[2:])
    assert len(objects_of(source)) == 1


@pytest.mark.parametrize("empty", ["", "[]", " [ ]\n"])
def test_an_empty_file_takes_its_first_objects(tmp_path: Path, empty: str) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(empty)
    source = opened(path)
    label_map = LabelMap((LabelClass(0, "none", None), LabelClass(1, "cat", None)), background=0)
    save_in_place(source, Changes(KEY, label_map, {"new é": ChangedMask(CAT)}))
    assert [item.name for item in source.items] == ["new é"]
    assert text(source.read_mask(source.items[0], KEY).pixels) == text(CAT)
    assert isinstance(json.loads(path.read_text()), list) == ("[" in empty)


def test_objects_in_error_and_lines_of_no_row_stay(tmp_path: Path) -> None:
    lines = [
        line(CAT, uuid=UUIDS[0]),
        line(mask={"instanceURI": "https://example.invalid/x", "colorRGB": [1, 2, 3]}),
        line(DOG, row={}),
        line(mask={"png": "%"}, confidence=1.0),
    ]
    path = write_lines(tmp_path / "a.ndjson", *lines)
    texts = path.read_bytes().splitlines()
    source = opened(path)
    cat, *bad = objects_of(source)
    found = save(source, [with_pixels(cat, "1...", "...."), *bad])
    assert found[1:] == [*texts[1:], b""]


def test_a_replaced_object_leaves_together_with_the_one_it_replaced(tmp_path: Path) -> None:
    lines = [line(CAT, uuid=UUIDS[0]), line(DOG, uuid=UUIDS[0].upper()), line(CAT, uuid=UUIDS[1])]
    path = write_lines(tmp_path / "a.ndjson", *lines)
    texts = path.read_bytes().splitlines()
    source = opened(path)
    live, other = objects_of(source)
    assert save(source, [live, other])[:3] == texts
    assert save(source, [other]) == [texts[2], b""]


def test_another_class_brings_its_name_and_schema(tmp_path: Path) -> None:
    lines = [
        line(CAT, uuid=UUIDS[0], schemaId="ck cat"),
        line(DOG, uuid=UUIDS[1], name="dog", schemaId="ck dog"),
        line(DOG, uuid=UUIDS[2], name="cow"),
    ]
    source = opened(write_lines(tmp_path / "a.ndjson", *lines))
    cat, dog, cow = objects_of(source)
    found = save(source, [replace(cat, index=2), replace(dog, index=3), cow])
    first, second, _ = (json.loads(each) for each in found[:3])
    assert (first["name"], first["schemaId"]) == ("dog", "ck dog")
    assert second["name"] == "cow"
    assert "schemaId" not in second


def test_a_renamed_class_renames_its_objects_in_every_row(tmp_path: Path) -> None:
    lines = [
        line(CAT, uuid=UUIDS[0], schemaId="ck", row={"id": "a"}),
        line(CAT, uuid=UUIDS[1], row={"id": "b"}),
        line(DOG, uuid=UUIDS[2], name="dog", row={"id": "b"}),
        line(uuid=UUIDS[3], row={"id": "b"}),
    ]
    source = opened(write_lines(tmp_path / "a.ndjson", *lines))
    label_map = source.label_maps[KEY].with_class(LabelClass(1, "Katze ü", None))
    save_in_place(source, Changes(KEY, label_map, {}))
    found = [json.loads(each) for each in source.path.read_bytes().splitlines()]
    assert [each["name"] for each in found] == ["Katze ü", "Katze ü", "dog", "Katze ü"]
    assert found[0]["schemaId"] == "ck"
    assert found[2] == lines[2]
    assert source.label_maps[KEY].name_of(1) == "Katze ü"
    clash = label_map.with_class(LabelClass(2, "Katze ü", None))
    before = source.path.read_bytes()
    with pytest.raises(DataError) as caught:
        save_in_place(source, Changes(KEY, clash, {}))
    assert caught.value.kind == Kind.DUPLICATE_LABEL
    assert source.path.read_bytes() == before


def test_a_mask_of_another_size_is_refused(tmp_path: Path) -> None:
    source = opened(write_lines(tmp_path / "a.ndjson", line(CAT)))
    with pytest.raises(DataError) as caught:
        paint(source, "11", "11")
    assert caught.value.kind == Kind.CANNOT_HOLD


def test_a_file_that_changed_underneath_is_listed_anew(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.ndjson", line(CAT, uuid=UUIDS[0]))
    source = opened(path)
    (cat,) = objects_of(source)
    other = line(DOG, uuid=UUIDS[1], row={"id": "other"})
    write_lines(path, other, line(CAT, uuid=UUIDS[0]))
    assert source.has_changed_underneath()
    masks = {"row 1": ChangedMask(CAT, objects=(with_pixels(cat, "...1", "...."),))}
    save_in_place(source, Changes(KEY, source.label_maps[KEY], masks))
    assert path.read_bytes().splitlines()[0] == json.dumps(other).encode()
    assert not source.has_changed_underneath()


def test_an_object_without_uuid_keeps_the_one_it_is_known_by(tmp_path: Path) -> None:
    source = opened(write_lines(tmp_path / "a.ndjson", line(CAT), line(DOG, name="dog")))
    cat, dog = objects_of(source)
    found = save(source, [with_pixels(cat, "1...", "...."), dog])
    assert json.loads(found[0])["uuid"] == cat.uid
    assert "uuid" not in json.loads(found[1])
    assert [o.uid for o in objects_of(source)] == [cat.uid, dog.uid]


def test_an_empty_uuid_is_none(tmp_path: Path) -> None:
    source = opened(write_lines(tmp_path / "a.ndjson", {"uuid": None, **line(CAT)}))
    (cat,) = objects_of(source)
    found = save(source, [with_pixels(cat, "1...", "....")])
    assert json.loads(found[0])["uuid"] == cat.uid


# --- painted as a class mask ----------------------------------------------------------------------


def test_painting_changes_only_the_objects_it_touches(tmp_path: Path) -> None:
    lines = [
        line(mask={"png": png_text(m)}, uuid=u, name=n)
        for m, u, n in (
            (mask("11..", "11.."), UUIDS[0], "cat"),
            (mask(".11.", "...."), UUIDS[1], "dog"),
            (mask("....", "...1"), UUIDS[2], "cow"),
        )
    ]
    source = opened(write_lines(tmp_path / "a.ndjson", *lines))
    texts = source.path.read_bytes().splitlines()
    # the cow grows; what the dog hides of the cat stays where it is
    found = paint(source, "1223", "1133")
    assert found[:2] == texts[:2]
    assert [o.area for o in objects_of(source)] == [4, 2, 3]
    # what is erased is no object any more
    paint(source, "1..3", "1133")
    assert [o.area for o in objects_of(source)] == [3, 0, 3]
    assert text(source.read_mask(source.items[0], KEY).pixels) == ("1..3", "1133")


def test_a_class_that_no_object_has_becomes_a_new_one(tmp_path: Path) -> None:
    source = opened(write_lines(tmp_path / "a.ndjson", line(CAT, uuid=UUIDS[0])))
    label_map = source.label_maps[KEY].with_class(LabelClass(2, "dog", None))
    masks = {"row 1": ChangedMask(mask("11.2", "11.."))}
    save_in_place(source, Changes(KEY, label_map, masks))
    assert [(o.index, o.area) for o in objects_of(source)] == [(1, 4), (2, 1)]

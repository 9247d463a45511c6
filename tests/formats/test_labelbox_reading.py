"""Labelbox NDJSON: every rule of an object, every fault by itself."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind, Problem, Severity
from maskstudio.formats import pictures
from maskstudio.formats.base import OpenOptions
from maskstudio.formats.labelbox_export import open_source as open_export
from maskstudio.formats.labelbox_reader import LabelboxNdjson, open_source, probe
from maskstudio.formats.labelbox_source import LabelboxSource
from tests.helpers.labelbox_files import ROW, line, png_text, write_lines
from tests.helpers.masks import mask, text

CAT = mask("11..", "11..")
DOG = mask(".11.", "....")


def opened(path: Path, **options: Any) -> LabelboxNdjson:
    return open_source(path, OpenOptions(**options))


def read(source: LabelboxNdjson, number: int = 0) -> MaskData:
    return source.read_mask(source.items[number], source.key)


def faults(source: LabelboxNdjson) -> list[Problem | None]:
    return [o.fault for o in source.read_objects(source.items[0], source.key)]


def kinds(source: LabelboxNdjson) -> list[Kind | None]:
    return [fault.kind if fault else None for fault in faults(source)]


def test_overlapping_objects_are_kept_and_flattened_in_order(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.ndjson", line(CAT), line(DOG, name="dog"), line(CAT * 0))
    source = opened(path)
    data = read(source)
    assert text(data.pixels) == ("122.", "11..")
    assert data.objects is not None
    assert [o.area for o in data.objects] == [4, 2, 0]
    assert [source.label_maps[source.key].name_of(o.index) for o in data.objects] == [
        "cat",
        "dog",
        "cat",
    ]
    assert source.mask_size(source.items[0], source.key) == (4, 2)


@pytest.mark.parametrize("join", ["\n", "\r\n\r\n", "", " "])
def test_objects_may_stand_in_lines_or_run_together(tmp_path: Path, join: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(join.join(json.dumps(line(m)) for m in (CAT, DOG)))
    assert probe(path) == 3
    assert [o.area for o in read(opened(path)).objects or ()] == [4, 2]


def test_an_array_and_pretty_objects_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("\ufeff" + json.dumps([line(CAT), line(DOG)], indent=2))
    assert [o.area for o in read(opened(path)).objects or ()] == [4, 2]


def test_data_rows_keep_their_order_and_get_names_of_their_own(tmp_path: Path) -> None:
    rows = [{"globalKey": "b"}, {"id": "a"}, {"id": "b"}, {"globalKey": "b"}]
    source = opened(write_lines(tmp_path / "a.ndjson", *(line(CAT, row=row) for row in rows)))
    assert [item.name for item in source.items] == ["b", "a", "b (2)"]
    assert [len(item.objects) for item in source.items] == [2, 1, 1]
    assert source.items[2].facts == {"data_row": {"id": "b"}}


def test_names_get_indices_in_order_of_appearance(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.ndjson", line(CAT, name="z"), line(CAT, name="a"))
    label_map = opened(path).label_maps["ground_truth"]
    assert [(c.index, c.name) for c in label_map] == [(0, "background"), (1, "z"), (2, "a")]
    assert label_map.background == 0


def test_a_given_label_map_tells_indices_by_name(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.ndjson", line(CAT, name="new"), line(DOG, name="dog"))
    given = LabelMap((LabelClass(0, "person", None), LabelClass(7, "dog", (1, 2, 3))))
    source = opened(path, label_map=given)
    label_map = source.label_maps["ground_truth"]
    assert [(c.index, c.name) for c in label_map] == [
        (0, "person"),
        (7, "dog"),
        (8, "new"),
        (9, "background"),
    ]
    assert read(source).pixels.tolist() == [[8, 7, 7, 9], [8, 8, 9, 9]]
    with_background = LabelMap((LabelClass(3, "nothing", (0, 0, 0)),), background=3)
    assert read(opened(path, label_map=with_background)).pixels[0, 3] == 3


def test_objects_called_background_are_the_background(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.ndjson", line(CAT), line(DOG, name="Background"))
    source = opened(path)
    assert source.label_maps["ground_truth"].background == 2
    assert read(source).pixels.tolist() == [[1, 2, 2, 2], [1, 1, 2, 2]]


def test_a_schema_id_names_an_object_without_a_name(tmp_path: Path) -> None:
    source = opened(write_lines(tmp_path / "a.ndjson", line(CAT, name=None, schemaId="ck1")))
    assert source.label_maps["ground_truth"].name_of(1) == "ck1"
    assert source.items[0].objects[0].facts["schemaId"] == "ck1"


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (None, Kind.MISSING_FIELD),
        ({}, Kind.MISSING_FIELD),
        ({"externalId": "x"}, Kind.MISSING_FIELD),
        ({"id": "a", "globalKey": "b"}, Kind.CONFLICTING_FIELDS),
        ("row", Kind.VALUE_OUT_OF_RANGE),
        ({"id": 5}, Kind.VALUE_OUT_OF_RANGE),
        ({"id": ""}, Kind.VALUE_OUT_OF_RANGE),
    ],
)
def test_an_object_of_no_data_row_is_told_and_the_rest_loads(
    tmp_path: Path, row: Any, kind: Kind
) -> None:
    source = opened(write_lines(tmp_path / "a.ndjson", line(CAT, row=row), line(DOG)))
    assert [(p.kind, p.where) for p in source.problems] == [(kind, "a.ndjson:1")]
    assert text(read(source).pixels) == (".11.", "....")


BAD_MASKS: list[tuple[Any, Kind]] = [
    (None, Kind.MISSING_FIELD),
    ({}, Kind.MISSING_FIELD),
    ({"instanceURI": "a.png"}, Kind.MISSING_FIELD),
    ({"colorRGB": [1, 2, 3]}, Kind.MISSING_FIELD),
    ("png", Kind.VALUE_OUT_OF_RANGE),
    ({"png": 5}, Kind.VALUE_OUT_OF_RANGE),
    ({"instanceURI": 5, "colorRGB": [1, 2, 3]}, Kind.VALUE_OUT_OF_RANGE),
    *(
        ({"instanceURI": "a.png", "colorRGB": color}, Kind.VALUE_OUT_OF_RANGE)
        for color in ([1, 2], [1, 2, 256], [1, 2, -1], [1, 2, 3.0], [1, 2, True], "red", 5)
    ),
    ({"png": "%%%%"}, Kind.BASE64_INVALID),
    ({"png": "é"}, Kind.BASE64_INVALID),
    ({"png": "aGVsbG8"}, Kind.BASE64_INVALID),
    ({"png": "aGVsbG8="}, Kind.IMAGE_CORRUPT),
    ({"png": ""}, Kind.IMAGE_CORRUPT),
    ({"png": png_text(CAT)[:60]}, Kind.IMAGE_CORRUPT),
    ({"png": png_text(CAT * 255)}, Kind.MASK_NOT_BINARY),
    ({"png": png_text(CAT, "RGB")}, Kind.MASK_NOT_BINARY),
    ({"png": png_text(CAT, "LA")}, Kind.MASK_NOT_BINARY),
    ({"png": png_text(mask("1"))}, Kind.SIZE_MISMATCH),
    ({"instanceURI": "none.png", "colorRGB": [1, 2, 3]}, Kind.FILE_MISSING),
    ({"instanceURI": "../up.png", "colorRGB": [1, 2, 3]}, Kind.UNSAFE_PATH),
    ({"instanceURI": "/etc/passwd", "colorRGB": [1, 2, 3]}, Kind.UNSAFE_PATH),
    ({"instanceURI": "C:\\a.png", "colorRGB": [1, 2, 3]}, Kind.UNSAFE_PATH),
    ({"instanceURI": "a\\..\\..\\b.png", "colorRGB": [1, 2, 3]}, Kind.UNSAFE_PATH),
    ({"instanceURI": "%2e%2e/up.png", "colorRGB": [1, 2, 3]}, Kind.UNSAFE_PATH),
    ({"instanceURI": "file:///etc/passwd", "colorRGB": [1, 2, 3]}, Kind.UNSAFE_PATH),
    ({"instanceURI": "file://host/a.png", "colorRGB": [1, 2, 3]}, Kind.UNSAFE_PATH),
    ({"instanceURI": "a\0b.png", "colorRGB": [1, 2, 3]}, Kind.UNSAFE_PATH),
    ({"instanceURI": "//host/a.png", "colorRGB": [1, 2, 3]}, Kind.UNSAFE_PATH),
    ({"instanceURI": "gs://bucket/a.png", "colorRGB": [1, 2, 3]}, Kind.REMOTE_UNAVAILABLE),
    ({"instanceURI": "data:image/png;base64,AA", "colorRGB": [1, 2, 3]}, Kind.REMOTE_UNAVAILABLE),
]


@pytest.mark.parametrize(("bad", "kind"), BAD_MASKS)
def test_a_bad_mask_is_a_fault_of_its_object_alone(tmp_path: Path, bad: Any, kind: Kind) -> None:
    path = write_lines(tmp_path / "a.ndjson", line(CAT), line(mask=bad), line(DOG, name="dog"))
    source = opened(path)
    assert kinds(source) == [None, kind, None]
    data = read(source)
    assert text(data.pixels) == ("122.", "11..")
    told = [*source.items[0].problems, *data.problems]
    assert [(p.kind, p.severity) for p in told] == [(kind, Severity.ERROR)]
    alone = opened(write_lines(tmp_path / "b.ndjson", line(mask=bad)))
    assert kinds(alone) == [None if kind == Kind.SIZE_MISMATCH else kind]


def test_a_data_row_of_which_nothing_tells_a_size_is_not_read(tmp_path: Path) -> None:
    source = opened(write_lines(tmp_path / "a.ndjson", line(mask={"png": "%"}), line()))
    with pytest.raises(DataError) as caught:
        read(source)
    assert caught.value.kind == Kind.BASE64_INVALID
    assert kinds(source) == [Kind.BASE64_INVALID, Kind.MISSING_FIELD]


@pytest.mark.parametrize(
    "wrong",
    [
        {"uuid": 5},
        {"name": ["cat"]},
        {"schemaId": {}},
        {"classifications": "none"},
    ],
)
def test_values_of_another_kind_are_a_fault_of_their_object(
    tmp_path: Path, wrong: dict[str, Any]
) -> None:
    source = opened(write_lines(tmp_path / "a.ndjson", line(CAT) | wrong, line(DOG)))
    assert kinds(source) == [Kind.VALUE_OUT_OF_RANGE, None]


def test_an_object_that_nothing_names_is_a_fault(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.ndjson", line(CAT, name=None), line(CAT, name=""), line(CAT))
    assert kinds(opened(path)) == [Kind.MISSING_FIELD, Kind.MISSING_FIELD, None]


def test_masks_of_a_video_are_listed_and_not_read(tmp_path: Path) -> None:
    video = {"frames": [{"index": 1, "imBytes": ""}], "instances": []}
    assert kinds(opened(write_lines(tmp_path / "a.ndjson", line(masks=video), line(CAT)))) == [
        Kind.VIDEO_UNSUPPORTED,
        None,
    ]


@pytest.mark.parametrize("line_of_file", ['{"dataRow": NaN}', '{"a": Infinity}', '{"a": 1e}'])
def test_what_is_no_json_refuses_the_file(tmp_path: Path, line_of_file: str) -> None:
    with pytest.raises(DataError) as caught:
        opened(write_lines(tmp_path / "a.ndjson", line(CAT), line_of_file))
    assert (caught.value.kind, caught.value.where) == (Kind.JSON_INVALID, "a.ndjson:2")


def test_a_repeated_uuid_replaces_the_earlier_object_of_its_row(tmp_path: Path) -> None:
    one, other = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "{A0EEBC999C0B4EF8BB6D6BB9BD380A11}"
    path = write_lines(
        tmp_path / "a.ndjson",
        line(CAT, uuid=one),
        line(CAT, uuid=one, row={"id": "another row"}),
        line(DOG, uuid=other),
    )
    source = opened(path)
    assert [(p.kind, p.severity) for p in source.items[0].problems] == [
        (Kind.UUID_REPEATED, Severity.WARNING)
    ]
    assert [o.uid for o in read(source).objects or ()] == [other]
    assert text(read(source).pixels) == (".11.", "....")
    assert text(read(source, 1).pixels) == ("11..", "11..")


def test_an_object_without_uuid_gets_one_that_stays(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.ndjson", line(CAT), line(CAT), line(DOG, uuid="kept as it is"))
    uids = [o.uid for o in opened(path).items[0].objects]
    assert len(set(uids)) == 3
    assert uids[2] == "kept as it is"
    assert uids == [o.uid for o in opened(path).items[0].objects]


# --- rasters -------------------------------------------------------------------------------------


def raster_line(color: list[int], uri: str = "masks/all.png", **others: Any) -> dict[str, Any]:
    return line(mask={"instanceURI": uri, "colorRGB": color}, **others)


def put_raster(path: Path, pixels: NDArray[Any], mode: str | None = None) -> None:
    path.parent.mkdir(exist_ok=True)
    picture = Image.fromarray(pixels.astype(np.uint8))
    (picture.convert(mode) if mode else picture).save(path, "PNG")


RASTER = np.array([[(9, 8, 7), (0, 0, 0), (9, 8, 6)], [(9, 8, 7), (5, 5, 5), (0, 0, 0)]])


def test_objects_are_picked_by_color_and_black_is_one(tmp_path: Path) -> None:
    put_raster(tmp_path / "masks" / "all.png", RASTER)
    path = write_lines(
        tmp_path / "a.ndjson", raster_line([9, 8, 7]), raster_line([0, 0, 0], name="black")
    )
    assert text(read(opened(path)).pixels) == ("12.", "1.2")


def test_alpha_is_ignored(tmp_path: Path) -> None:
    alpha = np.dstack([RASTER, np.arange(6).reshape(2, 3)])
    put_raster(tmp_path / "masks" / "all.png", alpha)
    path = write_lines(tmp_path / "a.ndjson", raster_line([9, 8, 7]))
    assert text(read(opened(path)).pixels) == ("1..", "1..")


def test_one_channel_counts_as_three_equal_ones(tmp_path: Path) -> None:
    put_raster(tmp_path / "masks" / "all.png", np.array([[7, 0, 255]]))
    lines = [raster_line([v, v, v], name=f"{v}") for v in (7, 255)]
    path = write_lines(tmp_path / "a.ndjson", *lines, raster_line([7, 7, 0], name="none"))
    assert text(read(opened(path)).pixels) == ("1.2",)


def test_of_a_palette_the_indices_count(tmp_path: Path) -> None:
    picture = Image.fromarray(np.array([[1, 0]], np.uint8), "P")
    picture.putpalette([9, 9, 9, 200, 0, 0])
    (tmp_path / "masks").mkdir()
    picture.save(tmp_path / "masks" / "all.png")
    path = write_lines(tmp_path / "a.ndjson", raster_line([1, 1, 1]), raster_line([200, 0, 0]))
    assert [o.area for o in read(opened(path)).objects or ()] == [1, 0]


def test_the_raster_wins_over_an_inline_mask(tmp_path: Path) -> None:
    put_raster(tmp_path / "masks" / "all.png", RASTER)
    both = raster_line([5, 5, 5])
    both["mask"]["png"] = png_text(CAT)
    assert text(read(opened(write_lines(tmp_path / "a.ndjson", both))).pixels) == ("...", ".1.")


def test_a_shared_raster_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_raster(tmp_path / "masks" / "all.png", RASTER)
    path = write_lines(tmp_path / "a.ndjson", *(raster_line([9, 8, 7], name=n) for n in "abc"))
    calls, decode = [], pictures.read_raw_mask

    def counted(data: bytes, where: str) -> pictures.RawMask:
        calls.append(where)
        return decode(data, where)

    monkeypatch.setattr(pictures, "read_raw_mask", counted)
    assert len(read(opened(path)).objects or ()) == 3
    assert len(calls) == 1


@pytest.mark.parametrize("name", ["a b.png", "a%20b.png", "é.png"])
@pytest.mark.parametrize("form", ["{}", "file:{}", "file:masks/../{}", "{folder}/{}"])
def test_paths_inside_the_folder_are_found(tmp_path: Path, name: str, form: str) -> None:
    put_raster(tmp_path / name, RASTER)
    uri = form.format(name, folder=f"file://{tmp_path}")
    path = write_lines(tmp_path / "a.ndjson", raster_line([9, 8, 7], uri))
    if ".." in form:
        assert kinds(opened(path)) == [Kind.UNSAFE_PATH]
    elif "%" not in name or form == "{}":
        assert kinds(opened(path)) == [None]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    put_raster(tmp_path / "out" / "all.png", RASTER)
    (inside / "link.png").symlink_to(tmp_path / "out" / "all.png")
    path = write_lines(inside / "a.ndjson", raster_line([9, 8, 7], "link.png"))
    assert kinds(opened(path)) == [Kind.UNSAFE_PATH]


@pytest.mark.parametrize("kept_as", ["abc", "abc.png"])
def test_downloads_stand_in_for_addresses(tmp_path: Path, kept_as: str) -> None:
    put_raster(tmp_path / "downloads" / kept_as, RASTER)
    uri = "https://user:pass@example.invalid/masks/abc?token=secret"
    path = write_lines(tmp_path / "a.ndjson", raster_line([9, 8, 7], uri))
    (fault,) = faults(opened(path))
    assert fault is not None
    assert fault.kind == Kind.REMOTE_UNAVAILABLE
    assert "secret" not in fault.message
    assert "pass" not in fault.message
    assert kinds(opened(path, downloads=tmp_path / "downloads")) == [None]


@pytest.mark.parametrize("end", ["..", "%2e%2e", "..%2fup.png", "", "%00"])
def test_an_address_cannot_climb_out_of_the_downloads(tmp_path: Path, end: str) -> None:
    put_raster(tmp_path / "up.png", RASTER)
    (tmp_path / "downloads").mkdir()
    path = write_lines(
        tmp_path / "a.ndjson", raster_line([9, 8, 7], f"https://example.invalid/x/{end}")
    )
    assert kinds(opened(path, downloads=tmp_path / "downloads")) == [Kind.REMOTE_UNAVAILABLE]


def test_a_token_of_a_relative_address_stays_out_of_messages(tmp_path: Path) -> None:
    (tmp_path / "a.png?token=secret").write_bytes(b"no picture")
    path = write_lines(tmp_path / "a.ndjson", raster_line([1, 2, 3], "a.png?token=secret"))
    (fault,) = faults(opened(path))
    assert fault is not None
    assert fault.kind == Kind.IMAGE_CORRUPT
    assert "secret" not in fault.message


def test_a_huge_header_is_refused_before_decoding(tmp_path: Path) -> None:
    data = bytearray(base64.b64decode(png_text(CAT)))
    data[16:24] = (1 << 20).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    huge = {"png": base64.b64encode(data).decode()}
    assert kinds(opened(write_lines(tmp_path / "a.ndjson", line(mask=huge), line(CAT)))) == [
        Kind.IMAGE_TOO_LARGE,
        None,
    ]


def test_one_bit_masks_are_zeros_and_ones(tmp_path: Path) -> None:
    bits = {"png": png_text(CAT * 255, "1")}
    source = opened(write_lines(tmp_path / "a.ndjson", line(mask=bits, row=ROW)))
    assert text(read(source).pixels) == ("11..", "11..")


def test_objects_that_no_memory_holds_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maskstudio.formats.labelbox_source._half_of_memory", lambda: 5)
    source = opened(write_lines(tmp_path / "a.ndjson", line(CAT), line(DOG), line(CAT * 0)))
    assert kinds(source) == [None, Kind.IMAGE_TOO_LARGE, None]


# --- anything at all -----------------------------------------------------------------------------

KEYS = ["uuid", "dataRow", "name", "schemaId", "classifications", "mask", "masks", "id", "png"]
KEYS += ["globalKey", "instanceURI", "colorRGB", "data_row", "projects", "labels", "annotations"]
KEYS += ["objects", "frames", "Label", "DataRow ID", "composite_mask", "url", "color_rgb"]
KEYS += ["annotation_kind", "feature_id", "frameNumber", "media_attributes", "width", "color"]
TEXTS = st.sampled_from(["", "a.png", "..", "https://[", "file:", "%", "#12AB34", "\ud800", "a/b"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=20,
)
ANY_LINES = st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6), max_size=3)


@given(lines=ANY_LINES, is_export=st.booleans())
def test_whatever_is_in_a_file_nothing_but_data_errors_come_of_it(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Any], is_export: bool
) -> None:
    lines = [{**each, "dataRow": ROW} if number % 2 else each for number, each in enumerate(lines)]
    path = write_lines(tmp_path_factory.mktemp("any") / "a.ndjson", *lines)
    source: LabelboxSource
    try:
        source = (open_export if is_export else open_source)(path, OpenOptions())
    except DataError:
        return
    for item in source.items:
        objects = source.read_objects(item, source.key)
        assert len(objects) == len(item.objects)
        assert all(found.fault is not None for found in objects)

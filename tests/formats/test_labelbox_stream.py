"""Where the objects of a JSON file lie, whatever stands between them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskstudio.errors import DataError, Kind
from maskstudio.formats import labelbox_stream
from maskstudio.formats.json_text import is_spaced, join_fields, split_fields
from maskstudio.formats.labelbox_stream import StreamFile, first_keys

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=4), max_size=5)


def put(folder: Path, data: bytes) -> StreamFile:
    path = folder / "file.ndjson"
    path.write_bytes(data)
    return StreamFile(path)


def spans(folder: Path, data: bytes) -> list[tuple[int, int, int]]:
    return [(s.start, s.end, s.line) for s, _ in put(folder, data).objects()]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b" \r\n\n", []),
        (b"[]", []),
        (b" [ ] \n", []),
        (b'{"a":1}\n{"b":2}\n', [(0, 7, 1), (8, 15, 2)]),
        (b'{"a":1}{"b":{"c":"}"}}', [(0, 7, 1), (7, 22, 1)]),
        (b'[{"a":1},\n {"b":2}]\n', [(1, 8, 1), (11, 18, 2)]),
        (b'\xef\xbb\xbf{"a":"\\"}"}\r\n\r\n{}', [(3, 14, 1), (18, 20, 3)]),
    ],
)
def test_objects_are_found(tmp_path: Path, data: bytes, expected: list[object]) -> None:
    assert spans(tmp_path, data) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"5",
        b"[5]",
        b'{"a":1',
        b'{"a":"',
        b'[{"a":1}',
        b"[{}{}]",
        b"{},{}",
        b"{}]",
        b"x{}",
        b"[{},]",
    ],
)
def test_anything_else_is_no_json(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DataError) as caught:
        spans(tmp_path, data)
    assert caught.value.kind == Kind.JSON_INVALID


def test_bottomless_nesting_stops_the_reader(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        spans(tmp_path, b'{"a":' + b"[" * 100_000)
    assert caught.value.kind == Kind.JSON_TOO_DEEP


def test_an_endless_gap_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        spans(tmp_path, b" " * (3 << 20) + b"{}")
    assert caught.value.kind == Kind.JSON_INVALID


@given(objects=OBJECTS, block=st.integers(1, 40), style=st.sampled_from(["lines", "run", "array"]))
def test_blocks_of_any_size_give_the_same_objects(
    tmp_path_factory: pytest.TempPathFactory, objects: list[object], block: int, style: str
) -> None:
    texts = [json.dumps(each) for each in objects]
    whole = {"lines": "\n".join(texts), "run": "".join(texts), "array": f"[{', '.join(texts)}]"}
    file = put(tmp_path_factory.mktemp("stream"), whole[style].encode())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(labelbox_stream, "_BLOCK", block)
        found = list(file.objects())
    assert [json.loads(data) for _, data in found] == objects
    assert [file.read(span.start, span.end) for span, _ in found] == [data for _, data in found]


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=5), st.sampled_from([None, 1]))
def test_fields_are_the_text_of_their_values(found: dict[str, object], indent: int | None) -> None:
    fields = split_fields(json.dumps(found, indent=indent))
    assert list(fields) == list(found)
    assert {key: json.loads(text) for key, text in fields.items()} == found
    assert json.loads(join_fields(fields)) == found


def test_numbers_and_escapes_keep_their_letters() -> None:
    text = r'{"a" : 1.50E+3 ,"\u00e9":"\u00e9\/", "b":{ "c":[ 1 , 2.0]}}'
    assert split_fields(text) == {"a": "1.50E+3", "é": r'"\u00e9\/"', "b": '{ "c":[ 1 , 2.0]}'}
    assert is_spaced('{"a": 1}')
    assert not is_spaced('{"a":1}')


def test_a_file_that_changes_is_not_read_at_old_places(tmp_path: Path) -> None:
    file = put(tmp_path, b'{"a":1}')
    (tmp_path / "file.ndjson").write_bytes(b'{"a":1, "b":2}')
    with pytest.raises(DataError, match="changed"):
        file.read(0, 7)


def test_a_file_that_another_is_renamed_over_stays_the_old_one(tmp_path: Path) -> None:
    file = put(tmp_path, b'{"a":1}')
    other = tmp_path / "other"
    other.write_bytes(b"{}")
    other.rename(tmp_path / "file.ndjson")
    assert file.read(0, 7) == b'{"a":1}'
    file.close()
    with pytest.raises(DataError, match="changed"):
        file.read(0, 7)


def test_keys_of_the_first_object_tell_the_format(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b'\xef\xbb\xbf[{"a": {"inner": 1}, "b\\"": "c: {", "d": [{"e": 1}]')
    assert first_keys(path) == {"a", 'b\\"', "d"}
    path.write_bytes(b"\x89PNG")
    assert first_keys(path) == frozenset()

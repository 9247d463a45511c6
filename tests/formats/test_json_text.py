"""Single values of a document change; every other byte stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskstudio.formats.json_text import JsonText

TEXT = (
    b'\xef\xbb\xbf{ "b" : [1.50, {"x": 1e2,"y":"\\u00e9, \\"}"} ],\r\n'
    b'\t"a":{},"n":null , "l": []\n}\n'
)


LINES = b'{\n "a": [1, 2.0, 1e3],\n "b": {"x":1,"y" : [ ] },\n "c": []\n}\n'

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@pytest.mark.parametrize("text", [TEXT, LINES])
def test_untouched_it_is_the_same(text: bytes) -> None:
    assert JsonText(text).changed() == text
    assert not JsonText(text).is_changed


def test_a_value_is_replaced_in_its_place() -> None:
    text = JsonText(TEXT)
    text.replace(("b", 1, "x"), 7)
    text.replace(("n",), {"k": "v"})
    expected = TEXT.replace(b"1e2", b"7").replace(b"null", b'{"k": "v"}')
    assert text.changed() == expected


def test_members_and_elements_are_added_behind_the_last() -> None:
    text = JsonText(TEXT)
    text.put(("a",), "new", 1)
    text.put(("a",), "more", 2)
    text.put(("b", 1), "z", None)
    text.append(("b",), True)
    text.append(("l",), "e")
    text.put((), "end", 0)
    expected = (
        TEXT.replace(b'"a":{}', b'"a":{"new": 1, "more": 2}')
        .replace(b'"} ]', b'", "z": null}, true ]')
        .replace(b"[]\n", b'["e"], "end": 0\n')
    )
    assert text.changed() == expected


@given(st.dictionaries(st.text(), DOCUMENTS, min_size=1, max_size=5), DOCUMENTS, st.data())
def test_what_is_put_is_what_is_read(document: Any, value: Any, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(list(document)) | st.text())
    text = JsonText(json.dumps(document, ensure_ascii=data.draw(st.booleans())).encode())
    text.put((), key, value)
    assert json.loads(text.changed()) == {**document, key: value}


def test_only_the_value_changes_that_is_replaced() -> None:
    text = JsonText(LINES)
    text.replace(("a", 1), 7)
    text.put(("b",), "x", "é")
    assert text.changed() == LINES.replace(b"2.0", b"7").replace(b'"x":1', b'"x":"\\u00e9"')


def test_what_is_added_is_indented_as_the_rest() -> None:
    text = JsonText(LINES)
    text.append(("c",), {"k": 1})
    text.put((), "d", 2)
    assert text.changed() == LINES.replace(b'"c": []', b'"c": [\n  {\n   "k": 1\n  }\n ],\n "d": 2')


def test_a_document_in_one_line_stays_in_one_line() -> None:
    text = JsonText(b'[{"a": 1, "b": 2}]')
    text.put((0,), "m", {"k": [1]})
    assert text.changed() == b'[{"a": 1, "b": 2, "m": {"k": [1]}}]'


def test_removed_members_leave_no_comma() -> None:
    for gone in ((0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)):
        text = JsonText(LINES)
        for position in gone:
            text.remove(("abc"[position],))
        left = {k: v for n, (k, v) in enumerate(json.loads(LINES).items()) if n not in gone}
        assert json.loads(text.changed()) == left


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.sampled_from([None, 1, "\t"]), st.data())
def test_every_change_gives_what_it_gives_in_objects(
    document: Any, indent: Any, data: st.DataObject
) -> None:
    text = JsonText(json.dumps(document, indent=indent).encode())
    document = json.loads(json.dumps(document))
    path: tuple[str | int, ...] = ()
    value = document
    while isinstance(value, dict | list) and value and data.draw(st.booleans()):
        part = data.draw(
            st.sampled_from(list(value) if isinstance(value, dict) else range(len(value)))
        )
        path, value = (*path, part), value[part]
    new = data.draw(DOCUMENTS)
    if isinstance(value, list):
        text.append(path, new)
        value.append(new)
    elif isinstance(value, dict):
        key = data.draw(st.text(max_size=3))
        text.put(path, key, new)
        value[key] = new
    elif path:
        parent = document
        for part in path[:-1]:
            parent = parent[part]
        if data.draw(st.booleans()):
            text.replace(path, new)
            parent[path[-1]] = new
        else:
            text.remove(path)
            del parent[path[-1]]
    assert json.loads(text.changed()) == document


def test_a_value_in_one_line_of_many_stays_in_one_line() -> None:
    text = JsonText(b'{\n "a": [{"k": 1}],\n "b": 2\n}')
    text.append(("a",), {"k": [2]})
    text.replace(("a", 0), {"k": [0]})
    assert text.changed() == b'{\n "a": [{"k": [0]}, {"k": [2]}],\n "b": 2\n}'


def test_what_is_put_twice_is_there_once() -> None:
    text = JsonText(b'{"a": {}}')
    text.put(("a",), "k", 1)
    text.put(("a",), "k", 2)
    assert text.changed() == b'{"a": {"k": 2}}'


def test_half_a_letter_is_escaped_among_letters_that_are_not() -> None:
    text = JsonText('{"é": "é"}'.encode())
    text.put((), "a", "è")
    assert text.changed() == '{"é": "é", "a": "è"}'.encode()
    text.put((), "a", "\ud800")
    assert text.changed() == '{"é": "é", "a": "\\ud800"}'.encode()


def test_what_is_not_there_is_not_changed() -> None:
    text = JsonText(TEXT)
    with pytest.raises(KeyError):
        text.remove(("b", 7))
    with pytest.raises(KeyError):
        text.put(("gone",), "key", 1)
    with pytest.raises(KeyError):
        text.replace(("b", "x"), 1)
    assert not text.has(("b", 7))
    assert text.changed() == TEXT

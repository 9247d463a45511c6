"""Changing values in the text of a JSON document."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from maskstudio.formats.clearml_text import JsonText

TEXT = '{\n "a": [1, 2.0, 1e3],\n "b": {"x":1,"y" : [ ] },\n "c": []\n}\n'

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


def test_nothing_changes_without_a_change() -> None:
    text = JsonText(TEXT)
    assert text.result() == TEXT
    assert not text.is_changed


def test_only_the_value_changes_that_is_replaced() -> None:
    text = JsonText(TEXT)
    text.replace(("a", 1), 7)
    text.set_member(("b",), "x", "é")
    assert text.result() == TEXT.replace("2.0", "7").replace('"x":1', '"x":"\\u00e9"')


def test_what_is_added_is_indented_as_the_rest() -> None:
    text = JsonText(TEXT)
    text.append(("c",), {"k": 1})
    text.set_member((), "d", 2)
    assert text.result() == TEXT.replace('"c": []', '"c": [\n  {\n   "k": 1\n  }\n ],\n "d": 2')


def test_a_document_in_one_line_stays_in_one_line() -> None:
    text = JsonText('[{"a": 1, "b": 2}]')
    text.set_member((0,), "m", {"k": [1]})
    assert text.result() == '[{"a": 1, "b": 2, "m": {"k": [1]}}]'


def test_removed_members_leave_no_comma() -> None:
    for gone in ((0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)):
        text = JsonText(TEXT)
        for position in gone:
            text.remove(("abc"[position],))
        left = {k: v for n, (k, v) in enumerate(json.loads(TEXT).items()) if n not in gone}
        assert json.loads(text.result()) == left


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.sampled_from([None, 1, "\t"]), st.data())
def test_every_change_gives_what_it_gives_in_objects(
    document: Any, indent: Any, data: st.DataObject
) -> None:
    text = JsonText(json.dumps(document, indent=indent))
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
        text.set_member(path, key, new)
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
    assert json.loads(text.result()) == document

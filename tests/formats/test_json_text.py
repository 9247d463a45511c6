"""Single values of a document change; every other byte stays."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from maskstudio.formats.json_text import JsonText

TEXT = (
    b'\xef\xbb\xbf{ "b" : [1.50, {"x": 1e2,"y":"\\u00e9, \\"}"} ],\r\n'
    b'\t"a":{},"n":null , "l": []\n}\n'
)


def test_untouched_it_is_the_same() -> None:
    assert JsonText(TEXT).changed() == TEXT


def test_a_value_is_replaced_in_its_place() -> None:
    text = JsonText(TEXT)
    text.replace(("b", 1, "x"), 7)
    text.replace(("n",), {"k": "v"})
    expected = TEXT.replace(b"1e2", b"7").replace(b"null", b'{"k": "v"}')
    assert text.changed() == expected


def test_members_and_elements_are_added_behind_the_last() -> None:
    text = JsonText(TEXT)
    text.add(("a",), "new", 1)
    text.add(("a",), "more", 2)
    text.put(("b", 1), "z", None)
    text.append(("b",), [True])
    text.append(("l",), ["e"])
    text.add((), "end", 0)
    expected = (
        TEXT.replace(b'"a":{}', b'"a":{"new": 1, "more": 2}')
        .replace(b'"} ]', b'", "z": null}, true ]')
        .replace(b"[]\n", b'["e"], "end": 0\n')
    )
    assert text.changed() == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), json_values, min_size=1, max_size=5), json_values, st.data())
def test_what_is_put_is_what_is_read(document: Any, value: Any, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(list(document)) | st.text())
    text = JsonText(json.dumps(document, ensure_ascii=data.draw(st.booleans())).encode())
    text.put((), key, value)
    assert json.loads(text.changed()) == {**document, key: value}

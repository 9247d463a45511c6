"""JSON from outside: what is refused, and as what."""

from __future__ import annotations

import pytest

from maskstudio.errors import DataError, Kind
from maskstudio.formats.guarded_json import load_json


def test_a_byte_order_mark_is_skipped() -> None:
    assert load_json(b'\xef\xbb\xbf{"a": [1, 2.5, 1e300, "\\ud83d\\ude00"]}', "x") == {
        "a": [1, 2.5, 1e300, "\U0001f600"]
    }


@pytest.mark.parametrize(
    "text",
    [b"NaN", b"[-Infinity]", b'{"a": 1e999}', b"[-1e400]", b'{"a": 1, "a": 2}', b"{", b"\xff", b""],
)
def test_what_is_no_json_or_no_number_is_refused(text: bytes) -> None:
    with pytest.raises(DataError) as caught:
        load_json(text, "x")
    assert caught.value.kind == Kind.JSON_INVALID


@pytest.mark.parametrize("depth", [201, 100_000])
def test_bottomless_nesting_is_refused(depth: int) -> None:
    with pytest.raises(DataError) as caught:
        load_json(b"[" * depth + b"]" * depth, "x")
    assert caught.value.kind == Kind.JSON_TOO_DEEP
    load_json(b"[" * 200 + b"]" * 200, "x")

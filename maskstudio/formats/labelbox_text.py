"""The fields of a JSON object as the text they have, so that what is kept keeps every letter.

Numbers keep their digits, texts their escapes, inner objects their blanks and the order of their
keys; only what is replaced is written anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from json import JSONDecoder

_DECODER = JSONDecoder()
_BLANKS = re.compile(r"[ \t\r\n]*")

Fields = dict[str, str]
"""Text of the value of each key, in order."""


def split_fields(text: str) -> Fields:
    """The fields of an object that was found valid."""
    fields: Fields = {}
    at = _skip(text, text.index("{") + 1)
    while text[at] != "}":
        if text[at] == ",":
            at = _skip(text, at + 1)
        key, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, start)
        fields[key] = text[start:end]
        at = _skip(text, end)
    return fields


def join_fields(fields: Mapping[str, str], *, spaced: bool = False) -> str:
    """An object of these fields, compact or with a blank behind each colon and comma."""
    colon, comma = (": ", ", ") if spaced else (":", ",")
    pairs = (f"{to_text(key)}{colon}{value}" for key, value in fields.items())
    return "{" + comma.join(pairs) + "}"


def is_spaced(text: str) -> bool:
    """Whether an object has a blank behind the colon of its first field."""
    return re.match(r'\{\s*"(?:[^"\\]|\\.)*"\s*:\s', text) is not None


def to_text(value: object) -> str:
    """JSON of a value; letters as they are unless UTF-8 has none for them."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def _skip(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at

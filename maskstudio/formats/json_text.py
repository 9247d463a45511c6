"""Changing single values of a JSON document and leaving every other byte as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

Pointer = tuple[str | int, ...]
"""Keys of objects and positions in lists, from the outermost value inwards."""

_BLANK = re.compile(r"[\ufeff \t\r\n]*")
_decode = json.JSONDecoder().raw_decode


class Span(NamedTuple):
    """Where a value stands in the text."""

    start: int
    end: int


class JsonText:
    """A document that `guarded_json` takes, with changes that are put in together at the end."""

    def __init__(self, data: bytes) -> None:
        """Nothing is parsed yet."""
        self._text = data.decode()
        self._children: dict[int, dict[str | int, Span]] = {}
        self._replaced: dict[Span, str] = {}
        self._added: dict[int, dict[str, Any]] = {}
        self._appended: dict[int, list[Any]] = {}

    def has(self, pointer: Pointer) -> bool:
        """Whether there is such a value."""
        return self._find(pointer) is not None

    def replace(self, pointer: Pointer, value: Any) -> None:
        """Put another value in the place of one. Raises KeyError."""
        self._replaced[self._place(pointer)] = json.dumps(value)

    def add(self, pointer: Pointer, key: str, value: Any) -> None:
        """Put one more member at the end of an object. Raises KeyError."""
        self._added.setdefault(self._place(pointer).start, {})[key] = value

    def put(self, pointer: Pointer, key: str, value: Any) -> None:
        """Replace a member of an object, or add it. Raises KeyError."""
        if self.has((*pointer, key)):
            self.replace((*pointer, key), value)
        else:
            self.add(pointer, key, value)

    def append(self, pointer: Pointer, values: Iterable[Any]) -> None:
        """Put values at the end of a list. Raises KeyError."""
        self._appended.setdefault(self._place(pointer).start, []).extend(values)

    def changed(self) -> bytes:
        """The document with all changes."""
        edits = list(self._replaced.items())
        for start, members in self._added.items():
            texts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in members.items()]
            edits.append(self._insertion(start, texts))
        for start, values in self._appended.items():
            edits.append(self._insertion(start, [json.dumps(value) for value in values]))
        parts, at = [], 0
        for span, text in sorted(edits):
            parts += [self._text[at : span.start], text]
            at = span.end
        return "".join([*parts, self._text[at:]]).encode()

    def _insertion(self, start: int, texts: list[str]) -> tuple[Span, str]:
        """Behind the last thing in a container, before the blanks that may follow it."""
        known = self._children_of(start)
        last = max((span.end for span in known.values()), default=start + 1)
        comma = ", " if known and texts else ""
        return Span(last, last), comma + ", ".join(texts)

    def _place(self, pointer: Pointer) -> Span:
        found = self._find(pointer)
        if found is None:
            raise KeyError(pointer)
        return found

    def _find(self, pointer: Pointer) -> Span | None:
        start = _skip(self._text, 0)
        span = Span(start, len(self._text))
        for step in pointer:
            inner = self._children_of(span.start).get(step)
            if inner is None:
                return None
            span = inner
        return span if pointer else Span(start, _decode(self._text, start)[1])

    def _children_of(self, start: int) -> dict[str | int, Span]:
        """Places of what a container holds, looked for once; nothing for other values."""
        if start not in self._children:
            self._children[start] = _children(self._text, start)
        return self._children[start]


def _children(text: str, start: int) -> dict[str | int, Span]:
    if text[start] not in "{[":
        return {}
    found: dict[str | int, Span] = {}
    is_object, at = text[start] == "{", _skip(text, start + 1)
    while text[at] not in "}]":
        key: str | int = len(found)
        if is_object:
            key, at = _decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        end = _decode(text, at)[1]
        found[key] = Span(at, end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    assert match is not None
    return match.end()

"""JSON as the text it is: changing single values, and every other byte stays.

Only containers on the way to a change are taken apart; numbers keep their digits, texts their
escapes and keys their order, because nobody reads and writes them anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from .safe_paths import is_text

Pointer = tuple[str | int, ...]
"""Keys of objects and positions in lists, from the outermost value inwards."""

Fields = dict[str, str]
"""Text of the value of each key of an object, in order."""

_MARK = b"\xef\xbb\xbf"
_BLANKS = re.compile(r"[ \t\r\n]*")
_STEP = re.compile(r"[\[{][ \t]*\r?\n([ \t]+)")
_COMPACT = (",", ":")
_decode = json.JSONDecoder().raw_decode


class _Part(NamedTuple):
    """A member of an object or an element of a list, with the blanks around it.

    Args:
        start: behind the bracket or comma before it.
        first: its first sign.
        value, end: where its value begins and ends.
    """

    start: int
    first: int
    value: int
    end: int


@dataclass
class _Change:
    """What happens to a value: it is replaced or removed, or something in it is."""

    text: str | None = None
    is_removed: bool = False
    inside: dict[str | int, _Change] = field(default_factory=dict)
    members: dict[str, Any] = field(default_factory=dict)
    elements: list[Any] = field(default_factory=list)


class JsonText:
    """A document that `guarded_json` takes, with changes that are put in together at the end.

    Pointers name values where they stood at the beginning.
    """

    def __init__(self, data: bytes) -> None:
        """Nothing is parsed yet."""
        self._mark = _MARK if data.startswith(_MARK) else b""
        self._text = data[len(self._mark) :].decode()
        self._start = _skip(self._text, 0)
        self._is_ascii = self._text.isascii()
        step = _STEP.search(self._text)
        self._step = step[1] if step else None
        self._known: dict[int, dict[str | int, _Part]] = {}
        self._root = _Change()

    def has(self, pointer: Pointer) -> bool:
        """Whether there is such a value."""
        try:
            self._find(pointer)
        except KeyError:
            return False
        return True

    def replace(self, pointer: Pointer, value: Any) -> None:
        """Put another value in the place of one. Raises KeyError."""
        part = self._find(pointer)
        self._change(pointer).text = self._dumped(value, self._text[part.start : part.first])

    def put(self, pointer: Pointer, key: str, value: Any) -> None:
        """Replace a member of an object, or add it behind the last. Raises KeyError."""
        if self.has((*pointer, key)):
            self.replace((*pointer, key), value)
        else:
            self._find(pointer)
            self._change(pointer).members[key] = value

    def append(self, pointer: Pointer, value: Any) -> None:
        """Put one more value at the end of a list. Raises KeyError."""
        self._find(pointer)
        self._change(pointer).elements.append(value)

    def remove(self, pointer: Pointer) -> None:
        """Take a member or an element away. Raises KeyError."""
        self._find(pointer)
        self._change(pointer).is_removed = True

    @property
    def is_changed(self) -> bool:
        """Whether there is any change to make."""
        return self._root != _Change()

    def changed(self) -> bytes:
        """The document with all changes."""
        whole = self._find(())
        text = self._rendered(self._root, whole)
        return self._mark + f"{self._text[: whole.value]}{text}{self._text[whole.end :]}".encode()

    def _find(self, pointer: Pointer) -> _Part:
        part = _Part(0, self._start, self._start, 0)
        for step in pointer:
            part = self._parts(part.value)[step]
        return part if pointer else part._replace(end=_decode(self._text, self._start)[1])

    def _change(self, pointer: Pointer) -> _Change:
        found = self._root
        for step in pointer:
            found = found.inside.setdefault(step, _Change())
        return found

    def _parts(self, start: int) -> dict[str | int, _Part]:
        """What the container that begins there holds, looked for once."""
        if start not in self._known:
            self._known[start] = _parts(self._text, start)
        return self._known[start]

    def _rendered(self, change: _Change, part: _Part) -> str:
        """The text of a value with the changes in it made."""
        if change.text is not None:
            return change.text
        if change == _UNCHANGED:
            return self._text[part.value : part.end]
        return self._text[part.value] + self._inner(change, part.value) + self._text[part.end - 1]

    def _inner(self, change: _Change, start: int) -> str:
        """What stands between the brackets of a changed container."""
        parts = self._parts(start)
        last = next(reversed(parts.values()), None)
        texts = []
        for key, part in parts.items():
            inside = change.inside.get(key, _UNCHANGED)
            if not inside.is_removed:
                after = "" if part is last else _blanks(self._text, part.end)
                before = self._text[part.start : part.value]
                texts.append(before + self._rendered(inside, part) + after)
        lead, tail = self._around(last, start)
        names = [f"{self._dumped(key)}: " for key in change.members]
        values = [*change.members.values(), *change.elements]
        for name, value in zip(names or [""] * len(values), values, strict=True):
            blank = lead or " " if texts else lead
            texts.append(blank + name + self._dumped(value, lead))
        return ",".join(texts) + tail if texts else ""

    def _around(self, last: _Part | None, start: int) -> tuple[str, str]:
        """Blanks before a new part, as the last has them, and before the closing bracket."""
        if last is not None:
            return self._text[last.start : last.first], _blanks(self._text, last.end)
        if self._step is None:
            return "", ""
        line = self._text[self._text.rfind("\n", 0, start) + 1 : start]
        outer = "\n" + _blanks(line, 0)
        return outer + self._step, outer

    def _dumped(self, value: Any, lead: str = "") -> str:
        """JSON of a value, over several lines where the document and its place are."""
        _, line, blanks = lead.rpartition("\n")
        indent = self._step if line else None
        text = to_text(value, indent=indent, separators=None, is_ascii=self._is_ascii)
        return text.replace("\n", "\n" + blanks)


_UNCHANGED = _Change()


def split_fields(text: str) -> Fields:
    """The fields of an object that was found valid."""
    parts = _parts(text, _skip(text, 0))
    return {str(key): text[part.value : part.end] for key, part in parts.items()}


def join_fields(fields: Mapping[str, str], *, spaced: bool = False) -> str:
    """An object of these fields, compact or with a blank behind each colon and comma."""
    colon, comma = (": ", ", ") if spaced else (":", ",")
    pairs = (f"{to_text(key)}{colon}{value}" for key, value in fields.items())
    return "{" + comma.join(pairs) + "}"


def is_spaced(text: str) -> bool:
    """Whether an object has a blank behind the colon of its first field."""
    return re.match(r'\{\s*"(?:[^"\\]|\\.)*"\s*:\s', text) is not None


def to_text(
    value: object,
    *,
    indent: str | None = None,
    separators: tuple[str, str] | None = _COMPACT,
    is_ascii: bool = False,
) -> str:
    """JSON of a value; letters as they are unless UTF-8 has none for them."""
    dump = partial(json.dumps, value, indent=indent, separators=separators, allow_nan=False)
    text = dump(ensure_ascii=is_ascii)
    return text if is_text(text) else dump()


def _parts(text: str, start: int) -> dict[str | int, _Part]:
    """The members or elements of a container, given by the place of its bracket; else nothing."""
    if text[start] not in "{[":
        return {}
    found: dict[str | int, _Part] = {}
    is_object, at = text[start] == "{", start + 1
    first = _skip(text, at)
    while text[first] not in "}]":
        key: str | int = len(found)
        value = first
        if is_object:
            key, colon = _decode(text, first)
            value = _skip(text, _skip(text, colon) + 1)
        end = _decode(text, value)[1]
        found[key] = _Part(at, first, value, end)
        at = _skip(text, end)
        if text[at] != ",":
            break
        at += 1
        first = _skip(text, at)
    return found


def _blanks(text: str, at: int) -> str:
    return text[at : _skip(text, at)]


def _skip(text: str, at: int) -> int:
    """The first place from there on that is no blank."""
    found = _BLANKS.match(text, at)
    assert found is not None
    return found.end()

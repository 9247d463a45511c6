"""Changing single values in the text of a JSON document; every other byte stays as it is.

Only containers on the way to a change are taken apart; numbers, blanks and the order of keys
survive because nobody reads and writes them anew.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

ValuePath = tuple[str | int, ...]
"""Keys and positions from the document down to a value."""

_BLANK = re.compile(r"[ \t\r\n]*")
_STEP = re.compile(r"[\[{][ \t]*\r?\n([ \t]+)")
_KEY_END = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_decode = json.JSONDecoder().raw_decode


@dataclass
class _Change:
    """What happens to a value: itself replaced or removed, or something below it."""

    text: str | None = None
    is_removed: bool = False
    below: dict[str | int, _Change] = field(default_factory=dict)
    added: list[tuple[str | None, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class _Child:
    """A member or element of a container: from blank to blank between two commas."""

    key: str | int
    start: int
    value_start: int
    value_end: int
    end: int


class JsonText:
    """A valid document of limited depth, and the changes that are to be made to it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root = _Change()
        self._known: dict[int, list[_Child]] = {}
        step = _STEP.search(text)
        self._step = step.group(1) if step else None

    def replace(self, path: ValuePath, value: Any) -> None:
        """Put another value in the place of one that is there."""
        self._change(path).text = self._dumped(value)

    def set_member(self, path: ValuePath, key: str, value: Any) -> None:
        """Give an object this member, in the place of one of this key or as its last."""
        start = _BLANK.match(self._text, self._start_of(path)).end()  # type: ignore[union-attr]
        if any(child.key == key for child in self._children(start)):
            self.replace((*path, key), value)
        else:
            self._change(path).added.append((key, value))

    def append(self, path: ValuePath, value: Any) -> None:
        """Give a list one more element."""
        self._change(path).added.append((None, value))

    def remove(self, path: ValuePath) -> None:
        """Take an element or member away."""
        self._change(path).is_removed = True

    @property
    def is_changed(self) -> bool:
        """Whether there is any change to make."""
        return self._root != _Change()

    def result(self) -> str:
        """The changed text."""
        start, end = self._bounds()
        return self._text[:start] + self._rendered(self._root, start, end) + self._text[end:]

    def _change(self, path: ValuePath) -> _Change:
        found = self._root
        for part in path:
            found = found.below.setdefault(part, _Change())
        return found

    def _bounds(self) -> tuple[int, int]:
        start = _after_blank(self._text, 0)
        return start, _decode(self._text, start)[1]

    def _start_of(self, path: ValuePath) -> int:
        start = self._bounds()[0]
        for part in path:
            start = next(c.value_start for c in self._children(start) if c.key == part)
        return start

    def _rendered(self, change: _Change, start: int, end: int) -> str:
        """The text of a value with the changes in it made."""
        if change.text is not None:
            return change.text
        if not change.below and not change.added:
            return self._text[start:end]
        children = self._children(start)
        pieces = [self._piece(change.below.get(c.key, _UNCHANGED), c) for c in children]
        kept = [piece for piece in pieces if piece is not None]
        tail = self._text[children[-1].value_end : children[-1].end] if children else ""
        lead = self._lead(children, start)
        if not children and change.added and "\n" in lead:
            tail = lead[: len(lead) - len(self._step or "")]
        if change.added and kept:
            kept[-1] = kept[-1].rstrip(" \t\r\n")
        for key, value in change.added:
            name = "" if key is None else f"{self._dumped(key)}: "
            kept.append(lead + name + self._dumped(value, lead))
        body = ",".join(kept)
        if kept and (change.added or pieces[-1] is None):
            body = body.rstrip(" \t\r\n") + tail
        return self._text[start] + body + self._text[end - 1]

    def _piece(self, change: _Change, child: _Child) -> str | None:
        if change.is_removed:
            return None
        lead = self._text[child.start : child.value_start]
        value = self._rendered(change, child.value_start, child.value_end)
        if change.text is not None:
            blank = self._text[child.start : _after_blank(self._text, child.start)]
            value = value.replace("\n", _line_start(blank))
        return lead + value + self._text[child.value_end : child.end]

    def _lead(self, children: list[_Child], start: int) -> str:
        """Blanks before a new element."""
        if children:
            last = children[-1]
            return self._text[last.start : _after_blank(self._text, last.start)]
        if self._step is None:
            return ""
        line = self._text[self._text.rfind("\n", 0, start) + 1 : start]
        return "\n" + line[: _after_blank(line, 0)] + self._step

    def _dumped(self, value: Any, lead: str = "\n") -> str:
        """JSON of a value, over several lines where the document is."""
        indent = self._step if isinstance(value, dict | list) else None
        text = json.dumps(value, indent=indent, ensure_ascii=self._text.isascii(), allow_nan=False)
        return text.replace("\n", _line_start(lead))

    def _children(self, start: int) -> list[_Child]:
        """What a container holds, the container given by the place of its bracket."""
        if start not in self._known:
            self._known[start] = self._parsed(start)
        return self._known[start]

    def _parsed(self, start: int) -> list[_Child]:
        text, is_object = self._text, self._text[start] == "{"
        found: list[_Child] = []
        at = start + 1
        if text[_after_blank(text, at)] in "]}":
            return found
        while True:
            begin = at
            value_start = _after_blank(text, at)
            key: str | int = len(found)
            if is_object:
                key, value_start = _decode(text, value_start)
                value_start = _KEY_END.match(text, value_start).end()  # type: ignore[union-attr]
            value_end = _decode(text, value_start)[1]
            end = _after_blank(text, value_end)
            found.append(_Child(key, begin, value_start, value_end, end))
            if text[end] != ",":
                return found
            at = end + 1


_UNCHANGED = _Change()


def _after_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found is not None
    return found.end()


def _line_start(lead: str) -> str:
    """A line break with the blanks that begin the line a value stands in."""
    return lead[lead.rfind("\n") :] if "\n" in lead else "\n"

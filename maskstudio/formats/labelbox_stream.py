"""JSON objects one after the other: in lines, run together, or as one array, and where each lies.

The file is read in blocks and never held as a whole: what is kept is where its objects begin and
end, so that each can be read again by itself, and all that lies between them goes back as it came.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from maskstudio.errors import DataError, Kind

from .atomic import FileStamp
from .guarded_json import MAX_DEPTH

OBJECT_LIMIT = 1 << 30
"""Bytes of one object; the largest mask there may be takes less than half of it."""

GAP_LIMIT = 1 << 20
"""Bytes between two objects."""

_BLOCK = 1 << 20
_HEAD = 64 << 10
_BOM = b"\xef\xbb\xbf"
_MARK = re.compile(rb'["{}\[\]]')
_STRING_END = re.compile(rb'["\\]')
_KEY = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?|[{}\[\]]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """Where an object lies in its file: bytes start .. end-1, and its line counted from 1."""

    start: int
    end: int
    line: int


class StreamFile:
    """An open file whose objects are read one by one; from any thread.

    It stays the file that was listed even where another one has been renamed over it.
    """

    def __init__(self, path: Path) -> None:
        """Open it. Raises DataError (file_missing)."""
        self.path = path
        self._fd: _Descriptor | None = _Descriptor(path)
        self.stamp = FileStamp.of_descriptor(self._fd.number)

    def close(self) -> None:
        """Let go of it; the next read opens it again, and refuses one that has changed."""
        self._fd = None

    def read(self, start: int, end: int) -> bytes:
        """Bytes start .. end-1; fewer only at the end of the file.

        Raises:
            DataError: the file has changed since it was opened, or cannot be read.
        """
        fd, parts = self._opened(), []
        try:
            while start < end and (part := os.pread(fd.number, end - start, start)):
                parts.append(part)
                start += len(part)
        except OSError as error:  # a disk or a network that fails
            raise _unreadable(self.path, error) from error
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def objects(self) -> Iterator[tuple[Span, bytes]]:
        """Every object with its bytes, in order.

        Raises:
            DataError: json_invalid where something else stands between the objects, or the last
                one has no end; json_too_deep.
        """
        scan = _Scan(self.path.name)
        for start in range(0, self.stamp.size, _BLOCK):
            yield from scan.feed(self.read(start, start + _BLOCK))
        scan.finish()

    def _opened(self) -> _Descriptor:
        fd = self._fd or _Descriptor(self.path)
        if FileStamp.of_descriptor(fd.number) != self.stamp:
            found = "the file has changed since it was opened"
            raise DataError(Kind.JSON_INVALID, self.path.name, found)
        self._fd = fd
        return fd


class _Descriptor:
    """Closes itself with its last user, so that no reader loses it."""

    def __init__(self, path: Path) -> None:
        try:
            self.number = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            raise _unreadable(path, error) from error

    def __del__(self) -> None:
        if hasattr(self, "number"):
            os.close(self.number)


def first_keys(path: Path) -> frozenset[str]:
    """Keys of the first object of a file as far as its first bytes show them; none of others."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return frozenset()
    if not head.removeprefix(_BOM).lstrip(b" \t\r\n[").startswith(b"{"):
        return frozenset()
    keys, depth = [], 0
    for found in _KEY.finditer(head, head.index(b"{")):
        mark = found[0][:1]
        if mark == b'"':
            if depth == 1 and found[2]:
                keys.append(found[1].decode("utf-8", "replace"))
            continue
        depth += 1 if mark in b"{[" else -1
        if depth == 0:
            break
    return frozenset(keys)


class _Scan:
    """Follows strings and brackets from block to block; what is inside is parsed elsewhere."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._held = bytearray()
        self._at = 0  # offset of the first byte that is held
        self._seen = 0  # bytes of them that were looked at
        self._line = 1
        self._depth = 0
        self._in_string = False
        self._n_objects = 0
        self._is_array = False

    def feed(self, block: bytes) -> Iterator[tuple[Span, bytes]]:
        """The objects that end in this block. Raises DataError."""
        self._held += block
        while (self._depth or self._begin()) and self._go_on():
            yield self._take()
        if len(self._held) > (OBJECT_LIMIT if self._depth else GAP_LIMIT):
            raise self._invalid("more than an object or a gap between two may have")

    def finish(self) -> None:
        """Nothing comes any more. Raises DataError where something is missing."""
        if self._depth:
            raise self._invalid("the file ends within an object")
        signs = self._signs(len(self._held))
        allowed = (b"", b"[]") if self._n_objects == 0 else (b"]" if self._is_array else b"",)
        if signs not in allowed:
            raise self._misplaced(signs, "the end" if self._n_objects else "an object")

    def _begin(self) -> bool:
        """Go to where the next object begins; False where that is not held yet."""
        found = self._held.find(b"{")
        if found < 0:
            return False
        signs = self._signs(found)
        if self._n_objects == 0:
            self._is_array = signs == b"["
        separator = b"[" if self._n_objects == 0 else b","
        if signs != (separator if self._is_array else b""):
            raise self._misplaced(signs, "an object")
        self._drop(found)
        self._depth, self._seen = 1, 1
        return True

    def _go_on(self) -> bool:
        """Look for the end of the object that was begun; False where it is not held yet."""
        while self._depth:
            pattern = _STRING_END if self._in_string else _MARK
            found = pattern.search(self._held, self._seen)
            mark = found[0] if found else b""
            if found is None or (mark == b"\\" and found.end() == len(self._held)):
                self._seen = found.start() if found else len(self._held)
                return False
            self._seen = found.end() + (mark == b"\\")
            if mark == b'"':
                self._in_string = not self._in_string
            elif mark != b"\\":
                self._depth += 1 if mark in b"{[" else -1
            if self._depth > MAX_DEPTH:
                where = f"{self._name}:{self._line}"
                nested = f"nested more than {MAX_DEPTH} levels"
                raise DataError(Kind.JSON_TOO_DEEP, where, nested, "a flatter document")
        return True

    def _take(self) -> tuple[Span, bytes]:
        span = Span(self._at, self._at + self._seen, self._line)
        data = bytes(memoryview(self._held)[: self._seen])
        self._drop(self._seen)
        self._seen = 0
        self._n_objects += 1
        return span, data

    def _drop(self, count: int) -> None:
        self._line += self._held.count(b"\n", 0, count)
        del self._held[:count]
        self._at += count

    def _signs(self, end: int) -> bytes:
        """What stands in the first bytes that are held beside blanks and a byte-order mark."""
        gap = bytes(self._held[:end])
        if self._at == 0 and self._n_objects == 0:
            gap = gap.removeprefix(_BOM)
        return b"".join(gap.split())

    def _misplaced(self, signs: bytes, expected: str) -> DataError:
        shown = signs[:20].decode("utf-8", "replace")
        found = f"`{shown}` stands here" if signs else "a comma or the end of the array is missing"
        return self._invalid(found, expected)

    def _invalid(self, found: str, expected: str = "") -> DataError:
        return DataError(Kind.JSON_INVALID, f"{self._name}:{self._line}", found, expected)


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(Kind.FILE_MISSING, path.name, f"the file cannot be read ({error.strerror})")

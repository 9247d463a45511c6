"""The `.wandb` log of a run: its blocks, records, and the part of their protobuf that is needed.

Nothing is trusted: every length is checked against what is there, a record is at most
`MAX_RECORD` bytes, and damage ends the scan (`formats.md` section 4.3).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from maskstudio.errors import DataError, Kind

MAGIC = b":W&B"
MAX_RECORD = 64 << 20
_HEADER = struct.Struct("<4sHB")
_NUMBER, _VERSION = 0xBEE1, 0
_BLOCK = 32_768
_CHUNK = struct.Struct("<IHB")
_WHOLE, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4

_HISTORY, _CONFIG = 2, 5
_HISTORY_STEP = 2
_ITEM, _KEY, _NESTED_KEY, _VALUE = 1, 1, 2, 16
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_VARINT_BITS = 70
_MEDIA_MARK = b"_type"


@dataclass(frozen=True)
class LogItem:
    """One value of a record: where it belongs, and its JSON."""

    path: tuple[str, ...]
    json: bytes


@dataclass(frozen=True)
class HistoryRecord:
    """What was logged at one step.

    Args:
        items: all of the row, or nothing where it has no media.
        step: as the record itself has it, beside the items; None where it has none.
    """

    items: tuple[LogItem, ...]
    step: int | None


@dataclass(frozen=True)
class ConfigRecord:
    """Values of the configuration that are new or others from now on."""

    items: tuple[LogItem, ...]


def read_records(path: Path) -> Iterator[HistoryRecord | ConfigRecord]:
    """Rows and configuration in the order of the log; other kinds of records are passed over.

    Raises:
        DataError: log_version; log_corrupt where the log ends in damage, after what comes before;
            file_missing.
    """
    try:
        with path.open("rb") as file:
            _check_header(file, path.name)
            for position, record in _records(file, path.name):
                try:
                    found = _parsed(record)
                except ValueError as error:
                    raise _corrupt(path.name, position, str(error)) from error
                if found is not None:
                    yield found
    except OSError as error:
        found_text = f"the file cannot be read ({error.strerror})"
        raise DataError(Kind.FILE_MISSING, path.name, found_text) from error


def is_log(path: Path) -> bool:
    """Whether a file begins as a log does."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def _check_header(file: BinaryIO, where: str) -> None:
    head = file.read(_HEADER.size)
    if len(head) < _HEADER.size:
        raise _corrupt(where, 0, "the file ends inside its header")
    magic, number, version = _HEADER.unpack(head)
    if (magic, number) != (MAGIC, _NUMBER):
        raise _corrupt(where, 0, "the file does not begin as a log")
    if version != _VERSION:
        found = f"the log has version {version}"
        raise DataError(Kind.LOG_VERSION, where, found, f"version {_VERSION}")


def _records(file: BinaryIO, where: str) -> Iterator[tuple[int, bytes]]:
    """Every record with its place; chunks are put together. Raises DataError (log_corrupt)."""
    parts: list[bytes] = []
    size = begin = 0
    for position, kind, data in _chunks(file, where):
        if kind in (_WHOLE, _FIRST):
            if parts:
                raise _corrupt(where, position, "a record begins inside another")
            begin, size = position, 0
        elif not parts:
            raise _corrupt(where, position, "a record has no beginning")
        size += len(data)
        if size > MAX_RECORD:
            raise _corrupt(where, position, f"a record is larger than {MAX_RECORD >> 20} MiB")
        parts.append(data)
        if kind in (_WHOLE, _LAST):
            yield begin, b"".join(parts)
            parts = []
    if parts:
        raise _corrupt(where, begin, "the file ends inside a record")


def _chunks(file: BinaryIO, where: str) -> Iterator[tuple[int, int, bytes]]:
    """Place, type and data of every chunk; the header of the file counts into the first block."""
    block = b"\0" * _HEADER.size + file.read(_BLOCK - _HEADER.size)
    start, at = 0, _HEADER.size
    while True:
        while len(block) - at >= _CHUNK.size:
            check, length, kind = _CHUNK.unpack_from(block, at)
            data = block[at + _CHUNK.size : at + _CHUNK.size + length]
            if len(data) < length:
                raise _corrupt(where, start + at, "a record is longer than its block or the file")
            if not _WHOLE <= kind <= _LAST:
                raise _corrupt(where, start + at, f"a chunk has type {kind}")
            if zlib.crc32(data, zlib.crc32(bytes((kind,)))) != check:
                raise _corrupt(where, start + at, "the checksum is wrong")
            yield start + at, kind, data
            at += _CHUNK.size + length
        if len(block) < _BLOCK:
            if at < len(block):
                raise _corrupt(where, start + at, "the file ends inside a record")
            return
        start, at, block = start + _BLOCK, 0, file.read(_BLOCK)


def _parsed(record: bytes) -> HistoryRecord | ConfigRecord | None:
    """The message of a record. Raises ValueError."""
    for number, value in _fields(record):
        if number == _HISTORY and isinstance(value, bytes):
            if _MEDIA_MARK not in value:  # nearly all rows are figures alone
                return HistoryRecord((), None)
            return HistoryRecord(_items(value), _step(value))
        if number == _CONFIG and isinstance(value, bytes):
            return ConfigRecord(_items(value))
    return None


def _items(message: bytes) -> tuple[LogItem, ...]:
    found = (v for n, v in _fields(message) if n == _ITEM and isinstance(v, bytes))
    return tuple(_item(value) for value in found)


def _item(message: bytes) -> LogItem:
    key, nested, value = "", [], b""
    for number, content in _fields(message):
        if not isinstance(content, bytes):
            continue
        if number == _KEY:
            key = content.decode()
        elif number == _NESTED_KEY:
            nested.append(content.decode())
        elif number == _VALUE:
            value = content
    return LogItem(tuple(nested) or (key,), value)


def _step(message: bytes) -> int | None:
    for number, value in _fields(message):
        if number == _HISTORY_STEP and isinstance(value, bytes):
            return next((v for n, v in _fields(value) if n == 1 and isinstance(v, int)), 0)
    return None


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field; those of fixed width are passed over. Raises ValueError."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire = tag >> 3, tag & 7
        if number == 0:  # else zeros, of which any number can be had, are fields without end
            raise ValueError("a field has number 0")
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == _BYTES:
            length, at = _varint(message, at)
        elif wire in (_FIXED64, _FIXED32):
            length = 8 if wire == _FIXED64 else 4
        else:
            raise ValueError(f"a field has wire type {wire}")
        if length > len(message) - at:
            raise ValueError("a field is longer than its record")
        if wire == _BYTES:
            yield number, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A number of 7 bits a byte, and where the next thing begins. Raises ValueError."""
    value = 0
    for shift in range(0, _VARINT_BITS, 7):
        if at >= len(message):
            break
        value |= (message[at] & 0x7F) << shift
        at += 1
        if message[at - 1] < 0x80:
            return value, at
    raise ValueError("a number does not end")


def _corrupt(where: str, position: int, found: str) -> DataError:
    return DataError(Kind.LOG_CORRUPT, f"{where}: byte {position}", found)

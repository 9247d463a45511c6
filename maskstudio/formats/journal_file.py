"""Journal files: records one after the other, each whole or not there at all.

A file is a line that names the format, then records: the length of the payload, its CRC-32, the
CRC-32 of these two numbers, and the payload, which is JSON and bytes. A kill or a power cut leaves
the last record torn, which is as if it had never been written; a record that is there in full and
does not match its sums is damaged, and nothing behind it is read.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

from maskstudio.errors import DataError, Kind

from .atomic import PART, lock, sync_folder

MAGIC = b"MaskStudio journal 1\n"
_HEAD = struct.Struct("<II")
_SUM = struct.Struct("<I")
_META = struct.Struct("<I")


@dataclass(frozen=True)
class Record:
    """What one record holds.

    Args:
        meta: fields that JSON can hold.
        blob: bytes that belong to them.
    """

    meta: Mapping[str, Any]
    blob: bytes = b""

    def framed(self) -> bytes:
        """The record as it lies in the file."""
        meta = json.dumps(self.meta, separators=(",", ":")).encode()  # ASCII: names may be no text
        payload = _META.pack(len(meta)) + meta + self.blob
        head = _HEAD.pack(len(payload), zlib.crc32(payload))
        return head + _SUM.pack(zlib.crc32(head)) + payload

    @classmethod
    def of(cls, payload: bytes) -> Record:
        """The record of a payload. Raises ValueError, TypeError, struct.error."""
        (length,) = _META.unpack_from(payload)
        start = _META.size + length
        meta = json.loads(payload[_META.size : start])
        return cls(dict(meta), payload[start:])


class JournalWriter:
    """A new file that records are added to; locked, so that nobody takes it for a leftover."""

    def __init__(self, path: Path) -> None:
        """Make the file, and its folder where it is missing. Raises OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = FileIO(path, "x+", opener=_for_user_alone)
        try:
            lock(self._file.fileno())
            self._size = 0
            self._write(MAGIC)
            sync_folder(path.parent)
        except OSError:
            self.remove()
            raise

    @property
    def size_bytes(self) -> int:
        """Bytes of the whole records."""
        return self._size

    def add(self, records: Iterable[Record]) -> None:
        """Add records and put them on the disk; all or, after a failure, none. Raises OSError."""
        size = self._size
        try:
            for record in records:
                self._write(record.framed())
            os.fsync(self._file.fileno())
        except OSError:
            self._size = size
            with suppress(OSError):
                self._file.seek(size)
                self._file.truncate(size)
            raise

    def close(self) -> None:
        """Leave the file as it is."""
        self._file.close()

    def remove(self) -> None:
        """Take the file away."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        self._file.close()

    def move(self, path: Path) -> None:
        """Give the file another name, over whatever has it. Raises OSError."""
        self.path = self.path.replace(path)
        sync_folder(path.parent)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._size += len(data)


def _for_user_alone(path: str, flags: int) -> int:
    """What somebody painted is nobody else's to read."""
    return os.open(path, flags, 0o600)


def rewritten(path: Path, records: Iterable[Record]) -> JournalWriter:
    """A journal with these records in the place of the file of that name. Raises OSError."""
    part = path.with_name(path.name + PART)
    part.unlink(missing_ok=True)
    writer = JournalWriter(part)
    try:
        writer.add(records)
        writer.move(path)
    except BaseException:
        writer.remove()
        raise
    return writer


def read_records(path: Path) -> Iterator[Record]:
    """The records of a file, oldest first; a torn one at the end is passed over.

    Raises:
        DataError: the file cannot be read (file_missing), or a record is damaged (log_corrupt);
            what came before it is good.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        found = f"cannot be read ({error.strerror})"
        raise DataError(Kind.FILE_MISSING, path.name, found) from error
    with file:
        yield from _records_of(file, path.name)


def _records_of(file: BinaryIO, where: str) -> Iterator[Record]:
    start = file.read(len(MAGIC))
    if start != MAGIC:
        if MAGIC.startswith(start):
            return
        raise DataError(Kind.LOG_CORRUPT, where, "this is no journal of this version")
    size = os.fstat(file.fileno()).st_size
    while True:
        place = file.tell()
        head = file.read(_HEAD.size + _SUM.size)
        if len(head) < _HEAD.size + _SUM.size or _is_void(head, file):
            return
        length, crc = _HEAD.unpack_from(head)
        is_sound = _SUM.unpack_from(head, _HEAD.size)[0] == zlib.crc32(head[: _HEAD.size])
        if is_sound and file.tell() + length > size:
            return
        payload = file.read(length) if is_sound else b""
        try:
            if not is_sound or zlib.crc32(payload) != crc:
                raise ValueError("its sum does not match")
            record = Record.of(payload)
        except (ValueError, TypeError, struct.error) as error:
            found = f"the record at byte {place} is damaged; what came before it is good"
            raise DataError(Kind.LOG_CORRUPT, where, found) from error
        yield record


def _is_void(head: bytes, file: BinaryIO) -> bool:
    """Whether nothing but zeros is left: room a power cut kept from being filled."""
    if any(head):
        return False
    place = file.tell()
    rest = iter(lambda: file.read(1 << 20), b"")
    found = not any(any(part) for part in rest)
    file.seek(place)
    return found


def is_in_use(path: Path) -> bool:
    """Whether a living program writes a journal."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return path.exists()
    return False

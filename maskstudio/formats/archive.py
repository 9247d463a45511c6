"""Zip archives, read safely: from several threads, within limits, every byte checked.

An archive is refused as a whole when its directory is damaged or an entry could climb out; a
damaged entry concerns itself alone. Changing archives is in `archive_writer`.
"""

from __future__ import annotations

import bz2
import lzma
import os
import zlib
from pathlib import Path
from typing import NoReturn

from maskstudio.errors import DataError, Kind

from .atomic import FileStamp
from .limits import Limits
from .limits import limits as limits_in_force
from .picture_header import sniff
from .zip_directory import LOCAL, LOCAL_MARK, Entry, read_directory

STORED, DEFLATED, BZIP2, LZMA = 0, 8, 12, 14
_ENCRYPTED = 0x1
_LZMA_END_MARK = 0x2
_HEAD = 64 << 10
_SLACK = 96


class _Handle:
    """An open file that closes itself with its last user, so that a reader never loses it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.fd = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))

    def __del__(self) -> None:
        if hasattr(self, "fd"):
            os.close(self.fd)

    def read(self, offset: int, length: int) -> bytes:
        """So many bytes from there; fewer only at the end of the file. Raises DataError."""
        try:
            data = os.pread(self.fd, length, offset)
            while len(data) < length:
                more = os.pread(self.fd, length - len(data), offset + len(data))
                if not more:
                    break
                data += more
        except OSError as error:  # a disk or a network that fails
            raise _unreadable(self._path, error) from error
        return data


class Archive:
    """A zip opened for reading; listed once, entries are read on demand.

    Reading is safe from several threads. After `close` the next read opens the file again, and
    refuses one that has changed meanwhile.

    Raises:
        DataError: file_missing, archive_corrupt, archive_too_large or unsafe_path.
    """

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        self.path = path
        self._limits = limits or limits_in_force()
        try:
            handle = _Handle(path)
        except OSError as error:
            raise _unreadable(path, error) from error
        self._handle: _Handle | None = handle
        self.stamp = FileStamp.of_descriptor(handle.fd)
        self.directory = read_directory(handle.read, self.stamp.size, path.name, self._limits)
        self.entries: dict[str, Entry] = {
            e.name: e for e in self.directory.entries if not e.name.endswith("/")
        }
        self._check_ratios()

    def close(self) -> None:
        """Let go of the file; whoever is reading finishes first."""
        self._handle = None

    def handle(self) -> _Handle:
        """The open file, the same one that was listed. Raises DataError."""
        handle = self._handle
        if handle is None:
            try:
                handle = _Handle(self.path)
            except OSError as error:
                raise _unreadable(self.path, error) from error
            if FileStamp.of_descriptor(handle.fd) != self.stamp:
                raise DataError(
                    Kind.ARCHIVE_CORRUPT,
                    self.path.name,
                    "the archive has changed since it was opened",
                )
            self._handle = handle
        return handle

    def read(self, name: str) -> bytes:
        """The whole content of an entry, its checksum checked.

        Raises:
            DataError: file_missing, archive_corrupt or archive_too_large, of this entry alone.
        """
        entry = self._entry(name)
        if entry.size > _half_of_memory():
            raise DataError(
                Kind.ARCHIVE_TOO_LARGE,
                name,
                f"the entry unpacks to {entry.size >> 20} MiB",
                "at most half of the memory",
            )
        packed = self._packed(entry, entry.packed_size)
        if len(packed) < entry.packed_size:
            _damaged(entry, "the entry is cut")
        data = _unpack(entry, packed, entry.size + 1)
        if len(data) != entry.size:
            _damaged(entry, f"the entry does not unpack to the {entry.size} bytes it announces")
        if zlib.crc32(data) != entry.crc:
            _damaged(entry, "the checksum of the entry is wrong")
        return data

    def read_head(self, name: str, length: int = _HEAD) -> bytes:
        """The first bytes of an entry, unchecked; less where it is shorter. Raises DataError."""
        entry = self._entry(name)
        if entry.size <= length:
            return self.read(name)
        packed = self._packed(entry, min(entry.packed_size, length + 1024))
        return _unpack(entry, packed, length)[:length]

    def _entry(self, name: str) -> Entry:
        try:
            return self.entries[name]
        except KeyError:
            raise DataError(Kind.FILE_MISSING, name, "the archive has no such entry") from None

    def _packed(self, entry: Entry, length: int) -> bytes:
        """The first packed bytes: one read in nearly every case, header and data together."""
        if entry.flags & _ENCRYPTED:
            _damaged(entry, "the entry is encrypted", "an archive without a password")
        handle = self.handle()
        fixed = LOCAL.size + len(entry.raw_name)
        block = handle.read(entry.offset, fixed + _SLACK + length)
        if len(block) < LOCAL.size or block[:4] != LOCAL_MARK:
            _damaged(entry, "the local header of the entry is damaged")
        name_length, extra_length = LOCAL.unpack_from(block)[9:11]
        if block[LOCAL.size : LOCAL.size + name_length] != entry.raw_name:
            _damaged(entry, "the local header names another file than the directory")
        start = fixed + extra_length
        packed = block[start : start + length]
        if len(packed) < length:
            packed += handle.read(entry.offset + start + len(packed), length - len(packed))
        return packed

    def _check_ratios(self) -> None:
        limits = self._limits
        for entry in self.entries.values():
            if entry.size > limits.ratio_counts_from and (
                entry.size > limits.ratio * entry.packed_size
            ):
                head = self.read_head(entry.name)
                if sniff(head) is None:
                    raise DataError(
                        Kind.ARCHIVE_TOO_LARGE,
                        f"{self.path.name}: {entry.name}",
                        f"{entry.packed_size >> 10} KiB unpack to {entry.size >> 20} MiB",
                        f"at most {limits.ratio} times the packed size",
                    )


def _unpack(entry: Entry, packed: bytes, limit: int) -> bytes:
    try:
        return _decompress(entry, packed, limit)
    except (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError) as error:
        raise DataError(
            Kind.ARCHIVE_CORRUPT, entry.name, "the packed data of the entry is damaged"
        ) from error


def _decompress(entry: Entry, packed: bytes, limit: int) -> bytes:
    """Unpack at most `limit` bytes, whatever the entry announces."""
    if entry.method == STORED:
        return packed[:limit]
    if entry.method == DEFLATED:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit)
    if entry.method == BZIP2:
        return bz2.BZ2Decompressor().decompress(packed, limit)
    if entry.method == LZMA:
        return lzma.LZMADecompressor(lzma.FORMAT_ALONE).decompress(
            _lzma_alone(entry, packed), limit
        )
    _damaged(entry, f"compression method {entry.method} is not supported", "stored or deflated")


def _lzma_alone(entry: Entry, packed: bytes) -> bytes:
    """A zip's LZMA stream with the header of a `.lzma` file, which the standard library reads."""
    length = int.from_bytes(packed[2:4], "little")
    size = (1 << 64) - 1 if entry.flags & _LZMA_END_MARK else entry.size
    return packed[4 : 4 + length] + size.to_bytes(8, "little") + packed[4 + length :]


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(Kind.FILE_MISSING, path.name, f"the file cannot be read ({error.strerror})")


def _half_of_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _damaged(entry: Entry, found: str, expected: str = "") -> NoReturn:
    raise DataError(Kind.ARCHIVE_CORRUPT, entry.name, found, expected)

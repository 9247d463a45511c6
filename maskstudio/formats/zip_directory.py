"""The central directory of a zip: parsed once, judged before anything is unpacked.

Knows zip64, archive comments, programs in front of the archive, and names in UTF-8 or code page
437. Nothing here inflates an entry; `archive` does.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass
from itertools import starmap
from struct import Struct
from typing import NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from maskstudio.errors import DataError, Kind

from .limits import Limits
from .safe_paths import escape_reason, may_escape

LOCAL = Struct("<4s5H3L2H")
CENTRAL = Struct("<4s6H3L5H2L")
END = Struct("<4s4H2LH")
END64 = Struct("<4sQ2H2L4Q")
LOCATOR64 = Struct("<4sLQL")
LOCAL_MARK, CENTRAL_MARK, END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
END64_MARK, LOCATOR64_MARK = b"PK\x06\x06", b"PK\x06\x07"
_RECORD = np.dtype(
    [
        ("mark", "V4"),
        *((name, "<u2") for name in ("made", "needed", "flags", "method", "time", "date")),
        *((name, "<u4") for name in ("crc", "packed", "size")),
        *((name, "<u2") for name in ("name", "extra", "comment", "disk", "internal")),
        *((name, "<u4") for name in ("external", "offset")),
    ]
)
"""The fields of `CENTRAL`, for many records at once."""
_LENGTHS, _LENGTHS_AT = Struct("<3H"), 28
"""Of name, extra fields and comment, and where they stand in a record."""
_KIND_OF_FILE = 0o170000
FULL16, FULL32 = 0xFFFF, 0xFFFFFFFF
UTF8_FLAG = 0x800


class Entry(NamedTuple):
    """One file of the archive as its directory describes it.

    Args:
        offset: place of the local header in the file.
        record: start and end of its record in `Directory.raw`.
    """

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    offset: int
    record: tuple[int, int]


@dataclass(frozen=True)
class Directory:
    """All entries in the order of the directory, and what is needed to write it anew.

    Args:
        raw: the records as they stand in the file.
        start: place of the first record in the file.
        shift: bytes in front of the archive that its own offsets do not count.
    """

    entries: tuple[Entry, ...]
    raw: bytes
    start: int
    shift: int
    comment: bytes

    def in_file_order(self) -> list[Entry]:
        """Entries by the place of their data."""
        return sorted(self.entries, key=lambda e: e.offset)


Read = Callable[[int, int], bytes]
"""Reads (offset, length) of the file; fewer bytes only at its end."""


class _End(NamedTuple):
    total: int
    size: int
    offset: int
    position: int
    comment: bytes


def read_directory(read: Read, file_size: int, where: str, limits: Limits) -> Directory:
    """Parse and judge the directory.

    Raises:
        DataError: archive_corrupt, archive_too_large or unsafe_path; each refuses the archive.
    """
    end = _find_end(read, file_size, where)
    if end.total > limits.entries:
        raise DataError(
            Kind.ARCHIVE_TOO_LARGE,
            where,
            f"the archive has {end.total} entries",
            f"at most {limits.entries}",
        )
    start = end.position - end.size
    shift = start - end.offset
    if start < 0 or shift < 0:
        _corrupt(where, "the directory of the archive does not fit into the file")
    raw = read(start, end.size)
    entries = tuple(_parse(raw, end.total, shift, where))
    _check_total(entries, where, limits)
    directory = Directory(entries, raw, start, shift, end.comment)
    _check_places(directory, where)
    return directory


def _find_end(read: Read, file_size: int, where: str) -> _End:
    tail_start = max(0, file_size - END.size - FULL16)
    tail = read(tail_start, file_size - tail_start)
    places = []
    at = tail.rfind(END_MARK)
    while at >= 0:
        if at + END.size <= len(tail):
            places.append((at, at + END.size + END.unpack_from(tail, at)[7]))
        at = tail.rfind(END_MARK, 0, at)
    # A comment may hold the mark, and files may have bytes behind the archive: best is what ends
    # with the file, else the last that is whole.
    whole = [place for place in places if place[1] <= len(tail)]
    if not whole:
        _corrupt(where, "this is not a complete zip archive", "the end record of its directory")
    at, end = next((place for place in whole if place[1] == len(tail)), whole[0])
    comment = tail[at + END.size : end]
    return _resolve_end(read, END.unpack_from(tail, at), tail_start + at, comment, where)


def _resolve_end(
    read: Read, fields: tuple[int, ...], position: int, comment: bytes, where: str
) -> _End:
    _, disk, first_disk, _, count, size, offset, _ = fields
    locator = read(position - LOCATOR64.size, LOCATOR64.size) if position >= LOCATOR64.size else b""
    if locator[:4] == LOCATOR64_MARK:
        stated = LOCATOR64.unpack(locator)[2]
        for place in (stated, position - LOCATOR64.size - END64.size):
            record = read(place, END64.size) if 0 <= place < position else b""
            if len(record) == END64.size and record[:4] == END64_MARK:
                _, _, _, _, disk, first_disk, _, count, size, offset = END64.unpack(record)
                position = place
                break
        else:
            _corrupt(where, "the zip64 end record is missing")
    if disk or first_disk:
        _corrupt(where, "the archive is one part of several")
    return _End(count, size, offset, position, comment)


def _parse(raw: bytes, count: int, shift: int, where: str) -> list[Entry]:
    """All records. Thousands are taken apart together: one at a time costs most of an opening."""
    spans = _record_spans(raw, count, where)
    if not spans:
        return []
    starts = np.array(spans)[:, 0]
    windows = np.lib.stride_tricks.sliding_window_view(np.frombuffer(raw, np.uint8), CENTRAL.size)
    records = windows[starts].view(_RECORD)[:, 0]
    name_ends = (starts + CENTRAL.size + records["name"]).tolist()
    raw_names = [
        raw[at + CENTRAL.size : end] for (at, _), end in zip(spans, name_ends, strict=True)
    ]
    names = _decode_names(raw_names, records["flags"].tolist(), where)
    _check_names(names, records["external"], where)
    columns = [records[field].tolist() for field in ("size", "packed", "offset")]
    numbers = np.stack([records[field] for field in ("size", "packed", "offset")])
    for i in np.flatnonzero((numbers == FULL32).any(axis=0)).tolist():
        extra = raw[name_ends[i] : name_ends[i] + int(records["extra"][i])]
        wide = extra[slice(*(zip64_span(extra) or (0, 0)))]
        narrow = tuple(column[i] for column in columns)
        for column, value in zip(columns, _widened(narrow, wide, names[i], where), strict=True):
            column[i] = value
    sizes, packed, offsets = columns
    parts = (records[field].tolist() for field in ("flags", "method", "crc"))
    places = (offset + shift for offset in offsets)
    rows = zip(names, raw_names, *parts, packed, sizes, places, spans, strict=True)
    return list(starmap(Entry, rows))


def _record_spans(raw: bytes, count: int, where: str) -> list[tuple[int, int]]:
    """Start and end of each record, walked from one to the next."""
    spans: list[tuple[int, int]] = []
    at = 0
    for _ in range(count):
        if at + CENTRAL.size > len(raw) or raw[at : at + 4] != CENTRAL_MARK:
            _corrupt(where, f"record {len(spans) + 1} of the directory is damaged")
        end = at + CENTRAL.size + sum(_LENGTHS.unpack_from(raw, at + _LENGTHS_AT))
        if end > len(raw):
            _corrupt(where, f"record {len(spans) + 1} of the directory is cut")
        spans.append((at, end))
        at = end
    return spans


def _decode_names(raw_names: list[bytes], flags: list[int], where: str) -> list[str]:
    try:
        return [raw.decode() for raw in raw_names]
    except UnicodeDecodeError:
        return [_decode_name(*pair, where) for pair in zip(raw_names, flags, strict=True)]


def _decode_name(raw: bytes, flags: int, where: str) -> str:
    """UTF-8 where the flag or the bytes say so: many writers forget the flag."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        if flags & UTF8_FLAG:
            _corrupt(where, f"the entry name {raw!r} is not UTF-8")
        return raw.decode("cp437")


def zip64_span(extra: bytes) -> tuple[int, int] | None:
    """Start and end of the zip64 numbers among the extra fields of a record."""
    at = 0
    while at + 4 <= len(extra):
        kind = int.from_bytes(extra[at : at + 2], "little")
        end = at + 4 + int.from_bytes(extra[at + 2 : at + 4], "little")
        if kind == 1:
            return at + 4, end
        at = end
    return None


def _widened(narrow: tuple[int, ...], wide: bytes, name: str, where: str) -> list[int]:
    """Size, packed size and offset, each taken from the zip64 field where it is full."""
    result = []
    for value in narrow:
        if value == FULL32:
            if len(wide) < 8:
                _corrupt(where, f"the zip64 field of `{name}` is missing or cut")
            value, wide = int.from_bytes(wide[:8], "little"), wide[8:]
        result.append(value)
    return result


def _check_names(names: list[str], external: NDArray[np.uint32], where: str) -> None:
    is_link = (external >> 16 & _KIND_OF_FILE) == stat.S_IFLNK
    if not is_link.any() and not may_escape(names):
        return
    for name, links in zip(names, is_link.tolist(), strict=True):
        reason = "the entry is a link" if links else escape_reason(name)
        if reason:
            raise DataError(Kind.UNSAFE_PATH, f"{where}: {name}", reason, "an archive without it")


def _check_total(entries: tuple[Entry, ...], where: str, limits: Limits) -> None:
    total = sum(e.size for e in entries)
    if total > limits.unpacked_bytes:
        raise DataError(
            Kind.ARCHIVE_TOO_LARGE,
            where,
            f"the archive unpacks to {total / (1 << 30):.1f} GiB",
            f"at most {limits.unpacked_bytes >> 30} GiB",
        )


def _check_places(directory: Directory, where: str) -> None:
    """Entries that share bytes are how a small archive unpacks to everything; none may."""
    free_from = 0
    for entry in directory.in_file_order():
        if entry.offset < free_from:
            _corrupt(where, f"`{entry.name}` overlaps the entry before it")
        free_from = entry.offset + LOCAL.size + len(entry.raw_name) + entry.packed_size
    if free_from > directory.start:
        _corrupt(where, "the last entry runs into the directory")


def _corrupt(where: str, found: str, expected: str = "") -> NoReturn:
    raise DataError(Kind.ARCHIVE_CORRUPT, where, found, expected)

"""The headers of a zip as bytes: of entries, of moved entries, and of the end.

zip64 forms appear only where a number needs them.
"""

from __future__ import annotations

import stat
import time
import zlib
from collections.abc import Sequence
from struct import Struct
from typing import NamedTuple

from .zip_directory import (
    CENTRAL,
    CENTRAL_MARK,
    END,
    END64,
    END64_MARK,
    END_MARK,
    FULL16,
    FULL32,
    LOCAL,
    LOCAL_MARK,
    LOCATOR64,
    LOCATOR64_MARK,
    UTF8_FLAG,
    zip64_span,
)

_SIZES_AT = 20
_EXTRA_LENGTH_AT = 30
_OFFSET_AT = 42
_ZIP64_LOCAL = Struct("<2H2Q")
_ZIP64_CENTRAL = Struct("<2H3Q")
_VERSION, _VERSION64 = 20, 45
_MADE_ON_UNIX = 3 << 8
_MODE = (stat.S_IFREG | 0o644) << 16


class Headers(NamedTuple):
    """What stands before the data of an entry, and its record in the directory."""

    local: bytes
    record: bytes


def entry_headers(
    raw_name: bytes, data: bytes, packed_size: int, *, method: int, offset: int, is_utf8: bool
) -> Headers:
    """Headers of a new entry, dated now.

    Args:
        offset: place of the local header as the archive counts.
    """
    size = len(data)
    is_wide = max(size, packed_size, offset) >= FULL32
    version = _VERSION64 if is_wide else _VERSION
    sizes = (FULL32, FULL32) if is_wide else (packed_size, size)
    flags = UTF8_FLAG if is_utf8 else 0
    common = (version, flags, method, *_dos_time(), zlib.crc32(data), *sizes, len(raw_name))
    local_extra = _ZIP64_LOCAL.pack(1, 16, size, packed_size) if is_wide else b""
    extra = _ZIP64_CENTRAL.pack(1, 24, size, packed_size, offset) if is_wide else b""
    local = LOCAL.pack(LOCAL_MARK, *common, len(local_extra)) + raw_name + local_extra
    rest = (len(extra), 0, 0, 0, _MODE, FULL32 if is_wide else offset)
    record = CENTRAL.pack(CENTRAL_MARK, _MADE_ON_UNIX | version, *common, *rest)
    return Headers(local, record + raw_name + extra)


def moved_record(record: bytes, offset: int) -> bytes:
    """A record of the directory with another offset, all else as it stands."""
    changed = bytearray(record)
    fields = CENTRAL.unpack_from(record)
    extra_at = CENTRAL.size + fields[10]
    span = zip64_span(record[extra_at : extra_at + fields[11]])
    if fields[16] == FULL32 and span:
        place = extra_at + span[0] + 8 * fields[8:10].count(FULL32)
        changed[place : place + 8] = offset.to_bytes(8, "little")
    elif offset < FULL32:
        changed[_OFFSET_AT : _OFFSET_AT + 4] = offset.to_bytes(4, "little")
    else:
        _widen(changed, extra_at, extra_at + fields[11], span, offset)
    return bytes(changed)


def end_records(records: Sequence[bytes], *, start: int, size: int, comment: bytes) -> bytes:
    """What closes the archive.

    Args:
        start: place of the directory as the archive counts.
        size: bytes of the directory.
    """
    count = len(records)
    wide = b""
    if count >= FULL16 or max(start, size) >= FULL32:
        wide = END64.pack(
            END64_MARK, END64.size - 12, _MADE_ON_UNIX | _VERSION64, _VERSION64, 0, 0,
            count, count, size, start,
        )  # fmt: skip
        wide += LOCATOR64.pack(LOCATOR64_MARK, 0, start + size, 1)
    count = min(count, FULL16)
    size, start = min(size, FULL32), min(start, FULL32)
    return wide + END.pack(END_MARK, 0, 0, count, count, size, start, len(comment)) + comment


def _widen(
    changed: bytearray, extra_at: int, extra_end: int, span: tuple[int, int] | None, offset: int
) -> None:
    """Move the offset of a record into its zip64 field, made where there is none."""
    value = offset.to_bytes(8, "little")
    changed[_OFFSET_AT : _OFFSET_AT + 4] = FULL32.to_bytes(4, "little")
    if span:
        length = span[1] - span[0] + 8
        changed[extra_at + span[0] - 2 : extra_at + span[0]] = length.to_bytes(2, "little")
        changed[extra_at + span[1] : extra_at + span[1]] = value
    else:
        value = b"\x01\x00\x08\x00" + value
        changed[extra_end:extra_end] = value
    total = extra_end - extra_at + len(value)
    changed[_EXTRA_LENGTH_AT : _EXTRA_LENGTH_AT + 2] = total.to_bytes(2, "little")


def _dos_time() -> tuple[int, int]:
    """Time and date of now as zips write them."""
    now = time.localtime()
    date = max(now.tm_year - 1980, 0) << 9 | now.tm_mon << 5 | now.tm_mday
    return now.tm_hour << 11 | now.tm_min << 5 | now.tm_sec // 2, date

"""Changes to a zip: what is in its entries, their names, and every field of its records."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from random import Random

from .random_bytes import PATHS, TEXTS, mutate_bytes, number

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOCAL, _CENTRAL, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_FIELDS = {
    _LOCAL: ((6, "H"), (8, "H"), (14, "I"), (18, "I"), (22, "I"), (26, "H"), (28, "H")),
    _CENTRAL: (
        *((8, "H"), (10, "H"), (16, "I"), (20, "I"), (24, "I"), (28, "H"), (30, "H")),
        *((32, "H"), (34, "H"), (38, "I"), (42, "I")),
    ),
    _END: ((4, "H"), (6, "H"), (8, "H"), (10, "H"), (12, "I"), (16, "I"), (20, "H")),
}
_SYMLINK = 0o120777 << 16
_UNREADABLE = (
    *(zipfile.BadZipFile, ValueError, OSError, RuntimeError, EOFError),
    *(MemoryError, struct.error, zlib.error),
)

Entry = tuple[zipfile.ZipInfo, bytes]
Change = Callable[[str, bytes, Random], bytes]


def mutate_zip(data: bytes, rng: Random, change: Change) -> bytes:
    """One change; `change` is for the content of an entry of a name."""
    entries = _entries(data)
    if not entries or rng.random() < 0.08:
        return mutate_bytes(data, rng)
    at = rng.randrange(len(entries))
    info, content = entries[at]
    match rng.randrange(10):
        case 0 | 1 | 2 | 3:
            entries[at] = info, change(info.filename, content, rng)
        case 4:
            _rename(entries, at, rng)
        case 5:
            _bomb(entries, at, rng)
        case 6:
            info.external_attr = rng.choice((_SYMLINK, 0o020666 << 16, 0o010666 << 16, 16))
        case 7:
            entries[at:at] = [rng.choice(entries)] * rng.choice((1, 1, 3))
        case _:
            return _with_other_fields(_written(entries), rng)
    return _written(entries)


def _entries(data: bytes) -> list[Entry]:
    """Nothing where it was changed already so that it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(info, archive.read(info)) for info in archive.infolist()]
    except _UNREADABLE:
        return []


def _written(entries: list[Entry]) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand twice
        with zipfile.ZipFile(file, "w") as archive:
            for info, content in entries:
                fresh = zipfile.ZipInfo("x", (1980, 1, 1, 0, 0, 0))
                fresh.filename, fresh.external_attr = info.filename, info.external_attr
                fresh.compress_type = info.compress_type
                archive.writestr(fresh, content)
    return file.getvalue()


def _rename(entries: list[Entry], at: int, rng: Random) -> None:
    info, content = entries[at]
    folder, _, name = info.filename.rpartition("/")
    new = rng.choice(
        (
            rng.choice(PATHS),
            f"{folder}/{rng.choice(TEXTS)}"[:60_000],
            f"{folder}/{name}".upper(),
            f"a/b/c/{info.filename}",
            f"{folder}/{rng.choice(entries)[0].filename}",
            rng.choice(entries)[0].filename,
        )
    )
    other = zipfile.ZipInfo("x")
    other.filename = new.encode("utf-8", "replace").decode() or "y"
    other.compress_type = rng.choice(_METHODS)
    entries[at] = other, content


def _bomb(entries: list[Entry], at: int, rng: Random) -> None:
    """Much of nothing, packed small."""
    info, content = entries[at]
    info.compress_type = zipfile.ZIP_DEFLATED
    filling = rng.choice((bytes(1), b"\n", b"a:0,0,0::\n", b"["))
    size = 70_000_000 if rng.random() < 0.1 else rng.choice((1_000_000, 8_000_000))
    head = rng.choice((b"", content, content[:64]))
    entries[at] = info, head + filling * (size // len(filling))


def _with_other_fields(data: bytes, rng: Random) -> bytes:
    """A few fields of records with other numbers, a prefix, or a directory that lies."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        signature = rng.choice(tuple(_FIELDS))
        places = _places(data, signature)
        offset, width = rng.choice(_FIELDS[signature])
        at = rng.choice(places) + offset
        (before,) = struct.unpack_from("<" + width, data, at)
        value = rng.choice((number(rng), before + 1, before - 1, before * 2, 99, 0xFFFF_FFFF))
        packed = struct.pack("<" + width, value % 256 ** struct.calcsize(width))
        data = data[:at] + packed + data[at + len(packed) :]
    match rng.randrange(8):
        case 0:
            return rng.randbytes(rng.choice((1, 100, 70_000))) + data
        case 1:
            return data + rng.randbytes(rng.choice((1, 100, 70_000)))
        case 2:
            return data[: rng.randrange(len(data))]
        case _:
            return data


def _places(data: bytes, signature: bytes) -> list[int]:
    found, at = [], data.find(signature)
    while at >= 0 and at + 46 <= len(data) + 24:
        found.append(at)
        at = data.find(signature, at + 4)
    return found

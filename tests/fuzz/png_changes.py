"""Changes to a PNG that know its chunks: most of what comes out has right checksums."""

from __future__ import annotations

import struct
import zlib
from random import Random

from tests.helpers.png_files import chunk

from .random_bytes import mutate_bytes, number

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SIDES = (0, 1, 2, 3, 255, 4096, 20_000, 32_768, 40_000, 65_535, 2**31 - 1, 2**31, 2**32 - 1)
_EXTRAS = (b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf", b"tRNS", b"gAMA", b"acTL", b"fcTL")
_BOMB = zlib.compress(bytes(30_000_000), 9)

Chunks = list[tuple[bytes, bytes]]


def mutate_png(data: bytes, rng: Random) -> bytes:
    """One change to one of its chunks, or to the file as bytes."""
    chunks = _chunks(data)
    if not chunks or rng.random() < 0.15:
        return mutate_bytes(data, rng)
    change = rng.choice((_header, _header, _palette, _pixels, _pixels, _packed, _order, _extra))
    change(chunks, rng)
    return SIGNATURE + b"".join(_written(name, content, rng) for name, content in chunks)


def _chunks(data: bytes) -> Chunks:
    found, at = [], 8
    while at + 12 <= len(data) and data.startswith(SIGNATURE):
        (length,) = struct.unpack_from(">I", data, at)
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def _written(name: bytes, content: bytes, rng: Random) -> bytes:
    """A chunk; now and then its length or checksum lies."""
    whole = chunk(name, content)
    if rng.random() < 0.01:
        return struct.pack(">I", number(rng) % 2**32) + whole[4:]
    return whole[:-4] + rng.randbytes(4) if rng.random() < 0.01 else whole


def _header(chunks: Chunks, rng: Random) -> None:
    fields = list(struct.unpack(">IIBBBBB", chunks[0][1].ljust(13, b"\0")[:13]))
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(7)
        if at < 2:
            fields[at] = rng.choice((*_SIDES, max(0, fields[at] + rng.choice((-1, 1)))))
        else:
            fields[at] = rng.choice((0, 1, 2, 3, 4, 6, 8, 16, 255))
    chunks[0] = chunks[0][0], struct.pack(">IIBBBBB", *fields)


def _palette(chunks: Chunks, rng: Random) -> None:
    colors = rng.randbytes(rng.choice((0, 1, 3, 6, 48, 767, 768, 771)))
    chunks[:] = [c for c in chunks if c[0] != b"PLTE"]
    chunks.insert(rng.choice((1, 1, len(chunks))), (b"PLTE", colors))
    if rng.random() < 0.5:
        chunks.insert(1, (b"tRNS", rng.randbytes(rng.choice((0, 1, 2, 6, 256, 300)))))


def _pixels(chunks: Chunks, rng: Random) -> None:
    """Other bytes before compression: filters that do not exist, rows too many or too few."""
    at = [i for i, (name, _) in enumerate(chunks) if name == b"IDAT"]
    if not at:
        return
    try:
        raw = zlib.decompress(b"".join(chunks[i][1] for i in at))
    except zlib.error:
        raw = b""
    for _ in range(rng.choice((1, 1, 3))):
        raw = mutate_bytes(raw, rng)
    packed = zlib.compress(raw, rng.choice((0, 1, 9)))
    chunks[:] = [c for c in chunks if c[0] != b"IDAT"]
    step = max(1, len(packed) // rng.choice((1, 1, 3, 50)))
    parts = [(b"IDAT", packed[i : i + step]) for i in range(0, len(packed), step)]
    chunks[at[0] : at[0]] = parts


def _packed(chunks: Chunks, rng: Random) -> None:
    """Other bytes after compression."""
    at = rng.randrange(len(chunks))
    name, content = chunks[at]
    chunks[at] = name, mutate_bytes(content, rng)


def _order(chunks: Chunks, rng: Random) -> None:
    match rng.randrange(4):
        case 0:
            rng.shuffle(chunks)
        case 1:
            del chunks[rng.randrange(len(chunks))]
        case 2:
            chunks.insert(rng.randrange(len(chunks) + 1), rng.choice(chunks))
        case _:
            chunks.extend([(b"IDAT", b""), (b"IEND", b"")] * rng.choice((1, 1000)))


def _extra(chunks: Chunks, rng: Random) -> None:
    name = rng.choice(_EXTRAS)
    content = rng.choice((b"", b"x\0\0", rng.randbytes(40), b"x\0" + bytes(70_000)))
    if rng.random() < 0.1:
        content = b"Raw profile type exif\0\0" + _BOMB
    if name == b"eXIf" and rng.random() < 0.7:
        content = _exif(rng)
    chunks.insert(rng.randrange(1, len(chunks) + 1), (name, content))


def _exif(rng: Random) -> bytes:
    """An orientation, or what pretends to be one."""
    head = b"II*\0\x08\0\0\0"
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, rng.randrange(10), 0)
    return head + struct.pack("<H", rng.choice((1, 1, 65535))) + entry + bytes(4)

"""Changes to bytes that know nothing of what they mean, and texts that have hurt programs."""

from __future__ import annotations

import struct
from random import Random

NUMBERS: tuple[int, ...] = (0, 1, 2, 7, 8, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**24)
NUMBERS += (2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1)

CANARY = "outside.png"
"""A picture beside the opened folder, which nothing opened may reach."""

PATHS = (
    f"../{CANARY}",
    f"../../{CANARY}",
    f"x/../../{CANARY}",
    f"..\\{CANARY}",
    f"./../{CANARY}",
    f"file:../{CANARY}",
    f"file:///../{CANARY}",
    f"file://localhost/etc/{CANARY}",
    f"%2e%2e/{CANARY}",
    "/etc/passwd",
    "/etc/passwd.png",
    "/proc/self/environ",
    "/dev/zero",
    "\\\\server\\share\\a.png",
    "C:\\a.png",
    "C:a.png",
    "http://127.0.0.1:9/a.png",
    "https://storage.invalid/a.png?x=1#y",
    "s3://bucket/a.png",
    "data:image/png;base64,AAAA",
    "~/a.png",
    "$HOME/a.png",
    ".",
    "..",
    "",
    " ",
    "a/",
    "a//b",
)
TEXTS = (
    *PATHS,
    "a\0b",
    "\n",
    "a\r\nb",
    "\u202egnp.a",
    "\ufeff",
    "\U0001f600",
    "e\u0301",
    "nan",
    "NaN",
    "-1",
    "1e999",
    "%s%n",
    "{0}",
    "[red]x[/]",
    "\x1b[2J",
    "#",
    "background",
    "_dummy1",
    "class_1",
    "CON",
    "a" * 255,
    "a" * 256,
    "b/" * 300,
    "x" * 5000,
)


def mutate_bytes(data: bytes, rng: Random) -> bytes:
    """One change at one place."""
    at = rng.randrange(len(data) + 1)
    length = min(len(data) - at, rng.choice((1, 1, 2, 4, 16, 256, len(data))))
    match rng.randrange(9):
        case 0 | 1:
            return _with_bit_changed(data, at, rng)
        case 2:
            return data[:at] + rng.randbytes(length) + data[at + length :]
        case 3:
            return data[:at] + data[at + length :]
        case 4:
            return data[:at] + data[at : at + length] * rng.choice((2, 2, 3, 50)) + data[at:]
        case 5:
            return data[:at]
        case 6:
            return data[:at] + rng.randbytes(rng.choice((1, 4, 100))) + data[at:]
        case 7:
            return with_number(data, at, rng)
        case _:
            return data[:at] + bytes(length) + data[at + length :]


def with_number(data: bytes, at: int, rng: Random) -> bytes:
    """With a number that often lies on a border, in some width and order, at a place."""
    width = rng.choice("BHIQ")
    packed = struct.pack(rng.choice("<>") + width, number(rng) % 256 ** struct.calcsize(width))
    return data[:at] + packed + data[at + len(packed) :]


def number(rng: Random) -> int:
    """A number on a border, or any."""
    if rng.random() < 0.3:
        return rng.getrandbits(rng.choice((4, 8, 16, 32)))
    return max(0, rng.choice(NUMBERS) + rng.choice((-1, 0, 0, 1)))


def _with_bit_changed(data: bytes, at: int, rng: Random) -> bytes:
    if at >= len(data):
        return data
    return data[:at] + bytes((data[at] ^ (1 << rng.randrange(8)),)) + data[at + 1 :]

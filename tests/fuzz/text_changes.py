"""Changes to files of lines: label maps and lists of samples."""

from __future__ import annotations

from random import Random

from .random_bytes import TEXTS, mutate_bytes, number

_COLORS: tuple[str, ...] = (
    "0,0,0",
    "255,255,255",
    "256,0,0",
    "-1,0,0",
    "1,2",
    "1,2,3,4",
    " 1 , 2 , 3 ",
    "a,b,c",
)
_COLORS += ("", "+1,0x2,3_0", "\u0661,\u0662,\u0663", "9" * 5000 + ",0,0", "1.0,2,3", ",,")


def mutate_lines(data: bytes, rng: Random) -> bytes:
    """One change to a line, or to all of them."""
    lines = data.decode("utf-8", "replace").split("\n")
    at = rng.randrange(len(lines))
    match rng.randrange(12):
        case 0 | 1:
            return mutate_bytes(data, rng)
        case 2:
            lines[at] = rng.choice(TEXTS)
        case 3:
            lines[at] = _other_field(lines[at], rng)
        case 4:
            lines.insert(at, rng.choice(lines))
        case 5:
            # Many samples or classes take time that grows with their number, and no more.
            n_lines = 70_000 if rng.random() < 0.1 and data.count(b":") > 5 else 3_000
            lines[at:at] = [f"n{i}:{i % 256},{i // 256 % 256},7::" for i in range(n_lines)]
        case 6:
            lines.insert(at, "y" * rng.choice((1000, 3_000_000)))
        case 7:
            rng.shuffle(lines)
        case 8:
            return rng.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\n" * 100_000)) + data
        case 9:
            ending = rng.choice(("\r\n", "\r", "\u2028", "\x0b", ""))
            return ending.join(lines).encode()
        case 10:
            lines.insert(at, f"{rng.choice(TEXTS)}:{rng.choice(_COLORS)}:{number(rng)}:a,,b")
        case _:
            del lines[at]
    return "\n".join(lines).encode("utf-8", "replace")


def _other_field(line: str, rng: Random) -> str:
    fields = line.split(":")
    at = rng.randrange(len(fields))
    fields[at] = rng.choice(_COLORS) if at == 1 else rng.choice(TEXTS)
    return rng.choice((":", ":", "::", ";")).join(fields)

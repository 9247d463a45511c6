"""Changes to films: sizes and numbers of the boxes of an MP4, and bytes anywhere."""

from __future__ import annotations

import re
from random import Random

from .random_bytes import mutate_bytes, with_number

_BOX = re.compile(
    rb"ftyp|moov|mvhd|trak|tkhd|mdia|mdhd|minf|stbl|stsd|stts|stss|stsc|stsz|stco|ctts|elst|dref"
    rb"|avc1|avcC|mp4v|esds|mdat|edts|dinf|url "
)


def mutate_film(data: bytes, rng: Random) -> bytes:
    """One change, mostly within the first bytes of a box."""
    boxes = [match.start() for match in _BOX.finditer(data)]
    if not boxes or rng.random() < 0.25:
        return mutate_bytes(data, rng)
    at = rng.choice(boxes)
    match rng.randrange(6):
        case 0:
            return with_number(data, max(0, at - 4), rng)
        case 1:
            other = rng.choice(boxes)
            return data[:at] + data[other : other + 4] + data[at + 4 :]
        case _:
            return with_number(data, at + 4 + rng.randrange(60), rng)

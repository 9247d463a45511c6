"""How large what is opened may be: defaults of `formats.md` section 2, which settings can change.

The section `[limits]` of the settings file counts for the window and the command line alike; a
variable such as `MASKSTUDIO_LIMIT_IMAGE_PIXELS` wins over it. Values are whole numbers above 0.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger(__name__)

SECTION = "limits"
VARIABLE = "MASKSTUDIO_LIMIT_"


class Limits(NamedTuple):
    """What is refused before it is decoded or unpacked.

    Args:
        image_pixels: of one picture; a mask of 32 768 x 32 768 fits.
        unpacked_bytes, entries: of one archive.
        ratio: unpacked to packed bytes of an entry of more than `ratio_counts_from` bytes that
            does not begin as a picture.
    """

    image_pixels: int = 1_200_000_000
    unpacked_bytes: int = 64 << 30
    entries: int = 2_000_000
    ratio: int = 200
    ratio_counts_from: int = 64 << 20


SETTINGS = {
    "image_pixels": "image_pixels",
    "archive_bytes": "unpacked_bytes",
    "archive_entries": "entries",
    "archive_ratio": "ratio",
}
"""Fields of the limits that can be changed, by the name of their setting."""


@cache
def limits() -> Limits:
    """The limits in force; read once, when the first file is opened."""
    import platformdirs

    folder = platformdirs.user_config_dir("maskstudio", appauthor=False)
    return limits_from(Path(folder) / "settings.ini", os.environ)


def limits_from(file: Path, variables: Mapping[str, str]) -> Limits:
    """The limits of a settings file and of environment variables; others are the defaults."""
    given = {name: (words, f"{file.name}: {SECTION}/{name}") for name, words in _section(file)}
    for name in SETTINGS:
        variable = VARIABLE + name.upper()
        if variables.get(variable):
            given[name] = variables[variable], variable
    values = {}
    for name, (words, where) in given.items():
        if words.isascii() and words.isdecimal() and int(words) > 0:
            values[SETTINGS[name]] = int(words)
        else:
            log.warning("%s is %r; expected a whole number above 0", where, words)
    return Limits(**values)


def _section(file: Path) -> Iterator[tuple[str, str]]:
    """Settings of limits in a file as Qt writes it; none where there is no such file."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return
    is_in_section = False
    for line in text.splitlines():
        if line.startswith("["):
            is_in_section = line.strip() == f"[{SECTION}]"
        name, separator, words = line.partition("=")
        if is_in_section and separator and name.strip() in SETTINGS:
            yield name.strip(), words.strip().strip('"')

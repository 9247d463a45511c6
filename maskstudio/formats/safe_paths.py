"""Paths that come out of files and archives: which of them could leave their folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from maskstudio.errors import DataError, Kind

_DRIVE = re.compile(r"[A-Za-z]:")


def escape_reason(path: str) -> str | None:
    """Why a relative path could leave its folder, as a clause, or None for a harmless one.

    Backslashes count as separators here, so that a path cannot mean more on another system; a
    backslash that climbs nowhere is an ordinary letter of a name.
    """
    if "\0" in path:
        return "the path holds a zero byte"
    slashed = path.replace("\\", "/")
    if slashed.startswith("/"):
        return "the path is absolute"
    if _DRIVE.match(slashed):
        return "the path starts with a drive letter"
    if ".." in slashed.split("/"):
        return "the path climbs out with `..`"
    return None


def may_escape(paths: Iterable[str]) -> bool:
    """Whether any of many paths has to be looked at with `escape_reason`; false is certain."""
    text = "\n" + "\n".join(paths)
    return any(mark in text for mark in ("\0", "..", "\n/", "\n\\", ":"))


def is_text(name: str) -> bool:
    """Whether a name can be written as UTF-8; names of files may hold any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def resolve_inside(base: Path, path: Path, where: str) -> Path:
    """The real place of a path, links followed.

    Args:
        base: the opened folder, already resolved.

    Raises:
        DataError: it lies outside (unsafe_path).
    """
    try:
        real = path.resolve()
    except (OSError, RuntimeError) as error:
        raise DataError(
            Kind.UNSAFE_PATH, where, "the links of this path cannot be followed"
        ) from error
    if not real.is_relative_to(base):
        raise DataError(Kind.UNSAFE_PATH, where, "a link leads out of the opened folder")
    return real

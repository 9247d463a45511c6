"""Paths that come out of files, archives and names: which of them could leave their folder."""

from __future__ import annotations

import os
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


def file_path_of(name: str, ending: str) -> str:
    """Path of a new file by the name of its sample. Raises DataError (cannot_hold)."""
    reason = escape_reason(name)
    if reason is None and any(not part or part.startswith(".") for part in name.split("/")):
        reason = "a part of it is empty or hidden"
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        reason = "it holds half of a letter"
    if reason:
        raise DataError(Kind.CANNOT_HOLD, repr(name), f"the name cannot be a file's ({reason})")
    return name + ending


def resolve_inside(base: Path, path: Path, where: str) -> Path:
    """The real place of a path, links followed.

    Args:
        base: the opened folder, already resolved.

    Raises:
        DataError: it lies outside (unsafe_path), or no file can have this name (file_missing).
    """
    try:
        real = path.resolve()
    except (OSError, RuntimeError) as error:
        raise DataError(
            Kind.UNSAFE_PATH, where, "the links of this path cannot be followed"
        ) from error
    except ValueError as error:  # half a character, from JSON
        raise DataError(Kind.FILE_MISSING, where, "no file can have this name") from error
    if not real.is_relative_to(base):
        raise DataError(Kind.UNSAFE_PATH, where, "a link leads out of the opened folder")
    return real

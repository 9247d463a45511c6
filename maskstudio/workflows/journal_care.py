"""How long journals wait for somebody to restore them, and how large they may become together.

Nothing goes untold: a journal that is too old, or too much, is named first and dropped at a later
start, when the days of grace are over.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .journal_scribe import FOLDER
from .recovery import journals_left

MAX_AGE_S = 90 * 86_400
MAX_BYTES = 4 << 30
"""Of all journals that wait."""
GRACE_S = 14 * 86_400
"""Between telling of a journal and dropping it."""

NOTICE = ".told"
"""Ending of the file beside a journal that tells since when the user knows."""


@dataclass(frozen=True)
class Overdue:
    """A journal that is to go.

    Args:
        goes_at: when it is dropped, in seconds since 1970.
    """

    path: Path
    goes_at: float


@dataclass(frozen=True)
class JournalStore:
    """All journals of the state folder."""

    folder: Path
    paths: tuple[Path, ...]
    n_bytes: int


def journal_store(folder: Path) -> JournalStore:
    """The journals that wait, and the room they take."""
    paths = tuple(journals_left(folder))
    return JournalStore(folder / FOLDER, paths, sum(_size(path) for path in paths))


def care(folder: Path, now: float | None = None) -> list[Overdue]:
    """Drop what was told of long enough ago, and tell what is next.

    Returns:
        Journals that go at a later start, for the user to know.
    """
    now = time.time() if now is None else now
    found = []
    for path in _overdue(folder, now):
        told_at = _told_at(path, now)
        if now - told_at >= GRACE_S:
            _drop(path)
        else:
            found.append(Overdue(path, told_at + GRACE_S))
    return found


def _overdue(folder: Path, now: float) -> Iterator[Path]:
    """Too old, or the oldest of too much."""
    paths = journals_left(folder)
    excess = sum(_size(path) for path in paths) - MAX_BYTES
    for path in paths:
        if excess > 0 or now - _changed_at(path) > MAX_AGE_S:
            yield path
        excess -= _size(path)


def _told_at(path: Path, now: float) -> float:
    """Since when the user knows; from now on, where nobody has told."""
    notice = path.with_name(path.name + NOTICE)
    try:
        return float(notice.read_text(encoding="ascii"))
    except (OSError, ValueError):
        with suppress(OSError):
            notice.write_text(str(now), encoding="ascii")
        return now


def _drop(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
        path.with_name(path.name + NOTICE).unlink(missing_ok=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()

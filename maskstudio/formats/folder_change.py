"""Changing many files of a folder as one step.

The new files are written beside the old ones, the journal is closed with one line, then they are
renamed. Whoever opens the folder next finishes a closed journal and drops an open one. A journal
that a living writer holds locked is left alone.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from .atomic import finish_file, lock, mode_of, not_writable, require_writable, sync_folder
from .base import Progress, no_progress
from .safe_paths import escape_reason

JOURNAL = ".maskstudio-journal"
NEW = ".maskstudio-new"
_CLOSED = b'"closed"\n'
_NAME_BYTES = 200
_MAX_JOURNAL = 1 << 30


def change_folder(
    root: Path,
    names: Iterable[str],
    contents: Callable[[list[str]], Iterator[bytes]],
    progress: Progress = no_progress,
) -> None:
    """Write or replace files of a folder, all of them or none.

    Args:
        names: paths relative to the folder; folders on the way are made.
        contents: gives the bytes of the named files, in their order, made one by one.

    Raises:
        DataError: not_writable, or what `contents` raises; nothing was changed then.
    """
    names = list(names)
    made = contents(names)
    try:
        _change(root, names, made, progress)
    except OSError as error:
        raise not_writable(root, error) from error
    finally:
        if isinstance(made, Generator):
            made.close()


def finish_or_drop(root: Path) -> None:
    """Bring a folder that a killed writer left to its new or its old state.

    A folder that may not be written stays as it is. What no writer of ours leaves there, a link, a
    pipe or a file without end, is left alone.
    """
    with suppress(OSError), _opened_journal(root / JOURNAL) as journal:
        status = os.fstat(journal.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_JOURNAL:
            return
        if not lock(journal.fileno()):
            return
        text = journal.read()
        targets = list(_targets(root, text))
        if text.endswith(_CLOSED):
            _rename(targets)
        _drop(targets)
        _remove(root / JOURNAL)


def _opened_journal(path: Path) -> BinaryIO:
    """Without following a link, and without waiting for the other end of a pipe."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    return os.fdopen(os.open(path, flags), "r+b", buffering=0)


def _change(root: Path, names: list[str], contents: Iterable[bytes], progress: Progress) -> None:
    finish_or_drop(root)
    targets = [Path(os.path.realpath(root / name)) for name in names]
    for target in targets:
        require_writable(target)
    with (root / JOURNAL).open("xb") as journal:
        lock(journal.fileno())
        try:
            _append(journal, b"".join(json.dumps(name).encode() + b"\n" for name in names))
            for done, (target, data) in enumerate(zip(targets, contents, strict=True)):
                progress(done, len(names), names[done])
                _write_beside(target, data)
            _append(journal, _CLOSED)
        except BaseException:
            _drop(targets)
            _remove(root / JOURNAL)
            raise
        try:
            _rename(targets)
        except OSError:
            # With the first one in place the rest is for whoever opens the folder next.
            if all(_beside(target).exists() for target in targets):
                _drop(targets)
                _remove(root / JOURNAL)
            raise
        with suppress(OSError):  # a journal of what is done already is dropped by the next one
            _remove(root / JOURNAL)


def _append(journal: BinaryIO, data: bytes) -> None:
    journal.write(data)
    finish_file(journal, None)


def _remove(journal: Path) -> None:
    journal.unlink()


def _beside(target: Path) -> Path:
    """The new file of a target; its name is cut where it would be longer than a name can be."""
    name = os.fsencode(target.name)
    if len(name) > _NAME_BYTES:
        begin = name[:_NAME_BYTES].decode(errors="ignore")
        return target.with_name(f".{begin}.{sha256(name).hexdigest()[:16]}{NEW}")
    return target.with_name(f".{target.name}{NEW}")


def _write_beside(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with _beside(target).open("wb") as file:
        file.write(data)
        finish_file(file, mode_of(target))


def _rename(targets: list[Path]) -> None:
    for target in targets:
        _rename_one(target)
    for folder in {target.parent for target in targets}:
        sync_folder(folder)


def _rename_one(target: Path) -> None:
    with suppress(FileNotFoundError):
        _beside(target).replace(target)


def _drop(targets: list[Path]) -> None:
    for target in targets:
        with suppress(OSError):
            _beside(target).unlink()


def _targets(root: Path, text: bytes) -> Iterator[Path]:
    """Files a journal names, those inside the folder alone: a journal is data from outside."""
    base = root.resolve()
    for line in text.removesuffix(_CLOSED).splitlines():
        with suppress(ValueError):
            name = json.loads(line)
            if isinstance(name, str) and escape_reason(name) is None:
                target = Path(os.path.realpath(root / name))
                if target.is_relative_to(base) and target != base:
                    yield target

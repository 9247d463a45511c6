"""One writer for a file or folder: a lock that says who has it, and that dies with its program.

The lock is a file of its own, held by `flock`: the system lets go of it when the program ends,
however it ends, so that a lock nobody holds is stale. Whoever takes over puts a new file in its
place, by which the one before knows.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from .atomic import PART, lock

SUFFIX = ".lock"


@dataclass(frozen=True)
class Owner:
    """Who writes.

    Args:
        began: when it took the lock, in seconds since 1970.
    """

    host: str
    pid: int
    began: float

    @classmethod
    def here(cls) -> Owner:
        """This program, from now on."""
        return cls(os.uname().nodename, os.getpid(), time.time())


class WriterLock:
    """Held until `release`, or until another program takes over."""

    def __init__(self, path: Path, fd: int) -> None:
        """Made by `take_lock`."""
        self._path = path
        self._fd = fd

    @property
    def is_ours(self) -> bool:
        """Whether nobody has taken over."""
        return _is_file(self._path, self._fd)

    def release(self) -> None:
        """Let others write."""
        if self.is_ours:
            with suppress(OSError):
                self._path.unlink()
        os.close(self._fd)


def take_lock(folder: Path, target: Path, *, takes_over: bool = False) -> WriterLock | Owner:
    """The lock of a file or folder, or who has it.

    Args:
        folder: where locks lie; made where it is missing.
        takes_over: take it also from a living program, which then may not write any more.

    Raises:
        OSError: no lock can be made.
    """
    path = _lock_path(folder, target)
    path.parent.mkdir(parents=True, exist_ok=True)
    if takes_over:
        return _replaced(path)
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not lock(fd):
            owner = _owner_in(fd)
            os.close(fd)
            return owner
        if _is_file(path, fd):
            _write_owner(fd)
            return WriterLock(path, fd)
        os.close(fd)  # its owner let go of it, or another took over, between the two steps


def owner_of(folder: Path, target: Path) -> Owner | None:
    """Who writes a file or folder now, or None; takes no lock."""
    try:
        fd = os.open(_lock_path(folder, target), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return None if lock(fd) else _owner_in(fd)
    finally:
        os.close(fd)


def _lock_path(folder: Path, target: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(os.path.realpath(target))).hexdigest()
    return folder / "locks" / f"{digest[:32]}{SUFFIX}"


def _replaced(path: Path) -> WriterLock:
    part = path.with_name(f"{path.name}.{os.urandom(4).hex()}{PART}")
    fd = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    lock(fd)
    _write_owner(fd)
    part.replace(path)
    return WriterLock(path, fd)


def _is_file(path: Path, fd: int) -> bool:
    """Whether an open file is the one of that name."""
    try:
        found = path.stat()
    except OSError:
        return False
    status = os.fstat(fd)
    return (found.st_dev, found.st_ino) == (status.st_dev, status.st_ino)


def _write_owner(fd: int) -> None:
    data = json.dumps(asdict(Owner.here())).encode()
    os.ftruncate(fd, 0)
    os.pwrite(fd, data, 0)


def _owner_in(fd: int) -> Owner:
    """Who wrote the file; somebody unknown where it has not come to that."""
    try:
        fields = json.loads(os.pread(fd, 4096, 0))
        return Owner(str(fields["host"]), int(fields["pid"]), float(fields["began"]))
    except (ValueError, KeyError, TypeError):
        return Owner("", 0, time.time())

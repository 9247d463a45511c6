"""Replacing files so that at every moment the old or the new one is there, whole.

`replacing` is for one file, `new_folder` and `part_folder` for a folder that was not there;
`folder_change` is for several files of a folder as one step.
"""

from __future__ import annotations

import errno
import fcntl
import glob
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from maskstudio.errors import DataError, Kind

PART = ".maskstudio-part"
"""Ending of files and folders that are being written."""
_NAME_BYTES = 40
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class FileStamp(NamedTuple):
    """What tells one state of a file from another without reading it."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> FileStamp | None:
        """Stamp of a file, or None where there is none."""
        try:
            return cls.of_status(path.stat())
        except OSError:
            return None

    @classmethod
    def of_descriptor(cls, fd: int) -> FileStamp:
        """Stamp of an open file."""
        return cls.of_status(os.fstat(fd))

    @classmethod
    def of_status(cls, status: os.stat_result) -> FileStamp:
        """Stamp from what the system says of a file."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """Write a new file beside the target; it takes the target's place when the block ends.

    The old file's permissions are kept, a link stays a link to the file behind it. When the block
    raises, the new file is removed and the target is untouched.

    Raises:
        DataError: not_writable.
    """
    target = Path(os.path.realpath(target))
    try:
        require_writable(target)
        _sweep(target)
        with _part_beside(target) as file:
            yield file
            finish_file(file, mode_of(target))
            Path(file.name).replace(target)
            sync_folder(target.parent)
    except OSError as error:
        raise not_writable(target, error) from error


@contextmanager
def new_folder(target: Path) -> Iterator[Callable[[str, bytes], None]]:
    """Write a folder that appears at the target, whole, when the block ends.

    The target is absent or an empty folder. The block gets a function that writes one file, named
    by its path below the folder.

    Raises:
        DataError: not_writable.
    """
    target = Path(os.path.realpath(target))
    try:
        with part_folder(target) as part:

            def write(name: str, data: bytes) -> None:
                path = part / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("xb") as file:
                    file.write(data)
                    finish_file(file, None)

            yield write
            part.rename(target)
            sync_folder(target.parent)
    except OSError as error:
        raise not_writable(target, error) from error


@contextmanager
def part_folder(target: Path) -> Iterator[Path]:
    """A new, locked folder beside the target, gone at the end unless it was renamed.

    What killed writers left beside the target goes first. Folders on the way to it are made.

    Raises:
        OSError: it cannot be made.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    part = _part_name(target)
    part.mkdir()
    with _descriptor(part, os.O_RDONLY) as fd:
        try:
            lock(fd)
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)


def write_file(target: Path, data: bytes) -> None:
    """Replace one file by these bytes. Raises DataError (not_writable)."""
    with replacing(target) as file:
        file.write(data)


def not_writable(target: Path, error: OSError) -> DataError:
    """The fault of a target that the system did not let us write."""
    reason = error.strerror or str(error)
    return DataError(Kind.NOT_WRITABLE, str(target), f"the file cannot be written ({reason})")


def require_writable(target: Path) -> None:
    """Refuse a file the user may not write, although a rename could replace it. Raises OSError."""
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def finish_file(file: BinaryIO, mode: int | None) -> None:
    """Put the written bytes on the disk, with the permissions of the file it replaces."""
    file.flush()
    if mode is not None:
        os.fchmod(file.fileno(), mode)
    os.fsync(file.fileno())


def mode_of(path: Path) -> int | None:
    """Permission bits of a file, or None where there is none."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def sync_folder(folder: Path) -> None:
    """Put the names of a folder on the disk; file systems that cannot are left alone."""
    with suppress(OSError), _descriptor(folder, os.O_RDONLY) as fd:
        os.fsync(fd)


@contextmanager
def _part_beside(target: Path) -> Iterator[BinaryIO]:
    """A new, locked file beside the target, gone at the end unless it was renamed."""
    part = _part_name(target)
    try:
        with part.open("x+b") as file:
            lock(file.fileno())
            yield file
    finally:
        part.unlink(missing_ok=True)


def lock(fd: int) -> bool:
    """Take the lock that tells a living writer's file from a leftover; False where it is taken."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _part_name(target: Path) -> Path:
    return target.with_name(f".{_beginning(target)}.{os.urandom(4).hex()}{PART}")


def _beginning(target: Path) -> str:
    """As much of a name as leaves room for more, at whole characters; a name has 255 bytes."""
    return os.fsencode(target.name)[:_NAME_BYTES].decode(errors="ignore")


def _sweep(target: Path) -> None:
    """Remove what killed writers left beside the target: files and folders nobody has locked."""
    for leftover in target.parent.glob(f".{glob.escape(_beginning(target))}.*{PART}"):
        with suppress(OSError), _descriptor(leftover, os.O_RDONLY | _NO_LINK) as fd:
            if not lock(fd):
                continue
            if stat.S_ISDIR(os.fstat(fd).st_mode):
                shutil.rmtree(leftover)
            else:
                leftover.unlink()


@contextmanager
def _descriptor(path: Path, flags: int) -> Iterator[int]:
    fd = os.open(path, flags)
    try:
        yield fd
    finally:
        os.close(fd)

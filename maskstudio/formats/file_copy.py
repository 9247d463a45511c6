"""Copying a part of one open file to another as fast as the system can."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import BinaryIO

_STEP = 8 << 20
_NOT_HERE = {
    errno.EXDEV,
    errno.EINVAL,
    errno.ENOSYS,
    errno.EOPNOTSUPP,
    errno.EPERM,
    errno.EBADF,
    errno.ETXTBSY,
}
Copied = Callable[[int], None]
_Way = Callable[[int, int, int, int], int]


def copy_range(
    source: int, target: BinaryIO, offset: int, length: int, note: Copied = lambda n: None
) -> None:
    """Append bytes of a file to another.

    Args:
        source: descriptor; its position is neither used nor moved.
        target: open at its end.
        note: told the number of bytes after each step.

    Raises:
        OSError: the disk is full, or the source ends early.
    """
    target.flush()
    ways: list[_Way] = [_in_kernel, _by_sendfile, _by_hand]
    while length:
        try:
            copied = ways[0](source, target.fileno(), offset, min(length, _STEP))
        except OSError as error:
            if len(ways) == 1 or error.errno not in _NOT_HERE:
                raise
            del ways[0]
            continue
        if copied == 0:
            raise OSError(errno.EIO, "the file being copied has become shorter")
        offset, length = offset + copied, length - copied
        note(copied)
    target.seek(0, os.SEEK_END)


def _in_kernel(source: int, target: int, offset: int, length: int) -> int:
    if not hasattr(os, "copy_file_range"):
        raise OSError(errno.ENOSYS, "")
    return os.copy_file_range(source, target, length, offset)


def _by_sendfile(source: int, target: int, offset: int, length: int) -> int:
    return os.sendfile(target, source, offset, length)


def _by_hand(source: int, target: int, offset: int, length: int) -> int:
    return os.write(target, os.pread(source, min(length, 1 << 20), offset))

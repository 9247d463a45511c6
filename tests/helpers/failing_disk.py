"""A disk that fails: at one operation, from there on, or together with the program.

What writes files in Python goes through a few functions of `os` and through `open`. While a
`FailingDisk` is in force they count, and fail where they are told to.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

import pytest

from maskstudio.formats import archive_writer

_WRITING = ("write", "copy_file_range", "sendfile", "mkdir", "fsync", "fdatasync")
_NAMING = ("rename", "replace", "unlink", "remove", "rmdir", "fchmod")


class Fault(Enum):
    """What goes wrong: one operation, every write from there on, or the program with it."""

    ONCE = errno.EIO
    FULL = errno.ENOSPC
    DENIED = errno.EACCES
    KILLED = 0


class Killed(BaseException):
    """The program is gone; what it would do from here on does not happen."""


class FailingDisk:
    """Counts what is done to files, and fails at one of these operations.

    Args:
        at: number of the operation, from 0.
    """

    def __init__(self, at: int = 1 << 60, fault: Fault = Fault.ONCE) -> None:
        self._at = at
        self._fault = fault
        self.count = 0

    @property
    def is_dead(self) -> bool:
        """Whether the program was killed."""
        return self._fault is Fault.KILLED and self.count > self._at

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Watch this process."""
        with pytest.MonkeyPatch.context() as patch:
            for name in (*_WRITING, *_NAMING):
                patch.setattr(os, name, self._watched(getattr(os, name), name))
            patch.setattr(archive_writer, "_sync_data", os.fdatasync)
            opened = self._opener(io.open)
            patch.setattr(io, "open", opened)
            patch.setattr(builtins, "open", opened)
            yield

    def step(self, name: str) -> None:
        """Count an operation, and fail where it is its turn. Raises OSError, Killed."""
        number, self.count = self.count, self.count + 1
        if number < self._at:
            return
        if self._fault is Fault.KILLED:
            raise Killed
        is_hit = number == self._at
        if is_hit if self._fault is Fault.ONCE else name in _WRITING:
            raise OSError(self._fault.value, os.strerror(self._fault.value))

    def _watched(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*args: Any, **others: Any) -> Any:
            self.step(name)
            return function(*args, **others)

        return call

    def _opener(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        def call(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **more: Any) -> Any:
            if "b" not in mode or not set(mode) & set("wxa+"):
                return plain(file, mode, buffering, *rest, **more)
            self.step("write")
            raw = _Raw(file, mode, disk=self)
            if buffering == 0:
                return raw
            return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)

        return call


class _Raw(io.FileIO):
    """A file on that disk."""

    def __init__(self, file: Any, mode: str, *, disk: FailingDisk) -> None:
        super().__init__(file, mode)
        self._disk = disk

    def write(self, data: Any) -> int:
        """Write, fail, or pretend: what a dead program had in its buffers is lost."""
        if self._disk.is_dead:
            return memoryview(data).nbytes
        self._disk.step("write")
        written = super().write(data)
        assert written is not None
        return written

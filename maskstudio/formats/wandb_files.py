"""Files of an opened run or artifact: read inside its folder alone, with the state they had."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from maskstudio.errors import DataError, Kind

from .atomic import FileStamp
from .guarded_json import load_json
from .safe_paths import escape_reason, resolve_inside

MAX_JSON = 128 << 20


class WandbFiles:
    """Files below a folder by their path. Reading is safe from several threads."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read yet."""
        self.folder = folder
        self._base = folder.resolve()
        self._stamps: dict[str, FileStamp | None] = {}

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        """A file; the state it was first seen in is remembered. Raises DataError."""
        try:
            place = self.place_of(path)
            # Reading a pipe or a device may never end.
            if not stat.S_ISREG(place.stat().st_mode):
                raise DataError(Kind.FILE_MISSING, path, "this is no file")
            with place.open("rb") as file:
                self._stamps.setdefault(path, FileStamp.of_descriptor(file.fileno()))
                yield file
        except FileNotFoundError as error:
            raise DataError(Kind.FILE_MISSING, path, "there is no such file") from error
        except OSError as error:
            found = f"the file cannot be read ({error.strerror or error})"
            raise DataError(Kind.FILE_MISSING, path, found) from error

    def read(self, path: str) -> bytes:
        """A whole file. Raises DataError."""
        with self.open(path) as file:
            return file.read()

    def read_text_of_json(self, path: str) -> bytes:
        """A file of JSON, as long as it is of a bearable size. Raises DataError."""
        with self.open(path) as file:
            data = file.read(MAX_JSON + 1)
        if len(data) > MAX_JSON:
            found = f"the file is larger than {MAX_JSON >> 20} MiB"
            raise DataError(Kind.JSON_INVALID, path, found)
        return data

    def read_object(self, path: str) -> dict[str, Any]:
        """A file that holds one object. Raises DataError."""
        found = load_json(self.read_text_of_json(path), path)
        if not isinstance(found, dict):
            raise DataError(Kind.VALUE_OUT_OF_RANGE, path, "this is no object")
        return found

    def place_of(self, path: str) -> Path:
        """Where a file really lies. Raises DataError (unsafe_path)."""
        reason = escape_reason(path)
        if reason:
            raise DataError(Kind.UNSAFE_PATH, path, reason)
        return resolve_inside(self._base, self.folder / path, path)

    def have_changed(self, paths: Iterable[str] | None = None) -> bool:
        """Whether files that were read are others now.

        Args:
            paths: those that count; None for all.
        """
        wanted = self._stamps.keys() if paths is None else self._stamps.keys() & set(paths)
        return any(FileStamp.of(self.folder / path) != self._stamps[path] for path in wanted)

    def forget(self, paths: Iterable[str]) -> None:
        """Count files as never read; a save has replaced them."""
        for path in paths:
            self._stamps.pop(path, None)

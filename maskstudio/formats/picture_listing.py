"""The pictures of a folder, found fast and without opening one."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from maskstudio.errors import DataError, Kind, Problem, Scope

from .base import unique_names
from .safe_paths import resolve_inside

_DIGITS = re.compile(r"(\d+)")


@dataclass
class Listing:
    """Pictures of a folder in natural order.

    Args:
        paths: relative to the folder, with `/`.
        problems: links that lead out of the folder, and folders that cannot be listed.
    """

    paths: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def list_pictures(folder: Path, suffixes: Collection[str]) -> Listing:
    """Every file below a folder with one of the endings; hidden files and folders are left out.

    Links are followed as long as they stay inside, and no folder is entered twice.

    Args:
        suffixes: with their dot, in small letters.
    """
    listing = Listing()
    listing.paths.extend(walk_pictures(folder, suffixes, listing.problems))
    listing.paths.sort(key=natural_key)
    return listing


def walk_pictures(
    folder: Path, suffixes: Collection[str], problems: list[Problem] | None = None
) -> Iterator[str]:
    """The same in no order, each path when it is found; for who may stop early.

    Args:
        problems: what is met on the way is added to it.
    """
    wanted = tuple(suffixes)
    seen: set[tuple[int, int]] = set()
    with suppress(OSError):
        seen.add(_identity(os.stat(folder)))  # noqa: PTH116 - as of entries below
    for path in _walk(folder, "", [] if problems is None else problems, seen):
        if path.lower().endswith(wanted):
            yield path


class PictureFiles:
    """The pictures of one file or of a folder, by the names of their samples.

    Attributes:
        folder: what paths are relative to.
        paths: path of each sample's file, in natural order of the paths.
        problems: what was met while listing.
    """

    def __init__(self, path: Path, suffixes: Collection[str]) -> None:
        """List them; nothing is opened. Raises DataError (file_missing)."""
        if path.is_dir():
            self.folder = path
            listing = list_pictures(path, suffixes)
        elif path.is_file():
            self.folder = path.parent
            listing = Listing([path.name])
        else:
            raise DataError(Kind.FILE_MISSING, str(path), "there is no such file or folder")
        self.problems = listing.problems
        self.paths = dict(zip(names_of(listing.paths), listing.paths, strict=True))
        self._is_single = not path.is_dir()
        self._base = self.folder.resolve()

    def read(self, name: str) -> bytes:
        """The file of a sample. Raises DataError."""
        with self.open(name) as file:
            return file.read()

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """The file of a sample, opened for reading. Raises DataError."""
        where = self.paths.get(name, name)
        try:
            with self.place_of(name).open("rb") as file:
                yield file
        except OSError as error:
            found = f"the file cannot be read ({error.strerror or error})"
            raise DataError(Kind.FILE_MISSING, where, found) from error

    def place_of(self, name: str) -> Path:
        """Where the file really lies. Raises DataError (unsafe_path)."""
        where = self.paths.get(name, name)
        path = self.folder / where
        return path if self._is_single else resolve_inside(self._base, path, where)


def has_picture(folder: Path, suffixes: Collection[str]) -> bool:
    """Whether a folder holds at least one file with one of the endings; stops at the first."""
    return next(walk_pictures(folder, suffixes), None) is not None


def natural_key(path: str) -> list[tuple[int, int, str]]:
    """Sorts `frame_9` before `frame_10`, and the files of a folder together; endings come last."""
    stem = _stem(path).replace("/", "\0")
    return [
        *((0, int(p), "") if p.isdecimal() else (1, 0, p.casefold()) for p in _DIGITS.split(stem)),
        (2, 0, path),
    ]


def names_of(paths: list[str]) -> list[str]:
    """Names of samples: paths without ending; where two would be the same both keep theirs."""
    stems = [_stem(path) for path in paths]
    counts = Counter(stems)
    return unique_names(
        [stem if counts[stem] == 1 else path for stem, path in zip(stems, paths, strict=True)]
    )


def _stem(path: str) -> str:
    return os.path.splitext(path)[0]  # noqa: PTH122 - for many paths, pathlib is slow


def _walk(
    folder: Path, prefix: str, problems: list[Problem], seen: set[tuple[int, int]]
) -> Iterator[str]:
    """Relative paths of files below a folder of the opened one.

    Args:
        prefix: path from the opened folder, empty or with `/` at its end.
        seen: device and number of folders entered so far.
    """
    try:
        entries = list(os.scandir(folder / prefix))
    except OSError as error:
        found = f"the folder cannot be listed ({error.strerror})"
        problems.append(
            DataError(Kind.FILE_MISSING, prefix or folder.name, found).problem(Scope.ITEM)
        )
        return
    for entry in entries:
        path = prefix + entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_symlink() and not _stays_inside(folder, path, problems):
            continue
        if not entry.is_dir():
            # Reading a pipe or a device may never end; a broken link is told when it is read.
            if entry.is_file() or entry.is_symlink():
                yield path
        elif (real := _identity(entry.stat())) not in seen:
            seen.add(real)
            yield from _walk(folder, f"{path}/", problems, seen)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _stays_inside(folder: Path, path: str, problems: list[Problem]) -> bool:
    try:
        resolve_inside(folder.resolve(), folder / path, path)
    except DataError as error:
        problems.append(error.problem(Scope.ITEM))
        return False
    return True

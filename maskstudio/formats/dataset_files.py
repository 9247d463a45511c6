"""The files of a data set, in a zip or a folder, by their path below its root.

The root is where the data set begins: what was opened, or up to three folders further down.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from maskstudio.errors import DataError, Kind

from .archive import Archive
from .archive_writer import Make, rewrite
from .atomic import PART, FileStamp
from .base import Progress
from .folder_change import JOURNAL, NEW, change_folder, finish_or_drop
from .parallel import ordered_map
from .safe_paths import resolve_inside

MAX_DEPTH = 3
OWN_FILES = (PART, NEW, JOURNAL)
"""Endings of files that a save leaves for a moment, or for good when it is killed."""
_HEAD = 64 << 10

T = TypeVar("T")
Parse = Callable[[bytes | BinaryIO], T]


class DatasetFiles(ABC):
    """Files of an opened zip or folder. Reading is safe from several threads.

    Attributes:
        path: what was opened.
        root: path from there to the data set, empty or with `/` at the end.
        names: paths of its files below the root.
    """

    path: Path
    root: str
    names: frozenset[str]

    @abstractmethod
    def read(self, name: str) -> bytes:
        """A whole file. Raises DataError."""

    @abstractmethod
    def parse_header(self, name: str, parse: Parse[T]) -> T:
        """What a parser finds in the header of a picture, read no further than it needs.

        Raises:
            DataError: what `parse` raises, or the file cannot be read.
        """

    @property
    def may_lead_out(self) -> bool:
        """Whether any link in it leads out of what was opened."""
        return False

    @abstractmethod
    def leads_out(self, name: str) -> bool:
        """Whether the way to this name goes through a link that leaves the opened folder."""

    @abstractmethod
    def has_changed_underneath(self) -> bool:
        """Whether files differ now in size or time, or were replaced."""

    @abstractmethod
    def identity(self, name: str) -> Hashable:
        """What a file had when it was listed and no other content has; None where there is none."""

    @abstractmethod
    def write(self, contents: Mapping[str, Make], progress: Progress) -> None:
        """Replace or add files as one step; the listing has to be made anew afterwards.

        Raises:
            DataError: not_writable, unsafe_path, or what making a file raises; nothing was changed.
        """

    def close(self) -> None:
        """Let go of open files."""


class ZipFiles(DatasetFiles):
    """Files of an archive."""

    def __init__(self, path: Path, marks: Iterable[str]) -> None:
        self.path = path
        self.archive = Archive(path)
        self.root = find_root(self.archive.entries, marks)
        cut = len(self.root)
        inside = (n[cut:] for n in self.archive.entries if n.startswith(self.root))
        self.names = frozenset(inside if cut else self.archive.entries)

    def read(self, name: str) -> bytes:
        return self.archive.read(self.root + name)

    def parse_header(self, name: str, parse: Parse[T]) -> T:
        head = self.archive.read_head(self.root + name, _HEAD)
        try:
            return parse(head)
        except DataError as error:
            if error.kind != Kind.IMAGE_CORRUPT or len(head) < _HEAD:
                raise
        return parse(self.read(name))

    def leads_out(self, name: str) -> bool:
        return False

    def has_changed_underneath(self) -> bool:
        return FileStamp.of(self.path) != self.archive.stamp

    def identity(self, name: str) -> Hashable:
        entry = self.archive.entries.get(self.root + name)
        return entry and (entry.crc, entry.size)

    def write(self, contents: Mapping[str, Make], progress: Progress) -> None:
        named = {self.root + name: make for name, make in contents.items()}
        rewrite(self.archive, self.path, named, progress)

    def close(self) -> None:
        self.archive.close()


class FolderFiles(DatasetFiles):
    """Files of a folder; links are followed as long as they stay inside what was opened.

    Args:
        folders: folders below the root whose files count, with all that lies in them.
    """

    def __init__(self, path: Path, marks: Iterable[str], folders: Iterable[str]) -> None:
        self.path = path
        self._base = path.resolve()
        self.root = find_folder_root(path, marks)
        self._folder = path / self.root
        finish_or_drop(self._folder)
        self._folders = tuple(folders)
        self._outside: set[str] = set()
        self._stamps = self._listed()
        self.names = frozenset(self._stamps)

    def read(self, name: str) -> bytes:
        try:
            return self._real(name).read_bytes()
        except OSError as error:
            raise _unreadable(name, error) from error

    def parse_header(self, name: str, parse: Parse[T]) -> T:
        try:
            with self._real(name).open("rb") as file:
                return parse(file)
        except OSError as error:
            raise _unreadable(name, error) from error

    @property
    def may_lead_out(self) -> bool:
        return bool(self._outside)

    def leads_out(self, name: str) -> bool:
        parts = name.split("/")
        return any("/".join(parts[:n]) in self._outside for n in range(1, len(parts) + 1))

    def has_changed_underneath(self) -> bool:
        return self._listed() != self._stamps

    def identity(self, name: str) -> Hashable:
        return self._stamps.get(name)

    def write(self, contents: Mapping[str, Make], progress: Progress) -> None:
        for name in contents:
            self._real(name)

        def made(names: list[str]) -> Iterator[bytes]:
            return ordered_map(lambda name: contents[name](), names)

        change_folder(self._folder, contents, made, progress)

    def _real(self, name: str) -> Path:
        return resolve_inside(self._base, self._folder / name, name)

    def _listed(self) -> dict[str, FileStamp]:
        """Stamps of the files at the root and in the folders that count, by name."""
        found = dict(self._files_in("", linked=None))
        for folder in self._folders:
            if (self._folder / folder).is_dir() and not self._is_outside(folder):
                found.update(self._files_in(f"{folder}/", linked=set()))
        return found

    def _files_in(self, prefix: str, *, linked: set[str] | None) -> Iterator[tuple[str, FileStamp]]:
        """Files of a folder, and of those in it unless `linked` is None.

        Args:
            linked: real places of folders already reached through a link; none is entered twice,
                so that links in a circle end.
        """
        for entry in _entries(self._folder / prefix):
            name = prefix + entry.name
            is_link = entry.is_symlink()
            if entry.name.endswith(OWN_FILES) or (is_link and self._is_outside(name)):
                continue
            if not entry.is_dir():
                # Reading a pipe or a device may never end.
                with suppress(OSError):
                    if entry.is_file():
                        yield name, FileStamp.of_status(entry.stat())
            elif linked is not None:
                real = os.path.realpath(self._folder / name)
                if not is_link or real not in linked:
                    linked.update([real] if is_link else [])
                    yield from self._files_in(f"{name}/", linked=linked)

    def _is_outside(self, name: str) -> bool:
        try:
            resolve_inside(self._base, self._folder / name, name)
        except DataError:
            self._outside.add(name)
            return True
        return False


def find_root(names: Iterable[str], marks: Iterable[str]) -> str:
    """Prefix of the shallowest of the marks among some paths; empty where there is none.

    Args:
        marks: beginnings of paths below a root, the surest first.
    """
    names = list(names)
    for mark in marks:
        if any(name.startswith(mark) for name in names):
            return ""
        found = {root for name in names if (root := _root_before(name, mark)) is not None}
        if found:
            return min(found, key=lambda root: (root.count("/"), root))
    return ""


def _root_before(name: str, mark: str) -> str | None:
    """The folders before a mark, where there are at most three."""
    at = 0 if name.startswith(mark) else name.find(f"/{mark}") + 1
    if at == 0 and not name.startswith(mark):
        return None
    root = name[:at]
    return root if root.count("/") <= MAX_DEPTH else None


def find_folder_root(path: Path, marks: Iterable[str]) -> str:
    """Path of the shallowest folder that holds a mark, the surest mark first; else empty."""
    for mark in marks:
        for root in _folders_down(path):
            if (path / root / mark).exists():
                return root
    return ""


def _folders_down(path: Path) -> Iterator[str]:
    """Folders up to three levels down, level by level; links are not followed."""
    level = [""]
    for _ in range(MAX_DEPTH + 1):
        yield from level
        level = [
            f"{root}{entry.name}/"
            for root in level
            for entry in _entries(path / root)
            if entry.is_dir(follow_symlinks=False)
        ]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []


def _unreadable(name: str, error: OSError) -> DataError:
    return DataError(Kind.FILE_MISSING, name, f"the file cannot be read ({error.strerror})")

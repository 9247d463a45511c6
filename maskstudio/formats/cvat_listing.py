"""What a CVAT data set lists: its label map, its samples, and where their files lie.

Made in one step and never changed, so that whoever reads by an old listing is not disturbed when
there is a new one. Nothing is decoded here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from . import pictures
from .base import Item
from .dataset_files import DatasetFiles, FolderFiles, ZipFiles
from .label_maps import LABELMAP, read_labelmap_txt, voc_label_map
from .safe_paths import escape_reason

LISTS = "ImageSets/Segmentation/"
CLASSES = "SegmentationClass/"
OBJECTS = "SegmentationObject/"
IMAGES = "JPEGImages/"
MARKS = (LISTS, CLASSES, OBJECTS, LABELMAP)
_FOLDERS = tuple(folder.rstrip("/") for folder in (LISTS, CLASSES, OBJECTS, IMAGES))


class ItemFiles(NamedTuple):
    """Where the files of an item lie; None for those it has not."""

    classes: str | None = None
    objects: str | None = None
    image: str | None = None


class CvatListing:
    """The index of an opened zip or folder.

    Attributes:
        files: where its files are read from.
        label_map: the one that reading the files alone gives.
        lists: path of the list of each subset.
        items: samples in the order of the lists.
        problems: what was met.
    """

    def __init__(self, path: Path, key: str, before: CvatListing | None = None) -> None:
        """Read it.

        Args:
            before: the listing so far; its items serve again where the files are still the same.

        Raises:
            DataError: of scope file.
        """
        self.problems: list[Problem] = []
        self._path = path
        self._key = key
        if path.is_dir():
            self.files: DatasetFiles = FolderFiles(path, MARKS, _FOLDERS)
        else:
            self.files = ZipFiles(path, MARKS)
        self._refuse_links()
        self.label_map = self._read_label_map()
        self.lists = self._find_lists()
        self._listed = {where: self.files.read(where) for where in self.lists.values()}
        same = before if before is not None and self._lists_the_same_as(before) else None
        self._images = {} if same else _by_stem(self.files.names)
        self._item_files: dict[str, ItemFiles] = same._item_files if same else {}
        self.items: list[Item] = same.items if same else self._read_items()

    def files_of(self, name: str) -> ItemFiles:
        """Where the files of an item lie; none for an item that is not listed."""
        return self._item_files.get(name, ItemFiles())

    def _lists_the_same_as(self, before: CvatListing) -> bool:
        """Whether it holds the same names of files and samples; links may lead elsewhere by now."""
        return (
            not self.files.may_lead_out
            and (self._key, self._listed) == (before._key, before._listed)
            and self.files.names == before.files.names
        )

    def _refuse_links(self) -> None:
        """Refuse lists and a label map that lie outside the opened folder."""
        for name in (LABELMAP, LISTS.rstrip("/")):
            if self.files.leads_out(name):
                raise DataError(Kind.UNSAFE_PATH, name, "a link leads out of the opened folder")

    def _read_label_map(self) -> LabelMap:
        if LABELMAP not in self.files.names:
            return voc_label_map()
        label_map, problems = read_labelmap_txt(self.files.read(LABELMAP))
        self.problems += problems
        return label_map

    def _find_lists(self) -> dict[str, str]:
        """Path of each subset's list by subset, in order of their names."""
        found = {}
        for name in sorted(n for n in self.files.names if n.startswith(LISTS)):
            subset = name.removeprefix(LISTS).removesuffix(".txt")
            if name != f"{LISTS}{subset}.txt" or "/" in subset:
                continue
            if "_" in subset:
                self.problems.append(_ignored(name))
            else:
                found[subset] = name
        if not found:
            raise DataError(
                Kind.MISSING_SUBSET_LIST,
                self._path.name,
                "there is no list of samples",
                f"at least one file {LISTS}<subset>.txt, without `_` in its name",
            )
        return found

    def _read_items(self) -> list[Item]:
        items: dict[str, Item] = {}
        for subset, where in self.lists.items():
            for name in read_list(self._listed[where], where):
                item = items.get(name)
                if item is None:
                    items[name] = self._make_item(name, subset, where)
                elif subset not in item.subsets:
                    item.subsets = (*item.subsets, subset)
        return list(items.values())

    def _make_item(self, name: str, subset: str, where: str) -> Item:
        path = item_path(name)
        reason = escape_reason(name)
        is_outside = self.files.may_lead_out and any(
            map(self.files.leads_out, _possible_files(path))
        )
        if reason is None and is_outside:
            reason = "a link on the way leads out of the opened folder"
        files = ItemFiles() if reason else self._find_files(path)
        self._item_files[name] = files
        keys = (self._key,) if files.classes or files.objects else ()
        item = Item(name, (subset,), files.image is not None, keys)
        if reason:
            fault = DataError(Kind.UNSAFE_PATH, f"{where}: {name}", reason, "a path inside")
            item.problems.append(fault.problem(Scope.ITEM, sample=name))
        return item

    def _find_files(self, path: str) -> ItemFiles:
        names, classes, objects = self.files.names, f"{CLASSES}{path}.png", f"{OBJECTS}{path}.png"
        return ItemFiles(
            classes if classes in names else None,
            objects if objects in names else None,
            self._images.get(path),
        )


def read_list(data: bytes, where: str) -> list[str]:
    """Names of a subset list in order, each once.

    A line is a name as it stands, without blanks at its ends; empty lines and comments are skipped.

    Raises:
        DataError: the bytes are not UTF-8 (labelmap_encoding, for want of a kind for lists).
    """
    try:
        lines = re.split(r"\r\n|\r|\n", data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError(Kind.LABELMAP_ENCODING, where, "the list is not UTF-8", "UTF-8") from error
    names = (line.strip() for line in lines)
    return list(dict.fromkeys(name for name in names if name and not name.startswith("#")))


def _by_stem(names: Iterable[str]) -> dict[str, str]:
    """Images by path below their folder without ending; of several the first by name."""
    found: dict[str, str] = {}
    for name in sorted(n for n in names if n.startswith(IMAGES)):
        suffix = PurePosixPath(name).suffix
        if suffix.lower() in pictures.SUFFIXES:
            found.setdefault(name.removeprefix(IMAGES).removesuffix(suffix), name)
    return found


def item_path(name: str) -> str:
    """The name of an item as a path, without empty and `.` steps."""
    parts = name.split("/")
    if "" in parts or "." in parts:
        parts = [part for part in parts if part not in ("", ".")]
    return "/".join(parts)


def _possible_files(path: str) -> Iterator[str]:
    """Every name under which a file of an item can lie."""
    yield f"{CLASSES}{path}.png"
    yield f"{OBJECTS}{path}.png"
    for suffix in pictures.SUFFIXES:
        yield f"{IMAGES}{path}{suffix}"


def _ignored(where: str) -> Problem:
    found = "a list with `_` in its name is ignored, as CVAT does"
    return Problem(Kind.SUBSET_IGNORED, Severity.WARNING, Scope.FILE, where, found)

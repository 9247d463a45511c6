"""What the Labelbox formats have in common: data rows whose masks are made of objects.

Objects may overlap and are kept each by itself; the class mask that goes with them is flattened
from them in list order. Opening parses the file and forgets it again; pixels are read from where
each object lies.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from maskstudio.core.arrays import Rgb
from maskstudio.core.geometry import Rect, Size, bounding_rect
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.core.objects import MaskObject, cropped, flatten
from maskstudio.errors import DataError, Kind, Problem, Scope

from .atomic import FileStamp
from .base import Item, ListedObject, OpenOptions, Source, unique_names
from .json_text import Fields
from .labelbox_classes import label_map_of
from .labelbox_rasters import RasterFolders, RasterReader, StoredMask
from .labelbox_stream import Span, StreamFile


@dataclass(frozen=True)
class Entry:
    """One object as the file lists it.

    Args:
        name: of its class; empty where the file names none.
        span: where it lies, or the row it stands in.
        is_live: False where a later object of the same uuid takes its place.
    """

    listed: ListedObject
    name: str
    span: Span
    is_live: bool = True


@dataclass
class Row:
    """A data row.

    Args:
        title: its name, not yet unique.
        facts: as of its item.
        size: what the file says of its picture, or None.
        problems: what there is to say beside the faults of its objects.
    """

    title: str
    facts: Mapping[str, object]
    size: Size | None = None
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def live(self) -> list[Entry]:
        """Its objects, without those that another took the place of."""
        return [entry for entry in self.entries if entry.is_live]


@dataclass
class Listing:
    """What parsing a file found.

    Args:
        spans: where its objects lie, in order.
        names: class names in the order in which they first occur, with a color where there is one.
        problems: faults of objects that belong to no data row.
    """

    file: StreamFile
    spans: list[Span] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    names: dict[str, Rgb | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class StoredObject(NamedTuple):
    """An object read from its place: where its pixels are, and its fields as text."""

    entry: Entry
    mask: StoredMask | None
    fields: Fields


class _Reading(NamedTuple):
    """Where the data rows lie; replaced as a whole, for reads go on meanwhile."""

    listing: Listing
    rows: Mapping[str, Row]


class LabelboxSource(Source):
    """Data rows by name; the one layer bears the key of the options.

    Attributes:
        key: that key.
        listing: what was parsed.
        rows: data row of each item.
    """

    has_objects = True
    _reading: _Reading

    def __init__(self, path: Path, options: OpenOptions) -> None:
        self.path = path
        self.key = options.key
        self._folders = RasterFolders(path.parent, options.downloads)
        self.reload(options.label_map)

    @abstractmethod
    def parse(self, file: StreamFile) -> Listing:
        """List the rows of a file. Raises DataError of scope file."""

    @abstractmethod
    def stored(self, file: StreamFile, row: Row) -> Iterator[StoredObject]:
        """Read the live objects of a row, in order; no mask for one in error. Raises DataError."""

    def reload(self, label_map: LabelMap | None) -> None:
        """List the file anew.

        Args:
            label_map: gives the names in it their index.

        Raises:
            DataError: it cannot be read; what was listed stays.
        """
        listing = self.parse(StreamFile(self.path))
        label_map = label_map_of(listing.names, label_map, self.path.name)
        names = unique_names([row.title for row in listing.rows])
        rows = dict(zip(names, listing.rows, strict=True))
        self._reading = _Reading(listing, rows)
        self.items = [self._item(name, row) for name, row in rows.items()]
        self.problems = listing.problems
        self.label_maps = {self.key: label_map}

    @property
    def listing(self) -> Listing:
        return self._reading.listing

    @property
    def rows(self) -> Mapping[str, Row]:
        return self._reading.rows

    def close(self) -> None:
        self.listing.file.close()

    def has_changed_underneath(self, names: Collection[str] | None = None) -> bool:
        return FileStamp.of(self.path) != self.listing.file.stamp

    def mask_where(self, item: Item, key: str) -> str:
        row = self.rows.get(item.name)
        return self.where(row.entries[0]) if row and row.entries else self.path.name

    def mask_size(self, item: Item, key: str) -> Size:
        reading = self._reading
        row = _row(reading, item)
        stored = self.stored(reading.listing.file, row)
        return self._size(row, stored, RasterReader(self._folders))

    def read_mask(self, item: Item, key: str) -> MaskData:
        objects, size = self._decoded(item)
        known = {o.uid for o in item.objects if o.fault is not None}
        faults = tuple(o.fault for o in objects if o.fault is not None and o.uid not in known)
        if size is None:
            fault = next((o.fault for o in objects if o.fault is not None), None)
            raise _raised(fault, self.mask_where(item, key))
        pixels = flatten(objects, size, self.background)
        return MaskData(pixels, problems=faults, objects=objects)

    def read_objects(self, item: Item, key: str) -> tuple[MaskObject, ...]:
        return self._decoded(item)[0]

    def where(self, entry: Entry) -> str:
        """Place of an object, for messages."""
        return f"{self.path.name}:{entry.span.line}"

    @property
    def background(self) -> int:
        """Index of pixels without an object."""
        background = self.label_maps[self.key].background
        assert background is not None
        return background

    def index_of(self, name: str) -> int:
        """Class index of a name; the background's where the file has none."""
        found = self.label_maps[self.key].by_name.get(name)
        return self.background if found is None else found.index

    def companions(self) -> Collection[str]:
        reading = self._reading
        found: set[str] = set()
        for row in reading.rows.values():
            for entry, mask, _ in self.stored(reading.listing.file, row):
                if mask is not None and mask.uri:
                    found.update(self._folders.beside(mask.uri, self.where(entry)))
        return found - {self.path.name}

    def _item(self, name: str, row: Row) -> Item:
        live = row.live
        faults = [e.listed.fault for e in live if e.listed.fault is not None]
        return Item(
            name,
            keys=(self.key,) if live else (),
            problems=[*row.problems, *faults],
            objects=tuple(e.listed for e in live),
            facts=row.facts,
        )

    def _size(self, row: Row, stored: Iterable[StoredObject], rasters: RasterReader) -> Size:
        """Size of the first object whose header can be read, else what the file says.

        Raises:
            DataError: the fault of the first object, where nothing tells the size.
        """
        faults: list[DataError] = []
        for entry, mask, _ in stored:
            if mask is None:
                faults.append(_raised(entry.listed.fault, self.where(entry)))
                continue
            try:
                return rasters.size(mask, self.where(entry))
            except DataError as error:
                faults.append(error)
        if row.size is not None:
            return row.size
        raise faults[0] if faults else _raised(None, row.title)

    def _decoded(self, item: Item) -> tuple[tuple[MaskObject, ...], Size | None]:
        """The objects of a row, those with a fault too, and their common size where it is known."""
        reading, rasters = self._reading, RasterReader(self._folders)
        row = _row(reading, item)
        stored = list(self.stored(reading.listing.file, row))
        try:
            size = self._size(row, stored, rasters)
        except DataError:
            size = None
        objects: list[MaskObject] = []
        left = _half_of_memory()
        for each in stored:
            objects.append(self._object(item.name, each, size, rasters, left))
            left -= objects[-1].pixels.nbytes
        return tuple(objects), size

    def _object(
        self,
        sample: str,
        stored: StoredObject,
        size: Size | None,
        rasters: RasterReader,
        left_bytes: int,
    ) -> MaskObject:
        entry, mask, fields = stored
        rect, pixels, fault = Rect(0, 0, 0, 0), np.zeros((0, 0), np.bool_), entry.listed.fault
        if mask is not None:
            try:
                whole = rasters.read(mask, self.where(entry))
                self._require_size(entry, Size.of(whole), size)
                self._require_room(entry, bounding_rect(whole), left_bytes)
                rect, pixels = cropped(whole)
            except DataError as error:
                fault = error.problem(Scope.ITEM, sample=sample)
        index = self.index_of(entry.name)
        return MaskObject(entry.listed.uid, index, rect, pixels, fields, fault)

    def _require_size(self, entry: Entry, size: Size, common: Size | None) -> None:
        if size != common:
            found = f"the mask of {named(entry)} is {size}"
            expected = f"{common}, the size of the first of its data row"
            raise DataError(Kind.SIZE_MISMATCH, self.where(entry), found, expected)

    def _require_room(self, entry: Entry, rect: Rect, left_bytes: int) -> None:
        if rect.area > left_bytes:
            found = "the objects of this data row need more than half of the memory"
            raise DataError(Kind.IMAGE_TOO_LARGE, self.where(entry), found)


def _half_of_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _row(reading: _Reading, item: Item) -> Row:
    row = reading.rows.get(item.name)
    if row is None:
        raise DataError(Kind.FILE_MISSING, item.name, "the file has no such data row")
    return row


def named(entry: Entry) -> str:
    """What an object is called in messages."""
    return f"`{entry.name[:60]}`" if entry.name else "an object without a name"


def _raised(fault: Problem | None, where: str) -> DataError:
    """The error of a data row of which nothing can be read."""
    if fault is None:
        return DataError(Kind.FILE_MISSING, where, "the data row has no objects")
    return DataError(fault.kind, fault.where, fault.found, fault.expected)

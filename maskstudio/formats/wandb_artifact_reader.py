"""Reading artifact folders of Weights & Biases (`formats.md` section 4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from maskstudio.errors import DataError, Kind

from .base import OpenOptions, Sureness
from .folder_change import finish_or_drop
from .picture_listing import has_picture, list_pictures
from .wandb_source import WandbSource
from .wandb_tables import ColumnTypes, column_name, column_types, image_cells, layer_names
from .wandb_values import Entry, Names, class_names, file_path, image_entry, is_image

FORMAT = "wandb-artifact"
TABLE, IMAGE = ".table.json", ".image-file.json"
MEDIA = "media"
_NO_TYPES = ColumnTypes(None, {})


def probe(path: Path) -> Sureness:
    """Whether it is a table or an image of an artifact, or a folder with such."""
    if path.is_file():
        return _probe_file(path) if path.name.endswith((TABLE, IMAGE)) else Sureness.NO
    try:
        at_root = any(p.name.endswith((TABLE, IMAGE)) for p in path.iterdir())
    except OSError:
        return Sureness.NO
    if at_root or ((path / MEDIA).is_dir() and has_picture(path, (TABLE, IMAGE))):
        return Sureness.CERTAIN
    return Sureness.NO


def open_source(path: Path, options: OpenOptions) -> ArtifactFolder:
    """List the images of an artifact, or of one of its tables or images.

    Raises:
        DataError: of scope file: what was named, or the only table or image, cannot be read.
    """
    return ArtifactFolder(path, options)


class ArtifactFolder(WandbSource):
    """Images by table, row and column, or by the path they were added under.

    Attributes:
        tables: the JSON of each table by its path.
    """

    format = FORMAT

    def list_entries(self) -> list[Entry]:
        folder = self.files.folder
        finish_or_drop(folder)
        self.tables: dict[str, dict[str, Any]] = {}
        self.class_sets: dict[str, Names] = {}
        if self.path.is_file():
            return list(self._listed(self.path.name))
        listing = list_pictures(folder, (TABLE, IMAGE))
        self.problems += listing.problems
        entries: list[Entry] = []
        for path in listing.paths:
            try:
                entries += self._listed(path)
            except DataError as error:
                if len(listing.paths) == 1:
                    raise
                entries.append(_unreadable(path, error))
        return entries

    def types_of(self, entry: Entry) -> ColumnTypes:
        """The type of the column an image stands in."""
        if not entry.pointer:
            return _NO_TYPES
        table = self.tables[entry.file]
        return column_types(table, column_name(table, int(entry.pointer[-1])), entry.file)

    def _paths_of(self, name: str) -> list[str]:
        entry = self.entries[name]
        return [*super()._paths_of(name), entry.file, entry.classes]

    def _listed(self, path: str) -> Iterator[Entry]:
        """Images of one file. Raises DataError."""
        value = self.files.read_object(path)
        if path.endswith(IMAGE):
            if not is_image(value):
                raise DataError(Kind.MISSING_FIELD, path, "the object is no image")
            yield self._entry(value, path.removesuffix(IMAGE), path, (), _NO_TYPES)
            return
        self.tables[path] = value
        types = lru_cache(lambda column: column_types(value, column, path))
        for row, place, column in image_cells(value, path):
            name = f"{path.removesuffix(TABLE)}/{row}/{column}"
            cell = value["data"][row][place]
            yield self._entry(cell, name, path, ("data", row, place), types(column))

    def _entry(
        self,
        value: dict[str, Any],
        name: str,
        path: str,
        pointer: tuple[str | int, ...],
        types: ColumnTypes,
    ) -> Entry:
        where = path if not pointer else f"{path}: row {pointer[1]}, column {pointer[2]}"
        entry = image_entry(value, name, where)
        entry.file, entry.pointer = path, pointer
        known = self._class_set(entry, value.get("classes"))
        for layer in entry.masks:
            if known is None:
                names = types.names.get(layer, {})
            else:
                names = layer_names(known, layer, entry.masks, types)
            if names:
                entry.names[layer] = names
        return entry

    def _class_set(self, entry: Entry, reference: Any) -> Names | None:
        """Names in the class file of an image; None where it has none that can be read."""
        if not isinstance(reference, dict):
            return None
        try:
            entry.classes = file_path(reference, f"{entry.where}: classes")
            if entry.classes not in self.class_sets:
                found = self.files.read_object(entry.classes).get("class_set")
                names, problems = class_names(found, entry.classes)
                self.problems += problems
                self.class_sets[entry.classes] = names
        except DataError as error:
            entry.add_fault(error)
            return None
        return self.class_sets[entry.classes]


def _probe_file(path: Path) -> Sureness:
    try:
        with path.open("rb") as file:
            head = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    except OSError:
        return Sureness.BY_NAME
    return Sureness.CERTAIN if head.startswith(b"{") else Sureness.BY_NAME


def _unreadable(path: str, error: DataError) -> Entry:
    entry = Entry(path.removesuffix(TABLE).removesuffix(IMAGE), path)
    entry.add_fault(error)
    return entry

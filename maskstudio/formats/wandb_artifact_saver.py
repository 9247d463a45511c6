"""Saving into an artifact folder: edited masks, and class names where they changed, as one step.

Everything else in its JSON stays byte for byte; files that others use too are left to them.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import Any

from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .base import ChangedMask, Changes, Progress, SaveReport, Source, reading_back
from .folder_change import change_folder
from .json_text import JsonText, Pointer
from .wandb_artifact_reader import ArtifactFolder
from .wandb_objects import (
    MASKS,
    class_file,
    class_path,
    class_reference,
    digest_of,
    encode_mask,
    file_id,
    mask_object,
)
from .wandb_renaming import Renaming, changed_class_set, column_after
from .wandb_tables import ColumnTypes, put_names
from .wandb_values import Entry


def save_in_place(source: Source, changes: Changes, progress: Progress) -> SaveReport:
    """Write edited masks and changed class names.

    Raises:
        DataError: cannot_hold, not_writable, or a class file that cannot be read; nothing was
            changed then.
        CancelledError: nothing was changed.
    """
    assert isinstance(source, ArtifactFolder)
    plan = _Plan(source, changes)
    for name, changed in changes.masks.items():
        plan.put_mask(name, changed)
    plan.put_names()
    files = plan.files()
    if files:
        change_folder(source.files.folder, files, lambda paths: (files[p] for p in paths), progress)
        source.files.forget(files)
        with reading_back():
            source.reload()
    return SaveReport(tuple(_lost_colors(source, changes, plan.before)))


class _Plan:
    """Which files a save writes, and what they hold."""

    def __init__(self, source: ArtifactFolder, changes: Changes) -> None:
        self._source = source
        self._key = changes.key
        self._stored = source.stored_key(changes.key)
        self.before = source.label_maps[changes.key]
        before = dict(source.names_in(changes.key))
        self._renaming = Renaming.between(self._stored, before, changes.label_map)
        self._new: set[str] = set()
        self._texts: dict[str, JsonText] = {}
        self._binary: dict[str, bytes] = {}
        self._class_sets: dict[str, list[Any]] = {}
        self._uses = Counter(
            path
            for entry in source.entries.values()
            for path in (entry.image, entry.file, entry.classes, *entry.masks.values())
        )

    def files(self) -> dict[str, bytes]:
        """Everything that is written, by its path."""
        return self._binary | {path: text.changed() for path, text in self._texts.items()}

    def put_mask(self, name: str, changed: ChangedMask) -> None:
        """Write the mask of one image. Raises DataError (cannot_hold)."""
        entry = self._source.entries.get(name)
        if entry is None or not entry.image:
            found = "the artifact has no image of this name, and a mask needs one"
            raise DataError(Kind.CANNOT_HOLD, name, found)
        encoded = encode_mask(changed.pixels, name)
        before = entry.masks.get(self._stored)
        path = self._mask_path(before, encoded)
        self._binary[path] = encoded
        text = self._text(entry)
        if before is None:
            self._new.add(name)
            layers = (*entry.pointer, "masks")
            if entry.masks:
                text.put(layers, self._stored, mask_object(path, encoded))
            else:
                text.put(entry.pointer, "masks", {self._stored: mask_object(path, encoded)})
            return
        mask = (*entry.pointer, "masks", self._stored)
        text.put(mask, "sha256", hashlib.sha256(encoded).hexdigest())
        if text.has((*mask, "size")):
            text.replace((*mask, "size"), len(encoded))
        if path != before:
            text.replace((*mask, "path"), path)

    def put_names(self) -> None:
        """Write class names that changed, into class files and the types of columns."""
        sets: dict[str, list[tuple[Entry, bytes]]] = defaultdict(list)
        for entry, types in self._concerned():
            class_set = self._class_set(entry.classes)
            changed = changed_class_set(class_set, entry, self._renaming, types)
            if changed is not None:
                sets[entry.classes].append((entry, class_file(changed)))
        for path, changes in sets.items():
            self._put_class_files(path, changes)

    def _concerned(self) -> list[tuple[Entry, ColumnTypes]]:
        """Images whose layer has other names from now on, and the types their columns then have."""
        is_changed = self._renaming.before != self._renaming.after
        found: list[tuple[Entry, ColumnTypes]] = []
        columns: dict[tuple[str, Pointer], ColumnTypes] = {}
        for item in self._source.items:
            is_new = item.name in self._new
            if not is_new and not (is_changed and self._key in item.keys):
                continue
            entry = self._source.entries[item.name]
            column = (entry.file, entry.pointer[-1:])
            if column not in columns:
                columns[column] = self._put_column(entry)
            found.append((entry, columns[column]))
        return found

    def _put_column(self, entry: Entry) -> ColumnTypes:
        """Write the names in the type of an image's column; what it is then."""
        types = self._source.types_of(entry)
        if types.pointer is not None:
            table = self._source.tables[entry.file]
            names = self._renaming.in_column(types)
            put_names(self._text(entry), types, table, self._stored, names)
        return column_after(types, self._renaming)

    def _put_class_files(self, path: str, changes: list[tuple[Entry, bytes]]) -> None:
        """Point images to their new class file: the old one where nobody else needs that."""
        is_one = len({data for _, data in changes}) == 1
        keeps_path = bool(path) and is_one and self._uses[path] == len(changes)
        for entry, data in changes:
            new_path = path if keeps_path else class_path(data)
            self._binary[new_path] = data
            text, place = self._text(entry), (*entry.pointer, "classes")
            if not path:
                text.put(entry.pointer, "classes", class_reference(new_path, data))
                continue
            text.put(place, "digest", digest_of(data))
            if new_path != path:
                text.replace((*place, "path"), new_path)

    def _class_set(self, path: str) -> list[Any]:
        """The list in a class file, read once; nothing for an image without one."""
        if path not in self._class_sets:
            found = self._source.files.read_object(path).get("class_set") if path else None
            self._class_sets[path] = found if isinstance(found, list) else []
        return self._class_sets[path]

    def _mask_path(self, before: str | None, encoded: bytes) -> str:
        """The old path, unless another image or layer shows the same file or it is no PNG."""
        if before is not None and self._uses[before] == 1 and before.lower().endswith(".png"):
            return before
        files, salt = self._source.files, b""
        while True:
            path = f"{MASKS}{file_id(encoded + salt)}.mask.png"
            place = files.place_of(path)
            if not place.exists() or (place.is_file() and files.read(path) == encoded):
                return path
            salt += b"+"

    def _text(self, entry: Entry) -> JsonText:
        if entry.file not in self._texts:
            data = self._source.files.read_text_of_json(entry.file)
            self._texts[entry.file] = JsonText(data)
        return self._texts[entry.file]


def _lost_colors(source: ArtifactFolder, changes: Changes, before: LabelMap) -> list[Problem]:
    changed = [
        c.name
        for c in changes.label_map
        if c.index in before.declared and c.color != before.declared[c.index].color
    ]
    if not changed:
        return []
    found = f"W&B keeps no colors: that of `{changed[0]}` is not saved"
    return [Problem(Kind.CANNOT_HOLD, Severity.WARNING, Scope.FILE, str(source.path), found)]

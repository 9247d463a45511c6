"""Saving edited masks back into a ClearML frames file, with its masks beside it, as one step.

Masks go back into their PNGs. Where that cannot be, for a film, a file of another kind or one that
several frames share, a PNG beside the frames file takes the place, and the entry of the mask names
it. Nothing else of the document changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np

from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .base import Changes, Progress, SaveReport, Source
from .clearml_classes import classes_of
from .clearml_document import MaskEntry, SourceEntry
from .clearml_label_edits import LabelEdits
from .clearml_pixels import as_gray
from .clearml_places import shown
from .clearml_reader import ClearmlFrames, has_one_channel
from .folder_change import change_folder
from .guarded_json import load_json
from .json_text import JsonText
from .parallel import ordered_map
from .pictures import encode_mask_png
from .png_encoding import SIGNATURE

_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 100
_SHOWN = 5

Encode = Callable[[], bytes]


def save_in_place(source: Source, changes: Changes, progress: Progress) -> SaveReport:
    """Write edited masks, and the names of their colors where these changed.

    Raises:
        DataError: cannot_hold, undeclared_index, not_writable; nothing was changed then.
        CancelledError: nothing was changed.
    """
    assert isinstance(source, ClearmlFrames)
    plan = _Plan(source, changes)
    files = plan.files()
    if files:

        def made(names: list[str]) -> Iterator[bytes]:
            return ordered_map(lambda name: files[name](), names)

        change_folder(source.folder, files, made, progress)
        source.films.close()
        if plan.changes_labels or source.file.name in files:
            source.reload({**source.label_maps, changes.key: plan.labels.written})
        source.note_written(files)
    return SaveReport(tuple(plan.losses()))


class _Plan:
    """Which files a save writes, and how each of them is made."""

    def __init__(self, source: ClearmlFrames, changes: Changes) -> None:
        self._source, self._key, self._masks = source, changes.key, changes.masks
        self._text = JsonText(source.data)
        self._pixels = source.pixels_of(changes.key)
        self._is_opacity = self._pixels.classes.label_map.is_opacity
        self._planned: dict[str, Encode] = {}
        self._has_instances = False
        self.labels = LabelEdits(source, changes.key, changes.label_map)

    @property
    def changes_labels(self) -> bool:
        """Whether the label map is another one, be it only by its indices."""
        return self.labels.written != self._source.label_maps[self._key]

    def files(self) -> dict[str, Encode]:
        """What makes each file, by its path below the folder."""
        if not self._is_opacity:
            self.labels.make(self._text)
        for name in self._masks:
            self._add_mask(name)
        self.labels.add_regions(self._text)
        if self._text.is_changed:
            data = self._text.changed()
            load_json(data, self._source.file.name)
            self._planned[self._source.file.name] = lambda: data
        return self._planned

    def _add_mask(self, name: str) -> None:
        entry = self._source.find_entry(name)
        if entry is None or not entry.source_id:
            found = "this sample has no source in the frames file that a mask could belong to"
            raise DataError(Kind.CANNOT_HOLD, name, found, "a sample of the file")
        if self._source.labels[self._key].frames:
            present = np.flatnonzero(np.bincount(self._masks[name].pixels.ravel())).tolist()
            missing = self.labels.missing_in_frame(entry.frame, present)
            self.labels.declare_in_frame(entry.frame, missing)
        mask = entry.masks.get(self._key)
        file = self._own_png(mask)
        if file is not None:
            assert mask is not None
            is_gray = has_one_channel(file, shown(mask.uri))
            path = file.relative_to(self._source.folder.resolve()).as_posix()
        else:
            is_gray, path = self._is_opacity, self._new_path(name)
            self._name_file(entry, mask, path)
        self._planned[path] = partial(self._encoded, name, entry.frame, path, is_gray=is_gray)

    def _encoded(self, name: str, frame: int, where: str, *, is_gray: bool) -> bytes:
        """The PNG of a mask; many may be made one after the other, so none is kept."""
        changed = self._masks[name]
        pixels, instances = changed.pixels, changed.instances
        self._has_instances |= instances is not None and bool(instances.any())
        if self._is_opacity:
            if int(pixels.max(initial=0)) > 255:
                said = f"an opacity of {int(pixels.max())}"
                raise DataError(Kind.CANNOT_HOLD, where, said, "0 to 255")
            return encode_mask_png(pixels.astype(np.uint8, copy=False))
        colors = self._pixels.encode(pixels, self.labels.classes, frame, where)
        gray = as_gray(colors) if is_gray else None
        return encode_mask_png(colors if gray is None else gray)

    def _own_png(self, mask: MaskEntry | None) -> Path | None:
        """The file of a mask, where it is a PNG and of no other mask."""
        if mask is None or mask.is_video:
            return None
        with suppress(DataError, OSError):
            file = self._source.mask_path(mask)
            if self._source.uses[file] == 1 and _begins_as_png(file):
                return file
        return None

    def _new_path(self, name: str) -> str:
        """A name beside the frames file that no file has."""
        stem = _UNSAFE.sub("_", f"{name}.{self._key}").strip("._")[:_LONGEST_NAME] or "mask"
        path, number = f"{stem}.png", 2
        while path in self._planned or (self._source.folder / path).exists():
            path, number = f"{stem}-{number}.png", number + 1
        return path

    def _name_file(self, entry: SourceEntry, mask: MaskEntry | None, path: str) -> None:
        """Let the entry of a mask name a picture; one that is missing is added."""
        named = {"uri": path, "content_type": "image/png", "timestamp": 0}
        if mask is not None:
            for member, value in named.items():
                self._text.put(mask.path, member, value)
        elif self._source.lists_masks(entry):
            self._text.append((*entry.path, "masks"), {"id": self._key, **named})
        else:
            self._text.put(entry.path, "masks", [{"id": self._key, **named}])

    def losses(self) -> Iterator[Problem]:
        """What the file cannot keep; known when everything is written."""
        where = str(self._source.path)
        if self.labels.has_other_colors:
            yield _lost(where, "the colors that classes are shown in are not kept in frames")
        if self._is_opacity and len(self.labels.written):
            yield _lost(where, f"{self._key} holds opacities; its classes are not kept")
        moved = self._moved()
        if moved:
            named = ", ".join(f"`{name}`" for name in moved[:_SHOWN])
            found = (
                f"indices are the order in the file: {named} have others when it is opened again"
            )
            yield _lost(where, found)
        if self._has_instances:
            yield _lost(where, "instance ids are not kept in frames")

    def _moved(self) -> list[str]:
        """Classes whose index is not the one that reading the file alone would give."""
        fresh = classes_of(self._source.labels[self._key]).label_map
        indices = {(c.value, c.names): c.index for c in fresh}
        return [
            c.name
            for c in self.labels.written
            if indices.get((c.value, c.names), c.index) != c.index
        ]


def _begins_as_png(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(SIGNATURE)) == SIGNATURE


def _lost(where: str, found: str) -> Problem:
    return Problem(Kind.CANNOT_HOLD, Severity.WARNING, Scope.FILE, where, found)

"""Writing a new Labelbox NDJSON file, with inline masks or one composite raster a data row."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from maskstudio.core.arrays import ColorMask
from maskstudio.core.geometry import Size
from maskstudio.core.labels import LabelMap, voc_color
from maskstudio.core.objects import MaskObject, covered_pixels
from maskstudio.errors import DataError, Kind, Problem, Scope

from . import pictures
from .atomic import new_folder, replacing
from .base import Content, Progress, SaveReport, WriteItem, WriteOptions
from .json_text import to_text
from .labelbox_encoding import (
    fields_of,
    inline_mask_text,
    name_in,
    object_text,
    raster_mask_text,
    stored_mask_text,
    with_schema,
)
from .labelbox_objects import objects_of
from .parallel import ordered_map

Names = dict[str, int]


def write_new(
    target: Path, content: Content, options: WriteOptions, progress: Progress
) -> SaveReport:
    """Write a file that Labelbox imports; it appears at the target when it is complete.

    Objects are written as they are; of a class mask each class becomes one, or each instance. A
    sample without any has no line. Composite rasters lie in a folder beside the file.

    Raises:
        DataError: target_exists, not_writable, duplicate_label; cannot_hold for a name that is
            empty, or objects that overlap in a composite raster; or the fault of a required item.
            Nothing is left behind then.
    """
    _require_free(target, overwrite=options.overwrite)
    folder = raster_folder(target) if options.composite else None
    writing = _Writing(content.label_map, folder.name if folder else None)
    with ExitStack() as stack:
        file = stack.enter_context(replacing(target))
        write = stack.enter_context(new_folder(folder)) if folder else None
        numbered = list(enumerate(content.items, 1))
        made = stack.enter_context(closing(ordered_map(writing.make, numbered)))
        for done, (item, row) in enumerate(zip(content.items, made, strict=True)):
            progress(done, len(content.items), item.name)
            writing.take(row)
            file.writelines(line.encode() + b"\n" for line in row.lines)
            if write is not None and row.raster:
                write(row.raster_name, row.raster)
    return SaveReport(tuple(writing.problems))


def raster_folder(target: Path) -> Path:
    """Where the composite rasters of a file lie."""
    return target.with_name(f"{target.stem}_masks")


def note_name(names: Names, name: str, index: int) -> None:
    """Remember which class has a name. Raises DataError: it is empty, or two have the same."""
    if not name:
        raise DataError(Kind.CANNOT_HOLD, "name", f"class {index} has no name", "a name")
    if names.setdefault(name, index) != index:
        found = f"classes {names[name]} and {index} are both called `{name}`"
        raise DataError(Kind.DUPLICATE_LABEL, "name", found, "every name once")


@dataclass(frozen=True)
class _Row:
    """What is written of one sample.

    Args:
        names: class names in it.
    """

    lines: tuple[str, ...] = ()
    names: tuple[tuple[str, int], ...] = ()
    raster_name: str = ""
    raster: bytes = b""
    problems: tuple[Problem, ...] = ()


class _Writing:
    """Turns samples into lines."""

    def __init__(self, label_map: LabelMap, folder: str | None) -> None:
        self._label_map = label_map
        self._folder = folder
        self._names: Names = {}
        self.problems: list[Problem] = []

    def make(self, numbered: tuple[int, WriteItem]) -> _Row:
        """The lines of a sample; for any thread. Raises DataError."""
        number, item = numbered
        try:
            data = item.read()
        except DataError as error:
            if item.is_required:
                raise
            return _Row(problems=(error.problem(Scope.ITEM, sample=item.name),))
        if data is None:
            return _Row()
        found = data.objects
        if found is None:
            found = objects_of(data, self._label_map.background)
        return self._row(item.name, f"{number:06}.png", found, Size.of(data.pixels))

    def take(self, row: _Row) -> None:
        """Note what a sample brings. Raises DataError: two classes have one name."""
        self.problems += row.problems
        for name, index in row.names:
            note_name(self._names, name, index)

    def _row(self, sample: str, file: str, objects: tuple[MaskObject, ...], size: Size) -> _Row:
        raster, mask_text = b"", _inline(size)
        readable = [found for found in objects if found.fault is None]
        if self._folder is not None and readable:
            _refuse_overlaps(sample, readable, size)
            raster = _composite(readable, size)
            mask_text = _in_raster(f"{self._folder}/{file}", readable)
        row, lines = _data_row(sample, objects), []
        for found in objects:
            is_readable = found.fault is None
            mask = mask_text(found) if is_readable else stored_mask_text(found, size)
            if mask is not None:
                lines.append(self._line(found, row, mask))
        names = {(self._label_map.name_of(o.index), o.index) for o in readable}
        return _Row(tuple(lines), tuple(sorted(names)), file, raster)

    def _line(self, found: MaskObject, row: str, mask: str) -> str:
        """An object; with another class it has left the schema it was read with."""
        stored = name_in(fields_of(found))
        name = stored if found.fault else self._label_map.name_of(found.index)
        if name != stored:
            found = replace(found, foreign=with_schema(fields_of(found), None))
        return object_text(found, row=row, name=name, mask=mask)


def _inline(size: Size) -> Callable[[MaskObject], str]:
    return lambda found: stored_mask_text(found, size) or inline_mask_text(found, size)


def _in_raster(uri: str, objects: list[MaskObject]) -> Callable[[MaskObject], str]:
    numbers = {id(found): number for number, found in enumerate(objects, 1)}
    return lambda found: raster_mask_text(uri, voc_color(numbers[id(found)]))


def _composite(objects: list[MaskObject], size: Size) -> bytes:
    """A raster with a color for each object, black where there is none."""
    raster: ColorMask = np.zeros((size.height, size.width, 3), np.uint8)
    for number, found in enumerate(objects, 1):
        raster[found.rect.slices][found.pixels] = voc_color(number)
    return pictures.encode_mask_png(raster)


def _refuse_overlaps(sample: str, objects: list[MaskObject], size: Size) -> None:
    covered = covered_pixels(objects, size)
    if covered:
        found = f"objects overlap in {covered} pixels, which one raster cannot hold"
        raise DataError(Kind.CANNOT_HOLD, sample, found, "a mask for each object")


def _data_row(sample: str, objects: tuple[MaskObject, ...]) -> str:
    """Text of `dataRow`: as the objects have it, else the sample's name as global key."""
    for found in objects:
        known = fields_of(found).get("dataRow")
        if known is not None:
            return known
    return f'{{"globalKey":{to_text(sample)}}}'


def _require_free(target: Path, *, overwrite: bool) -> None:
    if target.is_dir() or (target.exists() and not overwrite):
        raise DataError(Kind.TARGET_EXISTS, str(target), "the target exists", "a new name")

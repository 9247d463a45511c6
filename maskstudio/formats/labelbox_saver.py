"""Saving into an opened Labelbox NDJSON file: what did not change keeps its bytes.

Objects that did not change, and all that lies between objects, are copied. Of a changed object the
mask and the name are replaced; every other field keeps its text and its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import BinaryIO, NamedTuple

from maskstudio.core.geometry import Size
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.core.object_repaint import repainted
from maskstudio.core.objects import MaskObject, flatten
from maskstudio.errors import DataError, Kind

from .atomic import replacing
from .base import ChangedMask, Changes, Item, Progress, SaveReport, no_progress, reading_back
from .json_text import Fields, is_spaced, join_fields, split_fields, to_text
from .labelbox_encoding import (
    fields_of,
    inline_mask_text,
    name_in,
    object_text,
    with_name,
    with_schema,
)
from .labelbox_objects import objects_of
from .labelbox_reader import LabelboxNdjson, plain_uuid
from .labelbox_source import Entry, Row
from .labelbox_stream import Span
from .labelbox_writer import Names, note_name

_LOOKED_AT = 200
"""Gaps between objects that show how new ones are put between them."""


def save_in_place(
    source: LabelboxNdjson, changes: Changes, progress: Progress = no_progress
) -> SaveReport:
    """Write changed objects and class names; the source lists its file anew.

    Masks without objects were painted as class masks: objects that no changed pixel touches stay.
    A file that changed underneath is listed anew first: whoever asks for the save has decided that
    it is to be replaced.

    Raises:
        DataError: cannot_hold, duplicate_label, not_writable ...; nothing was changed then.
    """
    if source.path.exists() and source.has_changed_underneath():
        source.reload(source.label_maps[source.key])
    plan = _Plan(source, changes, progress)
    if plan.is_needed:
        with replacing(source.path) as file:
            plan.write(file)
    with reading_back():
        source.reload(changes.label_map)
    return SaveReport()


class _Slot(NamedTuple):
    """What stands in the place of an object: other lines, or none. Bytes, or where they lie."""

    contents: tuple[bytes | Span, ...]


class _Plan:
    """What a save writes in the place of which object. Making a plan checks everything."""

    def __init__(self, source: LabelboxNdjson, changes: Changes, progress: Progress) -> None:
        self._source = source
        self._file = source.listing.file
        self._names = _NewNames(source, changes.label_map)
        self._slots: dict[Span, _Slot] = {}
        self._added: list[bytes] = []
        items = {item.name: item for item in source.items}
        used: Names = {}
        for done, (name, mask) in enumerate(changes.masks.items()):
            progress(done, len(changes.masks), name)
            item = items.get(name)
            objects = self._edited(item, mask) if item else self._new_row(name, mask)
            for found in objects:
                if found.fault is None:
                    note_name(used, self._names.of_index(found.index), found.index)
        for name, row in source.rows.items():
            if name not in changes.masks:
                self._rename(row, used)

    @property
    def is_needed(self) -> bool:
        """Whether anything is written."""
        return bool(self._slots or self._added)

    def write(self, file: BinaryIO) -> None:
        """Write the whole file."""
        spans, size = self._source.listing.spans, self._file.stamp.size
        if not spans:
            self._write_first(file)
            return
        file.write(self._file.read(0, spans[0].start))
        separator = self._separator()
        is_first = True
        for i, span in enumerate(spans):
            gap = self._file.read(spans[i - 1].end, span.start) if i else separator
            for content in self._contents(span, is_last=i == len(spans) - 1):
                file.write(b"" if is_first else gap)
                is_first, gap = False, separator
                if isinstance(content, Span):
                    content = self._file.read(content.start, content.end)
                file.write(content)
        file.write(self._file.read(spans[-1].end, size))

    def _contents(self, span: Span, *, is_last: bool) -> tuple[bytes | Span, ...]:
        slot = self._slots.get(span)
        contents = slot.contents if slot else (span,)
        return (*contents, *self._added) if is_last else contents

    def _write_first(self, file: BinaryIO) -> None:
        """The first objects of a file that has none."""
        is_array = b"[" in self._file.read(0, self._file.stamp.size)
        lines = (b",\n" if is_array else b"\n").join(self._added)
        file.write(b"[" + lines + b"]\n" if is_array else lines + b"\n")

    def _separator(self) -> bytes:
        """What stands between most objects."""
        spans = self._source.listing.spans
        gaps = (self._file.read(a.end, b.start) for a, b in pairwise(spans[:_LOOKED_AT]))
        found = Counter(gaps).most_common(1)
        if found:
            return found[0][0]
        return b",\n" if b"[" in self._file.read(0, spans[0].start) else b"\n"

    def _edited(self, item: Item, mask: ChangedMask) -> tuple[MaskObject, ...]:
        """Plan a row that was edited; its objects as they are now."""
        before = self._source.read_objects(item, self._source.key)
        size = Size.of(mask.pixels)
        self._require_size(item, size)
        after = mask.objects
        if after is None:
            after = self._painted(before, mask, size)
        row = self._source.rows[item.name]
        lines = self._lines(row, {o.uid: o for o in before}, after, size)
        self._place(row, [o.uid for o in after], lines)
        return after

    def _require_size(self, item: Item, size: Size) -> None:
        try:
            stored = self._source.mask_size(item, self._source.key)
        except DataError:
            return
        if stored != size:
            found = f"the objects are {stored}; a mask of {size} would scale every one of them"
            raise DataError(Kind.CANNOT_HOLD, item.name, found, "masks in their own size")

    def _painted(
        self, before: tuple[MaskObject, ...], mask: ChangedMask, size: Size
    ) -> tuple[MaskObject, ...]:
        background = self._source.background
        return repainted(before, flatten(before, size, background), mask.pixels, background)

    def _lines(
        self, row: Row, before: Mapping[str, MaskObject], after: tuple[MaskObject, ...], size: Size
    ) -> list[bytes | Span]:
        entries = {entry.listed.uid: entry for entry in row.live}
        row_text = next((t for o in before.values() if (t := fields_of(o).get("dataRow"))), "")
        lines: list[bytes | Span] = []
        for found in after:
            entry = entries.get(found.uid)
            if entry is None:
                lines.append(self._new_line(found, row_text, size))
            else:
                lines.append(self._kept_line(entry, before[found.uid], found, size))
        return lines

    def _kept_line(
        self, entry: Entry, before: MaskObject, after: MaskObject, size: Size
    ) -> bytes | Span:
        """The line of a known object: where it lies, or another in its place."""
        name = self._names.of(entry, before, after)
        is_same = after.fault is not None or before.has_same_pixels(after)
        if is_same and name == entry.name:
            return entry.span
        text = self._file.read(entry.span.start, entry.span.end).decode()
        fields = with_name(split_fields(text), name)
        if after.index != before.index:
            fields = with_schema(fields, self._names.schema(after.index))
        if not is_same:
            fields["mask"] = inline_mask_text(after, size, fields.get("mask"))
        return _joined(fields, entry, text)

    def _new_line(self, found: MaskObject, row: str, size: Size) -> bytes:
        name = self._names.of_index(found.index)
        fields = {k: v for k, v in fields_of(found).items() if k not in ("uuid", "dataRow")}
        if name_in(fields) != name:
            fields = with_schema(fields, self._names.schema(found.index))
        bare = replace(found, foreign=fields)
        mask = inline_mask_text(found, size)
        return object_text(bare, row=row, name=name, mask=mask).encode()

    def _place(self, row: Row, uids: list[str], lines: list[bytes | Span]) -> None:
        """Put the lines of a row where its objects stand, in their order; more go behind."""
        wanted = {plain_uuid(uid) for uid in uids}
        gone = [e for e in row.entries if plain_uuid(e.listed.uid) not in wanted]
        for entry in gone:
            self._slots[entry.span] = _Slot(())
        slots = row.live
        for entry in gone:
            if entry in slots and len(slots) > len(lines):
                slots.remove(entry)
        for entry, line in zip(slots, lines, strict=False):
            if line != entry.span:
                self._slots[entry.span] = _Slot((line,))
        rest = lines[len(slots) :]
        if rest:
            last = slots[-1].span if slots else row.entries[-1].span
            known = self._slots[last].contents if last in self._slots else (last,)
            self._slots[last] = _Slot((*known, *rest))

    def _rename(self, row: Row, used: Names) -> None:
        """Plan a row of which nothing but the names of classes changed."""
        for entry in row.live:
            name = self._names.renamed(entry.name)
            if entry.name:
                note_name(used, name, self._source.index_of(entry.name))
            if name != entry.name:
                text = self._file.read(entry.span.start, entry.span.end).decode()
                fields = with_name(split_fields(text), name)
                self._slots[entry.span] = _Slot((_joined(fields, entry, text),))

    def _new_row(self, name: str, mask: ChangedMask) -> tuple[MaskObject, ...]:
        objects = mask.objects
        if objects is None:
            data = MaskData(mask.pixels, mask.instances)
            objects = objects_of(data, self._source.background)
        known = (fields_of(found).get("dataRow") for found in objects)  # of a row that was emptied
        row = next(filter(None, known), f'{{"globalKey":{to_text(name)}}}')
        size = Size.of(mask.pixels)
        self._added += [self._new_line(found, row, size) for found in objects]
        return objects


class _NewNames:
    """What classes are called now, and the schema ids that go with those of a file."""

    def __init__(self, source: LabelboxNdjson, after: LabelMap) -> None:
        self._before, self._after = source.label_maps[source.key], after
        self._schemas: dict[int, str] = {}
        for row in source.rows.values():
            for entry in row.live:
                schema = entry.listed.facts.get("schemaId")
                if isinstance(schema, str) and entry.name:
                    self._schemas.setdefault(source.index_of(entry.name), to_text(schema))

    def of_index(self, index: int) -> str:
        """Name of a class."""
        return self._after.name_of(index)

    def of(self, entry: Entry, before: MaskObject, after: MaskObject) -> str:
        """Name of an object; as stored where neither its class nor that class's name changed."""
        if after.index != before.index:
            return self.of_index(after.index)
        return self.renamed(entry.name)

    def renamed(self, name: str) -> str:
        """What the class of this name is called now."""
        known = self._before.by_name.get(name)
        if known is None or known.index not in self._after.declared:
            return name
        return self.of_index(known.index)

    def schema(self, index: int) -> str | None:
        """Text of the `schemaId` of a class, where an object of it in the file has one."""
        return self._schemas.get(index)


def _joined(fields: Fields, entry: Entry, text: str) -> bytes:
    """A changed object; one without a uuid gets the one it is known by."""
    if fields.get("uuid", "null") == "null":
        others = {key: value for key, value in fields.items() if key != "uuid"}
        fields = {"uuid": to_text(entry.listed.uid), **others}
    return join_fields(fields, spaced=is_spaced(text)).encode()

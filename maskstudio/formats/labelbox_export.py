"""Reading what Labelbox exports: the current form, older ones, and those of videos, which are
listed and not decoded. Exports are read-only; Save asks for a target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from maskstudio.core.arrays import Rgb
from maskstudio.core.geometry import Size
from maskstudio.errors import DataError, Kind, Scope

from .base import ListedObject, OpenOptions, Sureness, unique_names
from .guarded_json import load_json
from .json_text import Fields, to_text
from .labelbox_rasters import StoredMask
from .labelbox_reader import read_color
from .labelbox_source import Entry, LabelboxSource, Listing, Row, StoredObject
from .labelbox_stream import Span, StreamFile, first_keys
from .picture_header import require_room

FORMAT = "labelbox-export"
_MASK_KINDS = ("ImageSegmentationMask", "VideoSegmentationMask")
_HEX_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_REPLACED = ("feature_schema_id", "schemaId", "name", "title", "annotation_kind", "classifications")
_PIXELS = ("mask", "composite_mask", "instanceURI")

Json = Mapping[str, Any]


def probe(path: Path) -> Sureness:
    """Whether the first object of a file has the fields of an exported data row or frame."""
    if not path.is_file():
        return Sureness.NO
    keys = first_keys(path)
    if "data_row" in keys or {"DataRow ID", "Label"} <= keys or {"frameNumber", "objects"} <= keys:
        return Sureness.CERTAIN
    return Sureness.POSSIBLE if {"featureId", "instanceURI"} <= keys else Sureness.NO


def open_source(path: Path, options: OpenOptions) -> LabelboxExport:
    """Open an export for reading. Raises DataError of scope file: it is no JSON."""
    return LabelboxExport(path, options)


class LabelboxExport(LabelboxSource):
    """An opened export."""

    format = FORMAT

    def parse(self, file: StreamFile) -> Listing:
        return _Parsing(file).listing

    def stored(self, file: StreamFile, row: Row) -> Iterator[StoredObject]:
        for span in dict.fromkeys(entry.span for entry in row.entries):
            entries = [entry for entry in row.entries if entry.span == span]
            found = load_json(file.read(span.start, span.end), self.where(entries[0]))
            for entry, exported in zip(entries, _objects(found), strict=True):
                is_readable = entry.listed.fault is None
                mask = _stored_mask(exported, self.where(entry)) if is_readable else None
                yield StoredObject(entry, mask, _import_fields(found, exported))


class _Exported(NamedTuple):
    """An object of an export, and the frame of a video it stands in."""

    found: Json
    frame: str | None


class _Parsing:
    """One pass over a file, data row by data row."""

    def __init__(self, file: StreamFile) -> None:
        self.listing = Listing(file)
        self._name = file.path.name
        self._rows: dict[str, Row] = {}
        for span, data in file.objects():
            self._add(span, load_json(data, f"{self._name}:{span.line}"))
        for row in self._rows.values():
            row.entries[:] = _with_unique_uids(row.entries)

    def _add(self, span: Span, found: Json) -> None:
        where = f"{self._name}:{span.line}"
        facts = _row_facts(found)
        title = next(iter(facts.values()), None)
        if title is None:
            title = f"frame {found.get('frameNumber')}" if "frameNumber" in found else None
        if title is None:
            said = DataError(Kind.MISSING_FIELD, where, "nothing names the data row")
            self.listing.problems.append(said.problem(Scope.ITEM))
            return
        row = self._rows.get(title)
        if row is None:
            row = Row(title, {"data_row": facts} if facts else {}, _picture_size(found, where))
            self._rows[title] = row
            self.listing.rows.append(row)
        for exported in _objects(found):
            row.entries.append(self._entry(exported, span, where))

    def _entry(self, exported: _Exported, span: Span, where: str) -> Entry:
        found, fault = exported.found, None
        facts = _object_facts(found)
        color = facts.get("label_color")
        try:
            mask = _stored_mask(exported, where)
            if mask.color is not None:
                facts["color"] = list(mask.color)
        except DataError as error:
            fault = error.problem(Scope.ITEM)
        if exported.frame is not None:
            facts["frame"] = exported.frame
        name = str(facts["name"])
        if name:
            known = self.listing.names.get(name)
            is_color = known is None and isinstance(color, list)
            self.listing.names[name] = _rgb(color) if is_color else known
        return Entry(ListedObject(str(facts["feature_id"]), facts, fault), name, span)


def _row_facts(found: Json) -> dict[str, str]:
    """What names a data row: `id`, `globalKey` or `external_id`, in this order."""
    row = found.get("data_row")
    if isinstance(row, dict):
        names = {key: row.get(key) for key in ("id", "global_key", "external_id")}
    else:
        names = {
            "id": found.get("DataRow ID"),
            "global_key": found.get("Global Key"),
            "external_id": found.get("External ID"),
        }
    return {key: name for key, name in names.items() if isinstance(name, str) and name}


def _picture_size(found: Json, where: str) -> Size | None:
    media = found.get("media_attributes")
    if not isinstance(media, dict):
        return None
    width, height = media.get("width"), media.get("height")
    if type(width) is not int or type(height) is not int:
        return None
    size = Size(width, height)
    try:
        require_room(size, 1, where)
    except DataError:
        return None
    return size


def _objects(found: Json) -> Iterator[_Exported]:
    """Every mask of a data row, in order; other kinds of annotations are passed over."""
    if "frameNumber" in found:
        yield from _masks_of(found.get("objects"), str(found["frameNumber"]))
        return
    label = found.get("Label")
    if isinstance(label, dict):
        yield from _masks_of(label.get("objects"), None)
    projects = found.get("projects")
    for project in projects.values() if isinstance(projects, dict) else ():
        labels = project.get("labels") if isinstance(project, dict) else None
        for each in labels if isinstance(labels, list) else ():
            annotations = each.get("annotations") if isinstance(each, dict) else None
            if isinstance(annotations, dict):
                yield from _masks_of(annotations.get("objects"), None)
                yield from _frame_masks(annotations.get("frames"))


def _frame_masks(frames: object) -> Iterator[_Exported]:
    """Masks of a video, whose objects stand by frame number, in a list or by their id."""
    for number, frame in frames.items() if isinstance(frames, dict) else ():
        objects = frame.get("objects") if isinstance(frame, dict) else None
        listed = list(objects.values()) if isinstance(objects, dict) else objects
        yield from _masks_of(listed, number)


def _masks_of(objects: object, frame: str | None) -> Iterator[_Exported]:
    for found in objects if isinstance(objects, list) else ():
        if isinstance(found, dict) and _is_mask(found):
            yield _Exported(found, frame)


def _is_mask(found: Json) -> bool:
    kind = found.get("annotation_kind")
    if kind is not None:
        return kind in _MASK_KINDS
    return any(key in found for key in _PIXELS)


def _stored_mask(exported: _Exported, where: str) -> StoredMask:
    """Where the pixels of an object are.

    Raises:
        DataError: missing_field, value_out_of_range, video_unsupported.
    """
    found = exported.found
    if exported.frame is not None:
        said = f"this mask belongs to frame {exported.frame[:20]} of a video"
        raise DataError(Kind.VIDEO_UNSUPPORTED, where, said, "an image")
    composite, single = found.get("composite_mask"), found.get("mask")
    if isinstance(composite, dict):
        color = read_color(composite.get("color_rgb"), where)
        return StoredMask(uri=_address(composite.get("url"), where), color=color)
    if isinstance(single, dict):
        return StoredMask(uri=_address(single.get("url"), where))
    if found.get("instanceURI") is not None:
        return StoredMask(uri=_address(found["instanceURI"], where))
    expected = "`composite_mask`, `mask` or `instanceURI`"
    raise DataError(Kind.MISSING_FIELD, where, "the mask has no pixels", expected)


def _address(found: object, where: str) -> str:
    if not isinstance(found, str) or not found:
        raise DataError(Kind.VALUE_OUT_OF_RANGE, where, "the address of the mask is no text")
    return found


def _object_facts(found: Json) -> dict[str, object]:
    facts: dict[str, object] = {
        "feature_id": _text(found, "feature_id", "featureId"),
        "name": _name(found),
    }
    color = found.get("color")
    if isinstance(color, str) and _HEX_COLOR.fullmatch(color):
        facts["label_color"] = list(bytes.fromhex(color[1:]))
    return facts


def _name(found: Json) -> str:
    return _text(found, "name", "title") or _schema(found)


def _schema(found: Json) -> str:
    return _text(found, "feature_schema_id", "schemaId")


def _text(found: Json, *keys: str) -> str:
    return next((v for k in keys if isinstance(v := found.get(k), str) and v), "")


def _rgb(color: object) -> Rgb | None:
    return (color[0], color[1], color[2]) if isinstance(color, list) else None


def _with_unique_uids(entries: list[Entry]) -> list[Entry]:
    """Ids may be missing, and repeat over labels and frames; within a sample each is one object."""
    uids = unique_names([entry.listed.uid or "object" for entry in entries])
    return [
        Entry(ListedObject(uid, e.listed.facts, e.listed.fault), e.name, e.span)
        for uid, e in zip(uids, entries, strict=True)
    ]


def _import_fields(row: Json, exported: _Exported) -> Fields:
    """An object's fields as an NDJSON for import names them; what has no place there is kept."""
    found, facts = exported.found, _row_facts(row)
    fields: dict[str, object] = {}
    if "id" in facts:
        fields["dataRow"] = {"id": facts["id"]}
    elif "global_key" in facts:
        fields["dataRow"] = {"globalKey": facts["global_key"]}
    if _text(found, "name", "title"):
        fields["name"] = _name(found)
    if _schema(found):
        fields["schemaId"] = _schema(found)
    classifications = found.get("classifications")
    fields["classifications"] = classifications if isinstance(classifications, list) else []
    fields |= {k: v for k, v in found.items() if k not in (*_REPLACED, *_PIXELS)}
    composite = found.get("composite_mask")
    if isinstance(composite, dict):
        address, color = composite.get("url"), composite.get("color_rgb")
        fields["mask"] = {"instanceURI": address, "colorRGB": color}
    return {key: to_text(value) for key, value in fields.items()}

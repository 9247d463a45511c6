"""Reading Labelbox NDJSON, the import format: one object a line, or run together, or an array."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from maskstudio.core.arrays import Rgb
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .base import ListedObject, OpenOptions, Sureness
from .guarded_json import load_json
from .json_text import split_fields
from .labelbox_rasters import StoredMask
from .labelbox_source import Entry, LabelboxSource, Listing, Row, StoredObject
from .labelbox_stream import Span, StreamFile, first_keys

FORMAT = "labelbox-ndjson"
ROW_KEYS = ("id", "globalKey")
_ENDINGS = (".ndjson", ".jsonl")


def probe(path: Path) -> Sureness:
    """Whether the first object of a file has the fields of an object that can be imported."""
    if not path.is_file():
        return Sureness.NO
    keys = first_keys(path)
    if "dataRow" in keys:
        return Sureness.CERTAIN
    if "mask" in keys:
        return Sureness.POSSIBLE
    return Sureness.BY_NAME if path.suffix.lower() in _ENDINGS else Sureness.NO


def open_source(path: Path, options: OpenOptions) -> LabelboxNdjson:
    """Open a file for reading. Raises DataError of scope file: it is no JSON."""
    return LabelboxNdjson(path, options)


class LabelboxNdjson(LabelboxSource):
    """An opened file; what is changed goes back into it."""

    format = FORMAT

    def parse(self, file: StreamFile) -> Listing:
        return _Parsing(file).listing

    def stored(self, file: StreamFile, row: Row) -> Iterator[StoredObject]:
        for entry in row.live:
            data = file.read(entry.span.start, entry.span.end)
            fields = split_fields(data.decode())
            mask = None
            if entry.listed.fault is None:
                mask = read_mask_field(json.loads(fields["mask"]), self.where(entry))
            yield StoredObject(entry, mask, fields)


class Fields(NamedTuple):
    """What the fields of an object say, as far as one at a time can be wrong.

    Args:
        row: name of the field that names the data row, and what it holds.
        fault: the first thing that is wrong with the others.
    """

    row: tuple[str, str]
    uid: str | None
    name: str
    schema: str
    color: Rgb | None
    fault: DataError | None


class _Parsing:
    """One pass over a file, object by object."""

    def __init__(self, file: StreamFile) -> None:
        self.listing = Listing(file)
        self._name = file.path.name
        self._rows: dict[tuple[str, str], Row] = {}
        self._by_uuid: dict[tuple[tuple[str, str], str], int] = {}
        self._made: set[str] = set()
        for span, data in file.objects():
            self.listing.spans.append(span)
            self._add(span, data)

    def _add(self, span: Span, data: bytes) -> None:
        where = f"{self._name}:{span.line}"
        found = load_json(data, where)
        try:
            fields = read_fields(found, where)
        except DataError as error:
            self.listing.problems.append(error.problem(Scope.ITEM))
            return
        row = self._rows.get(fields.row)
        if row is None:
            row = Row(fields.row[1], {"data_row": dict([fields.row])})
            self._rows[fields.row] = row
            self.listing.rows.append(row)
        uid = fields.uid if fields.uid is not None else self._made_uuid(data)
        self._supersede(row, fields.row, uid, where)
        name = fields.name or fields.schema
        if name:
            self.listing.names.setdefault(name, None)
        fault = fields.fault.problem(Scope.ITEM) if fields.fault else None
        row.entries.append(Entry(ListedObject(uid, _facts(uid, fields), fault), name, span))

    def _supersede(self, row: Row, key: tuple[str, str], uid: str, where: str) -> None:
        """A later object of the same uuid takes the place of an earlier one of its row."""
        known = (key, plain_uuid(uid))
        before = self._by_uuid.get(known)
        self._by_uuid[known] = len(row.entries)
        if before is None:
            return
        earlier = row.entries[before]
        row.entries[before] = Entry(earlier.listed, earlier.name, earlier.span, is_live=False)
        found = f"the uuid {uid[:60]} stands in line {earlier.span.line} already"
        row.problems.append(
            Problem(
                Kind.UUID_REPEATED,
                Severity.WARNING,
                Scope.ITEM,
                where,
                f"{found}; this later object wins",
            )
        )

    def _made_uuid(self, data: bytes) -> str:
        """A v4 uuid for an object without one: the same as long as the object is the same."""
        digest = hashlib.sha256(data)
        while (made := str(uuid.UUID(bytes=digest.digest()[:16], version=4))) in self._made:
            digest.update(b"again")
        self._made.add(made)
        return made


def read_fields(found: dict[str, Any], where: str) -> Fields:
    """What an object says beside its pixels.

    Raises:
        DataError: nothing tells its data row (missing_field, conflicting_fields,
            value_out_of_range).
    """
    row = _data_row(found, where)
    fault, color = None, None
    uid, name, schema = found.get("uuid"), found.get("name"), found.get("schemaId")
    try:
        _require_texts(found, where)
        color = read_mask_field(found.get("mask"), where).color
    except DataError as error:
        fault = error
    return Fields(
        row,
        uid if isinstance(uid, str) else None,
        name if isinstance(name, str) else "",
        schema if isinstance(schema, str) else "",
        color,
        fault,
    )


def read_mask_field(found: object, where: str) -> StoredMask:
    """Where the pixels of an object are.

    Raises:
        DataError: missing_field, value_out_of_range; video_unsupported for masks of a video.
    """
    if found is None:
        raise DataError(Kind.MISSING_FIELD, where, "the object has no `mask`")
    if not isinstance(found, dict):
        raise _wrong(where, "mask", "an object")
    uri, color, png = (found.get(key) for key in ("instanceURI", "colorRGB", "png"))
    if uri is not None and color is not None:
        if not isinstance(uri, str):
            raise _wrong(where, "instanceURI", "text")
        return StoredMask(uri=uri, color=read_color(color, where))
    if png is None:
        expected = "`png`, or `instanceURI` with `colorRGB`"
        raise DataError(Kind.MISSING_FIELD, where, "the mask has no pixels", expected)
    if not isinstance(png, str):
        raise _wrong(where, "png", "text")
    return StoredMask(png=png)


def read_color(found: object, where: str) -> Rgb:
    """Three whole numbers from 0 to 255. Raises DataError (value_out_of_range)."""
    is_color = (
        isinstance(found, list)
        and len(found) == 3
        and all(type(part) is int and 0 <= part <= 255 for part in found)
    )
    if not is_color:
        raise _wrong(where, "the color", "three whole numbers from 0 to 255")
    assert isinstance(found, list)
    return found[0], found[1], found[2]


def _data_row(found: dict[str, Any], where: str) -> tuple[str, str]:
    row = found.get("dataRow")
    if row is None:
        raise DataError(Kind.MISSING_FIELD, where, "the object has no `dataRow`")
    if not isinstance(row, dict):
        raise _wrong(where, "dataRow", "an object")
    named = [key for key in ROW_KEYS if row.get(key) is not None]
    if not named:
        raise DataError(Kind.MISSING_FIELD, where, "`dataRow` has neither `id` nor `globalKey`")
    if len(named) > 1:
        found_ = "`dataRow` has both `id` and `globalKey`"
        raise DataError(Kind.CONFLICTING_FIELDS, where, found_, "one of them")
    value = row[named[0]]
    if not isinstance(value, str) or not value:
        raise _wrong(where, named[0], "text")
    return named[0], value


def _require_texts(found: dict[str, Any], where: str) -> None:
    """Refuse values of the wrong kind, and an object that nothing names. Raises DataError."""
    for key in ("uuid", "name", "schemaId"):
        value = found.get(key)
        if value is not None and not isinstance(value, str):
            raise _wrong(where, key, "text")
    if not (found.get("name") or found.get("schemaId")):
        found_ = "the object has neither `name` nor `schemaId`"
        raise DataError(Kind.MISSING_FIELD, where, found_)
    if not isinstance(found.get("classifications") or [], list):
        raise _wrong(where, "classifications", "a list")
    if found.get("mask") is None and "masks" in found:
        raise DataError(Kind.VIDEO_UNSUPPORTED, where, "masks of a video are listed, not edited")


def _facts(uid: str, fields: Fields) -> dict[str, object]:
    facts: dict[str, object] = {"uuid": uid, "name": fields.name or fields.schema}
    if fields.schema:
        facts["schemaId"] = fields.schema
    if fields.color is not None:
        facts["color"] = list(fields.color)
    return facts


def plain_uuid(uid: str) -> str:
    """A uuid without the braces and hyphens it may be written with; other texts as they are."""
    digits = uid.strip("{}").replace("-", "").lower()
    is_uuid = len(digits) == 32 and all(sign in "0123456789abcdef" for sign in digits)
    return digits if is_uuid else uid


def _wrong(where: str, field: str, expected: str) -> DataError:
    found = f"`{field}` is not of its kind" if " " not in field else f"{field} is no such"
    return DataError(Kind.VALUE_OUT_OF_RANGE, where, found, expected)

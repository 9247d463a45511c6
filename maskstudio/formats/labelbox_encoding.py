"""The text of one object of an NDJSON file (`formats.md` section 5.4)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

import numpy as np

from maskstudio.core.arrays import Rgb
from maskstudio.core.geometry import Size
from maskstudio.core.object_repaint import new_uid
from maskstudio.core.objects import MaskObject
from maskstudio.errors import DataError

from .json_text import Fields, join_fields, split_fields, to_text
from .labelbox_rasters import inline_png, read_inline

_FIRST = ("uuid", "dataRow", "name", "schemaId", "classifications")
_PIXELS = ("png", "instanceURI", "colorRGB")


def fields_of(found: MaskObject) -> Fields:
    """What an object's file said of it, where that was a Labelbox file: texts of JSON values."""
    return {key: value for key, value in found.foreign.items() if isinstance(value, str)}


def object_text(found: MaskObject, *, row: str, name: str, mask: str) -> str:
    """A new line for an object.

    Args:
        row: text of `dataRow`, where the object brings none.
        name: of its class.
        mask: text of `mask`.
    """
    known = {"dataRow": row, "classifications": "[]"} | fields_of(found)
    known = with_name(known, name) | {"uuid": to_text(_uuid_of(found, known)), "mask": mask}
    first = {key: known[key] for key in _FIRST if key in known}
    rest = {key: value for key, value in known.items() if key not in (*_FIRST, "mask")}
    return join_fields({**first, **rest, "mask": mask})


def with_name(fields: Mapping[str, str], name: str) -> Fields:
    """The fields of an object of a class; those that say so already stay as they are."""
    if not name or name_in(fields) == name:
        return dict(fields)
    known = fields if "name" in fields else _behind(fields, "dataRow", "name")
    return dict(known) | {"name": to_text(name)}


def with_schema(fields: Mapping[str, str], schema: str | None) -> Fields:
    """The same fields with another `schemaId`, given as text, or without one."""
    if schema is None:
        return {key: value for key, value in fields.items() if key != "schemaId"}
    known = fields if "schemaId" in fields else _behind(fields, "name", "schemaId")
    return dict(known) | {"schemaId": schema}


def name_in(fields: Mapping[str, str]) -> str:
    """The class name that fields have: the name, else the schema id; empty without any."""
    for key in ("name", "schemaId"):
        value = json.loads(fields.get(key, "null"))
        if isinstance(value, str) and value:
            return value
    return ""


def stored_mask_text(found: MaskObject, size: Size) -> str | None:
    """Text of the `mask` an object was read with, where it can stand in another file as it is.

    That is an inline PNG of its pixels, and whatever an object in error has.
    """
    text = fields_of(found).get("mask")
    if text is None or found.fault is not None:
        return text
    mask = json.loads(text)
    if not isinstance(mask, dict) or not isinstance(mask.get("png"), str):
        return None
    if mask.get("instanceURI") is not None and mask.get("colorRGB") is not None:
        return None
    try:
        pixels = read_inline(mask["png"], found.uid)
    except DataError:
        return None
    return text if np.array_equal(pixels, found.drawn(size)) else None


def inline_mask_text(found: MaskObject, size: Size, before: str | None = None) -> str:
    """Text of `mask` with an inline PNG.

    Args:
        before: the text it replaces; what stands in that beside the pixels is kept.
    """
    fields = {"png": to_text(inline_png(found.drawn(size)))}
    if before is not None and before.startswith("{"):
        known = split_fields(before)
        fields |= {key: value for key, value in known.items() if key not in _PIXELS}
    return join_fields(fields)


def raster_mask_text(uri: str, color: Rgb) -> str:
    """Text of `mask` that names a color of a raster."""
    return join_fields({"instanceURI": to_text(uri), "colorRGB": to_text(list(color))})


def _uuid_of(found: MaskObject, fields: Mapping[str, str]) -> str:
    """The uuid of an object as it is, else its own uid where that is one, else a new one."""
    stored = json.loads(fields.get("uuid", "null"))
    if isinstance(stored, str):
        return stored
    try:
        uuid.UUID(found.uid)
    except ValueError:
        return new_uid()
    return found.uid


def _behind(fields: Mapping[str, str], key: str, new: str) -> Fields:
    """The same fields with room for another behind one of them."""
    found: Fields = {}
    for known, value in fields.items():
        found[known] = value
        if known == key:
            found[new] = "null"
    return found

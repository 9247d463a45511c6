"""Label maps in the words of other systems, each written by one function and read back by another.

What a dialect cannot say is left out: only a `labelmap.txt` has parts and actions, names alone have
no colors, and only `{index: name}`, class sets and our own JSON say every index.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import DataError, Kind

from .clearml_classes import shown_color
from .label_json import label_json, label_map_of_names
from .label_maps import background_of, check_writable, write_labelmap_txt
from .labelbox_classes import label_map_of

_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


@dataclass(frozen=True)
class Dialect:
    """One form of a label map.

    Args:
        name: fixed, for the command line and tests.
        title: as people call it.
        suffix: ending of its files.
        keeps_indices, has_colors: what is there again when it is read.
        write: makes the file; may raise DataError.
    """

    name: str
    title: str
    suffix: str
    keeps_indices: bool
    has_colors: bool
    write: Callable[[LabelMap], bytes]


def write_labelmap(label_map: LabelMap) -> bytes:
    """CVAT's `labelmap.txt`, gaps as `_dummy<n>`. Raises DataError."""
    check_writable(label_map)
    return write_labelmap_txt(label_map)


def write_json(label_map: LabelMap) -> bytes:
    """A list of objects with index, name and color."""
    return _dumped(label_json(label_map))


def write_index_names(label_map: LabelMap) -> bytes:
    """`{index: name}`: what `wandb.Image(masks=...)` takes as `class_labels`."""
    return _dumped({str(c.index): c.name for c in label_map.visible_classes})


def write_class_set(label_map: LabelMap) -> bytes:
    """A class set of W&B, as its client stores `wandb.Classes`."""
    classes = [{"id": c.index, "name": c.name} for c in label_map.visible_classes]
    return _dumped({"_type": "classes", "class_set": classes})


def write_labelbox(label_map: LabelMap) -> bytes:
    """Tools of a Labelbox ontology, with names and colors; the background is no tool there."""
    tools = [
        {"tool": "raster-segmentation", "name": c.name, "color": _hex(c, label_map),
         "required": False, "classifications": []}
        for c in label_map.visible_classes if c.index != label_map.background
    ]  # fmt: skip
    return _dumped({"tools": tools, "classifications": []})


def write_clearml(label_map: LabelMap) -> bytes:
    """`mask_labels` of ClearML for every mask: stored color and names.

    Raises:
        DataError: two classes have one color.
    """
    entries = []
    owners: dict[Rgb, str] = {}
    for found in label_map.visible_classes:
        value = found.value or label_map.color_of(found.index)
        if value in owners:
            said = f"`{owners[value]}` and `{found.name}` have the color {list(value)}"
            raise DataError(Kind.DUPLICATE_COLOR, "mask_labels", said, "every color once")
        owners[value] = found.name
        entries.append({"value": list(value), "labels": list(found.names or (found.name,))})
    return _dumped({"mask_labels": {"_all_": entries}})


def write_names(label_map: LabelMap) -> bytes:
    """Names alone, line by line in the order of indices from 0 on; gaps as `_dummy<n>`."""
    highest = max(label_map.declared, default=-1)
    names = [label_map.declared[i].name if label_map.is_declared(i) else f"_dummy{i}"
             for i in range(highest + 1)]  # fmt: skip
    return "".join(f"{name}\n" for name in names).encode()


DIALECTS = (
    Dialect("labelmap", "CVAT labelmap.txt", ".txt", True, True, write_labelmap),
    Dialect("json", "JSON with index, name, color", ".json", True, True, write_json),
    Dialect("class-labels", "W&B class_labels {index: name}", ".json", True, False,
            write_index_names),
    Dialect("class-set", "W&B class set", ".json", True, False, write_class_set),
    Dialect("labelbox", "Labelbox ontology", ".json", False, True, write_labelbox),
    Dialect("clearml", "ClearML mask_labels", ".json", False, True, write_clearml),
    Dialect("names", "Names, line by line", ".txt", True, False, write_names),
)  # fmt: skip


def read_dialect(document: object, where: str) -> LabelMap | None:
    """The label map of a JSON document of one of these systems, None where it is of none.

    Raises:
        DataError: it is of one of them, and not as it must be.
    """
    if isinstance(document, list) and document:
        if _are_entries(document, "value", "labels"):
            return _of_clearml(document, where)
        return _of_class_set(document, where) if _are_entries(document, "id", "name") else None
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("class_set"), list):
        return _of_class_set(document["class_set"], where)
    if isinstance(document.get("tools"), list):
        return _of_labelbox(document["tools"], where)
    labels = document.get("metadata", document)
    labels = labels.get("mask_labels") if isinstance(labels, dict) else None
    if isinstance(labels, dict) and isinstance(labels.get("_all_"), list):
        labels = labels["_all_"]
    if isinstance(labels, list):
        return _of_clearml(labels, where)
    return None


def _of_class_set(entries: list[Any], where: str) -> LabelMap:
    names: dict[int, str] = {}
    for number, entry in enumerate(entries):
        index = entry.get("id") if isinstance(entry, dict) else None
        name = entry.get("name") if isinstance(entry, dict) else None
        is_text = isinstance(index, str) and index.isascii() and index.isdecimal()
        if not (type(index) is int or is_text) or not isinstance(name, str):
            raise _wrong(where, number, "an object with `id` and `name`")
        if not 0 <= int(index) <= 65_535 or int(index) in names:  # type: ignore[arg-type]
            raise _wrong(where, number, "an index from 0 to 65535 that stands once")
        names[int(index)] = name  # type: ignore[arg-type]
    return label_map_of_names(names, where)


def _of_labelbox(tools: list[Any], where: str) -> LabelMap:
    colors: dict[str, Rgb | None] = {}
    for number, tool in enumerate(tools):
        name = tool.get("name") if isinstance(tool, dict) else None
        if not isinstance(name, str) or not name:
            raise _wrong(where, number, "a tool with `name`")
        found = _HEX.fullmatch(str(tool.get("color", "")))
        value = int(found[1], 16) if found else None
        color = None if value is None else (value >> 16, value >> 8 & 255, value & 255)
        colors[name] = None if color in colors.values() else color
    return label_map_of(colors, None, where)


def _of_clearml(entries: list[Any], where: str) -> LabelMap:
    classes: list[LabelClass] = []
    for number, entry in enumerate(entries):
        value = entry.get("value") if isinstance(entry, dict) else None
        labels = entry.get("labels") if isinstance(entry, dict) else None
        if not _is_rgb(value) or not _are_names(labels):
            raise _wrong(where, number, "`value` as [r, g, b] and `labels` as a list of names")
        assert value is not None
        assert labels is not None
        color: Rgb = (value[0], value[1], value[2])
        if any(c.value == color for c in classes):
            raise _wrong(where, number, "every color once")
        names, joined = tuple(labels), ", ".join(labels)
        shown = shown_color(color, number, {c.color for c in classes if c.color}, joined)
        classes.append(LabelClass(number, joined, shown, value=color, names=names))
    if len({c.name for c in classes}) < len(classes):
        raise DataError(Kind.DUPLICATE_LABEL, where, "two colors have the same names")
    return LabelMap(tuple(classes), background_of(classes))


def _are_entries(entries: list[Any], *fields: str) -> bool:
    return all(isinstance(e, Mapping) and all(name in e for name in fields) for e in entries)


def _is_rgb(value: Any) -> bool:
    is_three = isinstance(value, list) and len(value) == 3
    return is_three and all(type(n) is int and 0 <= n <= 255 for n in value)


def _are_names(labels: Any) -> bool:
    return isinstance(labels, list) and bool(labels) and all(
        isinstance(name, str) and name for name in labels
    )  # fmt: skip


def _hex(found: LabelClass, label_map: LabelMap) -> str:
    return "#{:02x}{:02x}{:02x}".format(*label_map.color_of(found.index))


def _dumped(document: Any) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


def _wrong(where: str, number: int, expected: str) -> DataError:
    return DataError(
        Kind.JSON_INVALID, f"{where}: entry {number}", "it is something else", expected
    )

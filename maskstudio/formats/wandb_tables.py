"""Tables of artifacts: their image cells, and the class names their column types hold.

A column keeps names for each layer, merged over all rows (`formats.md` section 4.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from maskstudio.errors import DataError, Kind

from .json_text import JsonText, Pointer
from .safe_paths import is_text
from .wandb_values import Names, class_names, is_image

_TYPES: Pointer = ("column_types", "params", "type_map")
_CLASSES, _LAYERS, _ALL = "mask_class_maps", "mask_layers", "class_map"


@dataclass(frozen=True)
class ColumnTypes:
    """What the type of an image column says of its masks.

    Args:
        pointer: place of its parameters; None where there is no such type.
        names: class names by layer.
    """

    pointer: Pointer | None
    names: Mapping[str, Names]


def image_cells(table: Mapping[str, Any], where: str) -> Iterator[tuple[int, int, str]]:
    """Row, position and name of the column of every cell with an image. Raises DataError."""
    rows = table.get("data")
    if not isinstance(table.get("columns"), list) or not isinstance(rows, list):
        raise DataError(Kind.MISSING_FIELD, where, "there are no lists `columns` and `data`")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row if isinstance(row, list) else ()):
            if is_image(cell):
                yield number, place, column_name(table, place)


def column_name(table: Mapping[str, Any], place: int) -> str:
    """Name of a column; its number where it has none."""
    columns = table["columns"]
    name = str(columns[place]) if place < len(columns) else str(place)
    return name if is_text(name) else str(place)


def column_types(table: Mapping[str, Any], column: str, where: str) -> ColumnTypes:
    """The type of a column; older files say less, or nothing."""
    found, pointer = _image_type(_at(table, (*_TYPES, column)), (*_TYPES, column))
    maps = _at(found, (_CLASSES, "params", "val"))
    if pointer is None or not isinstance(maps, dict):
        return ColumnTypes(pointer, {})
    return ColumnTypes(pointer, {layer: class_names(maps[layer], where)[0] for layer in maps})


def layer_names(own: Names, layer: str, layers: Mapping[str, str], types: ColumnTypes) -> Names:
    """Class names of a layer of one image.

    Args:
        own: names in the class file of the image, merged over its layers.
        layers: the layers of the image.
    """
    mine = types.names.get(layer, {})
    others = [types.names.get(other, {}) for other in layers if other != layer]
    return {
        number: mine[number]
        if number in mine
        and mine[number] != name
        and any(other.get(number) == name for other in others)
        else name
        for number, name in own.items()
    }


def put_names(text: JsonText, types: ColumnTypes, table: Any, layer: str, names: Names) -> None:
    """Name classes of a layer in the type of a column, and list their ids."""
    if types.pointer is None:
        return
    maps: Pointer = (*types.pointer, _CLASSES, "params", "val")
    if text.has((*maps, layer)):
        for number, name in names.items():
            text.put((*maps, layer), str(number), name)
    elif text.has(maps):
        text.put(maps, layer, {str(number): name for number, name in names.items()})
    whole: Pointer = (*types.pointer, _ALL, "params", "val")
    ids: Pointer = (*types.pointer, _LAYERS, "params", "val", layer)
    for number in names:
        if text.has(whole) and not text.has((*whole, str(number))):
            text.put(whole, str(number), names[number])
    known = _at(table, ids)
    if isinstance(known, list):
        for number in names:
            if number not in known:
                text.append(ids, number)


def _image_type(value: Any, pointer: Pointer) -> tuple[Any, Pointer | None]:
    """Parameters of the image type in a type or in a union of types, and their place."""
    if _at(value, ("wb_type",)) == "image-file":
        return value.get("params"), (*pointer, "params")
    allowed = _at(value, ("params", "allowed_types"))
    for i, inner in enumerate(allowed if isinstance(allowed, list) else ()):
        if _at(inner, ("wb_type",)) == "image-file":
            return inner.get("params"), (*pointer, "params", "allowed_types", i, "params")
    return None, None


def _at(value: Any, pointer: Pointer) -> Any:
    """What stands at a place, or None."""
    for step in pointer:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value

"""Label maps in JSON: `{index: name}`, or a list of classes that may bring their colors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import MAX_INDEX, LabelClass, LabelMap, next_free_color
from maskstudio.errors import DataError, Kind

from .guarded_json import load_json
from .label_maps import background_of

CLASSES = "classes"
EXPECTED = "{index: name}, or a list of objects with index, name and color"


def read_label_json(data: bytes, where: str) -> LabelMap:
    """The label map of a JSON document.

    It is an object of names by index, or a list of objects with `index`, `name` and, if they like,
    `color` as [r, g, b]; the list may stand alone or under `classes`.

    Raises:
        DataError: the document is not such a map; names the key or class at fault.
    """
    return label_map_of_json(load_json(data, where), where)


def label_map_of_json(document: object, where: str) -> LabelMap:
    """The label map of a document that was parsed already. Raises DataError, as above."""
    if isinstance(document, dict) and isinstance(document.get(CLASSES), list):
        document = document[CLASSES]
    if isinstance(document, list):
        return _of_classes(document, where)
    if isinstance(document, dict):
        return label_map_of_names(_names(document, where), where)
    raise DataError(Kind.JSON_INVALID, where, "this is neither an object nor a list", EXPECTED)


def label_json(label_map: LabelMap) -> list[dict[str, Any]]:
    """The declared classes as `read_label_json` takes them; of a shared color only the first."""
    classes = []
    written: set[Rgb] = set()
    for found in label_map.classes:
        entry: dict[str, Any] = {"index": found.index, "name": found.name}
        if found.color is not None and found.color not in written:
            written.add(found.color)
            entry["color"] = list(found.color)
        classes.append(entry)
    return classes


def label_map_of_names(
    names: Mapping[int, str], where: str, colors: Mapping[int, Rgb] | None = None
) -> LabelMap:
    """A label map of named indices in index order.

    Args:
        colors: of some of them; the others get unused colors of the VOC sequence.

    Raises:
        DataError: an empty name (missing_field), one that stands twice (duplicate_label), or an
            index that no mask can hold (value_out_of_range).
    """
    if max(names, default=0) > MAX_INDEX:
        found = f"there are {len(names)} classes"
        raise DataError(Kind.VALUE_OUT_OF_RANGE, where, found, f"at most {MAX_INDEX + 1}")
    given = colors or {}
    taken = set(given.values())
    classes: list[LabelClass] = []
    seen: set[str] = set()
    for index, name in sorted(names.items()):
        if not name:
            raise DataError(Kind.MISSING_FIELD, where, f"class {index} has no name")
        if name in seen:
            raise DataError(Kind.DUPLICATE_LABEL, where, f"the name `{name}` stands twice")
        seen.add(name)
        color = given[index] if index in given else next_free_color(index, taken)
        taken.add(color)
        classes.append(LabelClass(index, name, color))
    return LabelMap(tuple(classes), background_of(classes))


def _names(document: Mapping[str, Any], where: str) -> dict[int, str]:
    names: dict[int, str] = {}
    for key, name in document.items():
        if not (key.isascii() and key.isdecimal() and len(key) <= 6 and int(key) <= MAX_INDEX):
            raise DataError(
                Kind.VALUE_OUT_OF_RANGE, where, f"the key `{key}`", f"an index, 0 to {MAX_INDEX}"
            )
        if not isinstance(name, str):
            raise DataError(Kind.JSON_INVALID, where, f"class {key} has no text as its name")
        if int(key) in names:
            raise DataError(Kind.JSON_INVALID, where, f"index {int(key)} stands twice")
        names[int(key)] = name
    return names


def _of_classes(entries: list[Any], where: str) -> LabelMap:
    names: dict[int, str] = {}
    colors: dict[int, Rgb] = {}
    for number, entry in enumerate(entries):
        place = f"{where}: class {number}"
        if not isinstance(entry, dict):
            raise DataError(Kind.JSON_INVALID, place, "this is not an object", EXPECTED)
        index = _field(entry, "index", _is_index, place, f"an index, 0 to {MAX_INDEX}")
        if index in names:
            raise DataError(Kind.JSON_INVALID, place, f"index {index} stands twice")
        names[index] = _field(entry, "name", _is_text, place, "a text")
        if "color" in entry:
            red, green, blue = _field(entry, "color", _is_color, place, "[r, g, b], each 0 to 255")
            if (red, green, blue) in colors.values():
                found = f"the color {[red, green, blue]} stands twice"
                raise DataError(Kind.DUPLICATE_COLOR, place, found, "every color once")
            colors[index] = red, green, blue
    return label_map_of_names(names, where, colors)


def _field(
    entry: Mapping[str, Any], key: str, fits: Callable[[Any], bool], place: str, expected: str
) -> Any:
    if key not in entry:
        raise DataError(Kind.MISSING_FIELD, place, f"there is no `{key}`", expected)
    if not fits(entry[key]):
        raise DataError(Kind.VALUE_OUT_OF_RANGE, place, f"`{key}` is {entry[key]!r:.60}", expected)
    return entry[key]


def _is_index(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MAX_INDEX


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_color(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and all(type(n) is int and 0 <= n <= 255 for n in value)
    )

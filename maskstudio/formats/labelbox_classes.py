"""Class indices of Labelbox objects, which have names alone (`formats.md` section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import (
    BACKGROUND_NAME,
    MAX_INDEX,
    LabelClass,
    LabelMap,
    find_background,
    next_free_color,
)
from maskstudio.errors import DataError, Kind

_BLACK = (0, 0, 0)


def label_map_of(names: Mapping[str, Rgb | None], given: LabelMap | None, where: str) -> LabelMap:
    """The label map of objects with these names.

    A name has the index that a given label map has for it; the others follow above it, without one
    from 1 in their order. Labelbox knows no class for pixels without an object. They need an
    index: that of the class named background, else 0, else the one above all.

    Args:
        names: names in the order in which they first occur, with a color where the file has one.
        where: the file, for messages.

    Raises:
        DataError: there are more names than indices (value_out_of_range).
    """
    label_map = given if given is not None else LabelMap()
    known = set(label_map.by_name)
    new = {name: color for name, color in names.items() if name not in known}
    label_map = _with_names(label_map, new, where)
    if label_map.background is not None:
        return label_map
    named = find_background(label_map)
    if named is not None:
        return label_map.with_background(named)
    index = 0 if 0 not in label_map.by_index else _above(label_map)
    if index > MAX_INDEX:
        raise _too_many(where)
    color = next_free_color(index, label_map.colors()) if _is_taken(label_map) else _BLACK
    background = LabelClass(index, BACKGROUND_NAME, color)
    behind = label_map.classes if index == 0 else ()
    before = () if index == 0 else label_map.classes
    return replace(label_map, classes=(*before, background, *behind), background=index)


def _with_names(label_map: LabelMap, names: Mapping[str, Rgb | None], where: str) -> LabelMap:
    """With a class for each of the names, in one pass: they may be many."""
    if not names:
        return label_map
    taken = label_map.colors() | {_BLACK}
    classes = list(label_map.classes)
    for index, (name, color) in zip(count(_above(label_map)), names.items(), strict=False):
        if color is None or color in taken:
            color = next_free_color(index, taken)
        taken.add(color)
        classes.append(LabelClass(index, name, color))
    if classes[-1].index > MAX_INDEX:
        raise _too_many(where)
    return replace(label_map, classes=tuple(classes))


def _above(label_map: LabelMap) -> int:
    """The first index above all that stand for something, and at least 1."""
    return max((*label_map.by_index, label_map.background or 0, 0)) + 1


def _is_taken(label_map: LabelMap) -> bool:
    return _BLACK in label_map.colors()


def _too_many(where: str) -> DataError:
    found = "the objects have more names than there are class indices"
    return DataError(Kind.VALUE_OUT_OF_RANGE, where, found, f"at most {MAX_INDEX}")

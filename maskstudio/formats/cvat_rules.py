"""What CVAT "Segmentation Mask 1.1" cannot hold, told before anything is written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .cvat_pixels import CVAT_MAX_INSTANCE
from .label_maps import LABELMAP, color_owners
from .safe_paths import escape_reason, is_text


def check_item_name(name: str) -> None:
    """Refuse a name that a list cannot give back. Raises DataError (cannot_hold)."""
    reason = escape_reason(name)
    if not name.strip("/."):
        reason = "is empty"
    elif name.startswith("#"):
        reason = "starts with `#`"
    elif name != name.strip():
        reason = "has blanks at an end"
    elif re.search(r"[\r\n]", name):
        reason = "holds a line break"
    elif not is_text(name):
        reason = "holds bytes that are no text"
    if reason:
        found = f"the sample name {name!r} cannot be written: {reason}"
        raise DataError(Kind.CANNOT_HOLD, name, found, "another name")


def check_subset_name(subset: str) -> None:
    """Refuse a name that makes no list. Raises DataError (cannot_hold)."""
    if not subset or re.search(r"[_/\\\r\n\0]", subset):
        found = f"the subset name {subset!r} cannot be written"
        raise DataError(Kind.CANNOT_HOLD, subset, found, "a name without `_`, `/` and line breaks")


def check_shared_colors(before: LabelMap, after: LabelMap) -> None:
    """Refuse two classes of one color, unless they had it already when they were read.

    Raises:
        DataError: duplicate_color.
    """
    known = {(c.index, c.color) for c in before}
    owners = color_owners(after)
    for label_class in after:
        color = label_class.color
        if color is None or owners[color] == label_class.index:
            continue
        if not {(label_class.index, color), (owners[color], color)} <= known:
            other = after.name_of(owners[color])
            raise DataError(
                Kind.DUPLICATE_COLOR,
                LABELMAP,
                f"`{label_class.name}` and `{other}` have the color {color}",
                "a color of its own for every class",
            )


def check_colors(
    indices: Iterable[int], label_map: LabelMap, stand_ins: Collection[int], where: str
) -> None:
    """Make sure that a color mask can hold these class indices and gives them back.

    Args:
        stand_ins: undeclared indices that stand for a color of their own.

    Raises:
        DataError: cannot_hold or duplicate_color.
    """
    owners = color_owners(label_map)
    for index in indices:
        found = label_map.declared.get(index)
        if found is None and index in stand_ins:
            continue
        if found is None or found.color is None:
            lacking = "no class" if found is None else "no color"
            raise DataError(
                Kind.CANNOT_HOLD,
                where,
                f"class index {index} occurs and has {lacking}",
                "a class with a color for every index",
            )
        if owners[found.color] != index:
            other = label_map.name_of(owners[found.color])
            raise DataError(
                Kind.DUPLICATE_COLOR,
                where,
                f"`{found.name}` would be read back as `{other}`, which has the same color",
                "a color of its own for every class in use",
            )


def over_255_warning(highest: int, where: str, name: str) -> tuple[Problem, ...]:
    """The warning for an instance mask that CVAT itself cannot import."""
    if highest <= CVAT_MAX_INSTANCE:
        return ()
    found = f"instance {highest} is above {CVAT_MAX_INSTANCE}; CVAT cannot import this mask"
    return (
        Problem(Kind.INSTANCES_OVER_255, Severity.WARNING, Scope.ITEM, where, found, sample=name),
    )

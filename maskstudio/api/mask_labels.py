"""Label maps as ClearML keeps them: names by stored color.

The dictionary is the one that `DatasetVersion.set_masks_labels` takes; several names on a color are
alternatives of one class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError, Kind
from maskstudio.formats.clearml_classes import classes_of, names_of
from maskstudio.formats.clearml_labels import Form, KeyLabels, LabelEntry


def from_mask_labels(labels: Mapping[Rgb, Sequence[str]]) -> LabelMap:
    """The label map of a dictionary of names by stored color; indices in its order, from 0.

    Stored colors that look alike, such as (1, 1, 1) and (2, 2, 2), are shown in others.

    Raises:
        DataError: a color is not three whole numbers from 0 to 255, or has no name.
    """
    entries = tuple(_entry(value, names) for value, names in labels.items())
    return classes_of(KeyLabels(version=entries)).label_map


def to_mask_labels(label_map: LabelMap) -> dict[Rgb, list[str]]:
    """Names by stored color, in index order; a class without a stored color has the shown one.

    Raises:
        DataError: two classes have one color (duplicate_color).
    """
    found: dict[Rgb, list[str]] = {}
    for label_class in sorted(label_map.visible_classes, key=lambda c: c.index):
        value = label_class.value or label_map.color_of(label_class.index)
        if value in found:
            said = f"{', '.join(found[value])} and {label_class.name} both have the color {value}"
            raise DataError(Kind.DUPLICATE_COLOR, "mask_labels", said, "every color once")
        found[value] = list(names_of(label_class))
    return found


def _entry(value: Rgb, names: Sequence[str]) -> LabelEntry:
    where = f"mask_labels: {value!r}"
    is_color = len(value) == 3 and all(type(part) is int and 0 <= part <= 255 for part in value)
    if not is_color:
        raise DataError(Kind.VALUE_OUT_OF_RANGE, where, "this is no color", "0 to 255, three times")
    if isinstance(names, str) or not names or not all(isinstance(n, str) and n for n in names):
        raise DataError(Kind.MISSING_FIELD, where, f"the names are {names!r}", "a list of names")
    return LabelEntry(value, tuple(names), Form.VERSION, ())

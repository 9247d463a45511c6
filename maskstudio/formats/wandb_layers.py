"""From the class names of single images to the layers of a data set.

Images name the classes of a layer each for themselves. Where no id has two names they are put
together; where one has, the layer goes on under a second key, such as `predictions (2)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import (
    LabelClass,
    LabelMap,
    find_background,
    is_generated,
    next_free_color,
    voc_color,
)
from maskstudio.errors import DataError, Kind

from .wandb_values import Entry, Names

MAX_SPLIT = 64
"""Most layers that one name in a file is split into; who needs more is no person."""

_BLACK = (0, 0, 0)


@dataclass
class Layer:
    """Samples whose classes of one stored layer agree.

    Args:
        key: its name in the data set.
        stored: its name in the file.
        names: class names of all its samples.
        is_split_off: a layer before it has the same name in the file.
    """

    key: str
    stored: str
    names: dict[int, str] = field(default_factory=dict)
    is_split_off: bool = False

    def agrees_with(self, names: Names) -> bool:
        """Whether no id would have two names."""
        return all(self.names.get(number, name) == name for number, name in names.items())


def split_layers(
    entries: Iterable[Entry], key: str | None = None
) -> tuple[list[Layer], list[dict[str, Layer]]]:
    """All layers, and for each entry its layers by their key.

    Args:
        key: for a layer that is the only one, instead of its name.
    """
    entries = list(entries)
    stored_names = dict.fromkeys(stored for entry in entries for stored in entry.masks)
    if len(stored_names) > 1:
        key = None
    layers = {stored: [Layer(key or stored, stored)] for stored in stored_names}
    taken = {same[0].key for same in layers.values()}
    by_entry = []
    for entry in entries:
        found = {}
        for stored in list(entry.masks):
            layer = _layer_for(layers[stored], entry.names.get(stored, {}), taken)
            if layer is None:
                entry.add_fault(_too_many(entry, stored))
                del entry.masks[stored]
            else:
                found[layer.key] = layer
        by_entry.append(found)
    most = max(map(len, layers.values()), default=0)
    ordered = [same[i] for i in range(most) for same in layers.values() if i < len(same)]
    return ordered, by_entry


def _layer_for(same: list[Layer], names: Names, taken: set[str]) -> Layer | None:
    """The first layer of a stored name whose classes agree, else a new one; None for too many."""
    for layer in same:
        if layer.agrees_with(names):
            layer.names.update(names)
            return layer
    if len(same) == MAX_SPLIT:
        return None
    number = len(same) + 1
    while f"{same[0].stored} ({number})" in taken:
        number += 1
    key = f"{same[0].stored} ({number})"
    taken.add(key)
    same.append(Layer(key, same[0].stored, dict(names), is_split_off=True))
    return same[-1]


def _too_many(entry: Entry, stored: str) -> DataError:
    found = f"there are more than {MAX_SPLIT} kinds of class names for `{stored}`"
    return DataError(Kind.CLASS_UNMATCHED, entry.where, found, "names that agree between images")


def label_map_of(names: Names) -> LabelMap:
    """Classes by id, in the colors of the VOC sequence.

    A class named for id 0 is a class like any other, so it is not black: it gets the next free
    color. Where upstream itself has named every class, `class_0` and so on, nobody has named one,
    and 0 means nothing as it does everywhere else then.
    """
    colors: dict[int, Rgb] = {}
    taken: set[Rgb] = {_BLACK}
    for number in sorted(names, key=lambda n: (n == 0, n)):
        colors[number] = next_free_color(number, taken)
        taken.add(colors[number])
    classes = tuple(LabelClass(n, names[n], colors[n]) for n in sorted(names))
    background = find_background(classes)
    if background is None and all(map(is_generated, classes)):
        background = 0
    if background == 0:
        classes = tuple(_black(c) if c.index == 0 else c for c in classes)
    return LabelMap(classes, background)


def _black(label_class: LabelClass) -> LabelClass:
    return LabelClass(label_class.index, label_class.name, voc_color(0))

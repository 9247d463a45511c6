"""Which class file and column names make a layer of an image read as it is to be named.

A class file is shared by all layers of an image; only in a table can a layer have names of its own,
in the type of the column (`formats.md` section 4.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from maskstudio.core.labels import LabelMap, is_generated
from maskstudio.errors import DataError, Kind

from .wandb_tables import ColumnTypes, layer_names
from .wandb_values import Entry, Names, class_names


@dataclass(frozen=True)
class Renaming:
    """Names of a layer before and after, by class index.

    Args:
        stored: the layer's name in the file.
    """

    stored: str
    before: Names
    after: Names

    @classmethod
    def between(cls, stored: str, before: Names, after: LabelMap) -> Renaming:
        """What differs; names that were only made for indices met in masks are none."""
        made = {c.index for c in after if is_generated(c) and not before}
        return cls(stored, before, {c.index: c.name for c in after if c.index not in made})

    def wanted(self, entry: Entry) -> Names:
        """Names that the layer of an image is to have; all of them where the layer is new."""
        if self.stored not in entry.masks:
            return self.after
        own = entry.names.get(self.stored, {})
        kept = {number: self.after[number] for number in own if number in self.after}
        added = {n: name for n, name in self.after.items() if n not in self.before}
        return kept | added

    def in_column(self, types: ColumnTypes) -> Names:
        """Names that are other ones from now on in the type of a column, or new in it."""
        known = types.names.get(self.stored, {})
        return {
            number: name
            for number, name in self.after.items()
            if known.get(number) != name and known.get(number) == self.before.get(number)
        }


def changed_class_set(
    class_set: list[Any], entry: Entry, renaming: Renaming, types: ColumnTypes
) -> list[dict[str, Any]] | None:
    """The class list of an image with which every layer of it reads as it should.

    Args:
        class_set: the list as it stands in its file; empty where there is none.
        types: of the image's column, as they are going to be.

    Returns:
        The list, or None where it may stay as it is.

    Raises:
        DataError: cannot_hold; two layers of the image need two names for one class.
    """
    wanted = renaming.wanted(entry)
    names = dict(class_names(class_set, entry.classes)[0])
    is_alone = not set(entry.masks) - {renaming.stored}
    for number in [n for n in names if is_alone and n not in wanted]:
        del names[number]
    for number in wanted:
        names[number] = _name_for(number, wanted, entry, renaming.stored, types)
    return _with_names(class_set, names)


def _name_for(number: int, wanted: Names, entry: Entry, stored: str, types: ColumnTypes) -> str:
    """The one name of a class in the class file. Raises DataError (cannot_hold)."""
    needed = {layer: names[number] for layer, names in entry.names.items() if number in names}
    needed[stored] = wanted[number]
    layers: Mapping[str, str] = {**entry.masks, stored: ""}
    for name in dict.fromkeys([wanted[number], *needed.values()]):
        if all(
            layer_names({number: name}, layer, layers, types)[number] == word
            for layer, word in needed.items()
        ):
            return name
    words = " and ".join(f"`{word}`" for word in dict.fromkeys(needed.values()))
    found = f"class {number} is {words} in layers of one image, which has one list of classes"
    raise DataError(Kind.CANNOT_HOLD, entry.where, found, "one name in all its layers")


def _with_names(class_set: list[Any], names: dict[int, str]) -> list[dict[str, Any]] | None:
    """The list with other names, in its order and with all other fields."""
    left, found = dict(names), []
    for entry in class_set:
        number = next(iter(class_names([entry], "")[0]), None)
        if number is None:
            found.append(entry)
        elif number in left:
            found.append({**entry, "name": left.pop(number)})
    found += [{"id": number, "name": name} for number, name in left.items()]
    return None if found == class_set else found


def column_after(types: ColumnTypes, renaming: Renaming) -> ColumnTypes:
    """The type of a column as it is going to be."""
    if types.pointer is None:
        return types
    mine = {**types.names.get(renaming.stored, {}), **renaming.in_column(types)}
    return replace(types, names={**types.names, renaming.stored: mine})

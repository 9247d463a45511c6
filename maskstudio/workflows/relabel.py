"""Changes of classes that reach into pixels: judged and counted first, then made everywhere.

A relabeling gives old indices new ones, all at once, and says which label map belongs to the
result. It is the only way in which an index moves, and the user asks for each one by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import IndexMask
from maskstudio.core.labels import MAX_INDEX, LabelMap, filler
from maskstudio.core.layer import MaskData
from maskstudio.core.objects import MaskObject
from maskstudio.errors import UsageError

from .class_words import find_class


@dataclass(frozen=True)
class Relabeling:
    """Other indices for those of a layer.

    Args:
        label: what is done, in words for the history.
        changes: new index by old index, applied at once; what is not listed stays.
        label_map: the map that belongs to the result.
    """

    label: str
    changes: Mapping[int, int]
    label_map: LabelMap

    @cached_property
    def moved(self) -> dict[int, int]:
        """The changes without those that change nothing."""
        return {old: new for old, new in self.changes.items() if old != new}

    def then(self, other: Relabeling) -> Relabeling:
        """This and after it another, as one."""
        changes = {**other.changes}
        changes |= {old: other.changes.get(new, new) for old, new in self.changes.items()}
        return Relabeling(f"{self.label}, {other.label}", changes, other.label_map)

    def applied(self, data: MaskData) -> MaskData | None:
        """The mask afterwards, in arrays of its own, or None where no pixel changes.

        Instances keep their pixels, but for those that mean nothing afterwards. Objects get
        another class as they are, what lies under others too.
        """
        new = self.pixels(data.pixels)
        has_moved = any(found.index in self.moved for found in data.objects or ())
        if new is None and not has_moved:
            return None
        new = data.pixels.copy() if new is None else new
        instances = data.instances
        background = self.label_map.background
        if instances is not None and background in self.moved.values():
            gone = (new == background) & (data.pixels != background)
            instances = np.where(gone, instances.dtype.type(0), instances)
        undeclared = tuple(c for c in data.undeclared if c.index not in self.moved)
        return replace(
            data,
            pixels=new,
            instances=instances,
            undeclared=undeclared,
            objects=self._objects(data.objects),
        )

    def _objects(self, objects: tuple[MaskObject, ...] | None) -> tuple[MaskObject, ...] | None:
        """Each with its new class; those that mean nothing afterwards are gone."""
        if objects is None:
            return None
        moved, background = self.moved, self.label_map.background
        gone = {old for old, new in moved.items() if new == background}
        return tuple(
            replace(found, index=moved.get(found.index, found.index))
            for found in objects
            if found.index not in gone
        )

    def pixels(self, pixels: IndexMask) -> IndexMask | None:
        """(H, W) class indices afterwards, or None where none changes; uint16 where needed."""
        table = self._table
        if pixels.dtype == np.uint8:
            table = table[:256]
        highest = np.iinfo(pixels.dtype).max
        new = table.astype(pixels.dtype)[pixels] if int(table.max()) <= highest else table[pixels]
        return None if np.array_equal(new, pixels) else new

    @cached_property
    def _table(self) -> NDArray[np.uint16]:
        table = np.arange(MAX_INDEX + 1, dtype=np.uint16)
        for old, new in self.moved.items():
            table[old] = new
        return table


def merge_classes(label_map: LabelMap, indices: Collection[int], into: int) -> Relabeling:
    """Several classes become one of them; the others leave the label map.

    Raises:
        UsageError: fewer than two are named, or one is not declared.
    """
    others = sorted(set(indices) - {into})
    _require_declared(label_map, [*others, into])
    if not others:
        raise UsageError("Merging takes at least two classes.")
    names = ", ".join(label_map.name_of(index) for index in others)
    changed = label_map
    for index in others:
        changed = changed.without_class(index)
    if label_map.background in others:
        changed = changed.with_background(into)
    label = f"Merge {names} into {label_map.name_of(into)}"
    return Relabeling(label, dict.fromkeys(others, into), changed)


def delete_classes(label_map: LabelMap, indices: Collection[int], into: int) -> Relabeling:
    """Classes leave the label map, and their pixels go to another one. Raises UsageError."""
    if into in indices:
        raise UsageError(f"{label_map.name_of(into)} is deleted itself; choose another class.")
    background = label_map.background
    if background is not None and background in indices:
        name = label_map.name_of(background)
        raise UsageError(f"{name} is the background; choose another background, or none, first.")
    merged = merge_classes(label_map, [*indices, into], into)
    names = ", ".join(label_map.name_of(index) for index in sorted(indices))
    return replace(merged, label=f"Delete {names}")


def change_index(label_map: LabelMap, old: int, new: int) -> Relabeling:
    """A class gets another index; where a class has that one, the two swap theirs.

    Raises:
        UsageError: `old` is not declared, or no mask can hold `new`.
    """
    _require_declared(label_map, [old])
    if not 0 <= new <= MAX_INDEX:
        raise UsageError(f"{new} is no class index; they go from 0 to {MAX_INDEX}.")
    label = f"Change index of {label_map.name_of(old)} to {new}"
    owner = label_map.declared.get(new)
    if owner is None:
        return Relabeling(label, {old: new}, renumbered(label_map, {old: new}))
    if not owner.is_filler:
        label = f"Swap indices of {label_map.name_of(old)} and {owner.name}"
    return Relabeling(label, {old: new, new: old}, renumbered(label_map, {old: new, new: old}))


def compact_indices(label_map: LabelMap) -> Relabeling:
    """Every class gets the lowest index, in the order of indices; fillers leave the map."""
    kept = sorted(c.index for c in label_map.visible_classes)
    changes = {old: new for new, old in enumerate(kept)}
    without = replace(label_map, classes=label_map.visible_classes)
    return Relabeling("Compact indices", changes, renumbered(without, changes))


def fill_gaps(label_map: LabelMap) -> LabelMap:
    """With a filler at each unused index below the highest; no pixel changes."""
    highest = max(label_map.declared, default=-1)
    for index in range(highest):
        if not label_map.is_declared(index):
            label_map = label_map.with_class(filler(index, label_map.free_color(index)))
    return label_map


def renumbered(label_map: LabelMap, changes: Mapping[int, int]) -> LabelMap:
    """Classes with other indices, all at once, in the same order; fillers are named anew."""
    classes = []
    for found in label_map.classes:
        index = changes.get(found.index, found.index)
        name = f"_dummy{index}" if found.is_filler else found.name
        classes.append(replace(found, index=index, name=name))
    background, void = (
        None if index is None else changes.get(index, index)
        for index in (label_map.background, label_map.void)
    )
    return replace(label_map, classes=tuple(classes), background=background, void=void)


def relabeling_of_words(label_map: LabelMap, words: Mapping[str, str]) -> Relabeling:
    """What a mapping of old index or name to new index or name asks for.

    Pixels of the old class become pixels of the new one. Where no class has the new index, the
    first class that is mapped to it moves there; the map is the same otherwise.

    Raises:
        UsageError: a name that no class has, or an old class twice.
    """
    names = {c.name: c.index for c in label_map}
    changes: dict[int, int] = {}
    for old, new in words.items():
        index = find_class(old, names, "label map")
        if index in changes:
            raise UsageError(f"Class {index} is mapped twice.")
        changes[index] = find_class(new, names, "label map")
    moving: dict[int, int] = {}
    for source, target in changes.items():
        is_new = not label_map.is_declared(target) and target not in moving.values()
        if is_new and label_map.is_declared(source) and source not in changes.values():
            moving[source] = target
    return Relabeling("Relabel", changes, renumbered(label_map, moving))


def _require_declared(label_map: LabelMap, indices: Collection[int]) -> None:
    for index in indices:
        if not label_map.is_declared(index):
            raise UsageError(f"No class has the index {index}.")

"""From stored colors and names to class indices: one table for each mask id.

A class is a pair of stored color and names, and its index is the order in which pairs first occur.
Frames that call one color by different names have a class each; which of them a pixel means is a
matter of its frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import (
    MAX_INDEX,
    LabelClass,
    LabelMap,
    find_background,
    next_free_color,
)
from maskstudio.errors import DataError, Kind

from .clearml_labels import KeyLabels, LabelEntry

_DARK = 64
"""Colors without a channel so bright look black; they are shown in others."""

_APART = 32
"""Least difference of a channel that tells two shown colors apart."""

_FEW = 256
"""Among more classes than this any two colors will do."""


@dataclass(frozen=True)
class KeyClasses:
    """What the pixels of one mask id mean.

    Args:
        index_of: class of each stored color, where its frame says nothing else.
        own: classes that differ from that in single frames: usual index to index of the frame.
    """

    label_map: LabelMap
    index_of: dict[Rgb, int]
    own: dict[int, dict[int, int]]

    def index_in(self, frame: int, value: Rgb) -> int | None:
        """Class of a stored color in a frame, or None."""
        usual = self.index_of.get(value)
        return usual if usual is None else self.own.get(frame, {}).get(usual, usual)


def classes_of(labels: KeyLabels, known: LabelMap | None = None) -> KeyClasses:
    """Give every entry its class.

    Args:
        known: the map as it was before the file was read again; its classes keep their indices
            and colors.
    """
    table = _Table(known)
    index_of: dict[Rgb, int] = {}
    for entry in labels:
        index = table.index_of(entry)
        index_of.setdefault(entry.value, index)
    fixed = {entry.value for entry in labels.version}
    own: dict[int, dict[int, int]] = {}
    for frame, entries in labels.frames.items():
        found = {
            index_of[e.value]: table.index_of(e)
            for e in entries
            if e.value not in fixed and table.index_of(e) != index_of[e.value]
        }
        if found:
            own[frame] = found
    return KeyClasses(table.label_map(), index_of, own)


def names_of(label_class: LabelClass) -> tuple[str, ...]:
    """The names of a class as they are stored: a renamed class of several names is split again."""
    names = label_class.names
    if ", ".join(names) == label_class.name:
        return names
    if len(names) > 1:
        return tuple(name for name in label_class.name.split(", ") if name)
    return (label_class.name,)


class _Table:
    """Classes by stored color and names, in the order in which they get their indices."""

    def __init__(self, known: LabelMap | None) -> None:
        self._known = known
        self._classes: dict[tuple[Rgb, tuple[str, ...]], LabelClass] = {}
        self._colors: set[Rgb] = set()
        self._before: dict[tuple[Rgb, tuple[str, ...]], LabelClass] = {}
        for c in known.classes if known else ():
            if c.value is not None:
                self._before[c.value, names_of(c)] = c
        self._next = max((c.index for c in self._before.values()), default=-1) + 1
        self._colors.update(c.color for c in self._before.values() if c.color is not None)

    def index_of(self, entry: LabelEntry) -> int:
        pair = (entry.value, entry.names)
        if pair not in self._classes:
            self._classes[pair] = self._before.get(pair) or self._new(entry)
        return self._classes[pair].index

    def label_map(self) -> LabelMap:
        classes = tuple(sorted(self._classes.values(), key=lambda c: c.index))
        if self._known is not None:
            return replace(self._known, classes=classes, undeclared=())
        return LabelMap(classes, background=_background(classes))

    def _new(self, entry: LabelEntry) -> LabelClass:
        index = self._next
        if index > MAX_INDEX:
            found = f"more than {MAX_INDEX + 1} classes for one mask id"
            raise DataError(Kind.VALUE_OUT_OF_RANGE, str(entry.path), found)
        self._next += 1
        color = shown_color(entry.value, index, self._colors, ", ".join(entry.names))
        self._colors.add(color)
        return LabelClass(
            index, ", ".join(entry.names), color, value=entry.value, names=entry.names
        )


def shown_color(value: Rgb, index: int, taken: set[Rgb], name: str) -> Rgb:
    """What a stored color is shown in: itself where it can be seen and told from the others."""
    is_background = find_background([LabelClass(index, name, None)]) is not None
    can_be_seen = max(value) >= _DARK or is_background
    if can_be_seen and value not in taken:
        near = taken if len(taken) <= _FEW else ()
        if all(_distance(value, other) >= _APART for other in near):
            return value
    return next_free_color(max(index, 1), taken)


def free_value(label_map: LabelMap, wanted: Rgb | None, taken: Iterable[Rgb]) -> Rgb:
    """A stored color for a new class, which no other has.

    Gray where all others are, so that masks of one channel can stay so; else the color it is shown
    in, or the first free one of the VOC sequence.
    """
    used = set(taken)
    grays = {value[0] for value in used if len(set(value)) == 1}
    if used and len(grays) == len(used):
        free = [v for v in (*range(max(grays) + 1, 256), *range(256)) if v not in grays]
        if free:
            return (free[0],) * 3
    if wanted is not None and wanted not in used:
        return wanted
    return next_free_color(label_map.free_index(), used)


def _background(classes: Iterable[LabelClass]) -> int | None:
    for label_class in classes:
        for name in label_class.names:
            if find_background([replace(label_class, name=name)]) is not None:
                return label_class.index
    return None


def _distance(one: Rgb, other: Rgb) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))

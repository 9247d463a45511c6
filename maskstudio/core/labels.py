"""Label classes and label maps: the names and colors behind class indices.

Indices are data. Nothing here derives an index from an order, and no operation moves one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

from .arrays import Rgb

MAX_INDEX = 65_535
"""Highest class index a mask can hold."""

BACKGROUND_NAME = "background"
UNLABELLED = "unlabelled"


def voc_color(index: int) -> Rgb:
    """Color of an index in the Pascal VOC sequence, which spreads its bits over the channels.

    Bit 0 becomes the top bit of red, bit 1 of green, bit 2 of blue, bit 3 the next lower bit of
    red, and so on; indices above 255 go on with the bits that 8-bit palettes never reach.
    """
    channels = [0, 0, 0]
    for position in range(24):
        if index >> position & 1:
            channels[position % 3] |= 0x80 >> (position // 3)
    return channels[0], channels[1], channels[2]


@dataclass(frozen=True, slots=True)
class LabelClass:
    """One class: its index, name and color, and what single formats keep beside them.

    Args:
        index: the number in the pixels, 0 to 65 535.
        color: RGB, or None for a class that no color names.
        parts, actions: of CVAT.
        value: RGB that the pixels of a file hold, where that is not the color it is shown in.
        names: the names that `name` is joined from, where a file has several for a class.
    """

    index: int
    name: str
    color: Rgb | None
    parts: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    value: Rgb | None = None
    names: tuple[str, ...] = ()

    @property
    def is_filler(self) -> bool:
        """Whether it only keeps later lines of a labelmap.txt at their index."""
        return self.name == f"_dummy{self.index}"


def filler(index: int, color: Rgb) -> LabelClass:
    """The class that keeps an unused index in place, named as CVAT's own convention has it."""
    return LabelClass(index, f"_dummy{index}", color)


@dataclass(frozen=True)
class LabelMap:
    """An ordered set of label classes; immutable, every change gives a new one.

    Args:
        classes: declared classes in the order of the list the user sees; fillers included.
        background: the index that means nothing, or None.
        undeclared: classes made for colors or indices that no map declares. They can be seen, and
            their pixels keep what they hold, but nothing paints with them.
        is_opacity: the pixels hold an opacity from 0 to 255 in place of classes.
        void: the index of what nobody has decided yet, or None; no background, and not scored.
    """

    classes: tuple[LabelClass, ...] = ()
    background: int | None = None
    undeclared: tuple[LabelClass, ...] = field(default=())
    is_opacity: bool = False
    void: int | None = None

    def __iter__(self) -> Iterator[LabelClass]:
        return iter(self.classes)

    def __len__(self) -> int:
        return len(self.classes)

    @cached_property
    def by_index(self) -> dict[int, LabelClass]:
        """Declared and undeclared classes by index; a declared one wins."""
        return {c.index: c for c in (*self.undeclared, *self.classes)}

    @cached_property
    def declared(self) -> dict[int, LabelClass]:
        """Declared classes by index."""
        return {c.index: c for c in self.classes}

    @cached_property
    def by_name(self) -> dict[str, LabelClass]:
        """Declared classes by name."""
        return {c.name: c for c in self.classes}

    @property
    def visible_classes(self) -> tuple[LabelClass, ...]:
        """Declared classes that people see: all but fillers."""
        return tuple(c for c in self.classes if not c.is_filler)

    def get(self, index: int) -> LabelClass | None:
        """The class of an index, declared or not, or None."""
        return self.by_index.get(index)

    def is_declared(self, index: int) -> bool:
        """Whether a class with this index is part of the map."""
        return index in self.declared

    def is_undecided(self, index: int) -> bool:
        """Whether pixels of an index are hatched: no class, or the void class, has it."""
        return index not in self.declared or index == self.void

    def name_of(self, index: int) -> str:
        """Name of an index; `class_<n>` where nothing names it."""
        found = self.by_index.get(index)
        return found.name if found else f"class_{index}"

    def color_of(self, index: int) -> Rgb:
        """Color to show an index in: its own, else the one of the VOC sequence."""
        found = self.by_index.get(index)
        return found.color if found and found.color is not None else voc_color(index)

    def free_index(self) -> int:
        """Lowest index above every declared one; the first hole below only when there is none.

        Raises:
            ValueError: all 65 536 indices are taken.
        """
        taken = self.by_index
        above = max((c.index for c in self.classes), default=-1) + 1
        for index in chain(range(above, MAX_INDEX + 1), range(above)):
            if index not in taken:
                return index
        raise ValueError("the label map has 65 536 classes; no index is free")

    def class_for_nothing(self) -> LabelClass:
        """The undeclared class of pixels that have no class, where no background can say so.

        The one that was met already, else a new one on the highest index no class has; where all
        have one, on an index that no mask can hold.
        """
        for found in self.undeclared:
            if found.name == UNLABELLED and found.color is None:
                return found
        free = (i for i in range(MAX_INDEX, -1, -1) if i not in self.by_index)
        index = next(free, MAX_INDEX + 1)
        return LabelClass(index, UNLABELLED, None)

    def free_color(self, index: int) -> Rgb:
        """A color no class has, the first free one of the VOC sequence from `index` on."""
        return next_free_color(index, self.colors())

    def colors(self) -> set[Rgb]:
        """Every color in use, undeclared classes included."""
        return {c.color for c in (*self.classes, *self.undeclared) if c.color is not None}

    def with_class(self, new: LabelClass) -> LabelMap:
        """With one more class at the end, or the class of the same index replaced in its place."""
        rest = tuple(c for c in self.undeclared if c.index != new.index)
        if new.index in self.declared:
            classes = tuple(new if c.index == new.index else c for c in self.classes)
        else:
            classes = (*self.classes, new)
        return replace(self, classes=classes, undeclared=rest)

    def with_classes(self, found: Iterable[LabelClass]) -> LabelMap:
        """With those classes at the end whose index no declared class has."""
        new = tuple(c for c in found if c.index not in self.declared)
        return replace(self, classes=(*self.classes, *new)) if new else self

    def without_class(self, index: int) -> LabelMap:
        """Without the class of that index; a background or void class that it was is none."""
        background = None if self.background == index else self.background
        void = None if self.void == index else self.void
        classes = tuple(c for c in self.classes if c.index != index)
        return replace(self, classes=classes, background=background, void=void)

    def with_background(self, index: int | None) -> LabelMap:
        """With another index, or none, that means nothing; a void class means something."""
        void = None if index is not None and index == self.void else self.void
        return replace(self, background=index, void=void)

    def with_void(self, index: int | None) -> LabelMap:
        """With another index, or none, for what nobody has decided yet."""
        return replace(self, void=index)

    def with_undeclared(self, found: Iterable[LabelClass]) -> LabelMap:
        """With classes that were met in pixels and that no map declares; known ones stay."""
        new = [c for c in found if c.index not in self.by_index]
        return replace(self, undeclared=(*self.undeclared, *new)) if new else self


def next_free_color(index: int, taken: set[Rgb]) -> Rgb:
    """First color of the VOC sequence from `index` on that is not taken."""
    for step in range(1 << 24):
        color = voc_color((index + step) % (1 << 24))
        if color not in taken:
            return color
    raise ValueError("every RGB color is taken")


def find_background(classes: Iterable[LabelClass]) -> int | None:
    """Index of the class named background, any case and underscores around it, else None."""
    for label_class in classes:
        if label_class.name.strip("_").lower() == BACKGROUND_NAME:
            return label_class.index
    return None


def generated_class(index: int, color: Rgb | None = None) -> LabelClass:
    """The class of an index that nothing names: `class_<n>` in its VOC color."""
    return LabelClass(index, f"class_{index}", color or voc_color(index))


def is_generated(found: LabelClass) -> bool:
    """Whether nothing but its index named a class."""
    return found.name == f"class_{found.index}"

"""Saving into an opened CVAT data set: what did not change keeps its bytes.

A save is planned first, every refusal included; then the changed files are encoded and written as
one step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import IndexMask, InstanceMask, Rgb
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import DataError, Kind, Problem

from . import pictures
from .base import Changes, Item, Progress, SaveReport, no_progress, reading_back
from .cvat_encoding import (
    PngKind,
    class_kind,
    class_png,
    instance_kind,
    instance_png,
    plain_indices,
)
from .cvat_known import KnownMask, PixelSum
from .cvat_listing import CLASSES, OBJECTS, item_path
from .cvat_pixels import decode_classes, decode_instances, present
from .cvat_reader import CvatSource
from .cvat_rules import check_colors, check_item_name, check_shared_colors, over_255_warning
from .label_maps import LABELMAP, check_writable, write_labelmap_txt
from .parallel import ordered_map

KEPT_MASKS = 16
"""Edited masks that wait as pixels for being encoded; of more the bytes are made at once."""

Make = Callable[[], bytes]


def save_in_place(
    source: CvatSource, changes: Changes, progress: Progress = no_progress
) -> SaveReport:
    """Write edited masks and a changed label map; the source reads its index anew.

    A source that changed underneath is read anew first: whoever asks for the save has decided
    that it is to be replaced. What the masks mean stays what was read before: were the label map
    that lies there now taken for it, other masks would be written in other colors. An archive that
    is gone is made again from the open one.

    Raises:
        DataError: cannot_hold, duplicate_color, duplicate_label, not_writable ...; nothing was
            changed then.
    """
    if source.path.exists() and source.has_changed_underneath():
        source.reload(source.label_maps[source.key])
    plan = _Plan(source, changes, progress)
    if plan.contents:
        source.files.write(plan.contents, progress)
        with reading_back():
            source.reload()
        for where, known in plan.known.items():
            source.note_written(where, known)
    return SaveReport(tuple(plan.problems), tuple(plan.recolored))


@dataclass(frozen=True)
class _StoredMask:
    """A class mask as its file holds it, in the classes it was read with."""

    kind: PngKind
    pixels: IndexMask
    undeclared: tuple[LabelClass, ...] = ()


class _NewMask(NamedTuple):
    """A class or instance mask on its way into a file.

    Args:
        plain: undeclared indices that mean themselves in it.
    """

    kind: PngKind
    values: NDArray[Any]
    plain: frozenset[int] = frozenset()

    @property
    def known(self) -> KnownMask:
        """What is to be remembered of its file, once that is there."""
        return KnownMask(None, self.kind, PixelSum.of(self.values), self.plain)


@dataclass(frozen=True)
class _Job:
    """The new files of one item.

    Args:
        known: what is to be remembered of the edited ones.
        colors: undeclared colors that its class mask goes on to hold.
        recolored: the item's name where nothing but a color of a class is new in it.
    """

    contents: Mapping[str, Make] = field(default_factory=dict)
    known: Mapping[str, KnownMask] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    colors: frozenset[Rgb] = frozenset()
    recolored: str | None = None


class _Plan:
    """What a save writes: a maker for the bytes of each file. Making a plan checks everything."""

    def __init__(self, source: CvatSource, changes: Changes, progress: Progress) -> None:
        self._source = source
        self._before = source.label_maps[source.key]
        self._after = _with_stored_colors(changes.label_map, source.stored_map)
        self._recolored = _recolored(self._before, self._after)
        self._items = {item.name: item for item in source.items}
        self.contents: dict[str, Make] = {}
        self.known: dict[str, KnownMask] = {}
        self.problems: list[Problem] = []
        self._plan_label_map()
        jobs: list[_Job] = []
        others = [i for i in source.items if i.name not in changes.masks and i.keys]
        self._changed = changes.masks
        self._early = source.codec_for(self._after) if len(changes.masks) > KEPT_MASKS else None
        works = [partial(self._edited, name) for name in changes.masks]
        works += [partial(self._kept, item) for item in (others if self._recolored else ())]
        with closing(ordered_map(lambda work: work(), works)) as planned:
            for job in planned:
                jobs.append(job)
                progress(len(jobs), len(works), LABELMAP)
        self._refuse_taken_colors(jobs)
        for job in jobs:
            self._refuse_shared(job)
            self.contents.update(job.contents)
            self.known.update(job.known)
            self.problems += job.problems
        self.recolored = [job.recolored for job in jobs if job.recolored is not None]
        self._plan_list([name for name in changes.masks if name not in self._items])
        # Last, for reading the old masks may have lent stand-ins that rewriting them needs.
        self._codec = source.codec_for(self._after)

    def _plan_label_map(self) -> None:
        stored = self._source.stored_map
        if _by_index(self._after) == _by_index(stored):
            return
        check_writable(self._after, known=stored.by_name)
        check_shared_colors(self._before, self._after)
        data = write_labelmap_txt(self._after)
        self.contents[LABELMAP] = lambda: data

    def _plan_list(self, names: list[str]) -> None:
        """Add new items to the first subset."""
        if not names:
            return
        where = next(iter(self._source.lists.values()))
        data = self._source.files.read(where)
        end = b"\r\n" if b"\r\n" in data else b"\n"
        if data and not data.endswith((b"\n", b"\r")):
            data += end
        data += b"".join(name.encode() + end for name in names)
        self.contents[where] = lambda: data

    def _edited(self, name: str) -> _Job:
        """The files of an edited or new item, those alone that come out different."""
        item, mask = self._items.get(name), self._changed[name]
        if item is None:
            check_item_name(name)
            self._refuse_unlisted(name)
        elif item.problems:
            raise DataError(Kind.CANNOT_HOLD, name, "this sample has no place in the data set")
        known: dict[str, KnownMask] = {}
        contents: dict[str, Make] = {}
        problems: tuple[Problem, ...] = ()
        colors: frozenset[Rgb] = frozenset()
        if mask.has_classes:
            where = f"{CLASSES}{item_path(name)}.png"
            indices = present(mask.pixels)
            colors = self._colors_of(indices)
            classes = self._new_classes(item, mask.pixels, indices, where)
            if classes is not None:
                contents[where] = self._class_maker(classes, colors, where)
                known[where] = classes.known
        if mask.instances is not None:
            where = f"{OBJECTS}{item_path(name)}.png"
            objects = self._new_instances(item, mask.instances)
            if objects is not None:
                contents[where] = self._instance_maker(objects)
                known[where] = objects.known
                problems = over_255_warning(int(mask.instances.max(initial=0)), where, name)
        return _Job(contents, known, problems, colors)

    def _refuse_shared(self, job: _Job) -> None:
        """Refuse two edits of one file, which names such as `a` and `./a` have."""
        for where in self.contents.keys() & job.contents.keys():
            found = "two samples have this file, and both were edited"
            raise DataError(Kind.CANNOT_HOLD, where, found, "changes of one of them alone")

    def _refuse_unlisted(self, name: str) -> None:
        """Refuse to cover a mask that lies there and that no list in use names."""
        for where in (f"{CLASSES}{item_path(name)}.png", f"{OBJECTS}{item_path(name)}.png"):
            if where in self._source.files.names:
                found = "this mask is there, but in no list that is read; it would be replaced"
                raise DataError(Kind.CANNOT_HOLD, where, found, "a list that names its sample")

    def _kept(self, item: Item) -> _Job:
        """The class mask of an item that was not edited, where a class in it changed its color."""
        stored = self._stored(item)
        if stored is None or stored.kind.is_gray:
            return _Job()
        colors = frozenset(c.color for c in stored.undeclared if c.color is not None)
        indices = present(stored.pixels)
        if self._recolored.isdisjoint(indices):
            return _Job(colors=colors)
        where = str(self._source.files_of(item).classes)
        check_colors(indices, self._after, self._stand_ins(), where)
        make = partial(self._recode, item, where)
        return _Job({where: make}, colors=colors, recolored=item.name)

    def _recode(self, item: Item, where: str) -> bytes:
        stored = self._stored(item)
        assert stored is not None
        return class_png(stored.pixels, stored.kind, self._codec, where)

    def _new_classes(
        self, item: Item | None, pixels: IndexMask, indices: list[int], where: str
    ) -> _NewMask | None:
        """How a class mask is to be stored; None where its file holds just that.

        Raises:
            DataError: the format cannot hold it.
        """
        kind, plain = PngKind.COLOR, frozenset[int]()
        known = self._source.known_mask(where) if item else None
        if known is not None and known.sum != PixelSum.of(pixels):
            kind, plain = known.kind, known.plain
        elif item is not None and (stored := self._stored(item)) is not None:
            kind, plain = stored.kind, plain_indices(stored.kind, stored.undeclared)
            keeps_colors = kind.is_gray or self._recolored.isdisjoint(indices)
            if keeps_colors and np.array_equal(stored.pixels, pixels):
                return None
        kind = class_kind(kind, indices, {*self._after.declared, *plain})
        if not kind.is_gray:
            check_colors(indices, self._after, self._stand_ins(), where)
            return _NewMask(kind, pixels)
        return _NewMask(kind, pixels, frozenset(indices) - self._after.declared.keys())

    def _new_instances(self, item: Item | None, ids: InstanceMask) -> _NewMask | None:
        """How an instance mask is to be stored; None where its file holds just that."""
        where = self._source.files_of(item).objects if item else None
        known = self._source.known_mask(where) if where else None
        if known is not None and known.sum != PixelSum.of(ids):
            kind = known.kind
        else:
            kind, before = self._stored_instances(where)
            if not ids.any() if before is None else np.array_equal(before, ids):
                return None
        return _NewMask(instance_kind(kind, int(ids.max(initial=0))), ids)

    def _class_maker(self, mask: _NewMask, colors: frozenset[Rgb], where: str) -> Make:
        """Of many masks the bytes are kept in place of the pixels, which memory could not hold.

        Those with undeclared colors wait: the colors are known when all masks were looked at.
        """
        if self._early is None or colors:
            return lambda: class_png(mask.values, mask.kind, self._codec, where)
        data = class_png(mask.values, mask.kind, self._early, where)
        return lambda: data

    def _instance_maker(self, mask: _NewMask) -> Make:
        if self._early is None:
            return partial(instance_png, mask.values, mask.kind)
        data = instance_png(mask.values, mask.kind)
        return lambda: data

    def _stored(self, item: Item) -> _StoredMask | None:
        """The class mask of an item as it lies there; None where there is none to be read."""
        where = self._source.files_of(item).classes
        if where is None:
            return None
        try:
            raw = pictures.read_raw_mask(self._source.files.read(where), where)
            found = decode_classes(raw, self._source.codec, self._before.declared, where)
        except DataError:
            return None
        return _StoredMask(PngKind.of(raw), found.pixels, found.undeclared)

    def _stored_instances(self, where: str | None) -> tuple[PngKind, InstanceMask | None]:
        if where is None:
            return PngKind.COLOR, None
        try:
            raw = pictures.read_raw_mask(self._source.files.read(where), where)
            return PngKind.of(raw), decode_instances(raw, where)[0]
        except DataError:
            return PngKind.COLOR, None

    def _stand_ins(self) -> frozenset[int]:
        return frozenset(c.index for c in self._source.codec.stand_ins())

    def _colors_of(self, indices: list[int]) -> frozenset[Rgb]:
        """Undeclared colors among these indices."""
        lent = {c.index: c.color for c in self._source.codec.stand_ins()}
        return frozenset(color for i in indices if (color := lent.get(i)) is not None)

    def _refuse_taken_colors(self, jobs: list[_Job]) -> None:
        """Refuse a new color that undeclared pixels have: they would become that class."""
        met = frozenset[Rgb]().union(*(job.colors for job in jobs))
        for index in sorted(self._recolored):
            label_class = self._after.declared[index]
            if label_class.color in met:
                raise DataError(
                    Kind.DUPLICATE_COLOR,
                    LABELMAP,
                    f"the new color {label_class.color} of `{label_class.name}` occurs in masks as"
                    " an undeclared color",
                    "a color that is not in use",
                )


def _by_index(label_map: LabelMap) -> list[LabelClass]:
    return sorted(label_map.classes, key=lambda c: c.index)


def _with_stored_colors(label_map: LabelMap, stored: LabelMap) -> LabelMap:
    """The map in which a class without a color keeps the one its file gave it, if any."""
    colors = {c.index: c.color for c in stored}
    classes = (replace(c, color=c.color or colors.get(c.index)) for c in label_map.classes)
    return replace(label_map, classes=tuple(classes))


def _recolored(before: LabelMap, after: LabelMap) -> frozenset[int]:
    """Classes whose pixels in color masks have to be written in another color."""
    return frozenset(
        c.index
        for c in before.classes
        if c.color is not None and c.index in after.declared
        if after.declared[c.index].color != c.color
    )

"""A label map that is being changed: what every class becomes, before anything is done to a pixel.

A draft is a state, not a list of deeds: each class is known by its key, the index its pixels have
now, and stands beside what it becomes. What changes is the difference of the two (`draft_edits`),
so that one change can be taken back and the others stay.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import (
    MAX_INDEX,
    UNLABELLED,
    LabelClass,
    LabelMap,
    filler,
    generated_class,
)
from maskstudio.errors import UsageError

from .edit_label_map import index_fault, name_fault


@dataclass(frozen=True)
class Entry:
    """One class of a draft.

    Args:
        key: the index its pixels have now; above every index for a class that is new.
        found: what it becomes.
        is_declared: False for what masks hold and no class names.
        is_gone: it leaves the label map.
        into: key of the class that its pixels go to, where it is gone; None where it has none.
        is_deleted: it was deleted, not merged; the pixels go the same way.
    """

    key: int
    found: LabelClass
    is_declared: bool = True
    is_gone: bool = False
    into: int | None = None
    is_deleted: bool = False

    @property
    def is_new(self) -> bool:
        """Whether no pixel can hold it yet."""
        return self.key > MAX_INDEX + 1

    @property
    def is_listed(self) -> bool:
        """Whether it is a class of the changed label map."""
        return self.is_declared and not self.is_gone


@dataclass(frozen=True)
class Draft:
    """A label map and what becomes of it; immutable, every change gives another draft.

    Every method that cannot do what it is asked raises UsageError, with a sentence that says why.

    Args:
        base: the label map as it is.
        entries: its classes in the order they get, undeclared ones last.
        background, void: keys of these classes, or None.
    """

    base: LabelMap
    entries: tuple[Entry, ...]
    background: int | None
    void: int | None

    @classmethod
    def of(cls, base: LabelMap) -> Draft:
        """Nothing is changed yet."""
        declared = [Entry(c.index, c) for c in base.classes]
        others = [Entry(c.index, c, is_declared=False) for c in base.undeclared]
        others = [e for e in others if e.key not in base.declared]
        return cls(base, (*declared, *others), base.background, base.void)

    # what it is

    @cached_property
    def by_key(self) -> dict[int, Entry]:
        """Every class by its key."""
        return {entry.key: entry for entry in self.entries}

    def index_of(self, key: int) -> int:
        """The index that pixels of a class get."""
        entry = self.by_key[key]
        while entry.is_gone and entry.into is not None:
            entry = self.by_key[entry.into]
        return entry.found.index

    @cached_property
    def changes(self) -> dict[int, int]:
        """New index by old index, of every class whose pixels change."""
        found = {e.key: self.index_of(e.key) for e in self.entries if not e.is_new}
        return {old: new for old, new in found.items() if old != new}

    @cached_property
    def result(self) -> LabelMap:
        """The label map as it becomes."""
        classes = tuple(entry.found for entry in self.entries if entry.is_listed)
        left = tuple(e.found for e in self.entries if not e.is_declared and not e.is_gone)
        background, void = (
            None if key is None or self.by_key[key].is_gone else self.index_of(key)
            for key in (self.background, self.void)
        )
        return replace(
            self.base, classes=classes, undeclared=left, background=background, void=void
        )

    def listed(self, index: int) -> Entry | None:
        """The class that has an index in the changed label map."""
        return next((e for e in self.entries if e.is_listed and e.found.index == index), None)

    def old_name(self, key: int) -> str:
        """What a class is called now; the new name of a new one."""
        known = self.base.get(key)
        return known.name if known else self.by_key[key].found.name

    # pixels

    def merged(self, keys: Collection[int], into: int) -> Draft:
        """Several classes become one of them, or another."""
        return self._gone(keys, into, is_deleted=False)

    def deleted(self, keys: Collection[int], into: int | None) -> Draft:
        """Classes leave the map; their pixels go to another one, None where there are none."""
        for key in keys:
            if key == self.background:
                raise UsageError(
                    f"{self.by_key[key].found.name} is the background; choose another background,"
                    " or none, first."
                )
        return self._gone(keys, into, is_deleted=True)

    def _gone(self, keys: Collection[int], into: int | None, *, is_deleted: bool) -> Draft:
        others = set(keys) - {into}
        if is_deleted and into in keys:
            raise UsageError("A class cannot take its own pixels; choose another one.")
        if not others:
            raise UsageError("Merging takes at least two classes.")
        if into is not None and not self.by_key[into].is_listed:
            raise UsageError(f"{self.by_key[into].found.name} is no class any more.")
        if any(key > MAX_INDEX and not self.by_key[key].is_new for key in others):
            raise UsageError("Pixels without a class have no index here that could be changed.")
        entries = []
        for entry in self.entries:
            if entry.into in others:
                entry = replace(entry, into=into)
            if entry.key in others and entry.is_new:
                continue
            if entry.key in others:
                was = self.base.get(entry.key) or entry.found
                entry = replace(entry, found=was, is_gone=True, into=into, is_deleted=is_deleted)
            entries.append(entry)
        background = into if self.background in others else self.background
        void = None if self.void in others else self.void
        return replace(self, entries=tuple(entries), background=background, void=void)

    def kept(self, key: int) -> Draft:
        """A class that was merged or deleted stays, as it is now."""
        entry = self.by_key[key]
        was = self.base.get(key) or entry.found
        if entry.is_declared:
            self._require_free(was)
        entry = replace(entry, found=was, is_gone=False, into=None, is_deleted=False)
        background = key if self.base.background == key else self.background
        void = key if self.base.void == key else self.void
        return replace(self._with(entry), background=background, void=void)

    def reindexed(self, key: int, index: int) -> Draft:
        """A class gets another index; where a class has that one, the two swap theirs."""
        entry = self._listed(key)
        if not 0 <= index <= MAX_INDEX:
            raise UsageError(f"{index} is no class index; they go from 0 to {MAX_INDEX}.")
        self._require_no_pixels(index)
        owner, old = self.listed(index), entry.found.index
        draft = self._with(replace(entry, found=_at(entry.found, index)))
        if owner is None or owner.key == key:
            return draft
        self._require_no_pixels(old)
        return draft._with(replace(owner, found=_at(owner.found, old)))

    def compacted(self) -> Draft:
        """Every class gets the lowest index, in the order of indices; fillers leave the map."""
        kept = sorted(
            (e for e in self.entries if e.is_listed and not e.found.is_filler),
            key=lambda entry: entry.found.index,
        )
        place = {entry.key: index for index, entry in enumerate(kept)}
        draft = self
        for entry in self.entries:
            if entry.is_listed and entry.found.is_filler:
                draft = draft._without_filler(entry)
        moved = []
        for entry in draft.entries:
            if entry.key in place:
                if entry.found.index != place[entry.key]:
                    self._require_no_pixels(place[entry.key])
                entry = replace(entry, found=_at(entry.found, place[entry.key]))
            moved.append(entry)
        return replace(draft, entries=tuple(moved))

    def _without_filler(self, entry: Entry) -> Draft:
        if entry.is_new:
            left = tuple(e for e in self.entries if e.key != entry.key)
            return replace(self, entries=left)
        was = self.base.declared[entry.key]
        return self._with(replace(entry, found=was, is_gone=True, is_deleted=True))

    # names and colors

    def renamed(self, key: int, name: str) -> Draft:
        """With another name for a class."""
        entry = self._listed(key)
        fault = name_fault(self.result, name, index=entry.found.index)
        _require(fault)
        return self._with(replace(entry, found=replace(entry.found, name=name)))

    def recolored(self, colors: Mapping[int, Rgb]) -> Draft:
        """With other colors for some classes, all at once."""
        draft = self
        for key, color in colors.items():
            entry = self._listed(key)
            draft = draft._with(replace(entry, found=replace(entry.found, color=color)))
        owners: dict[Rgb, Entry] = {}
        for entry in draft.entries:
            own = entry.found.color
            if entry.is_gone or own is None:
                continue
            owner = owners.setdefault(own, entry)
            if owner is not entry and {owner.key, entry.key} & colors.keys():
                raise UsageError(
                    f"{owner.found.name} and {entry.found.name} would have the same color."
                )
        return draft

    def detailed(
        self, key: int, *, parts: Iterable[str] | None = None, actions: Iterable[str] | None = None
    ) -> Draft:
        """With other parts or actions for a class; None leaves them."""
        entry = self._listed(key)
        found = entry.found
        given = {"parts": parts, "actions": actions}
        words: dict[str, Any] = {k: _words(v) for k, v in given.items() if v is not None}
        return self._with(replace(entry, found=replace(found, **words)))

    # which classes there are

    def added(self, new: LabelClass) -> Draft:
        """With one more class; a filler makes room for it."""
        _require(index_fault(self.result, new.index) or name_fault(self.result, new.name, index=-1))
        owner = self.listed(new.index)
        color = new.color if new.color is not None else self.result.free_color(new.index)
        taken = {e.found.color for e in self.entries if not e.is_gone and e is not owner}
        if color in taken:
            raise UsageError("A class has this color already.")
        found = replace(new, color=color)
        if owner is not None:
            return self._with(replace(owner, found=found))
        return self._with_new(found)

    def declared(self, key: int) -> Draft:
        """What masks hold and no class names becomes a class."""
        entry = self.by_key[key]
        if key > MAX_INDEX or (entry.found.color is None and entry.found.name == UNLABELLED):
            raise UsageError("Pixels without a class become one by merging them into a class.")
        self._require_free(entry.found)
        color = entry.found.color or self.result.free_color(key)
        return self._with(replace(entry, is_declared=True, found=replace(entry.found, color=color)))

    def undeclared_again(self, key: int) -> Draft:
        """The reverse of `declared`."""
        was = self.base.get(key) or generated_class(key)
        return self._with(Entry(key, was, is_declared=False))

    def filled(self) -> Draft:
        """With a filler at each unused index below the highest."""
        draft, taken = self, {e.found.index for e in self.entries if not e.is_gone}
        highest = max((c.index for c in self.result), default=-1)
        for index in range(highest):
            if index not in taken:
                draft = draft._with_new(filler(index, draft.result.free_color(index)))
        return draft

    def without_new(self, keys: Collection[int]) -> Draft:
        """Without classes that are new."""
        left = tuple(e for e in self.entries if e.key not in keys)
        left = tuple(replace(e, into=None, is_gone=False) if e.into in keys else e for e in left)
        background = None if self.background in keys else self.background
        void = None if self.void in keys else self.void
        return replace(self, entries=left, background=background, void=void)

    def meeting(self, indices: Iterable[int]) -> Draft:
        """With indices that masks were found to hold and that nothing names."""
        known = self.base.by_index
        new = [generated_class(i) for i in indices if i not in known]
        entries = tuple(Entry(c.index, c, is_declared=False) for c in new)
        if not new:
            return self
        base = self.base.with_undeclared(new)
        return replace(self, base=base, entries=(*self.entries, *entries))

    def adopting(self, label_map: LabelMap) -> Draft:
        """With the names, colors and new classes of a map that moves no index."""
        draft = self
        for found in label_map:
            entry = self.listed(found.index)
            if entry is None:
                waiting = self.by_key.get(found.index)
                is_met = waiting is not None and not waiting.is_declared and not waiting.is_gone
                if is_met and waiting is not None:
                    draft = draft._with(replace(waiting, is_declared=True, found=found))
                else:
                    draft = draft._with_new(found)
            elif entry.found != found:
                draft = draft._with(replace(entry, found=found))
        return draft

    # order, background, void

    def moved(self, keys: Collection[int], before: int | None) -> Draft:
        """Classes stand before another one in the list, None for last; no index moves."""
        taken = [e for e in self.entries if e.key in keys]
        left = [e for e in self.entries if e.key not in keys]
        keys_left = [e.key for e in left]
        place = keys_left.index(before) if before in keys_left else len(left)
        return replace(self, entries=(*left[:place], *taken, *left[place:]))

    def sorted(self, rank: Callable[[Entry], Any]) -> Draft:
        """In another order in the list; no index moves."""
        return replace(self, entries=tuple(sorted(self.entries, key=rank)))

    def with_background(self, key: int | None) -> Draft:
        """With another class, or none, that means nothing."""
        if key is not None:
            self._listed(key)
        void = None if key is not None and key == self.void else self.void
        return replace(self, background=key, void=void)

    def with_void(self, key: int | None) -> Draft:
        """With another class, or none, for what nobody has decided yet."""
        if key is not None:
            self._listed(key)
            if key == self.background:
                raise UsageError(f"{self.by_key[key].found.name} is the background already.")
        return replace(self, void=key)

    # parts of these

    def faults(self) -> tuple[str, ...]:
        """Why it cannot be applied: what masks turned out to hold stands in the way."""
        held = {e.key for e in self.entries if not e.is_declared and not e.is_gone}
        return tuple(
            f"Pixels hold {e.found.index} already, which {e.found.name} is to get."
            for e in self.entries
            if e.is_listed and e.found.index in held and e.key != e.found.index
        )

    def _with(self, changed: Entry) -> Draft:
        entries = tuple(changed if e.key == changed.key else e for e in self.entries)
        return replace(self, entries=entries)

    def _with_new(self, found: LabelClass) -> Draft:
        key = max([MAX_INDEX + 1, *self.by_key]) + 1
        declared = [e for e in self.entries if e.is_declared]
        others = [e for e in self.entries if not e.is_declared]
        return replace(self, entries=(*declared, Entry(key, found), *others))

    def _listed(self, key: int) -> Entry:
        entry = self.by_key.get(key)
        if entry is None or not entry.is_listed:
            raise UsageError("That is no class any more.")
        return entry

    def _require_free(self, found: LabelClass) -> None:
        _require(name_fault(self.result, found.name, index=found.index))
        owner = self.listed(found.index)
        if owner is not None and owner.key != found.index:
            raise UsageError(f"{owner.found.name} has the index {found.index} now.")

    def _require_no_pixels(self, index: int) -> None:
        """No class moves onto pixels that no class names."""
        held = self.by_key.get(index)
        if held is not None and not held.is_declared and not held.is_gone:
            raise UsageError(f"Pixels hold {index} already; declare or merge that class first.")


def _at(found: LabelClass, index: int) -> LabelClass:
    name = f"_dummy{index}" if found.is_filler else found.name
    return replace(found, index=index, name=name)


def _words(given: Iterable[str]) -> tuple[str, ...]:
    words = tuple(word.strip() for word in given if word.strip())
    if any(set(word) & set(":,\r\n") for word in words):
        raise UsageError("Parts and actions hold no colons, commas or line breaks.")
    return words


def _require(fault: str) -> None:
    if fault:
        raise UsageError(f"{fault[0].upper()}{fault[1:]}.")

"""What a draft of a label map changes, one by one: counted, taken back, and made at last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import LabelMap
from maskstudio.errors import UsageError

from .class_census import Census
from .label_map_draft import Draft, Entry
from .relabel import Relabeling


class EditKind(StrEnum):
    """What an edit does."""

    MERGE = "merge"
    DELETE = "delete"
    INDEX = "index"
    DECLARE = "declare"
    NAME = "name"
    COLOR = "color"
    DETAILS = "details"
    ADD = "add"
    FILL = "fill"
    ORDER = "order"
    BACKGROUND = "background"
    VOID = "void"


REACHES_PIXELS = frozenset({EditKind.MERGE, EditKind.DELETE, EditKind.INDEX})


@dataclass(frozen=True)
class DraftEdit:
    """One change of a draft.

    Args:
        keys: of the classes it changes.
        into: key of the class that pixels go to, or of the new background or void class.
    """

    kind: EditKind
    keys: tuple[int, ...] = ()
    into: int | None = None


@dataclass(frozen=True)
class Reach:
    """How far an edit goes.

    Args:
        pixels: how many get another index.
        samples: names of those that hold a class it changes.
    """

    pixels: int
    samples: tuple[str, ...]


def edits_of(draft: Draft) -> tuple[DraftEdit, ...]:
    """Everything that differs between the label map and what it becomes."""
    return tuple(_edits(draft))


def _edits(draft: Draft) -> Iterator[DraftEdit]:
    yield from _merges(draft)
    yield from _moves(draft)
    known = [e for e in draft.entries if not e.is_new and e.is_listed]
    for entry in known:
        if not draft.base.is_declared(entry.key):
            yield DraftEdit(EditKind.DECLARE, (entry.key,))
    pairs = [(e, draft.base.declared[e.key]) for e in known if e.key in draft.base.declared]
    for entry, was in pairs:
        if entry.found.name != was.name and not (entry.found.is_filler and was.is_filler):
            yield DraftEdit(EditKind.NAME, (entry.key,))
    recolored = tuple(e.key for e, was in pairs if e.found.color != was.color)
    if recolored:
        yield DraftEdit(EditKind.COLOR, recolored)
    for entry, was in pairs:
        if (entry.found.parts, entry.found.actions) != (was.parts, was.actions):
            yield DraftEdit(EditKind.DETAILS, (entry.key,))
    new = [e for e in draft.entries if e.is_new]
    for entry in new:
        if not entry.found.is_filler:
            yield DraftEdit(EditKind.ADD, (entry.key,))
    fillers = tuple(e.key for e in new if e.found.is_filler)
    if fillers:
        yield DraftEdit(EditKind.FILL, fillers)
    if _order(draft) != sorted(_order(draft), key=_places(draft).__getitem__):
        yield DraftEdit(EditKind.ORDER)
    for kind, now, was_key in (
        (EditKind.BACKGROUND, draft.background, draft.base.background),
        (EditKind.VOID, draft.void, draft.base.void),
    ):
        followed = was_key is not None and was_key in draft.by_key and draft.by_key[was_key].is_gone
        if now != was_key and not followed:
            yield DraftEdit(kind, () if was_key is None else (was_key,), now)


def _merges(draft: Draft) -> Iterator[DraftEdit]:
    """One for each class that takes pixels, in the order of the list."""
    groups: dict[tuple[EditKind, int | None], list[int]] = {}
    for entry in draft.entries:
        if entry.is_gone:
            kind = EditKind.DELETE if entry.is_deleted else EditKind.MERGE
            groups.setdefault((kind, entry.into), []).append(entry.key)
    for (kind, into), keys in groups.items():
        yield DraftEdit(kind, tuple(keys), into)


def _moves(draft: Draft) -> Iterator[DraftEdit]:
    """Classes that change their index; those that hand theirs on to each other together."""
    moved = {
        e.key: e.found.index
        for e in draft.entries
        if e.is_listed and not e.is_new and e.key != e.found.index
    }
    groups: dict[int, list[int]] = {}
    for key in moved:
        seen, step = [key], moved[key]
        while step in moved and step not in seen:
            seen.append(step)
            step = moved[step]
        groups.setdefault(min(seen) if step in seen else step, []).append(key)
    for keys in groups.values():
        yield DraftEdit(EditKind.INDEX, tuple(keys))


def _order(draft: Draft) -> list[int]:
    return [e.key for e in draft.entries if e.is_listed and e.key in draft.base.declared]


def _places(draft: Draft) -> dict[int, int]:
    return {c.index: place for place, c in enumerate(draft.base.classes)}


def reach_of(edit: DraftEdit, census: Census) -> Reach:
    """How many pixels an edit changes, and which samples hold what it is about."""
    samples = tuple(census.samples_with(edit.keys))
    if edit.kind not in REACHES_PIXELS:
        return Reach(0, samples)
    return Reach(sum(census.pixels_of(key) for key in edit.keys), samples)


def taken_back(draft: Draft, edit: DraftEdit) -> Draft:
    """The draft without one of its edits. Raises UsageError where another one is in the way."""
    base = draft.base
    match edit.kind:
        case EditKind.MERGE | EditKind.DELETE:
            for key in edit.keys:
                draft = draft.kept(key)
        case EditKind.INDEX:
            for key in edit.keys:
                draft = draft.reindexed(key, key)
        case EditKind.DECLARE:
            for key in edit.keys:
                draft = draft.undeclared_again(key)
        case EditKind.NAME:
            for key in edit.keys:
                draft = draft.renamed(key, base.declared[key].name)
        case EditKind.COLOR:
            colors = {key: base.declared[key].color for key in edit.keys}
            draft = draft.recolored({k: c for k, c in colors.items() if c is not None})
        case EditKind.DETAILS:
            for key in edit.keys:
                was = base.declared[key]
                draft = draft.detailed(key, parts=was.parts, actions=was.actions)
        case EditKind.ADD | EditKind.FILL:
            draft = draft.without_new(edit.keys)
        case EditKind.ORDER:
            places = _places(draft)
            draft = draft.sorted(lambda entry: places.get(entry.key, len(places)))
        case EditKind.BACKGROUND:
            draft = draft.with_background(base.background)
        case EditKind.VOID:
            draft = draft.with_void(base.void)
    return draft


def rebased(draft: Draft, base: LabelMap) -> Draft:
    """The same edits on the label map as it is by now; what it has no room for is dropped."""
    found = Draft.of(base)
    for entry in draft.entries:
        if entry.is_new:
            with suppress(UsageError):
                found = found.added(entry.found)
    new = {e.found.index: e.key for e in found.entries if e.is_new}
    for edit in edits_of(draft):
        into = edit.into
        if into is not None and draft.by_key[into].is_new:
            into = new.get(draft.by_key[into].found.index)
        with suppress(UsageError, KeyError):
            found = _made_again(found, DraftEdit(edit.kind, edit.keys, into), draft)
    return found


def _made_again(found: Draft, edit: DraftEdit, source: Draft) -> Draft:
    entries = [source.by_key[key] for key in edit.keys if key in source.by_key]
    match edit.kind:
        case EditKind.MERGE:
            assert edit.into is not None
            return found.merged(edit.keys, edit.into)
        case EditKind.DELETE:
            return found.deleted(edit.keys, edit.into)
        case EditKind.INDEX:
            for entry in entries:
                found = found.reindexed(entry.key, entry.found.index)
        case EditKind.DECLARE:
            for entry in entries:
                found = found.declared(entry.key)
        case EditKind.NAME:
            for entry in entries:
                found = found.renamed(entry.key, entry.found.name)
        case EditKind.COLOR:
            return found.recolored(_colors(entries))
        case EditKind.DETAILS:
            for entry in entries:
                parts, actions = entry.found.parts, entry.found.actions
                found = found.detailed(entry.key, parts=parts, actions=actions)
        case EditKind.ORDER:
            places = {e.key: place for place, e in enumerate(source.entries)}
            return found.sorted(lambda entry: places.get(entry.key, len(places)))
        case EditKind.BACKGROUND:
            return found.with_background(edit.into)
        case EditKind.VOID:
            return found.with_void(edit.into)
        case EditKind.ADD | EditKind.FILL:
            pass
    return found


def _colors(entries: Iterable[Entry]) -> Mapping[int, Rgb]:
    return {e.key: e.found.color for e in entries if e.found.color is not None}


def for_other_layer(draft: Draft, label_map: LabelMap) -> Draft:
    """What the same merges, names and colors are for another layer, whose classes have names.

    Indices are that layer's own, and stay. Where it lacks the class that pixels go to, the class
    that is merged takes its name and color.
    """
    found = Draft.of(label_map)
    for edit in edits_of(draft):
        keys = [label_map.by_name[n].index for n in map(draft.old_name, edit.keys)
                if n in label_map.by_name]  # fmt: skip
        with suppress(UsageError):
            found = _for_other(found, draft, edit, keys)
    return found


def _for_other(found: Draft, draft: Draft, edit: DraftEdit, keys: list[int]) -> Draft:
    by_name = found.base.by_name
    if not keys:
        return found
    match edit.kind:
        case EditKind.MERGE | EditKind.DELETE if edit.into is not None:
            into = by_name.get(draft.old_name(edit.into))
            if into is not None:
                is_merge = edit.kind is EditKind.MERGE
                found = (found.merged if is_merge else found.deleted)(keys, into.index)
            else:
                target = draft.by_key[edit.into].found
                found = found.renamed(keys[0], target.name)
                if target.color is not None:
                    found = found.recolored({keys[0]: target.color})
                if len(keys) > 1:
                    found = found.merged(keys[1:], keys[0])
        case EditKind.NAME:
            found = found.renamed(keys[0], draft.by_key[edit.keys[0]].found.name)
        case EditKind.COLOR:
            by_old = {draft.old_name(k): draft.by_key[k].found.color for k in edit.keys}
            named = {by_name[n].index: c for n, c in by_old.items() if n in by_name}
            found = found.recolored({key: c for key, c in named.items() if c is not None})
        case _:
            pass
    return found


def relabeling_of(draft: Draft) -> Relabeling:
    """What is made of the data set in the end."""
    return Relabeling(label_of(draft), draft.changes, draft.result)


def label_of(draft: Draft) -> str:
    """The draft in words for the history."""
    edits = edits_of(draft)
    if len(edits) != 1:
        return f"Change label map ({len(edits)} edits)"
    edit = edits[0]
    names = ", ".join(draft.old_name(key) for key in edit.keys[:3])
    names += ", …" if len(edit.keys) > 3 else ""
    into = "" if edit.into is None else draft.by_key[edit.into].found.name
    first = draft.by_key[edit.keys[0]].found if edit.keys and edit.keys[0] in draft.by_key else None
    match edit.kind:
        case EditKind.MERGE:
            return f"Merge {names} into {into}"
        case EditKind.DELETE:
            return f"Delete {names}"
        case EditKind.INDEX if first is not None and len(edit.keys) == 1:
            return f"Change index of {names} to {first.index}"
        case EditKind.INDEX:
            return f"Change indices of {names}"
        case EditKind.DECLARE:
            return f"Declare class {names}"
        case EditKind.NAME if first is not None:
            return f"Rename {names} to {first.name}"
        case EditKind.COLOR:
            return f"Change color of {names}"
        case EditKind.DETAILS:
            return f"Change parts and actions of {names}"
        case EditKind.ADD:
            return f"Add class {names}"
        case EditKind.FILL:
            return "Fill gaps"
        case EditKind.BACKGROUND:
            return f"Background is {into}" if into else "No background"
        case EditKind.VOID:
            return f"Void class is {into}" if into else "No void class"
        case _:
            return "Reorder classes"

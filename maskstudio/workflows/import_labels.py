"""A label map from a file, taken over into a draft: names and colors move, indices never do."""

from __future__ import annotations

from dataclasses import replace

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import UsageError

from .label_map_draft import Draft, Entry


def importing(draft: Draft, label_map: LabelMap) -> Draft:
    """Classes of the same index get names, colors, parts and actions; others are added.

    Raises:
        UsageError: a name that no class can have.
    """
    new = {c.index: c for c in label_map}
    entries = [_taken_over(e, new) if e.is_listed else e for e in draft.entries]
    changed = replace(draft, entries=tuple(entries))
    _require_once(changed)
    return _with_new(changed, label_map)


def importing_colors(draft: Draft, label_map: LabelMap) -> Draft:
    """Classes of the same name get colors, parts and actions; names it lacks are added.

    A new class gets the index it has in the file where that is free, else the next free one.
    """
    by_name = label_map.by_name
    entries = []
    for entry in draft.entries:
        found = by_name.get(entry.found.name)
        if entry.is_listed and found is not None:
            entry = _taken_over(entry, {entry.found.index: replace(found, index=entry.found.index)})
        entries.append(entry)
    changed = replace(draft, entries=tuple(entries))
    return _with_new(_with_free_colors(changed, set(by_name)), label_map)


def _taken_over(entry: Entry, new: dict[int, LabelClass]) -> Entry:
    found = new.get(entry.found.index)
    if found is None or found.is_filler:
        return entry
    old = entry.found
    return replace(
        entry,
        found=replace(
            old,
            name=found.name,
            color=found.color or old.color,
            parts=found.parts or old.parts,
            actions=found.actions or old.actions,
        ),
    )


def _with_new(draft: Draft, label_map: LabelMap) -> Draft:
    for found in label_map.visible_classes:
        result = draft.result
        if found.name in result.by_name:
            continue
        index = found.index
        color = found.color if found.color not in result.colors() else None
        owner = result.get(index)
        if owner is not None and not owner.is_filler:
            index = result.free_index()
        draft = draft.added(replace(found, index=index, color=color))
    return draft


def _with_free_colors(draft: Draft, named: set[str]) -> Draft:
    """Classes that the file does not know give way where it has their color for another."""
    taken = {e.found.color for e in draft.entries if e.is_listed and e.found.name in named}
    for entry in draft.entries:
        if entry.is_listed and entry.found.name not in named and entry.found.color in taken:
            color = draft.result.free_color(entry.found.index)
            draft = draft.recolored({entry.key: color})
    return draft


def _require_once(draft: Draft) -> None:
    names: set[str] = set()
    for entry in draft.entries:
        if entry.is_listed and entry.found.name in names:
            raise UsageError(f"Two classes would be called {entry.found.name}.")
        names.add(entry.found.name if entry.is_listed else "")

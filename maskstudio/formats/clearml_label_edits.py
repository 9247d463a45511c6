"""Changes of a label map, made where the names of its colors stand in a ClearML file.

What was in the list of the version stays there, what was in regions stays in regions. New classes
join the list where there is one or room for one, else the regions of every frame with that mask.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import DataError, Kind

from .clearml_classes import KeyClasses, free_value, names_of
from .clearml_labels import ALL, MASK_LABELS, METADATA, Form, LabelEntry
from .clearml_reader import ClearmlFrames
from .json_text import JsonText, Pointer


class LabelEdits:
    """What a save does to the names of the colors of one mask id.

    Attributes:
        written: the label map as it is saved, every class with its stored color and names.
        classes: what colors mean then.
    """

    def __init__(self, source: ClearmlFrames, key: str, label_map: LabelMap) -> None:
        self._source, self._key = source, key
        self._labels = source.labels[key]
        self._before = source.label_maps[key]
        self._old = self._old_classes(label_map)
        self.written = self._completed(label_map)
        kept = {c.index for c in self._old.values()}
        self._removed = [c for c in self._before if c.index not in kept]
        self._added = [c for c in self.written if c.index not in self._old]
        self._renamed = [
            c for c in self.written if c.index in self._old and c.names != self._old[c.index].names
        ]
        self.classes = self._classes()
        self._declared: dict[int, dict[int, LabelClass]] = {}

    @property
    def has_other_colors(self) -> bool:
        """Whether a class is shown in another color now, which no file keeps."""
        old = self._old
        return any(c.index in old and old[c.index].color != c.color for c in self.written)

    def make(self, text: JsonText) -> None:
        """Note every change in the text.

        Raises:
            DataError: cannot_hold; a region that has to go names a color of other masks too.
        """
        if not (self._removed or self._added or self._renamed):
            return
        version = {(e.value, e.names) for e in self._labels.version}
        if self._labels.is_shared and self._labels.list_path and len(self._source.labels) > 1:
            self._give_own_list(text, version)
        else:
            self._change_list(text)
        self._change_regions(text)
        if not self._added or self._labels.list_path is not None:
            return
        if self._labels.frames or not self._make_list(text):
            for number in self._source.document.frames:
                self.declare_in_frame(number, self._added)

    def declare_in_frame(self, number: int, classes: Iterable[LabelClass]) -> None:
        """Let `add_regions` add these classes to a frame."""
        self._declared.setdefault(number, {}).update({c.index: c for c in classes})

    def add_regions(self, text: JsonText) -> None:
        """Note the new regions of the frames that have the mask."""
        for number, classes in self._declared.items():
            sources = self._source.document.by_frame.get(number, ())
            ids = [s.source_id for s in sources if self._key in s.masks] if classes else []
            if ids:
                regions = [_region(self._key, ids, c) for c in classes.values()]
                _add_regions(text, *self._source.document.frames[number], regions)

    def missing_in_frame(self, number: int, indices: Iterable[int]) -> list[LabelClass]:
        """Classes of these indices that stand in regions of other frames only."""
        fixed = {entry.value for entry in self._labels.version}
        here = {(e.value, e.names) for e in self._labels.frames.get(number, ())}
        found = []
        for index in indices:
            old = self._old.get(index)
            if old is None or old.value is None or old.value in fixed:
                continue
            if (old.value, old.names) not in here:
                found.append(self.written.declared.get(index, old))
        return found

    def _old_classes(self, label_map: LabelMap) -> dict[int, LabelClass]:
        """The class of before that each index means now; those of new classes are missing.

        A class keeps its stored color when it is renamed or gets another index. One without a
        stored color was new at the last save, which gave it one.
        """
        by_pair = {(c.value, c.names): c for c in self._before}
        found = {}
        for now in label_map:
            same = self._before.declared.get(now.index)
            if same is None or now.value not in (None, same.value):
                same = by_pair.get((now.value, now.names))
            if same is not None:
                found[now.index] = same
        return found

    def _completed(self, label_map: LabelMap) -> LabelMap:
        """With a stored color and names for every class."""
        values = {c.value for c in self._before if c.value is not None}
        classes = []
        for found in label_map.classes:
            old = self._old.get(found.index)
            if old is not None:
                names = names_of(replace(found, names=old.names))
                classes.append(replace(found, value=old.value, names=names))
                continue
            value = free_value(label_map, found.color, values)
            values.add(value)
            classes.append(replace(found, value=value, names=(found.name,)))
        return replace(label_map, classes=tuple(classes))

    def _classes(self) -> KeyClasses:
        before = self._source.pixels_of(self._key).classes
        now = {old.index: index for index, old in self._old.items()}
        kept = {v: now[i] for v, i in before.index_of.items() if i in now}
        added = {c.value: c.index for c in self._added if c.value is not None}
        own = {
            frame: {now[i]: now[j] for i, j in changes.items() if i in now and j in now}
            for frame, changes in before.own.items()
        }
        return KeyClasses(self.written, {**kept, **added}, own)

    def _entries_of(self, old: LabelClass) -> list[LabelEntry]:
        return [e for e in self._labels if (e.value, e.names) == (old.value, old.names)]

    # --- the list of the version -----------------------------------------------------------------

    def _change_list(self, text: JsonText) -> None:
        for entry, found in self._touched(Form.VERSION):
            if found is None:
                text.remove(entry.path)
            else:
                text.replace((*entry.path, self._names_key(entry.path)), list(found.names))
        for found in self._added if self._labels.list_path is not None else ():
            assert self._labels.list_path is not None
            text.append(self._labels.list_path, _listed(found))

    def _give_own_list(self, text: JsonText, version: set[tuple[Any, Any]]) -> None:
        """A list of its own for a mask id that shared one: that of the others stays as it is."""
        old = self._old
        kept = [
            _listed(c)
            for c in self.written
            if c.index not in old or (old[c.index].value, old[c.index].names) in version
        ]
        shared = self._source.document.content[METADATA][MASK_LABELS]
        path: Pointer = (METADATA, MASK_LABELS)
        if isinstance(shared, list):
            text.replace(path, {ALL: shared, self._key: kept})
        else:
            text.put(path, self._key, kept)

    def _make_list(self, text: JsonText) -> bool:
        """A new list in the metadata, where the document has room for metadata."""
        content = self._source.document.content
        if not isinstance(content, dict) or "frames" not in content:
            return False
        key = ALL if len(self._source.labels) == 1 else self._key
        listed = {key: [_listed(c) for c in self._added]}
        metadata = content.get(METADATA)
        if metadata is None:
            text.put((), METADATA, {MASK_LABELS: listed})
        elif not isinstance(metadata, dict):
            return False
        elif isinstance(metadata.get(MASK_LABELS), dict):
            text.put((METADATA, MASK_LABELS), key, listed[key])
        else:
            text.put((METADATA,), MASK_LABELS, listed)
        return True

    # --- the regions of frames -------------------------------------------------------------------

    def _change_regions(self, text: JsonText) -> None:
        for entry, found in (*self._touched(Form.REGION), *self._touched(Form.REVERSED)):
            self._require_unshared(entry)
            if found is None:
                has_more = self._at(entry.path).get("poly") is not None
                text.remove((*entry.path, "mask") if has_more else entry.path)
            elif entry.form is Form.REVERSED:
                text.replace((*entry.path, "mask", "id"), found.name)
            else:
                text.replace((*entry.path, self._names_key(entry.path)), list(found.names))

    def _touched(self, form: Form) -> list[tuple[LabelEntry, LabelClass | None]]:
        """Entries of changed classes with what they become; None for removed ones."""
        changed: list[tuple[LabelClass, LabelClass | None]] = [(c, None) for c in self._removed]
        changed += [(self._old[c.index], c) for c in self._renamed]
        return [
            (entry, after)
            for old, after in changed
            for entry in self._entries_of(old)
            if entry.form is form
        ]

    @cached_property
    def _others(self) -> dict[Pointer, str]:
        """Places of the entries of other masks, with the ids of these."""
        labels = self._source.labels.items()
        return {entry.path: key for key, found in labels if key != self._key for entry in found}

    def _require_unshared(self, entry: LabelEntry) -> None:
        if entry.path in self._others:
            key, where = self._others[entry.path], self._source.file.name
            found = f"the region of `{', '.join(entry.names)}` is one of the mask {key} too"
            raise DataError(Kind.CANNOT_HOLD, where, found, "a region for each mask")

    def _names_key(self, path: Pointer) -> str:
        return "labels" if self._at(path).get("labels") is not None else "label"

    def _at(self, path: Pointer) -> dict[str, Any]:
        found = self._source.document.content
        for part in path:
            found = found[part]
        assert isinstance(found, dict)
        return found


def _add_regions(
    text: JsonText, path: Pointer, frame: dict[str, Any], regions: list[dict[str, Any]]
) -> None:
    if not isinstance(frame.get("rois"), list):
        text.put(path, "rois", regions)
        return
    for region in regions:
        text.append((*path, "rois"), region)


def _listed(label_class: LabelClass) -> dict[str, Any]:
    """A class as the list of a version has it."""
    assert label_class.value is not None
    return {"value": list(label_class.value), "labels": list(label_class.names)}


def _region(key: str, sources: list[str], label_class: LabelClass) -> dict[str, Any]:
    """A class as a region of a frame has it."""
    assert label_class.value is not None
    mask = {"id": key, "value": list(label_class.value)}
    return {"sources": sources, "label": list(label_class.names), "mask": mask}

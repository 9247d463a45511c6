"""What the colors of ClearML masks are called, and where that stands (`formats.md` section 6.2).

Names stand in `metadata.mask_labels`, for all frames at once, or in the regions of each frame,
where the roles of mask and label may be exchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from maskstudio.core.arrays import Rgb
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .clearml_document import FramesDocument, as_text, mask_ids, rois_of, sources_of
from .json_text import Pointer

ALL = "_all_"
METADATA, MASK_LABELS = "metadata", "mask_labels"


class Form(Enum):
    """Where the names of a color stand."""

    VERSION = "in the list of the version"
    REGION = "in `label` of a region"
    REVERSED = "in `mask.id` of a region, whose `label` names the mask"


@dataclass(frozen=True)
class LabelEntry:
    """A color of a mask with its names, and where both stand in the document."""

    value: Rgb
    names: tuple[str, ...]
    form: Form
    path: Pointer


@dataclass(frozen=True)
class KeyLabels:
    """All entries of one mask id.

    Args:
        version: those that hold in every frame; they win for a color that both define.
        frames: those of single frames, by number.
        list_path: where the list of `version` stands, or None where there is none.
        is_shared: the list is that of all masks.
    """

    version: tuple[LabelEntry, ...] = ()
    frames: dict[int, list[LabelEntry]] = field(default_factory=dict)
    list_path: Pointer | None = None
    is_shared: bool = False

    def __iter__(self) -> Iterator[LabelEntry]:
        yield from self.version
        for entries in self.frames.values():
            yield from entries

    def __bool__(self) -> bool:
        return bool(self.version or self.frames)


def read_labels(
    document: FramesDocument, keys: Iterable[str], where: str
) -> tuple[dict[str, KeyLabels], list[Problem]]:
    """The entries of every mask id, and what is wrong with them.

    Args:
        where: the file, for messages.
    """
    problems: list[Problem] = []
    lists = _version_lists(document.content, where, problems)
    found: dict[str, KeyLabels] = {}
    for key in keys:
        own = key if key in lists else ALL
        path, entries = lists.get(own, (None, ()))
        found[key] = KeyLabels(tuple(entries), {}, path, is_shared=own == ALL)
    for number, (path, frame) in document.frames.items():
        sample = next((s.name for s in document.by_frame.get(number, ())), None)
        regions = _Regions(frame, path, f"{where}: frame {number}", sample)
        for key, entry in regions.entries():
            # A mask without an address is told of elsewhere; its colors mean nothing here.
            if key in found:
                found[key].frames.setdefault(number, []).append(entry)
        problems += regions.problems
    return found, problems


def _version_lists(
    content: Any, where: str, problems: list[Problem]
) -> dict[str, tuple[Pointer, list[LabelEntry]]]:
    """The lists of the version by mask id or `_all_`, with where they stand."""
    metadata = content.get(METADATA) if isinstance(content, dict) else None
    listed = metadata.get(MASK_LABELS) if isinstance(metadata, dict) else None
    if listed is None:
        return {}
    path: Pointer = (METADATA, MASK_LABELS)
    if isinstance(listed, list):
        return {ALL: (path, _version_entries(listed, path, where, problems))}
    if isinstance(listed, dict) and all(isinstance(v, list) for v in listed.values()):
        return {
            key: ((*path, key), _version_entries(entries, (*path, key), where, problems))
            for key, entries in listed.items()
        }
    found = "`mask_labels` is neither a list nor an object of lists"
    problems.append(_warning(Kind.VALUE_OUT_OF_RANGE, where, found, None))
    return {}


def _version_entries(
    listed: list[Any], path: Pointer, where: str, problems: list[Problem]
) -> list[LabelEntry]:
    found: dict[Rgb, LabelEntry] = {}
    for position, entry in enumerate(listed):
        place = f"{where}: {'.'.join(map(str, path))}[{position}]"
        try:
            value, names = _value_of(entry, place), _names_of(entry, place)
        except DataError as error:
            problems.append(error.problem(Scope.FILE, severity=Severity.WARNING))
            continue
        if value in found:
            said = f"{value} is {', '.join(found[value].names)} already; this entry is not used"
            problems.append(_warning(Kind.DUPLICATE_COLOR, place, said, None))
            continue
        found[value] = LabelEntry(value, names, Form.VERSION, (*path, position))
    return list(found.values())


class _Regions:
    """The regions of one frame that name colors of masks."""

    def __init__(
        self, frame: dict[str, Any], path: Pointer, where: str, sample: str | None
    ) -> None:
        self.problems: list[Problem] = []
        self._frame, self._path, self._where, self._sample = frame, path, where, sample
        self._ids = list(_ids_by_source(frame))
        self._seen: dict[tuple[str, Rgb], tuple[str, ...]] = {}

    def entries(self) -> Iterator[tuple[str, LabelEntry]]:
        """Each with the id of its mask; one that belongs to several masks comes several times."""
        for position, roi in rois_of(self._frame):
            if roi.get("mask") is not None:
                yield from self._of_region(roi, (*self._path, "rois", position), position)

    def _of_region(
        self, roi: dict[str, Any], path: Pointer, position: int
    ) -> Iterator[tuple[str, LabelEntry]]:
        where = f"{self._where}, region {position}"
        try:
            value, names = _value_of(roi["mask"], where), _names_of(roi, where)
        except DataError as error:
            self._note(error.problem(Scope.ITEM, severity=Severity.WARNING))
            return
        known = self._masks_of(roi)
        mask_id = as_text(roi["mask"].get("id"))
        keys, form = ([mask_id] if mask_id in known else []), Form.REGION
        if mask_id is None:
            keys = sorted(known)
        elif not keys:
            keys, form = [name for name in names if name in known], Form.REVERSED
            names = (mask_id,)
        if not keys:
            found = f"no mask of this frame is called {mask_id}"
            self._note(_warning(Kind.MISSING_FIELD, where, found, self._sample))
        for key in keys:
            if self._seen.setdefault((key, value), names) == names:
                yield key, LabelEntry(value, names, form, path)
            else:
                said = f"{value} is {', '.join(self._seen[key, value])} already in this frame"
                self._note(_warning(Kind.DUPLICATE_COLOR, where, said, self._sample))

    def _masks_of(self, roi: dict[str, Any]) -> set[str]:
        wanted = sources_of(roi)
        return {i for s, ids in self._ids if wanted is None or s in wanted for i in ids}

    def _note(self, problem: Problem) -> None:
        self.problems.append(replace(problem, sample=self._sample))


def _ids_by_source(frame: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    listed = frame.get("sources")
    for position, source in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(source, dict):
            yield as_text(source.get("id")) or f"{position:02}", mask_ids(source)


def _value_of(entry: Any, where: str) -> Rgb:
    """The color an entry names. Raises DataError."""
    value = entry.get("value") if isinstance(entry, dict) else None
    if value is None:
        raise DataError(Kind.MISSING_FIELD, where, "there is no `value`", "[r, g, b]")
    is_color = (
        isinstance(value, list)
        and len(value) == 3
        and all(isinstance(v, int | float) and not isinstance(v, bool) for v in value)
        and all(0 <= v <= 255 and v == int(v) for v in value)
    )
    if not is_color:
        found = f"the value {value!r:.60} is no color; the entry is not used"
        raise DataError(Kind.VALUE_OUT_OF_RANGE, where, found, "three whole numbers from 0 to 255")
    return int(value[0]), int(value[1]), int(value[2])


def _names_of(entry: dict[str, Any], where: str) -> tuple[str, ...]:
    """The names an entry gives a color. Raises DataError."""
    found = entry.get("labels") if entry.get("labels") is not None else entry.get("label")
    names = tuple(filter(None, map(as_text, found if isinstance(found, list) else [found])))
    if not names:
        raise DataError(Kind.MISSING_FIELD, where, "there is no `labels`", "a list of names")
    return tuple(dict.fromkeys(names))


def _warning(kind: Kind, where: str, found: str, sample: str | None) -> Problem:
    scope = Scope.FILE if sample is None else Scope.ITEM
    return Problem(kind, Severity.WARNING, scope, where, found, sample=sample)

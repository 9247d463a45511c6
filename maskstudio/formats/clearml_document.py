"""The frames of a ClearML file, as far as this program understands them (`formats.md` section 6.1).

Every source of a frame becomes one entry. Whatever has the wrong form is told and left out; where
it stands in the document is kept, so that a save can change it there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from maskstudio.core.document import Ring
from maskstudio.core.geometry import Size
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .base import unique_names
from .clearml_places import shown
from .json_text import Pointer
from .safe_paths import is_text
from .video import ENDINGS

RING_BREAK = -999999999
"""Stands in the coordinates of a polygon between its rings."""

_LARGEST_SIDE = 1 << 20


@dataclass(frozen=True)
class MaskEntry:
    """A mask of a source.

    Args:
        path: where it stands in the document.
        timestamp: its place in its own film, in milliseconds.
    """

    path: Pointer
    uri: str
    is_video: bool
    timestamp: float


@dataclass(frozen=True)
class SourceEntry:
    """A source of a frame, which is what people see as one sample.

    Args:
        frame: number of its frame.
        path: where it stands in the document.
        source_id: its name within the frame.
        context: what frames of one film share; its first address where nothing says.
        timestamp: of the frame, in milliseconds.
        uri: of its picture, or None.
        film_time: place of the picture in its own film, in milliseconds.
        size: width and height as the document tells them.
    """

    name: str
    frame: int
    path: Pointer
    source_id: str
    context: str
    timestamp: float
    uri: str | None = None
    is_video: bool = False
    film_time: float = 0
    size: Size | None = None
    masks: dict[str, MaskEntry] = field(default_factory=dict)
    polygons: tuple[Ring, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class FramesDocument:
    """A whole file.

    Args:
        content: the document as it was parsed.
        frames: every frame that is an object, by number, with where it stands.
    """

    content: Any
    frames: dict[int, tuple[Pointer, dict[str, Any]]]
    sources: tuple[SourceEntry, ...]
    problems: tuple[Problem, ...]

    @cached_property
    def by_frame(self) -> dict[int, list[SourceEntry]]:
        """The sources of each frame."""
        found: dict[int, list[SourceEntry]] = {}
        for source in self.sources:
            found.setdefault(source.frame, []).append(source)
        return found


def read_document(content: Any, where: str) -> FramesDocument:
    """Find frames and their sources in a parsed document.

    Args:
        where: the file, for messages.

    Raises:
        DataError: format_unknown; there are no frames in it.
    """
    listed, base = _frames_of(content, where)
    frames: dict[int, tuple[Pointer, dict[str, Any]]] = {}
    problems: list[Problem] = []
    found: list[SourceEntry] = []
    for number, frame in enumerate(listed):
        path = base if base is None else (*base, number)
        if isinstance(frame, dict):
            frames[number] = (path or (), frame)
            found += _FrameReader(frame, path or (), number, f"{where}: frame {number}").sources()
        else:
            said = f"frame {number} is no object"
            fault = DataError(Kind.VALUE_OUT_OF_RANGE, where, said, "an object with `sources`")
            problems.append(fault.problem(Scope.ITEM))
    names = unique_names([source.name for source in found])
    sources = tuple(_named(s, name) for s, name in zip(found, names, strict=True))
    return FramesDocument(content, frames, sources, tuple(problems))


def _frames_of(content: Any, where: str) -> tuple[list[Any], Pointer | None]:
    """The frames, and where their list stands; None for a single frame."""
    if isinstance(content, list):
        return content, ()
    if isinstance(content, dict):
        if isinstance(content.get("frames"), list):
            return content["frames"], ("frames",)
        if "sources" in content:
            return [content], None
    raise DataError(
        Kind.FORMAT_UNKNOWN, where, "there are no frames in it", "a frame, a list, or `frames`"
    )


def _named(source: SourceEntry, name: str) -> SourceEntry:
    problems = tuple(replace(p, sample=name) for p in source.problems)
    return replace(source, name=name, problems=problems)


class _Teller:
    """Notes what is wrong with a part of the document."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []

    def fault(self, kind: Kind, found: str) -> None:
        """Something is missing or cannot be used; what needs it is left out."""
        self.problems.append(DataError(kind, self.where, found).problem(Scope.ITEM))

    def warn(self, found: str) -> None:
        """A value cannot be used; the rest goes on without it."""
        fault = DataError(Kind.VALUE_OUT_OF_RANGE, self.where, found)
        self.problems.append(fault.problem(Scope.ITEM, severity=Severity.WARNING))

    def time(self, entry: dict[str, Any], default: float) -> float:
        """The timestamp of a part; whole ones stay whole."""
        found = entry.get("timestamp")
        if found is None:
            return default
        if not is_number(found):
            self.warn(f"the timestamp {found!r:.40} is no number")
            return default
        return float(found) if isinstance(found, float) else int(found)


class _FrameReader:
    """Reads one frame; faults of it are told to each of its sources."""

    def __init__(self, frame: dict[str, Any], path: Pointer, number: int, where: str) -> None:
        self._frame, self._path, self._number = frame, path, number
        self._tell = _Teller(where)
        self._sources = self._listed_sources()
        first = self._sources[0][1] if self._sources else {}
        self._context = shown(as_text(frame.get("context_id")) or as_text(first.get("uri")) or "")
        owner = first if frame.get("timestamp") is None else frame
        self._timestamp = self._tell.time(owner, 0)
        self._name = as_text(frame.get("id")) or self._made_name()
        self._outlines = list(self._read_outlines())

    def _made_name(self) -> str:
        """By its place in its film, else by its number."""
        return f"{self._context}@{self._timestamp}" if self._context else f"frame {self._number}"

    def sources(self) -> list[SourceEntry]:
        """Its sources; one without anything where it has none."""
        if not self._sources:
            return [self._entry(self._name, self._path, "", self._tell.problems)]
        return [self._source(source, position) for position, source in self._sources]

    def _listed_sources(self) -> list[tuple[int, dict[str, Any]]]:
        listed = self._frame.get("sources")
        if not isinstance(listed, list) or not listed:
            self._tell.fault(Kind.MISSING_FIELD, "the frame has no `sources`")
            return []
        found = [(i, s) for i, s in enumerate(listed) if isinstance(s, dict)]
        if len(found) < len(listed):
            self._tell.fault(Kind.VALUE_OUT_OF_RANGE, "a source is no object")
        return found

    def _source(self, source: dict[str, Any], position: int) -> SourceEntry:
        source_id = as_text(source.get("id")) or f"{position:02}"
        name = f"{self._name}/{source_id}" if len(self._sources) > 1 else self._name
        path = (*self._path, "sources", position)
        tell = _Teller(self._tell.where)
        uri, film_time = as_text(source.get("uri")), tell.time(source, self._timestamp)
        bare = self._entry(name, path, source_id, ())
        return replace(
            bare,
            uri=uri,
            is_video=_is_video(source, uri or ""),
            film_time=film_time,
            size=_size(source),
            masks=_masks(source, path, film_time, tell),
            polygons=tuple(self._outlines_of(source_id)),
            problems=(*self._tell.problems, *tell.problems),
        )

    def _entry(
        self, name: str, path: Pointer, source_id: str, problems: Sequence[Problem]
    ) -> SourceEntry:
        return SourceEntry(
            name,
            self._number,
            path,
            source_id,
            self._context,
            self._timestamp,
            problems=tuple(problems),
        )

    def _outlines_of(self, source_id: str) -> Iterator[Ring]:
        for ids, rings in self._outlines:
            if ids is None or source_id in ids:
                yield from rings

    def _read_outlines(self) -> Iterator[tuple[set[str] | None, list[Ring]]]:
        """Polygons with the sources they belong to; None for all."""
        for _, roi in rois_of(self._frame):
            poly = roi.get("poly")
            if poly is None:
                continue
            if isinstance(poly, list) and all(map(is_number, poly)):
                yield sources_of(roi), _rings(poly)
            else:
                self._tell.warn("a `poly` is no list of numbers")


def _masks(
    source: dict[str, Any], path: Pointer, film_time: float, tell: _Teller
) -> dict[str, MaskEntry]:
    listed = source.get("masks")
    if listed is not None and not isinstance(listed, list):
        tell.fault(Kind.VALUE_OUT_OF_RANGE, "`masks` is no list")
        listed = None
    found: dict[str, MaskEntry] = {}
    for position, (key, mask) in enumerate(zip(mask_ids(source), listed or (), strict=False)):
        uri = as_text(mask.get("uri")) if isinstance(mask, dict) else None
        if uri is None:
            tell.fault(Kind.MISSING_FIELD, f"the mask {key} has no `uri`")
            continue
        place = (*path, "masks", position)
        found[key] = MaskEntry(place, uri, _is_video(mask, uri), tell.time(mask, film_time))
    return found


def mask_ids(source: dict[str, Any]) -> list[str]:
    """Ids of the masks of a source; absent ones count up as `00`, `01`, as upstream has it."""
    listed = source.get("masks")
    masks = listed if isinstance(listed, list) else []
    given = [as_text(m.get("id")) if isinstance(m, dict) else None for m in masks]
    return unique_names([text or f"{i:02}" for i, text in enumerate(given)])


def rois_of(frame: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Regions of a frame that are objects, with their positions."""
    listed = frame.get("rois")
    for position, roi in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(roi, dict):
            yield position, roi


def sources_of(roi: dict[str, Any]) -> set[str] | None:
    """Ids of the sources a region belongs to; None for all."""
    listed = roi.get("sources")
    if not isinstance(listed, list) or not listed:
        return None
    return {text for text in map(as_text, listed) if text is not None}


def is_number(value: Any) -> bool:
    """Whether a value is a number that can be counted with."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1 << 62 if isinstance(value, int) else math.isfinite(value)


def as_text(value: Any) -> str | None:
    """An id or address as text; a whole number counts as its digits, half a letter as nothing."""
    if isinstance(value, str):
        return value if value and is_text(value) else None
    if isinstance(value, int) and not isinstance(value, bool) and is_number(value):
        return str(value)
    return None


def _is_video(entry: dict[str, Any], uri: str) -> bool:
    kind = entry.get("content_type")
    if isinstance(kind, str) and "/" in kind:
        return kind.strip().lower().startswith("video/")
    return PurePosixPath(shown(uri)).suffix.lower() in ENDINGS


def _size(source: dict[str, Any]) -> Size | None:
    sides = [source.get("width"), source.get("height")]
    if not all(isinstance(s, int) and 0 < s <= _LARGEST_SIDE for s in sides):
        return None
    return Size(int(sides[0] or 0), int(sides[1] or 0))


def _rings(poly: list[float]) -> list[Ring]:
    """Outlines in a list x, y, x, y, with breaks between them."""
    rings: list[Ring] = []
    start = 0
    for end in [*(i for i, v in enumerate(poly) if v == RING_BREAK), len(poly)]:
        numbers = poly[start:end]
        ring = tuple(zip(map(float, numbers[::2]), map(float, numbers[1::2]), strict=False))
        if len(ring) > 1:
            rings.append(ring)
        start = end + 1
    return rings

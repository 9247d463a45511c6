"""Workspace files (`.maskstudio`): which sources are open together, and the choices made on them.

Source: `formats.md`, Workspace. Paths are kept relative to the file where they can be. They may
lie outside its folder, which is listed; nothing is written to them by opening a workspace.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maskstudio.core.labels import MAX_INDEX, LabelMap
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .atomic import write_file
from .guarded_json import load_json
from .label_json import label_json, label_map_of_json

SUFFIX = ".maskstudio"
VERSION = 1
LIMIT_BYTES = 64 << 20


@dataclass(frozen=True)
class Workspace:
    """What a workspace file holds.

    Args:
        paths: sources that say themselves what they are.
        images: pictures for all layers.
        downloads: rasters that were fetched from the addresses sources name; files may lack it.
        layers: masks by layer key.
        new_layers: label maps of layers that no file holds yet; files may lack it.
        backgrounds: index that means nothing by layer key, where the user chose it.
        voids: index of what nobody has decided yet by layer key; files may lack it.
        checked: names of samples that were looked at.
        regions: what was decided on regions of disagreement, as JSON objects; files may lack it.
        view: what the window showed and had chosen; for the window alone to understand.
    """

    paths: tuple[Path, ...] = ()
    images: Path | None = None
    downloads: Path | None = None
    layers: tuple[tuple[str, Path], ...] = ()
    new_layers: tuple[tuple[str, LabelMap], ...] = ()
    backgrounds: Mapping[str, int | None] = field(default_factory=dict)
    voids: Mapping[str, int | None] = field(default_factory=dict)
    checked: tuple[str, ...] = ()
    regions: tuple[Mapping[str, Any], ...] = ()
    view: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[Path, ...]:
        """Every path it names."""
        folders = (path for path in (self.images, self.downloads) if path is not None)
        return (*self.paths, *folders, *(path for _, path in self.layers))


def is_workspace(path: Path) -> bool:
    """Whether a file is meant as a workspace; what it holds is judged by reading it."""
    return path.suffix.lower() == SUFFIX and path.is_file()


def read_workspace(path: Path) -> tuple[Workspace, list[Problem]]:
    """Read a workspace file.

    Returns:
        The workspace with absolute paths, and one note for each source outside its folder.

    Raises:
        DataError: it cannot be read (file_missing), is no JSON (json_invalid, json_too_deep), lacks
            a field (missing_field) or holds a value of the wrong kind (value_out_of_range).
    """
    try:
        if path.stat().st_size > LIMIT_BYTES:
            raise DataError(Kind.JSON_INVALID, path.name, "larger than any workspace")
        data = path.read_bytes()
    except OSError as error:
        raise DataError(
            Kind.FILE_MISSING, path.name, f"cannot be read ({error.strerror})"
        ) from error
    reader = _Reader(path, load_json(data, path.name))
    workspace = reader.workspace()
    return workspace, [_outside(path, source) for source in reader.outside(workspace)]


def write_workspace(path: Path, workspace: Workspace) -> None:
    """Write a workspace file beside the target and put it in its place. Raises DataError."""
    folder = path.resolve().parent
    content = {
        "version": VERSION,
        "paths": [_portable(source, folder) for source in workspace.paths],
        "images": _portable(workspace.images, folder) if workspace.images else None,
        "downloads": _portable(workspace.downloads, folder) if workspace.downloads else None,
        "layers": [
            {"key": key, "path": _portable(source, folder)} for key, source in workspace.layers
        ],
        "new_layers": [
            {"key": key, "classes": label_json(label_map)}
            for key, label_map in workspace.new_layers
        ],
        "backgrounds": dict(workspace.backgrounds),
        "voids": dict(workspace.voids),
        "checked": list(workspace.checked),
        "regions": [dict(region) for region in workspace.regions],
        "view": dict(workspace.view),
    }
    # ASCII, for names of files may hold bytes that are no text.
    write_file(path, json.dumps(content, indent=1).encode() + b"\n")


class _Reader:
    """Takes fields out of a parsed document and says which one is wrong."""

    def __init__(self, path: Path, content: object) -> None:
        self._path = path
        self._folder = path.resolve().parent
        if not isinstance(content, dict):
            raise self._wrong("the document", "an object")
        self._content: dict[str, Any] = content

    def workspace(self) -> Workspace:
        version = self._field("version", int)
        if version != VERSION:
            raise self._wrong(f"version {version}", f"version {VERSION}")
        images, downloads = (self._content.get(name) for name in ("images", "downloads"))
        return Workspace(
            paths=tuple(self._resolved(p) for p in self._field("paths", list)),
            images=self._resolved(images) if images is not None else None,
            downloads=self._resolved(downloads) if downloads is not None else None,
            layers=tuple(self._layer(entry) for entry in self._field("layers", list)),
            new_layers=self._new_layers(),
            backgrounds=self._indices("backgrounds", self._field("backgrounds", dict)),
            voids=self._indices("voids", self._content.get("voids", {})),
            checked=tuple(str(name) for name in self._field("checked", list)),
            regions=self._regions(),
            view=self._field("view", dict),
        )

    def outside(self, workspace: Workspace) -> list[Path]:
        return [s for s in workspace.sources if not s.is_relative_to(self._folder)]

    def _field(self, name: str, kind: type) -> Any:
        if name not in self._content:
            raise DataError(Kind.MISSING_FIELD, self._path.name, f"the field `{name}` is missing")
        value = self._content[name]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self._wrong(f"`{name}` is {type(value).__name__}", kind.__name__)
        return value

    def _layer(self, entry: object) -> tuple[str, Path]:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str):
            raise self._wrong("an entry of `layers` has no key", "key and path")
        return entry["key"], self._resolved(entry.get("path"))

    def _new_layers(self) -> tuple[tuple[str, LabelMap], ...]:
        """Older files have none."""
        entries = self._content.get("new_layers", [])
        if not isinstance(entries, list):
            raise self._wrong(f"`new_layers` is {type(entries).__name__}", "a list")
        found = []
        for entry in entries:
            if not isinstance(entry, dict) or not isinstance(entry.get("key"), str):
                raise self._wrong("an entry of `new_layers` has no key", "key and classes")
            label_map = label_map_of_json(entry.get("classes"), self._path.name)
            found.append((entry["key"], label_map))
        return tuple(found)

    def _resolved(self, path: object) -> Path:
        if not isinstance(path, str) or not path or "\0" in path:
            raise self._wrong(f"{path!r} as a path", "text")
        return Path(os.path.normpath(self._folder / path))

    def _indices(self, field_name: str, found: object) -> dict[str, int | None]:
        """A class index or null by layer key."""
        if not isinstance(found, dict):
            raise self._wrong(f"`{field_name}` is {type(found).__name__}", "an object")
        for key, index in found.items():
            is_index = isinstance(index, int) and not isinstance(index, bool)
            if index is not None and not (is_index and 0 <= index <= MAX_INDEX):
                raise self._wrong(f"{index!r} in `{field_name}` of {key}", "a class index or null")
        return dict(found)

    def _regions(self) -> tuple[dict[str, Any], ...]:
        """Older files have none; an entry that is no object is passed over."""
        found = self._content.get("regions")
        entries = found if isinstance(found, list) else []
        return tuple(entry for entry in entries if isinstance(entry, dict))

    def _wrong(self, found: str, expected: str) -> DataError:
        return DataError(Kind.VALUE_OUT_OF_RANGE, self._path.name, found, expected)


def _portable(path: Path, folder: Path) -> str:
    """Relative to the workspace's folder where both lie on one drive."""
    try:
        return Path(os.path.relpath(path.resolve(), folder)).as_posix()
    except ValueError:
        return str(path.resolve())


def _outside(path: Path, source: Path) -> Problem:
    found = f"{source.name} lies outside the folder of the workspace, in {source.parent}"
    return Problem(Kind.UNSAFE_PATH, Severity.INFO, Scope.ITEM, path.name, found)

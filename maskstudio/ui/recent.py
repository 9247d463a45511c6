"""What was opened lately: the start page shows it, the settings keep it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from maskstudio.errors import DataError
from maskstudio.workflows.open_request import OpenRequest

from .settings import RECENT, Settings

if TYPE_CHECKING:
    from maskstudio.core.labels import LabelMap

LIMIT = 10
PICTURE_SUFFIX = ".png"


@dataclass(frozen=True)
class RecentDataset:
    """One thing that was opened.

    Args:
        n_checked, n_samples: how far the work on it was, the last time.
    """

    title: str
    request: OpenRequest
    n_checked: int = 0
    n_samples: int = 0

    @property
    def place(self) -> Path:
        """The first path it is made of."""
        request = self.request
        layers = [path for _, path in request.layers]
        named = (request.workspace, *request.paths, *layers, request.images)
        return next(path for path in named if path is not None)


class RecentItems(QObject):
    """The newest first, each once.

    Signals:
        changed(): the list is another one.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        """Read what the settings keep; a damaged entry is left out."""
        super().__init__(parent)
        self._settings = settings
        self.items: list[RecentDataset] = _read(settings.get(RECENT))

    def note(self, item: RecentDataset) -> None:
        """Put an item first."""
        others = [known for known in self.items if _sources(known) != _sources(item)]
        self._keep([item, *others][:LIMIT])

    def clear(self) -> None:
        """Forget all of them."""
        self._keep([])

    def _keep(self, items: list[RecentDataset]) -> None:
        self.items = items
        self._settings.set(RECENT, json.dumps([_to_json(item) for item in items]))
        self.changed.emit()


def picture_path(cache: Path, request: OpenRequest) -> Path:
    """Where the small picture of what a request opens lies; nothing says that it is there."""
    named = [request.workspace] if request.workspace else [*request.paths, request.images]
    layers = () if request.workspace else request.layers
    words = "\n".join([*map(str, named), *(f"{key}={path}" for key, path in layers)])
    return cache / "recent" / (sha256(words.encode()).hexdigest()[:32] + PICTURE_SUFFIX)


def _sources(item: RecentDataset) -> OpenRequest:
    """What is opened, whatever its classes are called."""
    request = item.request
    if request.workspace is not None:
        return OpenRequest(paths=(request.workspace,))
    return replace(request, label_map=None)


def _to_json(item: RecentDataset) -> dict[str, object]:
    request, label_map = _sources(item), item.request.label_map
    return {
        "title": item.title,
        "paths": [str(path) for path in request.paths],
        "images": str(request.images) if request.images else None,
        "layers": [[key, str(path)] for key, path in request.layers],
        "labels": None if label_map is None else _labels_to_json(label_map),
        "checked": item.n_checked,
        "samples": item.n_samples,
    }


def _read(text: str) -> list[RecentDataset]:
    try:
        entries = json.loads(text)
    except ValueError:
        return []
    items = []
    for entry in entries if isinstance(entries, list) else []:
        with suppress(ValueError, KeyError, TypeError, DataError):
            items.append(_from_json(entry))
    return items


def _from_json(entry: dict[str, object]) -> RecentDataset:
    paths, layers, images = entry["paths"], entry["layers"], entry["images"]
    if not isinstance(paths, list) or not isinstance(layers, list):
        raise TypeError("paths and layers are lists")
    labels = entry.get("labels")
    request = OpenRequest(
        paths=tuple(Path(path) for path in paths),
        images=Path(str(images)) if images else None,
        layers=tuple((str(key), Path(path)) for key, path in layers),
        label_map=_labels_from_json(labels) if labels else None,
    )
    return RecentDataset(
        str(entry["title"]),
        request,
        int(str(entry.get("checked", 0))),
        int(str(entry.get("samples", 0))),
    )


def _labels_to_json(label_map: LabelMap) -> object:
    from maskstudio.formats.label_json import label_json

    return label_json(label_map)


def _labels_from_json(labels: object) -> LabelMap:
    """Imports the reader for the few items that bring labels; the start page is there at once."""
    from maskstudio.formats.label_json import read_label_json

    return read_label_json(json.dumps(labels).encode(), "labels")

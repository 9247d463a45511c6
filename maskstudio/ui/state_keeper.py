"""Remembers marks, choices and view of each data set, and brings them back when it is opened."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject

from maskstudio.core.geometry import Point
from maskstudio.errors import DataError
from maskstudio.formats.workspace import Workspace, write_workspace
from maskstudio.workflows.workspace import adopt, keep_state, read_state, workspace_of

from .canvas.canvas import Canvas
from .workbench import Workbench

log = logging.getLogger(__name__)


class Part(Protocol):
    """A part of the window with a state of its own for each data set."""

    def state(self) -> Any:
        """What is kept, as JSON."""

    def restore_state(self, kept: Any) -> None:
        """Bring back what was kept; what does not fit is passed over."""


class StateKeeper(QObject):
    """Follows the workbench; keeps nothing in memory."""

    def __init__(self, workbench: Workbench, canvas: Canvas) -> None:
        """Follow."""
        super().__init__(workbench)
        self._workbench = workbench
        self._canvas = canvas
        self._kept_view: dict[str, Any] = {}
        self._parts: dict[str, Part] = {}
        self._kept_parts: dict[str, Any] = {}
        workbench.opening.connect(self._restore)
        workbench.closing.connect(self.keep)
        workbench.document_changed.connect(self._restore_view)

    def add_part(self, name: str, part: Part) -> None:
        """Keep the state of one more part of the window; see `restore_parts`."""
        self._parts[name] = part

    def restore_parts(self) -> None:
        """Bring the parts back, once they know the data set that was opened."""
        kept, self._kept_parts = self._kept_parts, {}
        for name, part in self._parts.items():
            if name in kept:
                part.restore_state(kept[name])

    def keep(self) -> None:
        """Write down how things stand now."""
        opened = self._workbench.opened
        if opened is not None and opened.request.is_lasting:
            try:
                keep_state(self._workbench.settings.state_folder, opened, self._view())
            except (DataError, OSError) as error:
                log.warning("marks and view were not kept: %s", error)

    def write_workspace(self, path: Path) -> None:
        """Write a workspace file, which keeps the state from now on. Raises DataError."""
        opened = self._workbench.opened
        assert opened is not None
        write_workspace(path, workspace_of(opened, self._view(), self._regions()))
        opened.request = replace(opened.request, workspace=path)

    def _regions(self) -> list[dict[str, Any]]:
        return self._workbench.decisions.as_json()

    def _view(self) -> dict[str, Any]:
        view = self._workbench.choices.as_json()
        view["sample"] = self._workbench.loader.wanted
        state = self._canvas.view_state()
        if state is not None:
            zoom, centre = state
            view |= {"zoom": zoom, "centre": [centre.x, centre.y]}
        return view | {name: part.state() for name, part in self._parts.items()}

    def _restore(self) -> None:
        opened = self._workbench.opened
        if opened is None or not opened.request.is_lasting:
            return
        kept: Workspace | None = read_state(self._workbench.settings.state_folder, opened.request)
        if kept is not None:
            adopt(opened, kept)
            self._workbench.choices.start(opened.dataset.label_maps)  # it may have more layers now
            self._workbench.choices.restore(dict(kept.view))
            self._workbench.decisions.restore(kept.regions)
            for key, label_map in opened.dataset.label_maps.items():
                if label_map.visible_classes:  # else classes are met with the first pixels
                    self._workbench.choices.drop_missing_classes(key, label_map)
            self._workbench.first_sample = kept.view.get("sample")
            self._kept_view = self._kept_parts = dict(kept.view)

    def _restore_view(self) -> None:
        zoom, centre = self._kept_view.get("zoom"), self._kept_view.get("centre")
        if self._workbench.document is None:
            return
        self._kept_view = {}
        if isinstance(zoom, int | float) and isinstance(centre, list) and len(centre) == 2:
            x, y = centre
            if isinstance(x, int | float) and isinstance(y, int | float):
                self._canvas.restore_view(zoom, Point(x, y))

"""Remembers the tool and its options from one start to the next."""

from __future__ import annotations

from enum import Enum
from typing import Any

from PySide6.QtCore import QObject

from .canvas.input import MAX_BRUSH
from .settings import (
    BRUSH_SIZE,
    OVER,
    PICK_FROM,
    PRESSURE,
    READS,
    TIP,
    TOLERANCE,
    TOOL,
    WHOLE_PICTURE,
    Setting,
)
from .tool_box import ToolBox
from .workbench import Workbench

OPTIONS: dict[str, Setting[Any]] = {
    "size": BRUSH_SIZE,
    "tip": TIP,
    "pressure": PRESSURE,
    "over": OVER,
    "whole_picture": WHOLE_PICTURE,
    "tolerance": TOLERANCE,
    "reads": READS,
    "pick_from": PICK_FROM,
}
"""Where each field of `ToolOptions` is kept."""


class ToolKeeper(QObject):
    """Puts tool and options back as they were left, then follows them."""

    def __init__(self, workbench: Workbench, tools: ToolBox) -> None:
        """Restore; what the settings hold wrongly stays at its default."""
        super().__init__(workbench)
        self._settings = workbench.settings
        self._choices = workbench.choices
        self._tools = tools
        self._restore()
        self._choices.options_changed.connect(self._keep_options)
        tools.tool_changed.connect(self._keep_tool)

    def _restore(self) -> None:
        options = self._choices.options
        found = {
            name: _like(getattr(options, name), self._settings.get(setting))
            for name, setting in OPTIONS.items()
        }
        self._choices.change_options(**found)
        tool_id = self._settings.get(TOOL)
        if tool_id in {tool.id for tool in self._tools.tools}:
            self._tools.choose(tool_id)

    def _keep_options(self) -> None:
        for name, setting in OPTIONS.items():
            value = getattr(self._choices.options, name)
            self._settings.set(setting, value.value if isinstance(value, Enum) else value)

    def _keep_tool(self) -> None:
        self._settings.set(TOOL, self._tools.active.id)


def _like(known: Any, kept: Any) -> Any:
    """A kept value in the type of the known one; the known one where it is none of its values."""
    if isinstance(known, Enum):
        return next((member for member in type(known) if member.value == kept), known)
    if isinstance(known, bool):
        return kept
    return kept if 0 <= kept <= MAX_BRUSH else known

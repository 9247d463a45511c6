"""The eraser: a brush that leaves the index that means nothing."""

from __future__ import annotations

from .base import Modifier
from .brush import Brush


class Eraser(Brush):
    """The gesture of the brush with another value."""

    id = "eraser"
    label = "Eraser"
    icon = "eraser"
    key = "E"
    hint = "Drag to erase · [ ] size"
    copy_hint = ""
    object_hint = "Choose the object to erase from: I picks one"

    def erases(self, modifiers: Modifier) -> bool:
        """Always."""
        return True

"""The brush: gives the pixels its tip sweeps over the current class."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .base import BrushCursor, Modifier, Pointer, Tool, ToolHost
from .ink import choose_ink
from .stroke import Stroke


class Brush(Tool):
    """Press, drag and release make one stroke, which is one edit."""

    id = "brush"
    label = "Brush"
    icon = "paint-brush"
    key = "B"
    hint = "Drag to paint · hold Ctrl to erase · [ ] size · X swaps the class"
    copy_hint = "Drag to copy from {} · hold Ctrl to erase · S paints the class again"
    object_hint = "Drag to begin a new {} · I picks an object to go on with"

    def __init__(self, host: ToolHost) -> None:
        """Nothing is under way."""
        super().__init__(host)
        self._stroke: Stroke | None = None
        self._hover: Pointer | None = None

    def press(self, pointer: Pointer) -> None:
        """Begin a stroke with a single stamp, where there is something to paint with."""
        if self._stroke is None:
            self._begin(pointer)
            self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        """Make the stroke longer, or only move the outline."""
        self._hover = pointer
        if self._stroke is not None:
            with self._undone_by_errors():
                self._stroke.follow(pointer)
        self.host.refresh_overlay()

    def release(self, pointer: Pointer) -> None:
        """End the stroke where the button went up."""
        if self._stroke is not None:
            with self._undone_by_errors():
                self._stroke.follow_lifted(pointer)
            stroke, self._stroke = self._stroke, None
            stroke.transaction.commit()
            self.host.refresh_overlay()

    def leave(self) -> None:
        """Show no outline any more."""
        self._hover = None
        self.host.refresh_overlay()

    def cancel(self) -> None:
        """Take the stroke back."""
        if self._stroke is not None:
            stroke, self._stroke = self._stroke, None
            stroke.transaction.rollback()
            self.host.refresh_overlay()

    @property
    def is_busy(self) -> bool:
        """Whether a stroke is under way."""
        return self._stroke is not None

    @property
    def overlay(self) -> BrushCursor | None:
        """The outline under the pointer."""
        if self._stroke is not None:
            return self._stroke.cursor
        if self._hover is None:
            return None
        options = self.host.options
        dashed = self.erases(self._hover.modifiers)
        return BrushCursor(self._hover.point, options.size, options.tip, dashed)

    def erases(self, modifiers: Modifier) -> bool:
        """Whether a stroke that begins now leaves nothing behind."""
        return Modifier.CONTROL in modifiers

    def _begin(self, pointer: Pointer) -> None:
        ink = choose_ink(self.host, self.label, erases=self.erases(pointer.modifiers))
        transaction = self.host.begin(ink.label, pointer.point) if ink else None
        if ink and transaction:
            self._stroke = Stroke(transaction, ink, self.host.options, pointer)

    @contextmanager
    def _undone_by_errors(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.cancel()
            raise

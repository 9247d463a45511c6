"""Polygon: clicks make a shape that gets the current class when it is finished."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from maskstudio.core.geometry import Point, Rect
from maskstudio.raster.polygon import fill_polygon

from .base import Modifier, Pointer, ShapeInWork, Tool, ToolHost
from .ink import choose_ink
from .vertices import leg_near, vertex_near

REACH_VIEW_PX = 8
"""How near a click must come to a vertex or a leg to hit it, on the screen."""

DRAG_VIEW_PX = 3
"""How far the pointer must go on the screen before a click becomes a drag."""

FEWEST = 3
"""Vertices of the smallest shape."""


@dataclass(slots=True)
class _Grip:
    """A vertex held by the button; where it was, and where the button went down."""

    position: int
    vertex: Point
    pressed: Point
    is_new: bool
    has_moved: bool = False

    @property
    def closes(self) -> bool:
        """Whether letting go here is a click on the first vertex."""
        return self.position == 0 and not self.is_new and not self.has_moved


class Polygon(Tool):
    """Vertices can be added, moved and removed until the shape is finished, as one edit.

    A click adds a vertex at the end, or on the leg it hits; a drag moves one; right click removes
    one. A click on the first vertex, a double click and Enter finish; with Ctrl held they erase.
    """

    id = "polygon"
    label = "Polygon"
    icon = "polygon"
    key = "P"
    hint = "Click to add points · drag to move · right click removes · Enter finishes · Ctrl erases"
    copy_hint = "Click around what to copy from {} · Enter copies · S paints the class again"
    object_hint = "Click around a new {} · Enter finishes · I picks an object to go on with"

    def __init__(self, host: ToolHost) -> None:
        """No vertex is set."""
        super().__init__(host)
        self._vertices: list[Point] = []
        self._grip: _Grip | None = None
        self._hover: Pointer | None = None
        self._modifiers = Modifier.NONE

    def press(self, pointer: Pointer) -> None:
        """Take hold of a vertex, a new one if none is near; with Alt remove it."""
        if self.host.current_class is None and not self.host.source_words:
            return
        self._see(pointer)
        if self._removes:
            self._remove_near(pointer)
        else:
            self._take_hold(pointer)
        self.host.refresh_overlay()

    def move(self, pointer: Pointer) -> None:
        """Move the held vertex, or show where the next one would be."""
        self._see(pointer)
        if self._grip is not None:
            self._drag(self._grip, pointer)
        self.host.refresh_overlay()

    def release(self, pointer: Pointer) -> None:
        """Let go; a click on the first vertex finishes."""
        if self._grip is None:
            return
        self.move(pointer)
        closes, self._grip = self._grip.closes, None
        if closes:
            self.finish()
        self.host.refresh_overlay()

    def double_click(self, pointer: Pointer) -> None:
        """Finish; the first press has set the last vertex already, or has closed the shape."""
        if Modifier.ALT in pointer.modifiers:
            self.press(pointer)
        elif self._vertices:
            self._see(pointer)
            self.finish()

    def leave(self) -> None:
        """Show no next vertex any more."""
        self._hover = None
        self.host.refresh_overlay()

    def finish(self) -> None:
        """Paint the shape if it has vertices enough; it stays in work where the host refuses."""
        if len(self._vertices) < FEWEST:
            return
        ink = choose_ink(self.host, self.label, erases=self._erases)
        if ink is None:
            return
        vertices = tuple(self._vertices)
        layer = self.host.layer.rect
        within = Rect.around(vertices) & layer
        find = partial(fill_polygon, [vertices], layer)
        if self.host.paint_region(ink.label, vertices[0], ink.source, within=within, find=find):
            self.cancel()

    def step_back(self) -> None:
        """Drop the last vertex."""
        if self._vertices:
            self._vertices.pop()
            self._grip = None
            self.host.refresh_overlay()

    def cancel(self) -> None:
        """Drop the shape."""
        if self._vertices:
            self._vertices.clear()
            self._grip = None
            self.host.refresh_overlay()

    @property
    def is_busy(self) -> bool:
        """Whether a vertex is set."""
        return bool(self._vertices)

    @property
    def overlay(self) -> ShapeInWork | None:
        """The shape, once a vertex is set."""
        if not self._vertices:
            return None
        chosen = self._grip.position if self._grip else self._vertex_near(self._hover)
        paints_class = not self._erases and not self.host.source_words
        index = self.host.current_class if paints_class else None
        closes = self._closes(chosen)
        return ShapeInWork(tuple(self._vertices), self._next(chosen), index, closes, chosen)

    def _see(self, pointer: Pointer) -> None:
        self._hover = pointer
        self._modifiers = pointer.modifiers

    @property
    def _erases(self) -> bool:
        return Modifier.CONTROL in self._modifiers

    @property
    def _removes(self) -> bool:
        return Modifier.ALT in self._modifiers

    def _take_hold(self, pointer: Pointer) -> None:
        position = self._vertex_near(pointer)
        is_new = position is None
        if position is None:
            leg = self._leg_near(pointer)
            position = len(self._vertices) if leg is None else leg + 1
            self._vertices.insert(position, pointer.point)
        self._grip = _Grip(position, self._vertices[position], pointer.point, is_new)

    def _remove_near(self, pointer: Pointer) -> None:
        position = self._vertex_near(pointer)
        if position is not None:
            del self._vertices[position]

    def _drag(self, grip: _Grip, pointer: Pointer) -> None:
        distance = math.dist(grip.pressed, pointer.point)
        grip.has_moved = grip.has_moved or distance * pointer.zoom > DRAG_VIEW_PX
        if grip.has_moved:
            dx, dy = pointer.point.x - grip.pressed.x, pointer.point.y - grip.pressed.y
            self._vertices[grip.position] = Point(grip.vertex.x + dx, grip.vertex.y + dy)

    def _closes(self, chosen: int | None) -> bool:
        """Whether a click here finishes the shape."""
        if len(self._vertices) < FEWEST or self._removes:
            return False
        return self._grip.closes if self._grip else chosen == 0

    def _next(self, chosen: int | None) -> Point | None:
        """Where a click would add a vertex at the end."""
        if self._hover is None or chosen is not None or self._removes:
            return None
        return None if self._leg_near(self._hover) is not None else self._hover.point

    def _vertex_near(self, pointer: Pointer | None) -> int | None:
        if pointer is None:
            return None
        return vertex_near(self._vertices, pointer.point, REACH_VIEW_PX / pointer.zoom)

    def _leg_near(self, pointer: Pointer) -> int | None:
        return leg_near(self._vertices, pointer.point, REACH_VIEW_PX / pointer.zoom)

"""Mouse, pen, wheel and keys of the canvas: what pans, what zooms and what the tool gets.

Coordinates are multiplied by the device pixel ratio here and nowhere else.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTabletEvent, QWheelEvent

from maskstudio.core.arrays import Rgb
from maskstudio.core.geometry import Point
from maskstudio.tools.base import BrushCursor, Modifier, Pointer
from maskstudio.ui.tool_box import ToolBox
from maskstudio.ui.workbench import Workbench

if TYPE_CHECKING:
    from .canvas import Canvas

ZOOM_STEP = 1.25
MIN_BRUSH, MAX_BRUSH = 1, 1000
_WHEEL_NOTCH = 120

_MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: Modifier.SHIFT,
    Qt.KeyboardModifier.ControlModifier: Modifier.CONTROL,
    Qt.KeyboardModifier.AltModifier: Modifier.ALT,
}


class CanvasInput:
    """Decides what an event means. Owned and called by the canvas."""

    def __init__(self, canvas: Canvas, tools: ToolBox, workbench: Workbench) -> None:
        """Nothing is held."""
        self._canvas = canvas
        self._tools = tools
        self._workbench = workbench
        self._pan_from: QPointF | None = None
        self._size_from: tuple[QPointF, int] | None = None
        self._is_drawing = False
        self._pane_start = 0
        self._space_held = False
        self._last: QPointF | None = None

    # mouse and pen

    def press(self, event: QMouseEvent) -> None:
        """Begin to pan, to change the brush size, or a gesture of the tool."""
        button = event.button()
        held_space = self._space_held and button == Qt.MouseButton.LeftButton
        if button == Qt.MouseButton.MiddleButton or held_space:
            self._pan_from = event.position()
            self._canvas.update_cursor()
        elif button == Qt.MouseButton.LeftButton and not self._is_panning:
            if event.modifiers() & Qt.KeyboardModifier.AltModifier and self._shows_brush():
                self._size_from = (event.position(), self._tools.options.size)
            else:
                self._begin(self._pointer(event.position(), event.modifiers()))
        elif button == Qt.MouseButton.RightButton and not self._is_drawing:
            self._press_right(event)

    def move(self, event: QMouseEvent) -> None:
        """Go on with what was begun, or only show where the pointer is."""
        position = event.position()
        self._last = position
        if self._pan_from is not None:
            ratio = self._canvas.devicePixelRatioF()
            delta = position - self._pan_from
            self._pan_from = position
            self._canvas.pan_by(delta.x() * ratio, delta.y() * ratio)
        elif self._size_from is not None:
            start, size = self._size_from
            self._set_brush_size(size + round((position.x() - start.x()) / 2))
        else:
            self._follow(self._pointer(position, event.modifiers()))

    def release(self, event: QMouseEvent) -> None:
        """End what was begun."""
        if self._pan_from is not None and event.button() != Qt.MouseButton.RightButton:
            self._pan_from = None
            self._canvas.update_cursor()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._size_from = None
            self._end(self._pointer(event.position(), event.modifiers()))

    def double_click(self, event: QMouseEvent) -> None:
        """The second press of a double click."""
        if event.button() != Qt.MouseButton.LeftButton or self._space_held:
            self.press(event)
        elif self._workbench.active_layer is not None:
            self._is_drawing = True
            self._tools.active.double_click(self._pointer(event.position(), event.modifiers()))

    def tablet(self, event: QTabletEvent) -> None:
        """A pen: the same gestures with pressure; panning is left to the mouse events."""
        if self._space_held or self._pan_from is not None:
            event.ignore()
            return
        pointer = self._pointer(event.position(), event.modifiers(), event.pressure())
        if event.type() == QEvent.Type.TabletPress and event.button() == Qt.MouseButton.LeftButton:
            self._begin(pointer)
        elif event.type() == QEvent.Type.TabletMove:
            self._follow(pointer)
        elif event.type() == QEvent.Type.TabletRelease:
            self._end(pointer)
        event.accept()

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; with Shift change the brush size."""
        delta = event.angleDelta()
        notches = (delta.y() or delta.x()) / _WHEEL_NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            size = self._tools.options.size
            step = max(1, size // 10)
            self._set_brush_size(size + (step if notches > 0 else -step))
        elif notches:
            ratio = self._canvas.devicePixelRatioF()
            x, y = event.position().x() * ratio, event.position().y() * ratio
            at = Point(x - self._canvas.pane_start(x), y)
            self._canvas.zoom_by(math.pow(ZOOM_STEP, notches), at)
        event.accept()

    def leave(self) -> None:
        """The pointer left the canvas."""
        self._last = None
        if not self._is_drawing:
            self._tools.active.leave()
        self._canvas.pointer_moved.emit(None)

    def show_tool(self) -> None:
        """Let another tool show itself where the pointer is."""
        if self._last is not None:
            self._follow(self._pointer(self._last, Qt.KeyboardModifier.NoModifier))

    # keys

    def key_press(self, event: QKeyEvent) -> bool:
        """Whether the key was one of the canvas."""
        key = event.key()
        if key == Qt.Key.Key_Space:
            self._hold_space(True)
        elif key == Qt.Key.Key_H and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            if not event.isAutoRepeat():
                self._canvas.set_peeking(True)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tools.active.finish()
        elif key == Qt.Key.Key_Backspace:
            self._tools.active.step_back()
        elif key == Qt.Key.Key_Escape:
            self._is_drawing = False
            self._tools.active.cancel()
        elif key in (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt):
            self._modifiers_changed(event, pressed=True)
        else:
            return False
        return True

    def key_release(self, event: QKeyEvent) -> bool:
        """Whether the key was one of the canvas."""
        if event.isAutoRepeat():
            return event.key() in (Qt.Key.Key_Space, Qt.Key.Key_H)
        if event.key() == Qt.Key.Key_Space:
            self._hold_space(False)
        elif event.key() == Qt.Key.Key_H:
            self._canvas.set_peeking(False)
        elif event.key() in (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt):
            self._modifiers_changed(event, pressed=False)
        else:
            return False
        return True

    def let_go_of_keys(self) -> None:
        """Nothing is held any more."""
        self._hold_space(False)
        self._canvas.set_peeking(False)

    # what the canvas shows

    def cursor_shape(self) -> Qt.CursorShape:
        """The system's pointer; none under a brush, whose outline is drawn."""
        if self._pan_from is not None:
            return Qt.CursorShape.ClosedHandCursor
        if self._space_held:
            return Qt.CursorShape.OpenHandCursor
        if self._canvas.viewport is None:
            return Qt.CursorShape.ArrowCursor
        if self._tools.active.id in ("brush", "eraser"):
            return Qt.CursorShape.BlankCursor
        return Qt.CursorShape.CrossCursor

    def current_color(self) -> Rgb:
        """Color of the class that is painted."""
        index = self._workbench.choices.current_class
        return self._workbench.active_label_map.color_of(index or 0)

    # steps

    @property
    def _is_panning(self) -> bool:
        return self._pan_from is not None

    def _begin(self, pointer: Pointer) -> None:
        if self._workbench.active_layer is not None:
            self._is_drawing = True
            self._tools.active.press(pointer)

    def _press_right(self, event: QMouseEvent) -> None:
        """On a shape in work as a click with Alt, which many window managers keep."""
        if self._tools.active.is_busy and not self._is_panning:
            keys = event.modifiers() | Qt.KeyboardModifier.AltModifier
            self._tools.active.press(self._pointer(event.position(), keys))

    def _follow(self, pointer: Pointer) -> None:
        if self._canvas.viewport is None:
            return
        if self._workbench.active_layer is not None:
            self._tools.active.move(pointer)
        self._canvas.pointer_moved.emit(pointer.point)

    def _end(self, pointer: Pointer) -> None:
        if self._is_drawing:
            self._is_drawing = False
            self._tools.active.release(pointer)

    def _pointer(
        self, position: QPointF, keys: Qt.KeyboardModifier, pressure: float = 1.0
    ) -> Pointer:
        viewport = self._canvas.viewport
        ratio = self._canvas.devicePixelRatioF()
        x, y = position.x() * ratio, position.y() * ratio
        if not self._is_drawing:  # a gesture goes on in the pane where it began
            self._pane_start = self._canvas.pane_start(x)
        x -= self._pane_start
        modifiers = Modifier.NONE
        for key, modifier in _MODIFIERS.items():
            if keys & key:
                modifiers |= modifier
        if viewport is None:
            return Pointer(Point(x, y), modifiers=modifiers, pressure=pressure)
        return Pointer(viewport.to_image(x, y), viewport.zoom, modifiers, pressure)

    def _modifiers_changed(self, event: QKeyEvent, *, pressed: bool) -> None:
        """Let the brush show at once that Ctrl erases."""
        if self._last is None or self._is_drawing:
            return
        keys = event.modifiers()
        if event.key() == Qt.Key.Key_Control:
            control = Qt.KeyboardModifier.ControlModifier
            keys = keys | control if pressed else keys & ~control
        self._follow(self._pointer(self._last, keys))

    def _hold_space(self, held: bool) -> None:
        if held != self._space_held:
            self._space_held = held
            self._canvas.update_cursor()

    def _shows_brush(self) -> bool:
        return isinstance(self._tools.active.overlay, BrushCursor)

    def _set_brush_size(self, size: int) -> None:
        self._workbench.choices.change_options(size=min(MAX_BRUSH, max(MIN_BRUSH, size)))
        self._canvas.refresh_overlay()

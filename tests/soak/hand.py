"""The hand of a user: mouse, wheel and keys on the canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from maskstudio.core.geometry import Point
from maskstudio.ui.canvas.canvas import Canvas

Place = tuple[int, int]
"""A place on the canvas, in its pixels."""

NO_KEYS = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


class Hand:
    """Sends events to a canvas and lets the event loop turn after each."""

    def __init__(self, canvas: Canvas, turn: Callable[[], None]) -> None:
        self._canvas = canvas
        self._turn = turn

    def press(
        self, place: Place, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT
    ) -> None:
        """A button goes down."""
        self._mouse(QEvent.Type.MouseButtonPress, place, button, button, keys)

    def move(
        self, place: Place, keys: Qt.KeyboardModifier = NO_KEYS, held: Qt.MouseButton = LEFT
    ) -> None:
        """The pointer moves."""
        self._mouse(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, held, keys)

    def release(
        self, place: Place, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT
    ) -> None:
        """A button goes up."""
        self._mouse(QEvent.Type.MouseButtonRelease, place, button, Qt.MouseButton.NoButton, keys)

    def click(self, place: Place, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Down and up."""
        self.press(place, keys)
        self.release(place, keys)

    def wheel(self, place: Place, notches: int, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Turn the wheel."""
        at = QPointF(*place)
        event = QWheelEvent(
            at,
            self._canvas.mapToGlobal(at),
            QPoint(0, 0),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self._canvas, event)
        self._turn()

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Strike a key."""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(self._canvas, QKeyEvent(kind, key, keys))
        self._turn()

    def image_point(self, place: Place, pane_of: Place) -> Point:
        """Where a place lies in the picture, for a gesture that began at another one."""
        viewport, ratio = self._canvas.viewport, self._canvas.devicePixelRatioF()
        assert viewport is not None
        start = self._canvas.pane_start(pane_of[0] * ratio)
        return viewport.to_image(place[0] * ratio - start, place[1] * ratio)

    def _mouse(
        self,
        kind: QEvent.Type,
        place: Place,
        button: Qt.MouseButton,
        held: Qt.MouseButton,
        keys: Qt.KeyboardModifier,
    ) -> None:
        at = QPointF(*place)
        event = QMouseEvent(kind, at, self._canvas.mapToGlobal(at), button, held, keys)
        QApplication.sendEvent(self._canvas, event)
        self._turn()

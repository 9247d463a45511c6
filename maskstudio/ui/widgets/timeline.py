"""A line with a tick for every moment of a film, and a handle at the one that is shown."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import RADIUS_SMALL

from .painting import focus_ring, rounded

HEIGHT = 22
_SIDE = 8
"""Room at both ends, so that a handle there is whole."""

_LINE, _TICK, _HANDLE = 2.0, QSize(1, 8), QSize(6, 16)


class Timeline(QWidget):
    """Times in milliseconds, ascending; one of them is current.

    Signals:
        chosen(position): the user wants to go to the time at this position.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Have no times yet."""
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setMinimumWidth(80)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._times: tuple[float, ...] = ()
        self._current = 0
        self._columns: list[int] = []

    @property
    def current(self) -> int:
        """Position of the current time."""
        return self._current

    def set_times(self, times: Sequence[float], current: int) -> None:
        """Show these times."""
        if tuple(times) != self._times:
            self._times = tuple(times)
            self._columns = []
        self._current = current
        self.update()

    def column_of(self, position: int) -> float:
        """Where the tick of a time is, from the left end of the widget."""
        first, last = self._times[0], self._times[-1]
        share = (self._times[position] - first) / (last - first) if last > first else 0.5
        return _SIDE + share * (self.width() - 2 * _SIDE)

    def position_at(self, x: float) -> int:
        """Position of the time whose tick is nearest."""
        first, last = self._times[0], self._times[-1]
        share = (x - _SIDE) / max(1, self.width() - 2 * _SIDE)
        wanted = first + min(max(share, 0.0), 1.0) * (last - first)
        after = min(bisect_left(self._times, wanted), len(self._times) - 1)
        before = max(after - 1, 0)
        is_nearer = wanted - self._times[before] < self._times[after] - wanted
        return before if is_nearer else after

    def time_words(self, position: int) -> str:
        """A time as people read it."""
        return clock_words(self._times[position])

    # events of Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw line, ticks and handle."""
        if not self._times:
            return
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        width = self.width() - 2 * _SIDE
        line = QRectF(_SIDE, middle - _LINE / 2, width, _LINE)
        painter.fillPath(rounded(line, _LINE / 2), theme.track)
        if not self._columns:
            self._columns = sorted({round(self.column_of(n)) for n in range(len(self._times))})
        for column in self._columns:
            top = middle - _TICK.height() / 2
            painter.fillRect(QRectF(column, top, _TICK.width(), _TICK.height()), theme.line_strong)
        corner = QPointF(self.column_of(self._current), middle)
        corner -= QPointF(_HANDLE.width() / 2, _HANDLE.height() / 2)
        handle = QRectF(corner.x(), corner.y(), _HANDLE.width(), _HANDLE.height())
        painter.fillPath(rounded(handle, RADIUS_SMALL), theme.accent)
        focus_ring(painter, self, QRectF(self.rect()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the ticks anew."""
        self._columns = []
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the nearest time."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._choose_at(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along while the button is held; else tell the time under the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose_at(event)
        elif self._times:
            words = self.time_words(self.position_at(event.position().x()))
            QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End go from time to time."""
        last = len(self._times) - 1
        goals = {
            Qt.Key.Key_Left: self._current - 1,
            Qt.Key.Key_Right: self._current + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        goal = goals.get(Qt.Key(event.key()))
        if goal is None:
            super().keyPressEvent(event)
        elif 0 <= goal <= last:
            self._choose(goal)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        super().changeEvent(event)
        self.update()

    def _choose_at(self, event: QMouseEvent) -> None:
        if self._times:
            self._choose(self.position_at(event.position().x()))

    def _choose(self, position: int) -> None:
        if position != self._current:
            self._current = position
            self.update()
            self.chosen.emit(position)


def clock_words(milliseconds: float) -> str:
    """Minutes, seconds and milliseconds: `2:05.040`."""
    whole = int(abs(milliseconds))
    sign = "-" if milliseconds < 0 else ""
    return f"{sign}{whole // 60_000}:{whole // 1000 % 60:02}.{whole % 1000:03}"

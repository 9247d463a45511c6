"""The divider of the swipe view: a line that lets the pointer through, and a handle that moves it.

The handle alone can be dragged, so that tools reach the pixels at both sides of the line.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QWidget

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import FOCUS_WIDTH, RADIUS
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.tokens import faded
from maskstudio.ui.view_choices import LEAST_DIVIDER, MOST_DIVIDER, ViewChoices
from maskstudio.ui.widgets.painting import box, ring

_LINE, _CASING = 2, 1
_HANDLE_WIDTH, _HANDLE_HEIGHT = 24, 44
_SIGN = 10
_STEPS = 10_000
_WHITE, _BLACK = QColor(255, 255, 255), QColor(0, 0, 0)


class DividerLine(QWidget):
    """White on a black casing, so that it is seen on any ground."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def place_at(self, x: int, height: int) -> None:
        """Stand between two columns of the canvas."""
        width = _LINE + 2 * _CASING
        self.setGeometry(x - width // 2, 0, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), faded(_BLACK, 0.6))
        painter.fillRect(self.rect().adjusted(_CASING, 0, -_CASING, 0), _WHITE)


class DividerHandle(QAbstractSlider):
    """Dragged with the pointer; arrows, page keys, Home and End move it too."""

    def __init__(self, choices: ViewChoices, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setObjectName("divider")
        self.setAccessibleName(self.tr("Divider between prediction and ground truth"))
        self.setToolTip(self.tr("Drag, or move with the arrow keys"))
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(round(LEAST_DIVIDER * _STEPS), round(MOST_DIVIDER * _STEPS))
        self.setSingleStep(_STEPS // 100)
        self.setPageStep(_STEPS // 10)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.resize(_HANDLE_WIDTH, _HANDLE_HEIGHT)
        self._choices = choices
        self._held_at: float | None = None
        self.valueChanged.connect(self._choose)
        choices.divider_changed.connect(self._show)
        self._show()
        self.hide()

    def place_at(self, x: int, height: int) -> None:
        """Stand on the line, in the middle of its length."""
        self.move(x - _HANDLE_WIDTH // 2, (height - _HANDLE_HEIGHT) // 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held_at = event.position().x() - self.width() / 2
            self.setSliderDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        canvas = self.parentWidget()
        if self._held_at is not None and canvas is not None:
            x = self.mapToParent(event.position()).x() - self._held_at
            self._choices.set_divider(x / max(1, canvas.width()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held_at = None
        self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        is_lifted = self.underMouse() or self.isSliderDown()
        box(painter, area, fill=theme.pressed if is_lifted else theme.raised, edge=theme.track)
        for sign, shift in ((Icon.PREVIOUS, -0.25), (Icon.NEXT, 0.25)):
            square = QRectF(0, 0, _SIGN, _SIGN)
            square.moveCenter(area.center() + QPointF(shift * area.width(), 0))
            paint_icon(painter, square, sign, theme.text)
        if self.hasFocus():
            ring(painter, area, theme.focus, width=FOCUS_WIDTH, radius=RADIUS)

    def _choose(self, value: int) -> None:
        self._choices.set_divider(value / _STEPS)

    def _show(self) -> None:
        with QSignalBlocker(self):
            self.setValue(round(self._choices.divider * _STEPS))

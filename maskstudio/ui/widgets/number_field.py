"""A number with its name, in one field that can be dragged, turned with the wheel and typed in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QApplication, QSizePolicy, QWidget

from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import FOCUS_WIDTH, RADIUS

from .number_editor import NumberEditor
from .number_scale import NumberScale
from .painting import box, ring, rounded

_PADDING = 10
_LEAST_WIDTH = 132
_NOTCH = 120
"""Angle of one step of a common wheel, in eighths of a degree."""
_FINE = 0.1
"""Share of the way that counts while Shift is held."""


class NumberField(QAbstractSlider):
    """Name at the left, value at the right; the fill shows the place in the range.

    Dragging scrubs (Shift: finely), a click or Enter types, wheel and arrow keys step. It does not
    take the focus from the canvas when it is dragged. A screen reader meets a slider.

    Signals:
        value_changed(float): the user chose another number; `set_number` is silent.
    """

    value_changed = Signal(float)

    def __init__(
        self,
        name: str,
        scale: NumberScale,
        *,
        parent: QWidget | None = None,
    ) -> None:
        """Make it with the lowest number."""
        super().__init__(parent)
        self._name = name
        self._scale = scale
        self._drag_from: float | None = None
        self._drag_start = self._drag_value = 0.0
        self._is_scrubbing = False
        self._wheel_rest = 0
        self._editor = NumberEditor(name, scale, self)
        self._editor.committed.connect(self._move_to)
        self._editor.ended.connect(self.update)
        self._editor.validity_changed.connect(self.update)
        self.setAccessibleName(name)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.set_scale(scale)
        self.setPageStep(10)
        self.valueChanged.connect(self._on_value_changed)

    def number(self) -> float:
        """The number shown."""
        return self._scale.number(self.value())

    def set_number(self, number: float) -> None:
        """Show a number, moved into the range, without a signal."""
        with QSignalBlocker(self):
            self.setValue(self._scale.steps(number))

    def set_scale(self, scale: NumberScale) -> None:
        """Change the range; the number moves into it without a signal. Decimals cannot change."""
        self._scale = scale
        with QSignalBlocker(self):
            self.setRange(scale.steps(scale.lowest), scale.steps(scale.highest))
        self._editor.set_scale(scale)
        self.updateGeometry()

    @property
    def text(self) -> str:
        """The number with its unit, as it is shown."""
        return self._scale.with_unit(self.number())

    @property
    def is_wrong(self) -> bool:
        """Whether what is being typed is no number of the range."""
        return self._editor.is_open and not self._editor.is_valid

    def begin_typing(self) -> None:
        """Open the field for typing, all of the number selected."""
        self._editor.open(self.number())
        self.update()

    # ---- painting

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        longest = self._scale.with_unit(self._scale.highest)
        words = metrics.horizontalAdvance(self._name) + metrics.horizontalAdvance(longest)
        return QSize(max(_LEAST_WIDTH, words + 2 * _PADDING + 16), current_density().control)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width() - 16, current_density().control)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        box(painter, area, fill=theme.field if self.isEnabled() else theme.panel, edge=theme.line)
        if not self._editor.is_open:
            self._paint_fill(painter, area)
        self._paint_words(painter, area.adjusted(_PADDING, 0, -_PADDING, 0))
        self._paint_edge(painter, area)

    def _paint_fill(self, painter: QPainter, area: QRectF) -> None:
        theme = current_theme()
        inner = area.adjusted(1, 1, -1, -1)
        end = inner.left() + inner.width() * self._scale.place(self.number())
        painter.save()
        painter.setClipPath(rounded(inner, RADIUS - 1))
        filled = QRectF(inner.left(), inner.top(), round(end - inner.left()), inner.height())
        painter.fillRect(filled, theme.select if self.isEnabled() else theme.select_off)
        if self.isEnabled():
            painter.fillRect(
                QRectF(filled.right() - 1, inner.top(), 2, inner.height()), theme.accent
            )
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        theme = current_theme()
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.error if self.is_wrong else self._ink(theme.text2))
        painter.drawText(area, left | middle, self._scale.allowed if self.is_wrong else self._name)
        if not self._editor.is_open:
            painter.setPen(self._ink(theme.text))
            painter.drawText(area, right | middle, self.text)

    def _paint_edge(self, painter: QPainter, area: QRectF) -> None:
        theme = current_theme()
        if self.is_wrong:
            ring(painter, area, theme.error, width=FOCUS_WIDTH)
        elif self.hasFocus() or self._editor.is_open:
            ring(painter, area, theme.focus, width=FOCUS_WIDTH)
        elif self.underMouse() and self.isEnabled():
            ring(painter, area, theme.line_strong, width=1)

    def _ink(self, color: QColor) -> QColor:
        return color if self.isEnabled() else current_theme().disabled

    # ---- mouse, wheel and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag_from = event.position().x()
            self._drag_value = self.number()
            self._drag_start = self._scale.place(self.number())
            self._is_scrubbing = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is None:
            return
        way = event.position().x() - self._drag_from
        if abs(way) >= QApplication.startDragDistance():
            self._is_scrubbing = True
        if self._is_scrubbing:
            fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            share = way / self.width() * (_FINE if fine else 1.0)
            self._move_to(self._scale.number_at(self._drag_start + share))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_pressed, self._drag_from = self._drag_from is not None, None
        if was_pressed and not self._is_scrubbing:
            self.begin_typing()
        self._is_scrubbing = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One step a notch, ten with Ctrl; finer wheels are added up."""
        delta = event.angleDelta()
        self._wheel_rest += delta.y() or delta.x()
        notches = int(self._wheel_rest / _NOTCH)
        self._wheel_rest -= notches * _NOTCH
        fast = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        self.setValue(self.value() + notches * (self.pageStep() if fast else self.singleStep()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_scrubbing:
            self._drag_from, self._is_scrubbing = None, False
            self._move_to(self._drag_value)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.begin_typing()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        name = max(
            self.fontMetrics().horizontalAdvance(t) for t in (self._name, self._scale.allowed)
        )
        left = min(_PADDING + name + 4, self.width() * 2 // 3)
        self._editor.setGeometry(left, 2, self.width() - left - _PADDING + 2, self.height() - 4)

    def _move_to(self, number: float) -> None:
        """Take a number the user chose."""
        self.setValue(self._scale.steps(number))

    def _on_value_changed(self) -> None:
        self.value_changed.emit(self.number())

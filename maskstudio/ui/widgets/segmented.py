"""A choice of two to four that exclude each other, side by side in one field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import ICON_BAR, RADIUS_ITEM
from maskstudio.ui.theme.icons import Icon, paint_icon

from .painting import box, focus_ring, rounded

_MARGIN = 2
_PADDING = 12
_ICON_PADDING = 5
_GAP = 6
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}


@dataclass(frozen=True)
class Choice:
    """One segment: the value it stands for, its words, and its icon if it has one."""

    value: str
    text: str
    icon: Icon | None = None
    tooltip: str = ""


class Segmented(QWidget):
    """Shows all choices at once; a screen reader meets a group of radio buttons.

    Signals:
        choice_changed(str): the user chose another value; `set_value` is silent.
    """

    choice_changed = Signal(str)

    def __init__(
        self, name: str, choices: Sequence[Choice], *, parent: QWidget | None = None
    ) -> None:
        """Make it with the first choice chosen.

        Args:
            name: what is chosen, for screen readers.
        """
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        layout.setSpacing(0)
        self._segments: dict[str, _Segment] = {}
        for choice in choices:
            segment = _Segment(choice, self)
            segment.toggled.connect(self._on_toggled)
            segment.stepped.connect(self._choose_neighbour)
            layout.addWidget(segment)
            self._segments[choice.value] = segment
        self.set_value(choices[0].value)

    def value(self) -> str:
        """The chosen value."""
        return next(value for value, segment in self._segments.items() if segment.isChecked())

    def set_value(self, value: str) -> None:
        """Choose without a signal. Raises KeyError for a value that is no choice."""
        segment = self._segments[value]
        with QSignalBlocker(segment):
            segment.setChecked(True)

    def segment(self, value: str) -> QRadioButton:
        """The button of a value, to disable it or give it a tooltip."""
        return self._segments[value]

    def set_icons_only(self, icons_only: bool) -> None:
        """Leave the words out where there is an icon; tooltips and screen readers keep them."""
        for segment in self._segments.values():
            segment.set_icon_only(icons_only)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box(painter, QRectF(self.rect()), fill=theme.field, edge=theme.line)

    def _on_toggled(self, checked: bool) -> None:
        if checked:
            self.choice_changed.emit(self.value())

    def _choose_neighbour(self, step: int) -> None:
        """Choose and focus the next choice that can be chosen; the ends do not wrap."""
        able = [s for s in self._segments.values() if s.isEnabled()]
        place = able.index(self._segments[self.value()]) + step
        if 0 <= place < len(able):
            able[place].setFocus(Qt.FocusReason.TabFocusReason)
            able[place].setChecked(True)


class _Segment(QRadioButton):
    """One choice; arrow keys ask for its neighbour."""

    stepped = Signal(int)

    def __init__(self, choice: Choice, parent: Segmented) -> None:
        super().__init__(choice.text, parent)
        self._icon = choice.icon
        self._icon_only = False
        self.setObjectName(choice.value)
        self.setToolTip(choice.tooltip or choice.text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_icon_only(self, icon_only: bool) -> None:
        self._icon_only = icon_only and self._icon is not None
        self.updateGeometry()
        self.update()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def sizeHint(self) -> QSize:
        height = current_density().control - 2 * _MARGIN
        if self._icon_only:
            return QSize(ICON_BAR + 2 * _ICON_PADDING, height)
        icon = ICON_BAR + _GAP if self._icon else 0
        return QSize(
            icon + self.fontMetrics().horizontalAdvance(self.text()) + 2 * _PADDING, height
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        ground = self._ground()
        if ground:
            painter.fillPath(rounded(area, RADIUS_ITEM), ground)
        self._paint_content(painter, area)
        focus_ring(painter, self, area, radius=RADIUS_ITEM)

    def _ground(self) -> QColor | None:
        theme = current_theme()
        if self.isChecked():
            return theme.chosen_segment if self.isEnabled() else theme.select_off
        return theme.hover if self.isEnabled() and self.underMouse() else None

    def _paint_content(self, painter: QPainter, area: QRectF) -> None:
        theme = current_theme()
        ink = theme.text if self.isChecked() or self.underMouse() else theme.text2
        ink = ink if self.isEnabled() else theme.disabled
        square = QRectF(0, 0, ICON_BAR, ICON_BAR)
        if self._icon_only and self._icon:
            chosen = self.isChecked() and self.isEnabled() and not theme.is_dark
            square.moveCenter(area.center())
            paint_icon(painter, square, self._icon, theme.accent if chosen else ink)
            return
        words = area.adjusted(_PADDING, 0, -_PADDING, 0)
        if self._icon:
            square.moveCenter(QPointF(words.left() + ICON_BAR / 2, area.center().y()))
            paint_icon(painter, square, self._icon, ink)
            words.setLeft(square.right() + _GAP)
        painter.setPen(ink)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())

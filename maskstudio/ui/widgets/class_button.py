"""What a tool paints with: a class with swatch, index and name; a click opens the classes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from maskstudio.core.arrays import Rgb
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import ICON_BAR, SPACING, SWATCH
from maskstudio.ui.theme.icons import Icon, paint_icon

from .painting import box, focus_ring
from .swatch import paint_swatch

_WIDTH = 178
_CARET = 12


class ClassButton(QPushButton):
    """Shows one class; a screen reader reads "Class 8 Car"."""

    def __init__(
        self, name: str = "Class", *, nothing: str = "No class", parent: QWidget | None = None
    ) -> None:
        """Make it without a class.

        Args:
            name: what the class is for, for screen readers.
            nothing: what it says without a class.
        """
        super().__init__(parent)
        self._name = name
        self._nothing = nothing
        self._index: int | None = None
        self._class_name = ""
        self._rgb: Rgb = (0, 0, 0)
        self._hatched = False
        self._layer_words = ""
        self._popup: QWidget | None = None
        self.setObjectName("class_button")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self.open_popup)
        self._describe()

    def set_class(self, index: int, class_name: str, rgb: Rgb, *, hatched: bool = False) -> None:
        """Show a class; hatched where it is undecided or unknown."""
        self._index, self._class_name, self._layer_words = index, class_name, ""
        self._rgb, self._hatched = rgb, hatched
        self._describe()

    def clear_class(self) -> None:
        """Show that there is no class to choose."""
        self._index, self._class_name, self._layer_words = None, "", ""
        self._describe()

    def set_layer(self, words: str) -> None:
        """Show that another layer takes the place of a class."""
        self._index, self._class_name, self._layer_words = None, "", words
        self._describe()

    def set_popup(self, popup: QWidget) -> None:
        """Let a click open this menu, or widget of window type Popup, below the button."""
        self._popup = popup

    def open_popup(self) -> None:
        """Open the list of classes, as a click does."""
        below = self.mapToGlobal(QPoint(0, self.height() + 2))
        if isinstance(self._popup, QMenu):
            self._popup.popup(below)
        elif self._popup:
            self._popup.move(below)
            self._popup.show()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, current_density().control)

    def minimumSizeHint(self) -> QSize:
        return QSize(_WIDTH * 2 // 3, current_density().control)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        box(painter, area, fill=self._ground(), edge=theme.line)
        content = area.adjusted(SPACING, 0, -SPACING, 0)
        caret = QRectF(0, 0, _CARET, _CARET)
        caret.moveCenter(QPointF(content.right() - _CARET / 2, area.center().y()))
        paint_icon(painter, caret, Icon.CARET_DOWN, self._ink(theme.text2))
        self._paint_class(painter, content.adjusted(0, 0, -_CARET - 4, 0))
        focus_ring(painter, self, area)

    def _paint_class(self, painter: QPainter, area: QRectF) -> None:
        theme = current_theme()
        if self._layer_words:
            self._paint_layer(painter, area)
            return
        if self._index is None:
            painter.setPen(self._ink(theme.text3))
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self._nothing)
            return
        square = QRectF(area.left(), area.center().y() - SWATCH / 2, SWATCH, SWATCH)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        paint_swatch(painter, square, self._rgb, theme, hatched=self._hatched)
        painter.setOpacity(1.0)
        metrics = self.fontMetrics()
        digits = max(metrics.horizontalAdvance("00"), metrics.horizontalAdvance(str(self._index)))
        number = QRectF(square.right() + SPACING, area.top(), digits, area.height())
        painter.setPen(self._ink(theme.text3))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(number, right, str(self._index))
        words = area.adjusted(number.right() + SPACING - area.left(), 0, 0, 0)
        painter.setPen(self._ink(theme.text))
        shown = metrics.elidedText(
            self._class_name, Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_layer(self, painter: QPainter, area: QRectF) -> None:
        place = QRectF(area.left() - 1, area.center().y() - ICON_BAR / 2, ICON_BAR, ICON_BAR)
        paint_icon(painter, place, Icon.LAYERS, self._ink(current_theme().accent))
        words = area.adjusted(ICON_BAR + SPACING - 1, 0, 0, 0)
        painter.setPen(self._ink(current_theme().text))
        shown = self.fontMetrics().elidedText(
            self._layer_words, Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)

    def _ground(self) -> QColor:
        theme = current_theme()
        if not self.isEnabled():
            return theme.panel
        if self.isDown():
            return theme.pressed
        hover = theme.pressed if theme.is_dark else theme.hover
        return hover if self.underMouse() else theme.raised

    def _ink(self, color: QColor) -> QColor:
        return color if self.isEnabled() else current_theme().disabled

    def _describe(self) -> None:
        if self._layer_words:
            self.setAccessibleName(
                self.tr("Paints with {layer_words}").format(layer_words=self._layer_words)
            )
            self.setToolTip(
                self.tr("Paints with {layer_words}\nChoosing a class paints that again").format(
                    layer_words=self._layer_words
                )
            )
        else:
            described = "none" if self._index is None else f"{self._index} {self._class_name}"
            self.setAccessibleName(f"{self._name} {described}")
            self.setToolTip(described if self._index is not None else "")
        self.update()

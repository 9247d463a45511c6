"""The name of a layer over the pane that shows it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import RADIUS_ITEM, SPACING
from maskstudio.ui.theme.tokens import faded
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.painting import rounded

_HEIGHT = 20
_GROUND_OPACITY = 0.86


class Caption(QWidget):
    """As wide as its text; lets everything through to the canvas below."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setObjectName("caption")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = ""
        self.hide()

    def text(self) -> str:
        """The key it shows."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another key."""
        self._text = text
        self.setAccessibleName(text)
        self.setFont(font(Type.SMALL))
        self.resize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + 2 * SPACING, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        painter.fillPath(rounded(area, RADIUS_ITEM), faded(theme.panel, _GROUND_OPACITY))
        painter.setPen(theme.text)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._text)

"""The foot of a panel: a line, words at the left and at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import PADDING_LEFT, PADDING_RIGHT, SPACING
from maskstudio.ui.theme.typography import Type, font

from .elided_label import ElidedLabel


class Foot(QWidget):
    """Sums up the list above it."""

    def __init__(self) -> None:
        super().__init__()
        self.left = ElidedLabel(color="text3")
        self.right = ElidedLabel(color="text3")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING_LEFT, 1, PADDING_RIGHT, 0)
        row.setSpacing(SPACING)
        row.addWidget(self.left)
        row.addStretch(1)
        row.addWidget(self.right)
        self._choose_fonts()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), current_density().control)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(QRectF(self.rect()), theme.panel)
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.line)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._choose_fonts()

    def _choose_fonts(self) -> None:
        self.left.setFont(font(Type.CAPTION))
        self.right.setFont(font(Type.CAPTION))

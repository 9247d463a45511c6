"""A word or a figure on the ground of its state."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import RADIUS_SMALL
from maskstudio.ui.theme.tokens import Theme
from maskstudio.ui.theme.typography import Type, font

from .painting import rounded

_PADDING = 8


class Tone(StrEnum):
    """What a badge speaks of; its ground and its words have a token each."""

    OK = "ok"
    WARNING = "warn"
    ERROR = "error"
    INFO = "info"


def badge_size(text: str) -> QSize:
    """Room that a badge with this text takes."""
    metrics = QFontMetricsF(font(Type.CAPTION))
    return QSize(round(metrics.horizontalAdvance(text)) + 2 * _PADDING, round(metrics.height()) + 4)


def paint_badge(painter: QPainter, rect: QRectF, text: str, tone: Tone, theme: Theme) -> None:
    """Paint a badge that fills the rectangle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(rounded(rect, RADIUS_SMALL), theme.color(f"{tone}_bg"))
    painter.setFont(font(Type.CAPTION))
    painter.setPen(theme.color(tone))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class Badge(QLabel):
    """A badge as a widget; a screen reader meets a label."""

    def __init__(self, text: str, tone: Tone, *, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_badge(self, text: str, tone: Tone) -> None:
        """Say something else."""
        self._tone = tone
        self.setText(text)
        self.update()

    def sizeHint(self) -> QSize:
        return badge_size(self.text())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_badge(painter, QRectF(self.rect()), self.text(), self._tone, current_theme())

"""A filter that is in force, as a small button that takes it away."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import RADIUS_SMALL
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font

from .painting import focus_ring, rounded

_HEIGHT, _CROSS = 22, 10
_PADDING, _GAP = 8, 4


class Chip(QPushButton):
    """Shows words and a cross; gives way by eliding."""

    def __init__(self, words: str, name: str) -> None:
        """Make it.

        Args:
            name: object name.
        """
        super().__init__(words)
        self.setObjectName(name)
        self.setAccessibleName(self.tr("Remove filter: {words}").format(words=words))
        self.setToolTip(self.tr("{words}\nClick to remove this filter").format(words=words))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = QFontMetricsF(font(Type.CAPTION)).horizontalAdvance(self.text())
        return QSize(round(words) + 2 * _PADDING + _GAP + _CROSS, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(48, self.sizeHint().width()), _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        painter.fillPath(rounded(area, RADIUS_SMALL), theme.select)
        ink = theme.text if self.underMouse() else theme.text2
        cross = QRectF(0, 0, _CROSS, _CROSS)
        cross.moveCenter(QPointF(area.right() - _PADDING - _CROSS / 2, area.center().y()))
        paint_icon(painter, cross, Icon.CLOSE, ink)
        painter.setFont(font(Type.CAPTION))
        painter.setPen(ink)
        words = area.adjusted(_PADDING, 0, -(_PADDING + _CROSS + _GAP), 0)
        shown = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, int(words.width()) + 1
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        focus_ring(painter, self, area, radius=RADIUS_SMALL)

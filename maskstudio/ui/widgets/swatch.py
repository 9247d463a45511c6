"""The color of a class as a small square, painted the same way in lists, buttons and menus."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from maskstudio.core.arrays import Rgb
from maskstudio.ui.theme.density import RADIUS_SMALL
from maskstudio.ui.theme.tokens import Theme

from .painting import ring, rounded

_HATCH_SHADE = QColor(0, 0, 0, 89)
_HATCH_LINE = QColor(255, 255, 255, 140)
_HATCH_PERIOD = 5.0


def paint_swatch(
    painter: QPainter, rect: QRectF, rgb: Rgb, theme: Theme, *, hatched: bool = False
) -> None:
    """Paint a class color with an edge that shows on any ground.

    Args:
        rect: where, usually `density.SWATCH` wide and high.
        hatched: the class is undecided or unknown, and is hatched on the picture as well.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(rounded(rect, RADIUS_SMALL), QColor(*rgb))
    if hatched:
        _hatch(painter, rect)
    ring(painter, rect, theme.swatch_edge, width=1, radius=RADIUS_SMALL)
    painter.restore()


def _hatch(painter: QPainter, rect: QRectF) -> None:
    """Darken, then draw rising lines."""
    painter.save()
    painter.setClipPath(rounded(rect, RADIUS_SMALL))
    painter.fillRect(rect, _HATCH_SHADE)
    painter.setPen(QPen(_HATCH_LINE, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    height = rect.height()
    start = rect.left() - height
    while start < rect.right():
        start += _HATCH_PERIOD
        painter.drawLine(QPointF(start, rect.bottom()), QPointF(start + height, rect.top()))
    painter.restore()

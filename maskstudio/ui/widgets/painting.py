"""Boxes, rings and edges. Edges are filled areas, so they stay crisp at 1.25 and 1.5 too."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath
from PySide6.QtWidgets import QWidget

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import FOCUS_WIDTH, RADIUS


def box(
    painter: QPainter, rect: QRectF, *, fill: QColor, edge: QColor, radius: float = RADIUS
) -> None:
    """Fill a rounded box and draw its edge of one pixel, inside the rectangle."""
    painter.fillPath(rounded(rect, radius), fill)
    ring(painter, rect, edge, width=1, radius=radius)


def ring(
    painter: QPainter, rect: QRectF, color: QColor, *, width: float, radius: float = RADIUS
) -> None:
    """Draw a rounded edge of this width, inside the rectangle."""
    inner = rect.adjusted(width, width, -width, -width)
    path = rounded(rect, radius)
    path.addRoundedRect(inner, max(0.0, radius - width), max(0.0, radius - width))
    painter.fillPath(path, color)


def focus_ring(painter: QPainter, widget: QWidget, rect: QRectF, *, radius: float = RADIUS) -> None:
    """Draw the focus ring inside the rectangle, if the widget has the focus."""
    if widget.hasFocus():
        ring(painter, rect, current_theme().focus, width=FOCUS_WIDTH, radius=radius)


def rounded(rect: QRectF, radius: float) -> QPainterPath:
    """Outline of a rounded rectangle."""
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path

"""Four corner brackets around a region that was found on the picture."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from maskstudio.core.geometry import Point, Rect
from maskstudio.render.viewport import Viewport

OUTSIDE = 7
"""Device-independent pixels between the box and the brackets."""

_ARM = 10
_LINES = ((QColor(0, 0, 0), 4.0), (QColor(255, 255, 255), 2.0))


def paint_brackets(painter: QPainter, rect: Rect, viewport: Viewport, ratio: float) -> None:
    """Draw them.

    Args:
        painter: in device pixels of the view.
        rect: in image pixels.
        ratio: device pixels to a logical one.
    """
    (left, top), (right, bottom) = (viewport.to_view(Point(x, y)) for x, y in _ends(rect))
    out = OUTSIDE * ratio
    box = QRectF(QPointF(left - out, top - out), QPointF(right + out, bottom + out))
    arm = min(_ARM * ratio, box.width() / 3, box.height() / 3)
    for color, width in _LINES:
        pen = QPen(color, width * ratio)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        for corner, across, down in (
            (box.topLeft(), arm, arm),
            (box.topRight(), -arm, arm),
            (box.bottomLeft(), arm, -arm),
            (box.bottomRight(), -arm, -arm),
        ):
            ends = (corner + QPointF(across, 0), corner, corner + QPointF(0, down))
            painter.drawPolyline(ends)


def _ends(rect: Rect) -> tuple[tuple[int, int], tuple[int, int]]:
    return (rect.x0, rect.y0), (rect.x1, rect.y1)

"""Outlines that a sample has beside its masks: thin, dashed, and never edited."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from maskstudio.core.document import Ring
from maskstudio.core.geometry import Point
from maskstudio.render.viewport import Viewport

_CASING = QColor(0, 0, 0, 150)
_LINE = QColor(255, 255, 255, 220)
_DASHES = [4.0, 3.0]

_MOST_POINTS = 20_000
"""With more corners than this in all some are left out: nobody would tell them apart."""


def paint_outlines(painter: QPainter, rings: tuple[Ring, ...], viewport: Viewport) -> None:
    """Draw closed outlines over the picture.

    Args:
        painter: in device pixels of the view.
    """
    if not rings:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    dashed = QPen(_LINE, 1.0)
    dashed.setDashPattern(_DASHES)
    for outline in _on_screen(rings, viewport):
        for pen in (QPen(_CASING, 2.2), dashed):
            painter.setPen(pen)
            painter.drawPolygon(outline)
    painter.restore()


@lru_cache(maxsize=2)
def _on_screen(rings: tuple[Ring, ...], viewport: Viewport) -> tuple[QPolygonF, ...]:
    """Those outlines that are seen, in device pixels; kept, for every move of a brush asks."""
    step = 1 + sum(map(len, rings)) // _MOST_POINTS
    seen = QRectF(0, 0, *viewport.view_size)
    outlines = (
        QPolygonF([QPointF(*viewport.to_view(Point(*corner))) for corner in ring[::step]])
        for ring in rings
    )
    # A level line has no height, and its width on the screen comes on top.
    return tuple(o for o in outlines if o.boundingRect().adjusted(-2, -2, 2, 2).intersects(seen))

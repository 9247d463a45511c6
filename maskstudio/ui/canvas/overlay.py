"""What tools show over the picture: the outline of the brush, a polygon in work.

Everything is drawn in device pixels of the view; see `visual.md` for the numbers.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygon, QPolygonF

from maskstudio.core.arrays import Rgb
from maskstudio.core.geometry import Point, Rect
from maskstudio.raster.brush import Tip, tip_contour, tip_origin
from maskstudio.render.viewport import Viewport
from maskstudio.tools.base import BrushCursor, Overlay, ShapeInWork
from maskstudio.ui.theme.current import current_theme

TRUE_CONTOUR_FROM_ZOOM = 3.0
_BRUSH_CASING = QColor(0, 0, 0, 191)
_SHAPE_CASING = QColor(0, 0, 0)
_WHITE = QColor(255, 255, 255)
_BRUSH_LINES = ((_BRUSH_CASING, 3.0), (_WHITE, 1.2))
_MARGIN = 12


def overlay_rect(overlay: Overlay, viewport: Viewport) -> Rect:
    """Device pixels of the view that an overlay may touch; empty for none."""
    if overlay is None:
        return Rect(0, 0, 0, 0)
    if isinstance(overlay, BrushCursor):
        half = overlay.diameter * viewport.zoom / 2 + viewport.zoom + _MARGIN
        x, y = viewport.to_view(overlay.point)
        return Rect.around([Point(x, y)], half)
    points = [Point(*viewport.to_view(p)) for p in _path(overlay)]
    return Rect.around(points, _MARGIN) if points else Rect(0, 0, 0, 0)


def paint_overlay(painter: QPainter, overlay: Overlay, viewport: Viewport, color: Rgb) -> None:
    """Draw what a tool shows.

    Args:
        painter: in device pixels of the view.
        color: of the class that a shape will be filled with.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if isinstance(overlay, BrushCursor):
        _paint_brush(painter, overlay, viewport)
    elif isinstance(overlay, ShapeInWork):
        _paint_shape(painter, overlay, viewport, color)


def _paint_brush(painter: QPainter, cursor: BrushCursor, viewport: Viewport) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if viewport.zoom >= TRUE_CONTOUR_FROM_ZOOM:
        _paint_contour(painter, cursor, viewport)
    else:
        _paint_smooth_outline(painter, cursor, viewport)
    x, y = viewport.to_view(cursor.point)
    for color, width in _BRUSH_LINES:
        painter.setPen(QPen(color, width))
        painter.drawLine(QPointF(x - 3.5, y), QPointF(x + 3.5, y))
        painter.drawLine(QPointF(x, y - 3.5), QPointF(x, y + 3.5))


def _paint_smooth_outline(painter: QPainter, cursor: BrushCursor, viewport: Viewport) -> None:
    left, top = viewport.to_view(Point(*tip_origin(cursor.point, cursor.diameter)))
    side = cursor.diameter * viewport.zoom
    for color, width in _BRUSH_LINES:
        painter.setPen(_outline_pen(color, width, cursor))
        if cursor.tip is Tip.ROUND:
            painter.drawEllipse(QRectF(left, top, side, side))
        else:
            painter.drawRect(QRectF(left, top, side, side))


def _paint_contour(painter: QPainter, cursor: BrushCursor, viewport: Viewport) -> None:
    """The true outline: upright and level lines on whole device pixels."""
    corners = _contour_on_screen(cursor, viewport)
    left, top = corners[0].tolist()
    line, casing = _contour_shapes((corners - corners[0]).tobytes())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.translate(left, top)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_BRUSH_CASING)
    painter.drawRects(casing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_outline_pen(_WHITE, 1, cursor))
    painter.drawPolygon(line)
    painter.restore()


@lru_cache(maxsize=4)
def _contour_shapes(corner_bytes: bytes) -> tuple[QPolygon, list[QRect]]:
    """The white line through (n, 2) int64 corners, and its casing.

    As rectangles the casing costs a twentieth of what Qt takes for a wide line.
    """
    corners = np.frombuffer(corner_bytes, np.int64).reshape(-1, 2)
    ends = np.roll(corners, -1, axis=0)
    starts, spans = np.minimum(corners, ends), abs(ends - corners)
    is_level = spans[:, 1:] == 0
    # Upright lines leave out the corners, which are dark already.
    starts += np.where(is_level, (-1, -1), (-1, 2))
    spans += np.where(is_level, (3, 3), (3, -3))
    casing = [QRect(*edge) for edge in np.hstack([starts, np.maximum(spans, 0)]).tolist()]
    return QPolygon([QPoint(*corner) for corner in corners.tolist()]), casing


def _contour_on_screen(cursor: BrushCursor, viewport: Viewport) -> NDArray[np.int64]:
    """(n, 2) device pixels at which the image pixels at the corners of the outline begin."""
    corners = _contour(cursor.diameter, cursor.tip) + tip_origin(cursor.point, cursor.diameter)
    places: NDArray[np.int64] = np.ceil(corners * viewport.zoom).astype(np.int64)
    return places + viewport.corner


@lru_cache(maxsize=4)
def _contour(diameter: int, tip: Tip) -> NDArray[np.int64]:
    """(n, 2) corners of the outline relative to its top-left pixel."""
    return np.array(tip_contour(diameter, tip), np.int64)


def _outline_pen(color: QColor, width: float, cursor: BrushCursor) -> QPen:
    pen = QPen(color, width)
    if cursor.erases and color is _WHITE:
        pen.setDashPattern([4, 3])
    return pen


def _paint_shape(painter: QPainter, shape: ShapeInWork, viewport: Viewport, color: Rgb) -> None:
    points = [QPointF(*viewport.to_view(p)) for p in shape.vertices]
    if not points:
        return
    tip = QPointF(*viewport.to_view(shape.next)) if shape.next is not None else None
    whole = QPolygonF([*points, tip] if tip is not None and not shape.closes else points)
    fill = QColor(*color) if shape.index is not None else QColor(128, 128, 128)
    fill.setAlphaF(0.35)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPolygon(whole)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line, width in ((_SHAPE_CASING, 3.4), (_WHITE, 1.6)):
        pen = QPen(line, width)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))
        last = points[0] if shape.closes else tip
        if last is not None:
            if line is _WHITE:
                pen.setDashPattern([3, 3])
            painter.setPen(pen)
            painter.drawLine(points[-1], last)
    _paint_vertices(painter, shape, points)


def _paint_vertices(painter: QPainter, shape: ShapeInWork, points: list[QPointF]) -> None:
    accent = current_theme().accent
    for i, point in enumerate(points):
        is_first = i == 0
        radius = 6.0 if is_first or i == shape.chosen else 4.0
        painter.setPen(QPen(_SHAPE_CASING, 1.2))
        painter.setBrush(accent if is_first else _WHITE)
        painter.drawEllipse(point, radius, radius)


def _path(shape: ShapeInWork) -> list[Point]:
    return [*shape.vertices, *([shape.next] if shape.next is not None else [])]

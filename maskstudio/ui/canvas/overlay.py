"""What tools show over the picture: the outline of the brush, a polygon in work.

Everything is drawn in device pixels of the view; see `visual.md` for the numbers.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygon, QPolygonF

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

_LARGEST_STAMP = 512
"""Side in device pixels up to which the outline of a brush is kept as a picture."""

_LOW = 64
"""Rows that Qt fills at once; from 96 on it shares them out, which costs more than they do."""

_OUTLINE_ROOM, _CROSS_ROOM = QPoint(3, 3), QPoint(6, 6)
"""Device pixels around an outline for the width of its lines, and around the middle of a cross."""

_PLACES = 4
"""Places within a device pixel, in each direction, at which an outline is drawn."""


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
    start, *parts = _placed(*viewport.to_view(cursor.point))
    painter.drawImage(start - _CROSS_ROOM, _cross_stamp(*parts))


def _paint_smooth_outline(painter: QPainter, cursor: BrushCursor, viewport: Viewport) -> None:
    left, top = viewport.to_view(Point(*tip_origin(cursor.point, cursor.diameter)))
    side = cursor.diameter * viewport.zoom
    if side > _LARGEST_STAMP:
        _draw_outline(painter, QRectF(left, top, side, side), cursor.tip, cursor.erases)
        return
    start, *parts = _placed(left, top)
    stamp = _outline_stamp(side, *parts, cursor.tip, cursor.erases)
    painter.drawImage(start - _OUTLINE_ROOM, stamp)


def _placed(x: float, y: float) -> tuple[QPoint, int, int]:
    """The device pixel of a place, and where in it that lies, in `_PLACES`."""
    (column, x_part), (row, y_part) = (divmod(round(_PLACES * place), _PLACES) for place in (x, y))
    return QPoint(column, row), x_part, y_part


# Stamps are drawn once: Qt takes a hundred times as long for smooth lines as for copying them.


@lru_cache(maxsize=_PLACES * _PLACES)
def _cross_stamp(x_part: int, y_part: int) -> QImage:
    """The small cross in the middle of a brush."""
    stamp, painter, middle = _empty_stamp(0, _CROSS_ROOM, x_part, y_part)
    for color, width in _BRUSH_LINES:
        painter.setPen(QPen(color, width))
        for arm in (QPointF(3.5, 0), QPointF(0, 3.5)):
            painter.drawLine(middle - arm, middle + arm)
    painter.end()
    return stamp


@lru_cache(maxsize=2 * _PLACES * _PLACES)
def _outline_stamp(side: float, x_part: int, y_part: int, tip: Tip, erases: bool) -> QImage:
    """The outline of a brush."""
    stamp, painter, start = _empty_stamp(side, _OUTLINE_ROOM, x_part, y_part)
    _draw_outline(painter, QRectF(start, QSizeF(side, side)), tip, erases)
    painter.end()
    return stamp


def _empty_stamp(
    side: float, room: QPoint, x_part: int, y_part: int
) -> tuple[QImage, QPainter, QPointF]:
    """A clear picture for something of this size, a painter on it, and where to begin."""
    whole = math.ceil(side) + 1
    stamp = QImage(
        QSize(whole, whole) + QSize(2 * room.x(), 2 * room.y()),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    stamp.fill(Qt.GlobalColor.transparent)
    painter = QPainter(stamp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return stamp, painter, QPointF(room) + QPointF(x_part, y_part) / _PLACES


def _draw_outline(painter: QPainter, box: QRectF, tip: Tip, erases: bool) -> None:
    for color, width in _BRUSH_LINES:
        painter.setPen(_outline_pen(color, width, erases))
        if tip is Tip.ROUND:
            painter.drawEllipse(box)
        else:
            painter.drawRect(box)


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
    painter.setPen(_outline_pen(_WHITE, 1, cursor.erases))
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
    boxes = [QRect(*box) for box in np.hstack([starts, np.maximum(spans, 0)]).tolist()]
    casing = [part for box in boxes for part in _low_parts(box)]
    return QPolygon([QPoint(*corner) for corner in corners.tolist()]), casing


def _low_parts(box: QRect) -> list[QRect]:
    """The same box in pieces so low that Qt does not wake other threads for them."""
    return [
        QRect(box.x(), y, box.width(), min(_LOW, box.bottom() + 1 - y))
        for y in range(box.y(), box.bottom() + 1, _LOW)
    ]


def _contour_on_screen(cursor: BrushCursor, viewport: Viewport) -> NDArray[np.int64]:
    """(n, 2) device pixels at which the image pixels at the corners of the outline begin."""
    corners = _contour(cursor.diameter, cursor.tip) + tip_origin(cursor.point, cursor.diameter)
    places: NDArray[np.int64] = np.ceil(corners * viewport.zoom).astype(np.int64)
    return places + viewport.corner


@lru_cache(maxsize=4)
def _contour(diameter: int, tip: Tip) -> NDArray[np.int64]:
    """(n, 2) corners of the outline relative to its top-left pixel."""
    return np.array(tip_contour(diameter, tip), np.int64)


def _outline_pen(color: QColor, width: float, erases: bool) -> QPen:
    pen = QPen(color, width)
    if erases and color is _WHITE:
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

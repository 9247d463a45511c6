from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter

from maskstudio.core.document import Ring
from maskstudio.core.geometry import Size
from maskstudio.render.viewport import Viewport
from maskstudio.ui.canvas.polygon_outlines import paint_outlines

GRAY = QColor(100, 100, 100)


def painted(*rings: Ring) -> QImage:
    """100 x 100 device pixels, a picture of 10 x 10 that fills them."""
    image = QImage(QSize(100, 100), QImage.Format.Format_RGB32)
    image.fill(GRAY)
    painter = QPainter(image)
    viewport = Viewport.fitted(Size(10, 10), Size(100, 100), margin=0)
    paint_outlines(painter, rings, viewport)
    painter.end()
    return image


def drawn(image: QImage) -> set[tuple[int, int]]:
    return {(x, y) for x in range(100) for y in range(100) if image.pixelColor(x, y) != GRAY}


def test_an_outline_is_drawn_along_its_edges_and_not_inside() -> None:
    found = drawn(painted(((2, 2), (8, 2), (8, 8), (2, 8))))
    xs, ys = zip(*found, strict=True)
    margin = min(xs), min(ys), 99 - max(xs), 99 - max(ys)
    assert all(16 <= m <= 22 for m in margin)
    assert not any(30 < x < 70 and 30 < y < 70 for x, y in found)
    assert any(30 < x < 70 for x, y in found if y < 30)


def test_nothing_is_drawn_without_outlines_or_out_of_sight() -> None:
    assert not drawn(painted())
    assert not drawn(painted(((-90, -90), (-80, -90), (-80, -80))))


def test_far_coordinates_and_very_many_corners_are_borne() -> None:
    many = tuple((5 + (n % 7) / 7, 5.0 + n % 3) for n in range(100_000))
    assert drawn(painted(many, ((-1e12, 5), (1e12, 5), (1e12, 1e12))))

"""Pen pressure: which diameter a stroke has where."""

from __future__ import annotations

import numpy as np
import pytest

from maskstudio.core.geometry import Point
from maskstudio.raster.brush import Tip
from maskstudio.tools.base import BrushCursor, ToolOptions
from maskstudio.tools.brush import Brush
from maskstudio.tools.stroke import Piece, Touch, pieces
from tests.helpers.tool_host import FakeHost, at, drag

PEN = ToolOptions(size=16, tip=Tip.SQUARE, pressure=True)


def touch(x: float, width: float) -> Touch:
    return Touch(Point(x, 0.0), width)


def piece(x0: float, x1: float, diameter: int) -> Piece:
    return Piece(Point(x0, 0.0), Point(x1, 0.0), diameter)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (touch(0, 3), touch(8, 3), [piece(0, 8, 3)]),
        (touch(0, 1), touch(8, 3), [piece(0, 2, 1), piece(2, 6, 2), piece(6, 8, 3)]),
        (touch(0, 3), touch(8, 1), [piece(0, 2, 3), piece(2, 6, 2), piece(6, 8, 1)]),
        (touch(0, 0), touch(8, 2), [piece(0, 6, 1), piece(6, 8, 2)]),
        (touch(0, 0), touch(8, 1), [piece(0, 8, 1)]),
        (touch(4, 2), touch(4, 3), [piece(4, 4, 2), piece(4, 4, 3)]),
    ],
)
def test_the_way_is_cut_where_the_diameter_steps(
    start: Touch, end: Touch, expected: list[Piece]
) -> None:
    assert list(pieces(start, end)) == expected


def test_a_press_that_gets_firmer_widens_the_stroke() -> None:
    host = FakeHost(np.zeros((20, 100), np.uint8), options=PEN)
    drag(Brush(host), [at(20, 10, pressure=0.125), at(84, 10, pressure=1.0)])
    heights = np.count_nonzero(host.pixels, axis=0)[19:84]
    assert heights[0] == 2
    assert heights[-1] == 16
    assert (np.diff(heights) >= 0).all()


def test_pressure_gives_the_same_pixels_at_any_event_rate() -> None:
    few, many = (FakeHost(np.zeros((20, 100), np.uint8), options=PEN) for _ in range(2))
    drag(Brush(few), [at(16, 10, pressure=0.0), at(80, 10, pressure=1.0)])
    drag(Brush(many), [at(16 + i, 10, pressure=i / 64) for i in range(65)])
    np.testing.assert_array_equal(many.pixels, few.pixels)


def test_pressure_counts_only_where_it_is_asked_for() -> None:
    host = FakeHost(np.zeros((5, 5), np.uint8), options=ToolOptions(size=3))
    drag(Brush(host), [at(2.5, 2.5, pressure=0.1)])
    assert np.count_nonzero(host.pixels) == 9


def test_a_lifted_pen_keeps_the_width_it_had() -> None:
    host = FakeHost(np.zeros((20, 40), np.uint8), options=PEN)
    brush = Brush(host)
    brush.press(at(10, 10, pressure=0.5))
    brush.release(at(30, 10, pressure=0.0))
    assert set(np.count_nonzero(host.pixels, axis=0)[6:34].tolist()) == {8}


def test_the_outline_of_a_stroke_shows_the_pressed_width() -> None:
    host = FakeHost(np.zeros((20, 40), np.uint8), options=PEN)
    brush = Brush(host)
    brush.press(at(10, 10, pressure=0.5))
    assert brush.overlay == BrushCursor(Point(10, 10), 8, Tip.SQUARE, erases=False)
    brush.release(at(10, 10, pressure=0.0))
    assert brush.overlay == BrushCursor(Point(10, 10), 16, Tip.SQUARE, erases=False)

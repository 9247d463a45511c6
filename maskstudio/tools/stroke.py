"""What a brush leaves between press and release.

The pen's pressure is taken to change evenly between two events. The diameter then depends on the
place alone, so the same path gives the same pixels at any event rate, to within the 1/1024 of a
pixel to which points are taken.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from maskstudio.core.geometry import Point
from maskstudio.core.transaction import Transaction
from maskstudio.raster.brush import stroke_segment

from .base import BrushCursor, Pointer, ToolOptions
from .ink import Ink


class Touch(NamedTuple):
    """Where the brush touches and how wide, in image pixels, not rounded."""

    point: Point
    width: float

    @property
    def diameter(self) -> int:
        """Width of the stamp, at least one pixel."""
        return max(1, math.floor(self.width + 0.5))


class Piece(NamedTuple):
    """A straight part of a stroke that one stamp sweeps."""

    start: Point
    end: Point
    diameter: int


class Stroke:
    """A stroke under way: it paints into an open transaction as it gets longer.

    It keeps the options and the ink it began with.
    """

    def __init__(
        self, transaction: Transaction, ink: Ink, options: ToolOptions, first: Pointer
    ) -> None:
        """Begin at a place; nothing is painted before `follow`."""
        self.transaction = transaction
        self._ink = ink
        self._options = options
        self._last = self._touch(first)

    def follow(self, pointer: Pointer) -> None:
        """Paint straight from the last place to this one, both included."""
        self._paint_to(self._touch(pointer))

    def follow_lifted(self, pointer: Pointer) -> None:
        """The same in the width from before: a pen that is lifted reports no pressure."""
        self._paint_to(Touch(pointer.point, self._last.width))

    @property
    def cursor(self) -> BrushCursor:
        """The outline of its tip."""
        point, diameter = self._last.point, self._last.diameter
        return BrushCursor(point, diameter, self._options.tip, self._ink.erases)

    def _touch(self, pointer: Pointer) -> Touch:
        share = pointer.pressure if self._options.pressure else 1.0
        return Touch(pointer.point, self._options.size * share)

    def _paint_to(self, touch: Touch) -> None:
        for start, end, diameter in pieces(self._last, touch):
            for rect, shape in stroke_segment(start, end, diameter, self._options.tip):
                self.transaction.paint(rect, shape, self._ink.source)
        self._last = touch


def pieces(start: Touch, end: Touch) -> Iterator[Piece]:
    """Cut the way between two touches where the rounded width steps to the next whole number."""
    before = start
    for width in _steps(start.width, end.width):
        cut = _touch_between(start, end, width)
        yield _piece(before, cut)
        before = cut
    yield _piece(before, end)


def _steps(first: float, last: float) -> list[float]:
    """Widths strictly between two at which the diameter changes, in the order they are met."""
    low, high = sorted((max(first, 1.0), max(last, 1.0)))
    found = [n + 0.5 for n in range(math.floor(low + 0.5), math.ceil(high - 0.5))]
    return found if first < last else found[::-1]


def _touch_between(start: Touch, end: Touch, width: float) -> Touch:
    share = (width - start.width) / (end.width - start.width)
    (x0, y0), (x1, y1) = start.point, end.point
    return Touch(Point(x0 + share * (x1 - x0), y0 + share * (y1 - y0)), width)


def _piece(start: Touch, end: Touch) -> Piece:
    """The way between two touches with no step in between."""
    middle = Touch(start.point, (start.width + end.width) / 2)
    return Piece(start.point, end.point, middle.diameter)

"""Points, sizes and half-open integer rectangles in image coordinates.

x grows to the right, y downwards, the origin is the top-left corner of the top-left pixel;
pixel (column c, row r) covers [c, c+1) x [r, r+1).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

TILE = 256
"""Side of the squares in which changes are kept, in pixels."""


class Point(NamedTuple):
    """A place in image coordinates; not rounded to pixels."""

    x: float
    y: float


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    @classmethod
    def of(cls, array: np.ndarray[Any, Any]) -> Size:
        """Size of an (H, W) or (H, W, C) array."""
        return cls(array.shape[1], array.shape[0])

    def __str__(self) -> str:
        return f"{self.width} x {self.height}"


@dataclass(frozen=True, slots=True)
class Rect:
    """Half-open rectangle of pixels: columns x0 .. x1-1, rows y0 .. y1-1."""

    x0: int
    y0: int
    x1: int
    y1: int

    @classmethod
    def of_size(cls, size: Size) -> Rect:
        """The rectangle of a whole picture."""
        return cls(0, 0, size.width, size.height)

    @classmethod
    def around(cls, points: Sequence[Point], margin: float = 0) -> Rect:
        """Smallest rectangle of pixels that holds every point with a margin around it."""
        xs = [p.x for p in points]
        ys = [p.y for p in points]
        return cls(
            math.floor(min(xs) - margin),
            math.floor(min(ys) - margin),
            math.floor(max(xs) + margin) + 1,
            math.floor(max(ys) + margin) + 1,
        )

    @property
    def width(self) -> int:
        """Number of columns, never negative."""
        return max(0, self.x1 - self.x0)

    @property
    def height(self) -> int:
        """Number of rows, never negative."""
        return max(0, self.y1 - self.y0)

    @property
    def size(self) -> Size:
        """Width and height."""
        return Size(self.width, self.height)

    @property
    def area(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    @property
    def is_empty(self) -> bool:
        """Whether it holds no pixel."""
        return self.x1 <= self.x0 or self.y1 <= self.y0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of this part of an (H, W) array: `array[rect.slices]`. Not for negative edges."""
        return slice(self.y0, self.y1), slice(self.x0, self.x1)

    def __and__(self, other: Rect) -> Rect:
        """The common part; may be empty."""
        return Rect(
            max(self.x0, other.x0),
            max(self.y0, other.y0),
            min(self.x1, other.x1),
            min(self.y1, other.y1),
        )

    def __or__(self, other: Rect) -> Rect:
        """Smallest rectangle that holds both; an empty one counts for nothing."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Rect(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )

    def without(self, other: Rect) -> list[Rect]:
        """What remains of it beside another: up to four rectangles that do not overlap."""
        inner = self & other
        if inner.is_empty:
            return [] if self.is_empty else [self]
        beside = (
            Rect(self.x0, self.y0, self.x1, inner.y0),
            Rect(self.x0, inner.y1, self.x1, self.y1),
            Rect(self.x0, inner.y0, inner.x0, inner.y1),
            Rect(inner.x1, inner.y0, self.x1, inner.y1),
        )
        return [rect for rect in beside if not rect.is_empty]

    def moved(self, dx: int, dy: int) -> Rect:
        """The same rectangle elsewhere."""
        return Rect(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def grown(self, margin: int) -> Rect:
        """With so many more pixels at each side."""
        return Rect(self.x0 - margin, self.y0 - margin, self.x1 + margin, self.y1 + margin)

    def holds(self, point: Point) -> bool:
        """Whether a point lies on one of its pixels."""
        return self.x0 <= point.x < self.x1 and self.y0 <= point.y < self.y1

    def tiles(self) -> Iterator[tuple[int, int]]:
        """(column, row) of every tile of the fixed grid that it touches."""
        if self.is_empty:
            return
        for row in range(self.y0 // TILE, (self.y1 - 1) // TILE + 1):
            for column in range(self.x0 // TILE, (self.x1 - 1) // TILE + 1):
                yield column, row


def tile_rect(tile: tuple[int, int], size: Size) -> Rect:
    """Pixels of a tile inside a picture of that size; smaller at the right and bottom border."""
    column, row = tile
    whole = Rect(column * TILE, row * TILE, (column + 1) * TILE, (row + 1) * TILE)
    return whole & Rect.of_size(size)


def bounding_rect(mask: np.ndarray[Any, Any]) -> Rect:
    """Smallest rectangle that holds every true pixel of an (H, W) array; empty if there is none."""
    rows = np.flatnonzero(mask.any(axis=1))
    if rows.size == 0:
        return Rect(0, 0, 0, 0)
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    return Rect(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)

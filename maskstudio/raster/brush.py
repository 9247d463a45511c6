"""Stamps of the brush and the pixels a straight piece of a stroke covers.

A stroke covers the union of the stamps at all points of its path, not only where events came in.
Points are taken to 1/1024 of a pixel; from there on everything is integer arithmetic, so that a
segment gives the same pixels however it is cut.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import BinaryMask, read_only
from maskstudio.core.geometry import Point, Rect

GRAIN = 1024
"""Steps per pixel to which points are taken."""

PIECE = 256
"""Longest piece of a segment that gets an array of its own, in pixels."""

_BEYOND = 1 << 60

Ints = NDArray[np.int64]
Spans = tuple[Ints, Ints]
"""First column and the column after the last, one of each per row."""


class Tip(Enum):
    """Shape of the brush."""

    ROUND = "round"
    SQUARE = "square"


def tip_mask(diameter: int, tip: Tip) -> BinaryMask:
    """The pixels of one stamp: (diameter, diameter), read-only.

    A round stamp holds the pixels whose centre lies within half the diameter of its own centre.
    """
    starts, ends = _tip_spans(diameter, tip)
    return read_only(_spans_to_mask(starts, ends, diameter))


def tip_origin(point: Point, diameter: int) -> tuple[int, int]:
    """Top-left pixel (x, y) of the stamp for a pointer at `point`.

    Odd diameters are centred on the pixel under the point, even ones on the nearest pixel corner.
    """
    x, y = _grains(point, diameter)
    return x // GRAIN - diameter // 2, y // GRAIN - diameter // 2


def tip_contour(diameter: int, tip: Tip) -> list[Point]:
    """Corners of the stamp's outline along pixel edges, relative to its top-left pixel.

    Clockwise, without the repeated first point.
    """
    starts, ends = (a.tolist() for a in _tip_spans(diameter, tip))
    down = [Point(ends[row], edge) for row in range(diameter) for edge in (row, row + 1)]
    up = [Point(starts[row], edge) for row in range(diameter) for edge in (row, row + 1)][::-1]
    return _corners(down + up)


def stroke_segment(
    start: Point, end: Point, diameter: int, tip: Tip
) -> Iterator[tuple[Rect, BinaryMask]]:
    """Pixels covered when the stamp moves straight from one point to another, ends included.

    Yields:
        Rects, which may reach outside the picture, with their pixels; they may overlap. A long
        segment comes in pieces, so that no box around a long diagonal is ever made.
    """
    first, last = _grains(start, diameter), _grains(end, diameter)
    is_flat = abs(last[0] - first[0]) > abs(last[1] - first[1])
    if is_flat:  # Stamps are symmetric: go along the longer axis, and swap the result back.
        first, last = first[::-1], last[::-1]
    if first[1] > last[1]:
        first, last = last, first
    stamp = _tip_spans(diameter, tip)
    top, bottom = first[1] // GRAIN, last[1] // GRAIN
    for row in range(top, bottom + 1, PIECE):
        cells = _cell_spans(first, last, row, min(row + PIECE, bottom + 1))
        rect, pixels = _stamped(cells, row, stamp, diameter)
        if is_flat:
            rect, pixels = Rect(rect.y0, rect.x0, rect.y1, rect.x1), pixels.T
        yield rect, pixels


def _grains(point: Point, diameter: int) -> tuple[int, int]:
    """A point in grains, moved so that its cell is that of the stamp's middle."""
    shift = 0 if diameter % 2 else GRAIN // 2
    return math.floor(point.x * GRAIN) + shift, math.floor(point.y * GRAIN) + shift


@lru_cache(maxsize=64)
def _tip_spans(diameter: int, tip: Tip) -> Spans:
    """Columns of the stamp, row by row."""
    if tip is Tip.SQUARE:
        return np.zeros(diameter, np.int64), np.full(diameter, diameter, np.int64)
    doubled = 2 * np.arange(diameter) + 1 - diameter
    inside = doubled[:, None] ** 2 + doubled**2 <= diameter**2
    counts = np.count_nonzero(inside, axis=1).astype(np.int64)
    starts = (diameter - counts) // 2
    return starts, starts + counts


def _cell_spans(first: tuple[int, int], last: tuple[int, int], top: int, bottom: int) -> Spans:
    """Cells a segment passes through in rows top..bottom-1; points in grains, first the upper.

    A cell is half-open, so a segment that only reaches its right or lower border misses it.
    """
    (x0, y0), (x1, y1) = first, last
    rows = np.arange(top, bottom, dtype=np.int64)
    enter = np.maximum(rows * GRAIN, y0) - y0
    leave = np.minimum((rows + 1) * GRAIN, y1) - y0
    reaches_next_row = (rows + 1) * GRAIN <= y1
    dx, dy = x1 - x0, max(y1 - y0, 1)
    base, rest = divmod(x0, GRAIN)
    unit = dy * GRAIN
    entered = (rest * dy + enter * dx) // unit
    left = rest * dy + leave * dx
    if dx < 0:
        low, high = left // unit, entered
    else:
        low, high = entered, np.maximum(entered, (left - reaches_next_row) // unit)
    return base + low, base + high + 1


def _stamped(cells: Spans, top: int, stamp: Spans, diameter: int) -> tuple[Rect, BinaryMask]:
    """Union of the stamps over a run of cells in each row; the union is one run per row, too."""
    starts = _least_sums(cells[0], stamp[0])
    ends = -_least_sums(1 - cells[1], -stamp[1])
    x0, x1 = int(starts.min()), int(ends.max())
    pixels = _spans_to_mask(starts - x0, ends - x0, x1 - x0)
    half = diameter // 2
    return Rect(x0, top, x1, top + len(starts)).moved(-half, -half), pixels


def _least_sums(one: Ints, other: Ints) -> Ints:
    """(len(one) + len(other) - 1,) least one[i] + other[k - i] for every k."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    width = len(longer) + len(shorter) - 1
    # Rows one longer than needed, read again without that, stand one further right each.
    sums = np.full((len(shorter), width + 1), _BEYOND)
    np.add(longer, shorter[:, None], out=sums[:, : len(longer)])
    least: Ints = sums.reshape(-1)[: len(shorter) * width].reshape(-1, width).min(axis=0)
    return least


def _spans_to_mask(starts: Ints, ends: Ints, width: int) -> BinaryMask:
    """One run of true pixels per row."""
    columns = np.arange(width, dtype=np.int32)
    pixels: BinaryMask = columns >= starts[:, None].astype(np.int32)
    pixels &= columns < ends[:, None].astype(np.int32)
    return pixels


def _corners(points: list[Point]) -> list[Point]:
    """A closed rectilinear line without repeated points and points on straight runs."""
    distinct = [p for before, p in zip([points[-1], *points], points, strict=False) if p != before]
    return [
        p
        for before, p, after in zip(
            [distinct[-1], *distinct], distinct, [*distinct[1:], distinct[0]], strict=False
        )
        if (p.x - before.x) * (after.y - p.y) != (p.y - before.y) * (after.x - p.x)
    ]

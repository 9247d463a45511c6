"""The one rule by which polygons become pixels.

A pixel belongs to a polygon when its centre is inside, by the even-odd rule; a centre exactly on
an edge belongs to left and top edges only. Polygons that share an edge neither overlap nor gap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import BinaryMask
from maskstudio.core.geometry import Point, Rect

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def fill_polygon(rings: Sequence[Sequence[Point]], clip: Rect) -> tuple[Rect, BinaryMask]:
    """Pixels of a polygon.

    Args:
        rings: closed rings of vertices in image coordinates, the first point not repeated (a
            repeated one does no harm); holes are rings inside rings. Rings may cross themselves.
        clip: the result lies inside it.

    Returns:
        Rect of the polygon inside `clip`, and its (height, width) pixels; may be empty.

    Raises:
        ValueError: a coordinate is not finite.
    """
    rows, columns = _crossings(_edges(rings), clip)
    order = np.lexsort((columns, rows))
    rows, starts, ends = rows[order[0::2]], columns[order[0::2]], columns[order[1::2]]
    filled = ends > starts
    rows, starts, ends = rows[filled], starts[filled], ends[filled]
    if rows.size == 0:
        return Rect(clip.x0, clip.y0, clip.x0, clip.y0), np.zeros((0, 0), np.bool_)
    rect = Rect(int(starts.min()), int(rows[0]), int(ends.max()), int(rows[-1]) + 1)
    return rect, _runs(rows, starts, ends, rect)


def _edges(rings: Sequence[Sequence[Point]]) -> Floats:
    """(n, 4) x and y of the upper end, x and y of the lower end; level edges are left out.

    Both polygons at a shared edge see the same numbers in the same order.
    """
    edges = [np.empty((0, 4))]
    for ring in rings:
        points = np.asarray(ring, np.float64).reshape(-1, 2)
        if not np.isfinite(points).all():
            raise ValueError("a polygon has a vertex that is not finite")
        edges.append(np.hstack([points, np.roll(points, -1, axis=0)]))
    both = np.concatenate(edges)
    turned = both[:, 1] > both[:, 3]
    both[turned] = both[turned][:, [2, 3, 0, 1]]
    return both[both[:, 1] < both[:, 3]]


def _crossings(edges: Floats, clip: Rect) -> tuple[Ints, Ints]:
    """Where edges cross the middle lines of rows: row, and first column whose centre is not left
    of the crossing, both limited to the clip. A row has an even number of them."""
    top = _first_centre(edges[:, 1], clip.y0, clip.y1)
    counts = _first_centre(edges[:, 3], clip.y0, clip.y1) - top
    edge_of = np.repeat(np.arange(len(edges)), counts)
    within = np.arange(edge_of.size) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = top[edge_of] + within
    x0, y0, x1, y1 = edges[edge_of].T
    with np.errstate(over="ignore", invalid="ignore"):
        x = x0 + (rows + 0.5 - y0) / (y1 - y0) * (x1 - x0)
        unsure = 16 * np.finfo(np.float64).eps * (np.abs(x0) + np.abs(x1) + 1)
        is_doubtful = ~(np.abs(x - 0.5 - np.rint(x - 0.5)) > unsure) & (x0 != x1)
    columns = _first_centre(np.where(np.isnan(x), 0.0, x), clip.x0, clip.x1)
    for i in np.flatnonzero(is_doubtful).tolist():
        exact = _exact_column(edges[edge_of[i]].tolist(), int(rows[i]))
        columns[i] = min(max(exact, clip.x0), clip.x1)
    return rows, columns


def _first_centre(values: Floats, low: int, high: int) -> Ints:
    """First pixel whose centre is not below the value, limited to low..high."""
    limited = np.clip(values, low - 1, high + 1)
    floors = np.floor(limited)
    # Comparing with floor + 0.5 is exact; subtracting 0.5 from the value would round.
    centres: Ints = np.clip(floors + (limited > floors + 0.5), low, high).astype(np.int64)
    return centres


def _exact_column(edge: list[float], row: int) -> int:
    """The column of a crossing in exact arithmetic, for those that floats cannot decide."""
    x0, y0, x1, y1 = (Fraction(value) for value in edge)
    half = Fraction(1, 2)
    return math.ceil(x0 + (row + half - y0) / (y1 - y0) * (x1 - x0) - half)


def _runs(rows: Ints, starts: Ints, ends: Ints, rect: Rect) -> BinaryMask:
    """Pixels of a rect from runs of columns."""
    pixels = np.zeros((rect.height, rect.width), np.bool_)
    flat = pixels.reshape(-1)
    base = (rows - rect.y0) * rect.width - rect.x0
    for start, end in zip((base + starts).tolist(), (base + ends).tolist(), strict=True):
        flat[start:end] = True
    return pixels

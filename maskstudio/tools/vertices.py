"""Which vertex or leg of a line a pointer hits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from maskstudio.core.geometry import Point


def vertex_near(vertices: Sequence[Point], point: Point, reach: float) -> int | None:
    """Position of the nearest vertex within reach, the later one of two at the same place."""
    return _nearest([math.dist(vertex, point) for vertex in vertices], reach)


def leg_near(vertices: Sequence[Point], point: Point, reach: float) -> int | None:
    """Position of the vertex where the nearest leg within reach begins.

    The leg that would close the line is none: a vertex on it is one more at the end.
    """
    return _nearest([_distance(point, start, end) for start, end in pairwise(vertices)], reach)


def _nearest(distances: list[float], reach: float) -> int | None:
    within = [(distance, -i) for i, distance in enumerate(distances) if distance <= reach]
    return -min(within)[1] if within else None


def _distance(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from a leg."""
    dx, dy = end.x - start.x, end.y - start.y
    length_squared = dx * dx + dy * dy
    if length_squared == 0:
        return math.dist(point, start)
    along = ((point.x - start.x) * dx + (point.y - start.y) * dy) / length_squared
    share = min(1.0, max(0.0, along))
    return math.dist(point, (start.x + share * dx, start.y + share * dy))

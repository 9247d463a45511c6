"""The pixel-centre rule against drawn examples and an oracle in exact fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from maskstudio.core.arrays import BinaryMask
from maskstudio.core.geometry import Point, Rect
from maskstudio.raster.polygon import fill_polygon

CLIP = Rect(0, 0, 12, 12)


def filled(rings: Sequence[Sequence[Point]], clip: Rect = CLIP) -> BinaryMask:
    rect, pixels = fill_polygon(rings, clip)
    assert pixels.shape == (rect.height, rect.width)
    assert rect & clip == rect
    whole = np.zeros((clip.height, clip.width), np.bool_)
    whole[rect.moved(-clip.x0, -clip.y0).slices] = pixels
    return whole


def inside(x: Fraction, y: Fraction, rings: Sequence[Sequence[Point]]) -> bool:
    """Count the crossings to the left of a point; an upper end and the point itself count."""
    crossings = 0
    for ring in rings:
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
            (x0, y0), (x1, y1) = (tuple(map(Fraction, p)) for p in (a, b))
            if min(y0, y1) <= y < max(y0, y1):
                crossings += x0 + (y - y0) * (x1 - x0) / (y1 - y0) <= x
    return crossings % 2 == 1


def oracle(rings: Sequence[Sequence[Point]], clip: Rect = CLIP) -> BinaryMask:
    half = Fraction(1, 2)
    return np.array(
        [
            [inside(column + half, row + half, rings) for column in range(clip.x0, clip.x1)]
            for row in range(clip.y0, clip.y1)
        ]
    )


def square(x0: float, y0: float, x1: float, y1: float) -> list[Point]:
    return [Point(x0, y0), Point(x1, y0), Point(x1, y1), Point(x0, y1)]


def test_square_from_2_to_5_is_nine_pixels() -> None:
    rect, pixels = fill_polygon([square(2, 2, 5, 5)], CLIP)
    assert rect == Rect(2, 2, 5, 5)
    assert pixels.all()


def test_centres_on_edges_belong_to_left_and_top_edges() -> None:
    rect, pixels = fill_polygon([square(2.5, 3.5, 5.5, 6.5)], CLIP)
    assert rect == Rect(2, 3, 5, 6)
    assert pixels.all()


def test_ring_in_a_ring_is_a_hole() -> None:
    assert np.count_nonzero(filled([square(1, 1, 9, 9), square(3, 3, 5, 5)])) == 64 - 4


def test_crossing_itself_follows_the_even_odd_rule() -> None:
    bow = [Point(1, 1), Point(9, 9), Point(9, 1), Point(1, 9)]
    assert filled([bow]).tolist() == oracle([bow]).tolist()


def test_repeated_first_point_does_no_harm() -> None:
    ring = square(2, 2, 7, 5)
    assert filled([[*ring, ring[0]]]).tolist() == filled([ring]).tolist()


@pytest.mark.parametrize("rings", [[], [[]], [[Point(3, 3)]], [[Point(1, 1), Point(8, 5)]]])
def test_no_area_is_no_pixels(rings: list[list[Point]]) -> None:
    rect, pixels = fill_polygon(rings, CLIP)
    assert rect.is_empty
    assert pixels.size == 0


@pytest.mark.parametrize("far", [1e6, 1e12, 1e18, 1e300])
def test_far_vertices_are_exact(far: float) -> None:
    ring = [Point(-far, -far), Point(far, far), Point(-far, far)]
    assert filled([ring]).tolist() == oracle([ring]).tolist()


def test_shape_outside_the_clip_is_empty() -> None:
    assert fill_polygon([square(100, 100, 200, 200)], CLIP)[0].is_empty


def test_clip_may_start_anywhere() -> None:
    clip = Rect(-4, -3, 6, 5)
    ring = [Point(-6, -2.5), Point(4.5, -5), Point(3, 7)]
    assert filled([ring], clip).tolist() == oracle([ring], clip).tolist()


def test_vertex_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        fill_polygon([[Point(0, 0), Point(float("nan"), 1), Point(2, 2)]], CLIP)


def test_many_vertices() -> None:
    angles = np.linspace(0, 2 * np.pi, 50_000, endpoint=False)
    ring = [Point(500 + 400 * np.cos(a), 500 + 400 * np.sin(a)) for a in angles]
    _, pixels = fill_polygon([ring], Rect(0, 0, 1000, 1000))
    columns = np.arange(1000) + 0.5
    disk = np.hypot(columns - 500, columns[:, None] - 500) <= 400
    assert abs(np.count_nonzero(pixels) - np.count_nonzero(disk)) < 8


halves = st.integers(-4, 30).map(lambda n: n / 2)
anywhere = st.one_of(halves, st.floats(-3, 15, allow_nan=False), st.just(-0.5 + 2**-54))
vertices = st.builds(Point, anywhere, anywhere)
rings = st.lists(st.lists(vertices, min_size=3, max_size=9), min_size=1, max_size=3)


@given(rings)
@example([[Point(0.1, 0.1), Point(11.3, 11.3), Point(0.1, 11.3)]])
@settings(max_examples=300, deadline=None)
def test_fill_agrees_with_the_rule(shape: list[list[Point]]) -> None:
    assert filled(shape).tolist() == oracle(shape).tolist()


@given(vertices, vertices, vertices, vertices)
@settings(max_examples=300, deadline=None)
def test_shared_edges_neither_overlap_nor_gap(a: Point, b: Point, c: Point, d: Point) -> None:
    """Two triangles at both sides of a-c and the quadrangle they make differ nowhere."""
    parts = filled([[a, b, c]]) ^ filled([[a, c, d]])
    assert parts.tolist() == filled([[a, b, c, d]]).tolist()


@given(st.lists(vertices, min_size=1, max_size=6))
@settings(deadline=None)
def test_a_fan_covers_its_frame_exactly_once(inner: list[Point]) -> None:
    frame = square(-20, -20, 40, 40)
    total = np.zeros((12, 12), np.int64)
    hub = inner[0]
    if not (-3 <= hub.x <= 15 and -3 <= hub.y <= 15):
        return
    for a, b in zip(frame, [*frame[1:], frame[0]], strict=True):
        total += filled([[hub, a, b]])
    assert (total == 1).all()

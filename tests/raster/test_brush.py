"""Stamps and strokes against hand-drawn stamps and a cell-by-cell walk in exact fractions."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskstudio.core.geometry import Point
from maskstudio.raster.brush import PIECE, Tip, stroke_segment, tip_contour, tip_mask, tip_origin

Cells = set[tuple[int, int]]

ROUND_5 = [".###.", "#####", "#####", "#####", ".###."]
ROUND_6 = [".####.", "######", "######", "######", "######", ".####."]
ROUND_8 = [
    "..####..",
    ".######.",
    "########",
    "########",
    "########",
    "########",
    ".######.",
    "..####..",
]


def drawn(rows: list[str]) -> list[list[bool]]:
    return [[letter == "#" for letter in row] for row in rows]


@pytest.mark.parametrize("rows", [["#"], ["##", "##"], ["###"] * 3, ROUND_5, ROUND_6, ROUND_8])
def test_round_tip_holds_pixels_whose_centre_is_within_half_the_diameter(rows: list[str]) -> None:
    assert tip_mask(len(rows), Tip.ROUND).tolist() == drawn(rows)


@pytest.mark.parametrize("diameter", [1, 2, 7])
def test_square_tip_is_full(diameter: int) -> None:
    assert tip_mask(diameter, Tip.SQUARE).all()
    assert tip_mask(diameter, Tip.SQUARE).shape == (diameter, diameter)


def test_odd_tips_sit_on_the_pixel_and_even_ones_on_the_nearest_corner() -> None:
    assert tip_origin(Point(4.9, 7.0), 1) == (4, 7)
    assert tip_origin(Point(4.9, 7.0), 3) == (3, 6)
    assert tip_origin(Point(4.4, 7.5), 2) == (3, 7)
    assert tip_origin(Point(-0.1, -0.6), 1) == (-1, -1)
    assert tip_origin(Point(-0.1, -0.6), 2) == (-1, -2)


def test_contour_of_a_single_pixel_is_its_square() -> None:
    assert set(tip_contour(1, Tip.ROUND)) == {(0, 0), (1, 0), (1, 1), (0, 1)}


def test_contour_turns_at_corners_only() -> None:
    assert len(tip_contour(5, Tip.ROUND)) == 12
    assert len(tip_contour(40, Tip.SQUARE)) == 4


@pytest.mark.parametrize("diameter", [1, 2, 3, 8, 15, 100])
@pytest.mark.parametrize("tip", Tip)
def test_contour_encloses_exactly_the_pixels_of_the_stamp(diameter: int, tip: Tip) -> None:
    corners = tip_contour(diameter, tip)
    doubled_area = sum(
        a.x * b.y - b.x * a.y for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
    )
    assert abs(doubled_area) / 2 == np.count_nonzero(tip_mask(diameter, tip))


def covered(start: Point, end: Point, diameter: int, tip: Tip) -> Cells:
    cells: Cells = set()
    for rect, pixels in stroke_segment(start, end, diameter, tip):
        assert pixels.shape == (rect.height, rect.width)
        rows, columns = np.nonzero(pixels)
        cells |= set(zip((columns + rect.x0).tolist(), (rows + rect.y0).tolist(), strict=True))
    return cells


def walked(start: Point, end: Point, diameter: int, tip: Tip) -> Cells:
    """The stamps at every border crossing of the path and between each two of them."""
    (x0, y0), (x1, y1) = (tuple(map(Fraction, p)) for p in (start, end))
    half = Fraction(0 if diameter % 2 else 1, 2)
    times = {Fraction(0), Fraction(1)}
    for a, b in ((x0 + half, x1 + half), (y0 + half, y1 + half)):
        if a != b:
            lines = range(math.ceil(min(a, b)), math.floor(max(a, b)) + 1)
            times |= {(line - a) / (b - a) for line in lines}
    ordered = sorted(times)
    ordered += [(a + b) / 2 for a, b in itertools.pairwise(ordered)]
    stamp = np.argwhere(tip_mask(diameter, tip)).tolist()
    cells: Cells = set()
    for t in ordered:
        x = math.floor(x0 + t * (x1 - x0) + half) - diameter // 2
        y = math.floor(y0 + t * (y1 - y0) + half) - diameter // 2
        cells |= {(x + column, y + row) for row, column in stamp}
    return cells


grains = st.integers(-20 * 8, 20 * 8).map(lambda n: n / 8)
points = st.builds(Point, grains, grains)
tips = st.sampled_from(Tip)


@given(points, points, st.integers(1, 9), tips)
@settings(max_examples=300, deadline=None)
def test_segment_covers_the_stamps_at_all_its_points(
    start: Point, end: Point, diameter: int, tip: Tip
) -> None:
    assert covered(start, end, diameter, tip) == walked(start, end, diameter, tip)


@given(
    points,
    st.tuples(st.integers(-40, 40), st.integers(-40, 40)),
    st.integers(1, 12),
    st.integers(1, 9),
    tips,
)
@settings(max_examples=150, deadline=None)
def test_event_rate_does_not_change_the_pixels(
    start: Point, step: tuple[int, int], n_steps: int, diameter: int, tip: Tip
) -> None:
    stops = [
        Point(start.x + i * step[0] / 8, start.y + i * step[1] / 8) for i in range(n_steps + 1)
    ]
    pieces = [covered(a, b, diameter, tip) for a, b in itertools.pairwise(stops)]
    assert covered(stops[0], stops[-1], diameter, tip) == set().union(*pieces)


@given(points, points, st.integers(1, 9), tips)
@settings(deadline=None)
def test_direction_does_not_change_the_pixels(a: Point, b: Point, diameter: int, tip: Tip) -> None:
    assert covered(a, b, diameter, tip) == covered(b, a, diameter, tip)


def test_diameter_one_at_rest_is_one_pixel() -> None:
    assert covered(Point(3.2, 5.9), Point(3.2, 5.9), 1, Tip.ROUND) == {(3, 5)}


def test_long_diagonal_comes_in_small_pieces() -> None:
    pieces = list(stroke_segment(Point(0, 12_000), Point(12_000, 0.25), 9, Tip.ROUND))
    assert max(pixels.size for _, pixels in pieces) <= (PIECE + 10) ** 2
    assert sum(np.count_nonzero(pixels) for _, pixels in pieces) >= 12_000 * 9


@pytest.mark.parametrize("end", [Point(1000.5, 700.125), Point(-700.0, 900.0), Point(900, 3)])
def test_pieces_join_without_a_gap(end: Point) -> None:
    assert covered(Point(3.5, 2.25), end, 3, Tip.ROUND) == walked(
        Point(3.5, 2.25), end, 3, Tip.ROUND
    )

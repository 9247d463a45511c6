from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskstudio.core.geometry import TILE, Point, Rect, Size, bounding_rect, tile_rect
from tests.helpers.masks import mask

edges = st.integers(-9, 9)
rects = st.builds(Rect, edges, edges, edges, edges)


def pixels_of(rect: Rect) -> set[tuple[int, int]]:
    return {(x, y) for y in range(rect.y0, rect.y1) for x in range(rect.x0, rect.x1)}


@given(rects, rects)
def test_intersection_holds_the_pixels_of_both(a: Rect, b: Rect) -> None:
    assert pixels_of(a & b) == pixels_of(a) & pixels_of(b)


@given(rects, rects)
def test_union_is_the_smallest_rectangle_around_both(a: Rect, b: Rect) -> None:
    both = pixels_of(a) | pixels_of(b)
    united = a | b
    assert both <= pixels_of(united)
    if both:
        xs, ys = zip(*both, strict=True)
        assert united == Rect(min(xs), min(ys), max(xs) + 1, max(ys) + 1)
    else:
        assert united.is_empty


@given(rects)
def test_area_and_emptiness_count_pixels(rect: Rect) -> None:
    assert rect.area == rect.width * rect.height == len(pixels_of(rect))
    assert rect.is_empty == (not pixels_of(rect))
    assert rect.size == Size(rect.width, rect.height)


@given(rects, edges, edges)
def test_moving_moves_every_pixel(rect: Rect, dx: int, dy: int) -> None:
    assert pixels_of(rect.moved(dx, dy)) == {(x + dx, y + dy) for x, y in pixels_of(rect)}


@given(rects, st.floats(-10, 10), st.floats(-10, 10))
def test_a_point_lies_in_a_rectangle_when_its_pixel_does(rect: Rect, x: float, y: float) -> None:
    assert rect.holds(Point(x, y)) == ((math.floor(x), math.floor(y)) in pixels_of(rect))


def test_growing_adds_pixels_at_each_side() -> None:
    assert Rect(2, 3, 4, 5).grown(2) == Rect(0, 1, 6, 7)


def test_slices_take_rows_before_columns() -> None:
    drawn = mask(
        ".....",
        "..12.",
        "..34.",
    )
    assert drawn[Rect(2, 1, 4, 3).slices].tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([Point(5, 7)], Rect(5, 7, 6, 8)),
        ([Point(5.5, 7.9)], Rect(5, 7, 6, 8)),
        ([Point(-0.5, 0.0), Point(2.5, 1.0)], Rect(-1, 0, 3, 2)),
    ],
)
def test_rectangle_around_points_holds_just_their_pixels(
    points: list[Point], expected: Rect
) -> None:
    assert Rect.around(points) == expected


def test_rectangle_around_points_with_a_margin_reaches_so_far() -> None:
    assert Rect.around([Point(5.5, 5.5)], margin=1.5) == Rect(4, 4, 8, 8)


def test_size_of_an_array_is_width_then_height() -> None:
    assert Size.of(np.zeros((2, 3))) == Size(width=3, height=2)
    assert Size.of(np.zeros((2, 3, 4))) == Size(width=3, height=2)
    assert str(Size(3, 2)) == "3 x 2"


@given(st.builds(Rect, *[st.integers(-600, 600)] * 4))
def test_tiles_are_those_of_its_pixels(rect: Rect) -> None:
    columns = {x // TILE for x in range(rect.x0, rect.x1)}
    rows = {y // TILE for y in range(rect.y0, rect.y1)}
    expected = [] if rect.is_empty else [(c, r) for r in sorted(rows) for c in sorted(columns)]
    assert list(rect.tiles()) == expected


@given(st.integers(1, 700), st.integers(1, 700))
def test_tiles_of_a_picture_cover_each_pixel_once(width: int, height: int) -> None:
    size = Size(width, height)
    covered = np.zeros((height, width), np.uint8)
    for tile in Rect.of_size(size).tiles():
        covered[tile_rect(tile, size).slices] += 1
    assert (covered == 1).all()


def test_bounding_rect_of_a_drawn_shape() -> None:
    drawn = mask(
        "......",
        "..1...",
        "....1.",
        "......",
    )
    assert bounding_rect(drawn == 1) == Rect(2, 1, 5, 3)


def test_bounding_rect_of_nothing_is_empty() -> None:
    assert bounding_rect(np.zeros((3, 4), np.bool_)).is_empty
    assert bounding_rect(np.zeros((0, 0), np.bool_)).is_empty


def test_bounding_rect_of_everything_is_everything() -> None:
    assert bounding_rect(np.ones((3, 4), np.bool_)) == Rect(0, 0, 4, 3)


@pytest.mark.parametrize(
    "other",
    [Rect(3, 4, 6, 7), Rect(0, 0, 9, 8), Rect(-5, 2, 4, 20), Rect(20, 0, 30, 9), Rect(5, 5, 5, 9)],
)
def test_what_remains_beside_a_rect_covers_every_other_pixel_once(other: Rect) -> None:
    counts = np.zeros((8, 9), np.int64)
    for part in Rect(0, 0, 9, 8).without(other):
        counts[part.slices] += 1
    rows, columns = np.mgrid[:8, :9]
    is_inside = (
        (columns >= other.x0) & (columns < other.x1) & (rows >= other.y0) & (rows < other.y1)
    )
    np.testing.assert_array_equal(counts, ~is_inside)

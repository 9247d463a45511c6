from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from maskstudio.core.geometry import Point
from maskstudio.tools.base import Modifier, ShapeInWork, ToolOptions
from maskstudio.tools.polygon import Polygon
from tests.helpers.masks import mask, text
from tests.helpers.tool_host import FakeHost, at, click, double_click, drag

CLOSE_UP = 1e6
"""A zoom at which no click hits a vertex or leg by accident."""

SQUARE = [(2, 1), (5, 1), (5, 4), (2, 4)]
SQUARE_ROWS = ("........", "..111...", "..111...", "..111...", "........")

CONTROL, ALT = Modifier.CONTROL, Modifier.ALT


def empty(width: int = 8, height: int = 5) -> NDArray[np.uint8]:
    return np.zeros((height, width), np.uint8)


def begun(host: FakeHost, *points: tuple[float, float], zoom: float = 100) -> Polygon:
    """A polygon tool with a vertex at each point."""
    polygon = Polygon(host)
    for x, y in points:
        click(polygon, at(x, y, zoom=zoom))
    return polygon


def vertices(polygon: Polygon) -> list[tuple[float, float]]:
    return [(vertex.x, vertex.y) for vertex in shape(polygon).vertices]


def shape(polygon: Polygon) -> ShapeInWork:
    assert polygon.overlay is not None
    return polygon.overlay


# finishing


def test_enter_fills_the_pixels_whose_centre_is_inside() -> None:
    host = FakeHost(empty())
    polygon = begun(host, *SQUARE)
    assert not host.pixels.any()
    polygon.finish()
    assert text(host.pixels) == SQUARE_ROWS
    assert host.labels == ["Polygon Car"]
    assert not polygon.is_busy


def test_a_click_on_the_first_point_finishes() -> None:
    host = FakeHost(empty())
    polygon = begun(host, *SQUARE, (2.05, 1.05))
    assert text(host.pixels) == SQUARE_ROWS
    assert not polygon.is_busy


def test_a_double_click_sets_the_last_point_once_and_finishes() -> None:
    host = FakeHost(empty())
    polygon = begun(host, *SQUARE[:3])
    double_click(polygon, at(*SQUARE[3], zoom=100))
    assert text(host.pixels) == SQUARE_ROWS
    assert not polygon.is_busy


def test_a_double_click_on_the_last_point_adds_none() -> None:
    host = FakeHost(empty())
    polygon = begun(host, *SQUARE)
    double_click(polygon, at(2, 4, zoom=100))
    assert text(host.pixels) == SQUARE_ROWS


def test_a_double_click_on_the_first_point_finishes_once_and_begins_nothing() -> None:
    host = FakeHost(empty())
    polygon = begun(host, *SQUARE)
    double_click(polygon, at(2, 1, zoom=100))
    assert host.labels == ["Polygon Car"]
    assert not polygon.is_busy


def test_a_double_click_for_the_first_points_leaves_one() -> None:
    polygon = Polygon(FakeHost(empty()))
    double_click(polygon, at(2, 1, zoom=100))
    assert vertices(polygon) == [(2, 1)]


@pytest.mark.parametrize("n_points", [1, 2])
def test_fewer_than_three_points_are_no_shape_and_stay(n_points: int) -> None:
    host = FakeHost(empty())
    polygon = begun(host, *SQUARE[:n_points])
    polygon.finish()
    click(polygon, at(*SQUARE[0], zoom=100))
    assert host.n_begun == 0
    assert len(vertices(polygon)) == n_points


def test_a_shape_over_the_border_is_clipped() -> None:
    host = FakeHost(empty())
    begun(host, (5, -20), (90, -20), (90, 2), (5, 2)).finish()
    assert text(host.pixels) == (".....111", ".....111", *["........"] * 3)


def test_a_shape_that_covers_no_pixel_is_no_edit() -> None:
    host = FakeHost(empty())
    polygon = begun(host, (20, 20), (30, 20), (25, 30))
    polygon.finish()
    assert host.labels == []
    assert not polygon.is_busy


def test_ctrl_at_the_end_erases() -> None:
    host = FakeHost(np.full((5, 8), 2, np.uint8))
    polygon = begun(host, *SQUARE)
    click(polygon, at(2, 1, CONTROL, zoom=100))
    assert text(host.pixels) == ("22222222", *["22...222"] * 3, "22222222")
    assert host.labels == ["Erase"]


def test_ctrl_held_with_enter_erases_and_shows_before() -> None:
    host = FakeHost(np.full((5, 8), 2, np.uint8))
    polygon = begun(host, *SQUARE)
    assert shape(polygon).index == 1
    polygon.move(at(3, 2, CONTROL, zoom=100))
    assert shape(polygon).index is None
    polygon.finish()
    assert text(host.pixels)[2] == "22...222"


def test_without_a_class_no_point_is_set() -> None:
    host = FakeHost(empty())
    host.current_class = None
    polygon = begun(host, *SQUARE)
    polygon.finish()
    assert polygon.overlay is None
    assert host.n_begun == 0


def test_a_refused_shape_stays_in_work() -> None:
    host = FakeHost(empty())
    host.layer.is_locked = True
    polygon = begun(host, *SQUARE)
    polygon.finish()
    assert not host.pixels.any()
    assert vertices(polygon) == SQUARE


def test_undo_restores_pixels_and_instances() -> None:
    before = mask("11112222", "11112222", "33333333", "33333333", "........")
    ids = (before + 4).astype(np.uint16)
    host = FakeHost(before, instances=ids)
    begun(host, *SQUARE).finish()
    assert host.layer.instances is not None
    assert host.layer.instances[2].tolist() == [7, 7, 0, 0, 0, 7, 7, 7]
    assert host.layer.instances[1].tolist() == [5, 5, 5, 5, 0, 6, 6, 6]
    host.dataset.undo()
    np.testing.assert_array_equal(host.pixels, before)
    np.testing.assert_array_equal(host.layer.instances, ids)


@pytest.mark.parametrize("drop", [Polygon.cancel, Polygon.deactivate])
def test_escape_and_another_tool_leave_no_trace(drop: object) -> None:
    host = FakeHost(empty())
    polygon = begun(host, *SQUARE)
    assert callable(drop)
    drop(polygon)
    polygon.finish()
    assert polygon.overlay is None
    assert not host.pixels.any()
    assert host.labels == []


eighths = st.integers(-16, 112).map(lambda n: n / 8)
points = st.builds(Point, eighths, eighths)


def side(start: Point, end: Point, point: Point) -> float:
    """Positive on one side of a line, negative on the other; exact for these numbers."""
    across = (end.x - start.x) * (point.y - start.y)
    return across - (end.y - start.y) * (point.x - start.x)


def filled(*ring: Point) -> NDArray[np.bool_]:
    host = FakeHost(empty(12, 12), options=ToolOptions())
    begun(host, *ring, zoom=CLOSE_UP).finish()
    return host.pixels.astype(np.bool_)


@settings(deadline=None, max_examples=60)
@given(points, points, points, points)
def test_two_polygons_that_share_an_edge_neither_overlap_nor_gap(
    a: Point, b: Point, left: Point, right: Point
) -> None:
    assume(side(a, b, left) and side(a, b, right))
    if side(a, b, left) * side(a, b, right) > 0:
        right = Point(a.x + b.x - right.x, a.y + b.y - right.y)
    one, other = filled(a, b, left), filled(b, a, right)
    assert not (one & other).any()
    np.testing.assert_array_equal(one | other, filled(a, right, b, left))


# changing the points before the end


def test_a_drag_moves_a_vertex_by_as_much_as_the_pointer() -> None:
    polygon = begun(FakeHost(empty()), *SQUARE)
    drag(polygon, [at(5.05, 1, zoom=100), at(6, 1.5, zoom=100), at(7.05, 0.5, zoom=100)])
    assert vertices(polygon) == [(2, 1), (7, 0.5), (5, 4), (2, 4)]


def test_the_first_vertex_can_be_dragged_without_finishing() -> None:
    host = FakeHost(empty())
    polygon = begun(host, *SQUARE)
    drag(polygon, [at(2, 1, zoom=100), at(1, 0, zoom=100), at(2, 1, zoom=100)])
    assert vertices(polygon) == SQUARE
    assert host.n_begun == 0


def test_a_click_that_trembles_is_no_drag() -> None:
    polygon = begun(FakeHost(empty()), *SQUARE)
    drag(polygon, [at(5, 1, zoom=100), at(5.02, 1.01, zoom=100)])
    assert vertices(polygon) == SQUARE


def test_a_new_vertex_can_be_dragged_at_once() -> None:
    polygon = begun(FakeHost(empty()), (0, 0))
    drag(polygon, [at(5, 1, zoom=100), at(6, 2, zoom=100)])
    assert vertices(polygon) == [(0, 0), (6, 2)]


def test_a_click_on_a_leg_inserts_a_vertex_there() -> None:
    polygon = begun(FakeHost(empty()), *SQUARE)
    click(polygon, at(5.05, 2.5, zoom=100))
    assert vertices(polygon) == [(2, 1), (5, 1), (5.05, 2.5), (5, 4), (2, 4)]


def test_a_click_on_the_side_that_is_still_open_adds_at_the_end() -> None:
    polygon = begun(FakeHost(empty()), *SQUARE)
    click(polygon, at(2, 2.5, zoom=100))
    assert vertices(polygon) == [*SQUARE, (2, 2.5)]


@pytest.mark.parametrize(("zoom", "n_vertices"), [(1.0, 1), (7.9, 1), (8.1, 2), (16.0, 2)])
def test_near_is_judged_on_the_screen(zoom: float, n_vertices: int) -> None:
    polygon = begun(FakeHost(empty()), (2, 1), (3, 1), zoom=zoom)
    assert len(vertices(polygon)) == n_vertices


def test_alt_click_removes_a_vertex_and_adds_none() -> None:
    polygon = begun(FakeHost(empty()), *SQUARE)
    click(polygon, at(5, 1.05, ALT, zoom=100))
    assert vertices(polygon) == [(2, 1), (5, 4), (2, 4)]
    click(polygon, at(7, 1, ALT, zoom=100))
    assert len(vertices(polygon)) == 3


def test_alt_double_click_removes_and_does_not_finish() -> None:
    host = FakeHost(empty())
    polygon = begun(host, *SQUARE, (0, 2))
    double_click(polygon, at(5, 1, ALT, zoom=100))
    assert vertices(polygon) == [(2, 1), (5, 4), (2, 4), (0, 2)]
    assert host.n_begun == 0


def test_backspace_drops_the_last_vertex() -> None:
    polygon = begun(FakeHost(empty()), *SQUARE[:2])
    polygon.step_back()
    assert vertices(polygon) == SQUARE[:1]
    polygon.step_back()
    polygon.step_back()
    assert not polygon.is_busy


def test_backspace_lets_go_of_a_held_vertex() -> None:
    polygon = begun(FakeHost(empty()), *SQUARE[:2])
    polygon.press(at(5, 1, zoom=100))
    polygon.step_back()
    polygon.move(at(7, 3, zoom=100))
    polygon.release(at(7, 3, zoom=100))
    assert vertices(polygon) == SQUARE[:1]


def test_moved_and_inserted_vertices_are_painted() -> None:
    host = FakeHost(empty())
    polygon = begun(host, (2, 1), (5, 1), (5, 4), (3, 4))
    drag(polygon, [at(3, 4, zoom=100), at(2, 4, zoom=100)])
    drag(polygon, [at(5, 2, zoom=100), at(5, 1, zoom=100)])
    polygon.finish()
    assert text(host.pixels) == SQUARE_ROWS


# what is shown


def test_the_next_leg_follows_the_pointer() -> None:
    polygon = begun(FakeHost(empty()), *SQUARE[:2])
    polygon.move(at(5, 3, zoom=100))
    assert shape(polygon).next == Point(5, 3)
    polygon.leave()
    assert shape(polygon).next is None


@pytest.mark.parametrize("modifiers", [Modifier.NONE, CONTROL])
def test_over_the_first_point_it_shows_that_a_click_closes(modifiers: Modifier) -> None:
    polygon = begun(FakeHost(empty()), *SQUARE[:2])
    polygon.move(at(2, 1, modifiers, zoom=100))
    assert not shape(polygon).closes
    click(polygon, at(5, 4, zoom=100))
    polygon.move(at(2, 1, modifiers, zoom=100))
    assert shape(polygon).closes
    assert shape(polygon).chosen == 0
    assert shape(polygon).next is None


def test_with_alt_no_click_closes_or_adds() -> None:
    polygon = begun(FakeHost(empty()), *SQUARE)
    polygon.move(at(2, 1, ALT, zoom=100))
    assert not shape(polygon).closes
    polygon.move(at(7, 3, ALT, zoom=100))
    assert shape(polygon).next is None


def test_a_held_or_hit_vertex_is_shown_and_a_leg_adds_no_next_point() -> None:
    polygon = begun(FakeHost(empty()), *SQUARE)
    polygon.move(at(5, 1, zoom=100))
    assert shape(polygon).chosen == 1
    polygon.move(at(3.5, 1, zoom=100))
    assert shape(polygon).chosen is None
    assert shape(polygon).next is None
    polygon.press(at(5, 4, zoom=100))
    polygon.move(at(7, 4, zoom=100))
    assert shape(polygon).chosen == 2

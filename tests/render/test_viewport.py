from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskstudio.core.geometry import Point, Rect, Size
from maskstudio.render.viewport import MAX_ZOOM, MIN_ZOOM, Viewport

IMAGE, VIEW = Size(640, 480), Size(800, 600)


def at(zoom: float, x: float = 0, y: float = 0, image: Size = IMAGE) -> Viewport:
    return Viewport(image, VIEW, zoom, Point(x, y))


def test_fitting_leaves_a_margin_and_centres() -> None:
    fitted = Viewport.fitted(Size(100, 50), Size(248, 500))
    assert fitted.zoom == 2.0
    assert fitted.picture_rect() == Rect(24, 200, 224, 300)


@pytest.mark.parametrize("size", [Size(1, 1), Size(40_000, 3), Size(3, 3)])
def test_fitting_keeps_the_zoom_inside_its_limits(size: Size) -> None:
    assert MIN_ZOOM <= Viewport.fitted(size, Size(10, 10)).zoom <= MAX_ZOOM
    assert MIN_ZOOM <= Viewport.fitted(size, VIEW).zoom <= MAX_ZOOM


def test_origin_is_what_the_corner_of_the_view_shows() -> None:
    viewport = at(4.0, 10.25, 20.5)
    assert viewport.to_image(0, 0) == (10.25, 20.5)
    assert viewport.to_view(Point(10.25, 20.5)) == (0, 0)
    assert viewport.to_image(8, 6) == (12.25, 22)


@pytest.mark.parametrize("zoom", [1.0, 2.0, 3.0, 7.0, 49.0, 100.0])
def test_whole_zooms_show_each_pixel_as_a_full_square(zoom: float) -> None:
    viewport = at(zoom, 0.123, 0.5)
    columns = viewport.columns(viewport.corner[0], 600).tolist()
    assert columns == [i // int(zoom) for i in range(len(columns))]


zooms = st.floats(MIN_ZOOM, MAX_ZOOM)
origins = st.floats(-1000, 1000)


@given(zooms, origins, st.integers(0, 799), st.integers(0, 599))
def test_the_pixel_shown_is_the_floor_of_the_image_coordinate(
    zoom: float, origin: float, x: int, y: int
) -> None:
    viewport = at(zoom, origin, -origin)
    point = viewport.to_image(x, y)
    assert viewport.columns(x, x + 1).tolist() == [math.floor(point.x)]
    assert viewport.rows(y, y + 1).tolist() == [math.floor(point.y)]


@given(zooms, zooms, st.integers(0, 799), st.integers(0, 599))
def test_zooming_keeps_the_point_under_the_pointer(
    before: float, after: float, x: int, y: int
) -> None:
    start = at(before, 500_000, 500_000, Size(10**6, 10**6))
    point = start.to_image(x, y)
    place = start.zoomed(after, x, y).to_view(point)
    # The picture starts at whole device pixels before and after.
    assert abs(place[0] - x) <= 1 + after / before
    assert abs(place[1] - y) <= 1 + after / before


def test_zooming_in_small_steps_does_not_drift() -> None:
    viewport = Viewport.fitted(Size(16_000, 16_000), VIEW)
    point = viewport.to_image(431, 222)
    for _ in range(60):
        viewport = viewport.zoomed(viewport.zoom * 1.1, 431, 222)
    for _ in range(60):
        viewport = viewport.zoomed(viewport.zoom / 1.1, 431, 222)
    assert viewport.to_image(431, 222) == pytest.approx(point)


@given(zooms, origins, st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))
def test_some_of_the_picture_stays_in_view(
    zoom: float, origin: float, dx: float, dy: float
) -> None:
    viewport = at(zoom, origin, origin).panned(dx, dy)
    assert not (viewport.picture_rect() & Rect.of_size(VIEW)).is_empty
    assert not viewport.visible().is_empty


def test_panning_moves_the_picture_with_the_pointer() -> None:
    assert at(2.0, 50, 50).panned(10, -4).origin == (45, 52)


def test_resizing_keeps_the_middle() -> None:
    viewport = at(2.0, 50, 50)
    middle = viewport.to_image(400, 300)
    assert viewport.resized(Size(1000, 900)).to_image(500, 450) == middle


def test_centring_brings_a_point_to_the_middle() -> None:
    assert at(2.0).centred_on(Point(320, 200)).to_view(Point(320, 200)) == (400, 300)


def test_visible_pixels_are_clipped_to_the_picture() -> None:
    assert at(1.0, -100, 100).visible() == Rect(0, 100, 640, 480)
    assert at(8.0, 10.25, 0).visible() == Rect(10, 0, 111, 75)


@given(zooms, origins, st.integers(0, 630), st.integers(0, 470))
def test_view_rect_holds_every_device_pixel_of_an_image_rect(
    zoom: float, origin: float, x: int, y: int
) -> None:
    viewport = at(zoom, origin, origin / 2)
    rect = Rect(x, y, x + 9, y + 7)
    found = viewport.view_rect(rect)
    columns = viewport.columns(0, VIEW.width)
    rows = viewport.rows(0, VIEW.height)
    shown = [
        (range(VIEW.width), (columns >= rect.x0) & (columns < rect.x1), found.x0, found.x1),
        (range(VIEW.height), (rows >= rect.y0) & (rows < rect.y1), found.y0, found.y1),
    ]
    for places, is_inside, low, high in shown:
        assert all(low <= place < high for place in places if is_inside[place])


def test_view_rect_of_nothing_is_nothing() -> None:
    assert at(1.0).view_rect(Rect(5, 5, 5, 9)).is_empty

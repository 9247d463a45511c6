"""Frames against a slow composition pixel by pixel, and parts of frames against whole ones."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from maskstudio.core.geometry import Point, Rect, Size
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.render.compose import Scene, ShownLayer, compose
from maskstudio.render.palette import Look, Palette, Style, Words
from maskstudio.render.pyramid import Pyramid
from maskstudio.render.viewport import Viewport
from tests.helpers.masks import mask

CLASSES = LabelMap(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(1, "road", (200, 40, 10)),
        LabelClass(2, "car", (0, 0, 255)),
        LabelClass(3, "tree", (0, 128, 0)),
    ),
    background=0,
)
PALETTE = Palette(CLASSES, hidden=frozenset({3}))
FILL = Look(opacity=0.5)

SMALL = mask("0112", "0132", "9911", "0000")


def whole_frame(viewport: Viewport, scene: Scene) -> Words:
    width, height = viewport.view_size
    frame = np.zeros((height, width), np.uint32)
    compose(frame, Rect.of_size(viewport.view_size), viewport, scene)
    return frame


def rgb(words: Words) -> NDArray[np.int64]:
    channels = [(words >> shift) & 255 for shift in (16, 8, 0)]
    return np.stack(channels, axis=-1).astype(np.int64)


def layer(pixels: NDArray[Any], look: Look = FILL, palette: Palette = PALETTE) -> ShownLayer:
    return ShownLayer(Pyramid(pixels, is_mask=True), palette, look)


def view(image: tuple[int, int], zoom: float, origin: tuple[float, float]) -> Viewport:
    return Viewport(Size(*image), Size(96, 64), zoom, Point(*origin))


def random_picture(height: int, width: int, seed: int = 1) -> NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def random_mask(height: int, width: int, seed: int = 2, dtype: str = "uint8") -> NDArray[Any]:
    rng = np.random.default_rng(seed)
    blocks = rng.choice([0, 1, 2, 3, 9], (height // 3 + 1, width // 3 + 1))
    return np.kron(blocks, np.ones((3, 3), np.int64))[:height, :width].astype(dtype)


def oracle(viewport: Viewport, scene: Scene) -> NDArray[np.float64]:
    """Fills over the picture, one device pixel after the other, as the rules say them."""
    width, height = viewport.view_size
    frame = np.empty((height, width, 3))
    assert scene.picture is not None
    left, top = viewport.corner
    shown = viewport.picture_rect()
    for y in range(height):
        for x in range(width):
            if not shown.holds(Point(x, y)):
                ring = shown.grown(1).holds(Point(x, y))
                frame[y, x] = scene.edge if ring else scene.ground
                continue
            point = viewport.to_image(x, y)
            column, row = math.floor(point.x), math.floor(point.y)
            color = scene.picture.pixels[row, column].astype(float)
            is_line = (x - left + y - top) % 8 < 2
            for drawn in scene.layers:
                size = drawn.mask.size
                index = drawn.mask.pixels[
                    int((row + 0.5) * size.height / viewport.image_size.height),
                    int((column + 0.5) * size.width / viewport.image_size.width),
                ]
                opacity = drawn.look.opacity
                if index in (1, 2):
                    over = np.array(CLASSES.declared[int(index)].color)
                    color = color + (over - color) * opacity
                elif index == 9:
                    strength = min(1, 2 * opacity)
                    color = color * (1 - 0.35 * strength)
                    if is_line:
                        color = color + (255 - color) * 0.55 * strength
            frame[y, x] = color
    return frame


VIEWS = [
    (1.0, (-10.0, -7.0)),
    (1.0, (5.0, 3.0)),
    (3.0, (1.3, 2.0)),
    (2.7, (-2.0, 8.5)),
    (0.6, (3, 2)),
]


@pytest.mark.parametrize(("zoom", "origin"), VIEWS)
@pytest.mark.parametrize("dtypes", [["uint8"], ["uint8"] * 2, ["uint16"] * 2, ["uint8"] * 3])
def test_fills_are_blended_over_the_picture(
    zoom: float, origin: tuple[float, float], dtypes: list[str]
) -> None:
    layers = tuple(
        layer(random_mask(40, 50, seed, dtype), Look(opacity=0.3 + 0.2 * seed))
        for seed, dtype in enumerate(dtypes)
    )
    scene = Scene(Pyramid(random_picture(40, 50), is_mask=False), layers)
    viewport = view((50, 40), zoom, origin)
    difference = rgb(whole_frame(viewport, scene)) - oracle(viewport, scene)
    assert np.abs(difference).max() <= 1.5 * len(layers)


def test_mask_of_another_size_is_stretched_by_nearest_pixels() -> None:
    scene = Scene(Pyramid(random_picture(40, 50), is_mask=False), (layer(random_mask(17, 99)),))
    viewport = view((50, 40), 2.0, (0, 0))
    assert np.abs(rgb(whole_frame(viewport, scene)) - oracle(viewport, scene)).max() <= 1.5


def test_bare_picture_is_shown_as_it_is() -> None:
    picture = random_picture(64, 96)
    frame = whole_frame(view((96, 64), 1.0, (0, 0)), Scene(Pyramid(picture, is_mask=False)))
    assert (rgb(frame) == picture).all()
    assert (frame >> 24 == 255).all()


@pytest.mark.parametrize("style", [Style.FILL, Style.OUTLINE, Style.BOTH])
def test_hidden_layers_leave_no_trace(style: Style) -> None:
    picture = Pyramid(random_picture(4, 4), is_mask=False)
    viewport = view((4, 4), 10.0, (-1, -1))
    bare = whole_frame(viewport, Scene(picture))
    for look in (Look(is_visible=False, style=style), Look(opacity=0, style=style)):
        assert (whole_frame(viewport, Scene(picture, (layer(SMALL, look),))) == bare).all()


def test_device_pixels_show_the_pixel_that_the_pointer_names() -> None:
    """A tool paints at floor(to_image); just there the frame must change, at any zoom >= 1."""
    for zoom in (1.0, 1.37, 2.0, 3.0, 7.1):
        viewport = view((50, 40), zoom, (3.77, 1.23))
        pixels = np.zeros((40, 50), np.uint8)
        before = whole_frame(viewport, Scene(None, (layer(pixels),), grid=False))
        x, y = 37, 22
        point = viewport.to_image(x, y)
        pixels[math.floor(point.y), math.floor(point.x)] = 1
        changed = whole_frame(viewport, Scene(None, (layer(pixels),), grid=False)) != before
        assert changed[y, x]
        rows, columns = np.nonzero(changed)
        named = {
            (math.floor(p.x), math.floor(p.y))
            for p in (
                viewport.to_image(c, r)
                for r, c in zip(rows.tolist(), columns.tolist(), strict=True)
            )
        }
        assert named == {(math.floor(point.x), math.floor(point.y))}


def test_grid_lines_begin_pixels_from_6x_on() -> None:
    picture = Pyramid(np.zeros((4, 4, 3), np.uint8), is_mask=False)
    frame = rgb(whole_frame(view((4, 4), 8.0, (0, 0)), Scene(picture)))[:32, :32, 0]
    grey = round(0.35 * 128)
    assert (frame[::8] == grey).all()
    assert (frame[:, ::8] == grey).all()
    assert np.count_nonzero(frame) == 32 * 4 + 32 * 4 - 16
    assert not rgb(whole_frame(view((4, 4), 5.9, (0, 0)), Scene(picture)))[:23, :23].any()
    assert not rgb(whole_frame(view((4, 4), 8.0, (0, 0)), Scene(picture, grid=False)))[
        :32, :32
    ].any()


def test_outline_is_two_pixels_at_the_border_with_a_casing_around() -> None:
    picture = Pyramid(np.full((8, 8, 3), 255, np.uint8), is_mask=False)
    pixels = np.zeros((8, 8), np.uint8)
    pixels[:, 4:] = 2
    scene = Scene(picture, (layer(pixels, Look(opacity=1.0, style=Style.OUTLINE)),), grid=False)
    row = rgb(whole_frame(view((8, 8), 8.0, (0, 0)), scene))[20, :64]
    assert (row[:30] == 255).all()
    assert (row[30] == 102).all()
    assert (row[31] == row[32]).all()
    assert row[31, 2] > row[31, 0]
    assert (row[33] == 102).all()
    assert (row[34:] == 255).all()


def test_each_side_of_a_border_has_its_own_color() -> None:
    pixels = np.zeros((8, 8), np.uint8)
    pixels[:, :4] = 1
    pixels[:, 4:] = 2
    scene = Scene(None, (layer(pixels, Look(opacity=1.0, style=Style.OUTLINE)),), grid=False)
    row = rgb(whole_frame(view((8, 8), 8.0, (0, 0)), scene))[20, :64]
    assert row[31, 0] > row[31, 2]
    assert row[32, 2] > row[32, 0]


def test_hidden_class_next_to_background_has_no_outline() -> None:
    pixels = np.zeros((8, 8), np.uint8)
    pixels[:, 4:] = 3
    picture = Pyramid(random_picture(8, 8), is_mask=False)
    viewport = view((8, 8), 4.0, (0, 0))
    scene = Scene(picture, (layer(pixels, Look(style=Style.BOTH)),))
    assert (whole_frame(viewport, scene) == whole_frame(viewport, Scene(picture))).all()


def test_gray_and_transparent_pictures_are_shown() -> None:
    viewport = view((4, 4), 1.0, (0, 0))
    gray = np.full((4, 4), 77, np.uint8)
    assert (rgb(whole_frame(viewport, Scene(Pyramid(gray, is_mask=False))))[:4, :4] == 77).all()
    clear = np.zeros((4, 4, 4), np.uint8)
    board = rgb(whole_frame(viewport, Scene(Pyramid(clear, is_mask=False))))[:4, :4]
    assert (board == 204).all()


def test_reduced_levels_of_masks_show_the_same_pixels_as_the_mask() -> None:
    pixels = random_mask(700, 900)
    plain, built = Pyramid(pixels, is_mask=True), Pyramid(pixels, is_mask=True)
    built.build()
    for zoom in (0.09, 0.11, 0.2, 0.25, 0.4):
        viewport = view((900, 700), zoom, (11.0, 7.0))
        frames = [
            whole_frame(viewport, Scene(None, (ShownLayer(mask_of, PALETTE, FILL),)))
            for mask_of in (plain, built)
        ]
        assert (frames[0] == frames[1]).all()


edges = st.integers(0, 96)
looks = st.builds(
    Look,
    is_visible=st.just(True),
    opacity=st.floats(0.1, 1),
    style=st.sampled_from(Style),
)
zooms = st.sampled_from([0.05, 0.13, 0.25, 0.3, 0.5, 0.77, 1.0, 1.4, 2.0, 3.3, 6.0, 9.5, 16.0])


@given(
    zooms,
    st.tuples(st.floats(-0.3, 0.9), st.floats(-0.3, 0.9)),
    st.lists(st.tuples(edges, edges, edges, edges), min_size=1, max_size=4),
    st.lists(st.tuples(looks, st.sampled_from(["uint8", "uint16"])), max_size=3),
    st.booleans(),
    st.sampled_from([(96, 64), (250, 180), (31, 200)]),
)
@settings(max_examples=250, deadline=None)
def test_repainting_a_part_gives_the_words_of_the_whole(
    zoom: float,
    place: tuple[float, float],
    areas: list[tuple[int, int, int, int]],
    looks_and_dtypes: list[tuple[Look, str]],
    has_levels: bool,
    size: tuple[int, int],
) -> None:
    width, height = size
    layers = []
    for seed, (look, dtype) in enumerate(looks_and_dtypes):
        shape = (height, width) if seed != 1 else (height // 2, width * 2)
        layers.append(layer(random_mask(*shape, seed, dtype), look))
    scene = Scene(Pyramid(random_picture(height, width), is_mask=False), tuple(layers))
    if has_levels:
        for pyramid in (scene.picture, *(drawn.mask for drawn in layers)):
            assert pyramid is not None
            pyramid.build()
    viewport = view(size, zoom, (place[0] * width, place[1] * height))
    expected = whole_frame(viewport, scene)
    frame = np.full_like(expected, 0xDEADBEEF)
    for x0, y0, x1, y1 in areas:
        rect = Rect(x0, y0, x1, y1) & Rect(0, 0, 96, 64)
        compose(frame, rect, viewport, scene)
        assert (frame[rect.slices] == expected[rect.slices]).all()
    touched = np.zeros(frame.shape, np.bool_)
    for x0, y0, x1, y1 in areas:
        touched[y0:y1, x0:x1] = True
    assert (frame[~touched] == 0xDEADBEEF).all()


@given(
    zooms,
    st.tuples(st.floats(-0.3, 0.9), st.floats(-0.3, 0.9)),
    st.tuples(*[st.integers(0, 250)] * 2, *[st.integers(1, 30)] * 2),
    looks,
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_repainting_the_view_rect_of_a_change_is_enough(
    zoom: float,
    place: tuple[float, float],
    change: tuple[int, int, int, int],
    look: Look,
    has_levels: bool,
) -> None:
    pixels = random_mask(180, 250)
    pyramid = Pyramid(pixels, is_mask=True)
    if has_levels:
        pyramid.build()
    scene = Scene(None, (ShownLayer(pyramid, PALETTE, look),))
    viewport = view((250, 180), zoom, (place[0] * 250, place[1] * 180))
    frame = whole_frame(viewport, scene)
    x, y, width, height = change
    rect = Rect(x, y, x + width, y + height) & Rect(0, 0, 250, 180)
    pixels[rect.slices] = 1
    pyramid.update(rect)
    compose(frame, viewport.view_rect(rect), viewport, scene)
    assert (frame == whole_frame(viewport, scene)).all()


def test_area_outside_the_view_is_left_out() -> None:
    viewport = view((4, 4), 1.0, (0, 0))
    scene = Scene(None, (layer(SMALL),))
    frame = np.zeros((64, 96), np.uint32)
    compose(frame, Rect(-50, -50, 500, 500), viewport, scene)
    assert (frame == whole_frame(viewport, replace(scene))).all()

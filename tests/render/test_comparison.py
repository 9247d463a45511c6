"""Kinds of difference against hand-drawn masks and a plain oracle; their look pixel by pixel."""

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
from maskstudio.render.comparison import Difference, PairRules, ShownPair, swatch
from maskstudio.render.compose import Scene, compose
from maskstudio.render.palette import Words
from maskstudio.render.pyramid import Pyramid
from maskstudio.render.viewport import Viewport
from tests.helpers.masks import mask, text

SAME_CLASSES = np.arange(65536, dtype=np.int32)
RULES = PairRules(SAME_CLASSES, SAME_CLASSES, ignored=frozenset({9}), nothing=frozenset({0}))
SIGNS = {
    Difference.SILENT: " ",
    Difference.CORRECT: "=",
    Difference.CHOSEN_CORRECT: "c",
    Difference.MISSED: "m",
    Difference.SPURIOUS: "s",
    Difference.CONFUSED: "x",
    Difference.OTHERS_CONFUSED: "o",
    Difference.NOT_COUNTED: "-",
}

TRUTH = mask("0011", "0012", "9922", "9120")
PREDICTION = mask("0111", "0902", "0912", "2122")


def drawn(kinds: NDArray[np.uint8]) -> list[str]:
    return ["".join(SIGNS[Difference(kind)] for kind in row) for row in kinds.tolist()]


def numbered(classes: dict[int, int]) -> NDArray[np.int32]:
    """Joint classes of some indices; all others are themselves."""
    table = SAME_CLASSES.copy()
    for index, joint in classes.items():
        table[index] = joint
    return table


def kinds(rules: PairRules, dtypes: tuple[str, str] = ("uint8", "uint8")) -> list[str]:
    return drawn(rules.kinds(PREDICTION.astype(dtypes[0]), TRUTH.astype(dtypes[1])))


DTYPES = [("uint8", "uint8"), ("uint16", "uint16"), ("uint8", "uint16"), ("uint16", "uint8")]


@pytest.mark.parametrize("dtypes", DTYPES)
def test_of_all_classes_pixels_are_missed_spurious_confused_or_not_counted(
    dtypes: tuple[str, str],
) -> None:
    assert kinds(RULES, dtypes) == ["=s==", "=mm=", "--x=", "-==s"]


@pytest.mark.parametrize("dtypes", DTYPES)
def test_of_a_chosen_class_errors_refer_to_it(dtypes: tuple[str, str]) -> None:
    rules = replace(RULES, shown_class=1)
    assert kinds(rules, dtypes) == [" scc", " om ", "--s ", "-c o"]


@pytest.mark.parametrize("dtypes", DTYPES)
def test_of_a_cell_of_the_matrix_exactly_its_pixels_are_shown(dtypes: tuple[str, str]) -> None:
    assert kinds(replace(RULES, shown_cell=(2, 1)), dtypes) == ["    ", "    ", "  x ", "    "]
    assert kinds(replace(RULES, shown_cell=(1, 1)), dtypes) == ["  cc", "    ", "    ", " c  "]
    assert kinds(replace(RULES, shown_cell=(9, 0)), dtypes) == ["    ", "    ", "-   ", "    "]


def test_without_background_or_ignored_classes_everything_wrong_is_confused() -> None:
    rules = PairRules(SAME_CLASSES, SAME_CLASSES)
    assert kinds(rules) == ["=x==", "=xx=", "x=x=", "x==x"]


@pytest.mark.parametrize("dtypes", DTYPES)
def test_classes_are_aligned_and_one_without_partner_is_wrong_everywhere(
    dtypes: tuple[str, str],
) -> None:
    """The prediction calls road 2 and car 1, and its 9 is a class of its own."""
    rules = replace(RULES, of_prediction=numbered({1: 2, 2: 1, 9: 70_000}))
    assert kinds(rules, dtypes) == ["=sxx", "=smx", "--=x", "-xxs"]


def test_highest_indices_of_16_bit_masks_are_told_apart() -> None:
    truth = np.array([[65534, 65535, 300]], np.uint16)
    prediction = np.array([[65535, 65535, 44]], np.uint16)
    assert drawn(RULES.kinds(prediction, truth)) == ["x=x"]


def plain_kind(truth: int, prediction: int, chosen: int | None) -> Difference:
    """The rules as a person would say them."""
    if truth == 9:
        return Difference.NOT_COUNTED
    if chosen is None:
        if truth == prediction:
            return Difference.CORRECT
        if prediction in (0, 9):
            return Difference.MISSED
        return Difference.SPURIOUS if truth == 0 else Difference.CONFUSED
    if truth == chosen:
        return Difference.CHOSEN_CORRECT if prediction == chosen else Difference.MISSED
    if prediction == chosen:
        return Difference.SPURIOUS
    return Difference.SILENT if truth == prediction else Difference.OTHERS_CONFUSED


LOOKS: dict[Difference, tuple[tuple[int, int, int], float]] = {
    Difference.SILENT: ((0, 0, 0), 0),
    Difference.CORRECT: ((0x8C, 0x92, 0x99), 0.16),
    Difference.CHOSEN_CORRECT: ((0x8C, 0x92, 0x99), 0.42),
    Difference.MISSED: ((0x2F, 0x8C, 0xFF), 0.80),
    Difference.SPURIOUS: ((0xE0, 0x48, 0x1E), 0.74),
    Difference.CONFUSED: ((0xFF, 0xD6, 0x0A), 0.75),
    Difference.OTHERS_CONFUSED: ((0, 0, 0), 0),
    Difference.NOT_COUNTED: ((0, 0, 0), 0.45),
}


def plain_color(kind: Difference, grey: float, x: int, y: int) -> NDArray[np.float64]:
    """Color of a device pixel; x and y count from the picture's corner."""
    ground = np.full(3, grey + (0x22 - grey) * 0.62)
    color, opacity = LOOKS[kind]
    shown = ground + (np.array(color) - ground) * opacity
    falls, rises = (x - y) % 8, (x + y) % 8
    if kind is Difference.MISSED and falls < 2:
        shown = shown + (255 - shown) * 0.38
    elif kind is Difference.CONFUSED and rises < 2:
        shown = shown * 0.55
    elif kind is Difference.OTHERS_CONFUSED and rises < 2:
        shown = shown + (np.array((0xFF, 0xD6, 0x0A)) - shown) * 0.85
    elif kind is Difference.NOT_COUNTED and falls < 1:
        shown = shown + (255 - shown) * 0.28
    return np.asarray(shown)


def random_mask(height: int, width: int, seed: int) -> NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    blocks = rng.choice([0, 1, 2, 9], (height // 3 + 1, width // 3 + 1))
    return np.kron(blocks, np.ones((3, 3), np.int64))[:height, :width].astype(np.uint8)


def random_grey(height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (height, width), dtype=np.uint8)


def scene_of(
    prediction: NDArray[Any],
    truth: NDArray[Any],
    picture: NDArray[Any] | None,
    rules: PairRules = RULES,
) -> Scene:
    pair = ShownPair(Pyramid(prediction, is_mask=True), Pyramid(truth, is_mask=True), rules)
    shown = None if picture is None else Pyramid(picture, is_mask=False)
    return Scene(shown, pair=pair)


def whole_frame(viewport: Viewport, scene: Scene) -> Words:
    width, height = viewport.view_size
    frame = np.zeros((height, width), np.uint32)
    compose(frame, Rect.of_size(viewport.view_size), viewport, scene)
    return frame


def rgb(words: Words) -> NDArray[np.int64]:
    return np.stack([(words >> shift) & 255 for shift in (16, 8, 0)], axis=-1).astype(np.int64)


def view(image: tuple[int, int], zoom: float, origin: tuple[float, float]) -> Viewport:
    return Viewport(Size(*image), Size(96, 64), zoom, Point(*origin))


VIEWS = [
    (1.0, (-10.0, -7.0)),
    (1.0, (5.0, 3.0)),
    (3.0, (1.3, 2.0)),
    (2.7, (-2.0, 8.5)),
    (0.6, (3.0, 2.0)),
]


@pytest.mark.parametrize(("zoom", "origin"), VIEWS)
@pytest.mark.parametrize("chosen", [None, 1])
def test_every_device_pixel_has_the_color_and_lines_of_its_kind(
    zoom: float, origin: tuple[float, float], chosen: int | None
) -> None:
    prediction, truth, grey = random_mask(40, 50, 1), random_mask(40, 50, 2), random_grey(40, 50)
    viewport = view((50, 40), zoom, origin)
    scene = scene_of(prediction, truth, grey, replace(RULES, shown_class=chosen))
    frame = rgb(whole_frame(viewport, scene))
    left, top = viewport.corner
    shown = viewport.picture_rect() & Rect(0, 0, 96, 64)
    for y in range(shown.y0, shown.y1):
        for x in range(shown.x0, shown.x1):
            point = viewport.to_image(x, y)
            at = math.floor(point.y), math.floor(point.x)
            kind = plain_kind(int(truth[at]), int(prediction[at]), chosen)
            color = plain_color(kind, float(grey[at]), x - left, y - top)
            assert np.abs(frame[y, x] - color).max() <= 0.5001, (x, y, kind)


def test_around_the_picture_ground_and_edge_are_as_always() -> None:
    viewport = view((4, 4), 8.0, (-2.0, -2.0))
    scene = scene_of(PREDICTION, TRUTH, random_grey(4, 4))
    frame, plain = whole_frame(viewport, scene), whole_frame(viewport, replace(scene, pair=None))
    outside = np.ones(frame.shape, np.bool_)
    outside[viewport.picture_rect().slices] = False
    assert (frame[outside] == plain[outside]).all()


@pytest.mark.parametrize("channels", [None, 3, 4])
def test_pictures_of_any_kind_turn_grey(channels: int | None) -> None:
    shape = (4, 4) if channels is None else (4, 4, channels)
    picture = np.full(shape, 100, np.uint8)
    if channels == 4:
        picture[..., 3] = 255
    frame = rgb(whole_frame(view((4, 4), 1.0, (0, 0)), scene_of(TRUTH, TRUTH, picture)))
    correct = plain_color(Difference.CORRECT, 100.0, 0, 0)
    assert np.abs(frame[0, 0] - correct).max() <= 1


def test_without_a_picture_the_difference_is_still_shown() -> None:
    frame = rgb(whole_frame(view((4, 4), 8.0, (0, 0)), scene_of(PREDICTION, TRUTH, None)))
    red, _, blue = frame[4, 12]
    assert red > 150 > blue


def test_masks_of_differing_sizes_are_never_compared() -> None:
    picture = random_grey(4, 4)
    scene = scene_of(PREDICTION[:2, :2], TRUTH, picture)
    assert scene.pair is not None
    assert not scene.pair.is_comparable
    frame = rgb(whole_frame(view((4, 4), 1.0, (0, 0)), scene))[:4, :4]
    receded = picture + (0x22 - picture.astype(float)) * 0.62
    assert np.abs(frame - receded[..., None]).max() <= 0.5001


def test_a_pair_smaller_than_the_picture_is_stretched_by_nearest_pixels() -> None:
    truth = np.kron(TRUTH, np.ones((2, 2), np.uint8))
    prediction = np.kron(PREDICTION, np.ones((2, 2), np.uint8))
    picture, viewport = random_grey(8, 8), view((8, 8), 3.0, (0, 0))
    small = whole_frame(viewport, scene_of(PREDICTION, TRUTH, picture))
    large = whole_frame(viewport, scene_of(prediction, truth, picture))
    assert (small == large).all()


def test_grid_lines_run_over_the_difference_from_6x_on() -> None:
    scene = scene_of(TRUTH, TRUTH, np.full((4, 4), 255, np.uint8))
    viewport = view((4, 4), 8.0, (0, 0))
    with_grid = whole_frame(viewport, scene)
    without = whole_frame(viewport, replace(scene, grid=False))
    differs = np.argwhere(with_grid != without)
    on_lines = (differs % 8 == 0).any(axis=1)
    assert differs.size
    assert on_lines.all()
    below = rgb(without[:1, 8:9]).astype(float)
    lined = below + (128 - below) * 0.35
    assert np.abs(rgb(with_grid[:1, 8:9]) - lined).max() <= 1


@settings(max_examples=60, deadline=None)
@given(
    zoom=st.sampled_from([0.3, 0.6, 1.0, 2.7, 3.0, 8.0]),
    origin=st.tuples(st.floats(-20, 40), st.floats(-20, 30)),
    corner=st.tuples(st.integers(0, 95), st.integers(0, 63)),
    size=st.tuples(st.integers(1, 96), st.integers(1, 64)),
    chosen=st.sampled_from([None, 1]),
)
def test_part_of_a_frame_equals_the_same_part_of_a_whole_one(
    zoom: float,
    origin: tuple[float, float],
    corner: tuple[int, int],
    size: tuple[int, int],
    chosen: int | None,
) -> None:
    rules = replace(RULES, shown_class=chosen)
    scene = scene_of(random_mask(40, 50, 1), random_mask(40, 50, 2), random_grey(40, 50), rules)
    viewport = view((50, 40), zoom, origin)
    whole = whole_frame(viewport, scene)
    area = Rect(*corner, corner[0] + size[0], corner[1] + size[1]) & Rect(0, 0, 96, 64)
    part = np.full((64, 96), 7, np.uint32)
    compose(part, area, viewport, scene)
    assert (part[area.slices] == whole[area.slices]).all()
    part[area.slices] = 7
    assert (part == 7).all()


def test_reduced_levels_show_the_same_pixels() -> None:
    prediction, truth = random_mask(600, 700, 1), random_mask(600, 700, 2)
    scene = scene_of(prediction, truth, None)
    viewport = view((700, 600), 0.13, (0, 0))
    before = whole_frame(viewport, scene)
    assert scene.pair is not None
    for pyramid in (scene.pair.prediction, scene.pair.ground_truth):
        pyramid.build()
    assert (whole_frame(viewport, scene) == before).all()


def test_swatches_look_like_the_picture() -> None:
    words = rgb(swatch(Difference.MISSED, 8, grey=100))
    for y, x in np.ndindex(8, 8):
        color = plain_color(Difference.MISSED, 100.0, x, y)
        assert np.abs(words[y, x] - color).max() <= 0.5001


def test_masks_are_left_as_they_were() -> None:
    before = text(PREDICTION), text(TRUTH)
    whole_frame(view((4, 4), 9.0, (0, 0)), scene_of(PREDICTION, TRUTH, random_grey(4, 4)))
    assert (text(PREDICTION), text(TRUTH)) == before

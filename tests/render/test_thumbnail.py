"""Thumbnails against values worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskstudio.core.geometry import Size
from maskstudio.core.image import Image, Window
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.render.palette import Palette
from maskstudio.render.thumbnail import fitted_size, small_mask, small_picture, thumbnail_words

PALETTE = Palette(
    LabelMap(
        (LabelClass(0, "background", (0, 0, 0)), LabelClass(1, "road", (200, 40, 10))),
        background=0,
    )
)


@pytest.mark.parametrize(
    ("picture", "expected"),
    [((480, 320), (66, 44)), ((320, 480), (33, 50)), ((10, 10), (50, 50)), ((9000, 3), (66, 1))],
)
def test_the_whole_picture_fits_the_box(
    picture: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert fitted_size(Size(*picture), Size(66, 50)) == Size(*expected)


def test_a_picture_is_averaged() -> None:
    pixels = np.array([[0, 100], [100, 200]], np.uint8)
    assert small_picture(Image(pixels), Size(1, 1)).tolist() == [[[100, 100, 100]]]


@pytest.mark.parametrize(
    ("pixels", "window"),
    [
        (np.full((4, 4), 5000, np.uint16), Window(0.0, 10000.0)),
        (np.full((4, 4), 0.5, np.float32), Window(0.0, 1.0)),
        (np.full((4, 4, 3), 128, np.uint8), Window(0.0, 255.0)),
    ],
)
def test_every_depth_is_shown_within_its_window(pixels: NDArray[Any], window: Window) -> None:
    shown = small_picture(Image(pixels, window), Size(2, 2))
    assert shown.shape == (2, 2, 3)
    assert shown.dtype == np.uint8
    assert np.abs(shown.astype(int) - 127.5).max() <= 0.5


def test_what_is_transparent_shows_the_board() -> None:
    pixels = np.zeros((20, 20, 4), np.uint8)
    assert set(np.unique(small_picture(Image(pixels), Size(20, 20)))) == {153, 204}


def test_a_mask_is_read_and_never_mixed() -> None:
    pixels = np.repeat(np.repeat(np.array([[3, 9], [9, 3]], np.uint16), 60, 0), 60, 1)
    small = small_mask(pixels, Size(2, 2))
    assert small.tolist() == [[3, 3, 3, 9, 9, 9]] * 3 + [[9, 9, 9, 3, 3, 3]] * 3


def test_classes_are_washed_over_the_picture_and_background_is_not() -> None:
    picture = np.full((1, 2, 3), 100, np.uint8)
    mask = np.array([[0, 0, 0, 1, 1, 1]] * 3, np.uint8)
    words = thumbnail_words(picture, mask, PALETTE, 0.5)
    assert words.tolist() == [[0xFF646464, 0xFF964637]]  # (100+200)/2, (100+40)/2, (100+10)/2


def test_an_edge_inside_a_thumbnail_pixel_is_softened() -> None:
    picture = np.zeros((1, 1, 3), np.uint8)
    mask = np.array([[1, 0, 0]] * 3, np.uint8)
    words = thumbnail_words(picture, mask, PALETTE, 0.9)
    assert words.tolist() == [[0xFF3C0C03]]  # 0.9 / 3 of (200, 40, 10)


def test_a_mask_alone_is_opaque_on_nothing() -> None:
    mask = np.array([[0, 0, 0, 1, 1, 1]] * 3, np.uint8)
    assert thumbnail_words(None, mask, PALETTE, 0.5).tolist() == [[0, 0xFFC8280A]]


def test_a_picture_alone_is_left_as_it_is() -> None:
    picture = np.array([[[1, 2, 3]]], np.uint8)
    assert thumbnail_words(picture, None, PALETTE, 0.5).tolist() == [[0xFF010203]]

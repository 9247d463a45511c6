from __future__ import annotations

import numpy as np
import pytest

from maskstudio.core.image import FULL_8_BIT, Adjustment, Window
from maskstudio.render.picture import NEUTRAL, auto_window, over_checkerboard, to_8_bit


def test_8_bit_pictures_pass_unchanged() -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    assert to_8_bit(pixels, FULL_8_BIT, NEUTRAL) is pixels


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_window_maps_low_to_black_and_high_to_white(dtype: str) -> None:
    pixels = np.array([[0, 1000, 2000, 3000, 5000]], dtype)
    shown = to_8_bit(pixels, Window(1000, 3000), NEUTRAL)
    assert shown.tolist() == [[0, 0, 128, 255, 255]]


def test_nan_and_infinities_of_float_pictures_are_shown() -> None:
    pixels = np.array([[np.nan, -np.inf, np.inf, 0.5]], np.float32)
    assert to_8_bit(pixels, Window(0, 1), NEUTRAL).tolist() == [[0, 0, 255, 128]]


def test_brightness_contrast_and_gamma() -> None:
    pixels = np.array([[0, 64, 128, 255]], np.uint8)
    brighter = to_8_bit(pixels, FULL_8_BIT, Adjustment(brightness=0.2))
    assert brighter.tolist() == [[51, 115, 179, 255]]
    steeper = to_8_bit(pixels, FULL_8_BIT, Adjustment(contrast=1.0))
    assert steeper.tolist() == [[0, 0, 132, 255]]
    lighter = to_8_bit(pixels, FULL_8_BIT, Adjustment(gamma=2.0))
    assert lighter.tolist() == [[0, 128, 181, 255]]


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_adjusting_leaves_alpha_alone(dtype: str) -> None:
    full = np.iinfo(dtype).max
    pixels = np.full((1, 1, 4), full, dtype)
    shown = to_8_bit(pixels, Window(0, full), Adjustment(brightness=-1.0))
    assert shown.tolist() == [[[0, 0, 0, 255]]]


def test_transparent_pixels_show_the_board() -> None:
    rgba = np.array([[[10, 20, 30, 255], [10, 20, 30, 0], [10, 20, 30, 0]]], np.uint8)
    shown = over_checkerboard(rgba, np.array([[False, False, True]]))
    assert shown.tolist() == [[[10, 20, 30], [204, 204, 204], [153, 153, 153]]]


def test_auto_window_leaves_out_half_a_percent_at_each_end() -> None:
    pixels = np.arange(1001, dtype=np.uint16).reshape(7, 143)
    assert auto_window(pixels) == pytest.approx((5, 995))


def test_auto_window_ignores_what_is_not_finite() -> None:
    pixels = np.array([[np.nan, np.inf, -np.inf, 2.0, 4.0]], np.float32)
    low, high = auto_window(pixels)
    assert 2.0 <= low < high <= 4.0


def test_auto_window_ignores_alpha() -> None:
    pixels = np.zeros((4, 4, 4), np.uint16)
    pixels[..., 3] = 65535
    pixels[0, 0, 0] = 100
    assert auto_window(pixels).high <= 100


@pytest.mark.parametrize("value", [0, 7, 65535])
def test_auto_window_of_a_constant_picture_shows_it_as_grey(value: int) -> None:
    pixels = np.full((3, 3), value, np.uint16)
    window = auto_window(pixels)
    assert to_8_bit(pixels, window, NEUTRAL)[0, 0] == 128


@pytest.mark.parametrize(
    "pixels", [np.full((2, 2), np.nan, np.float32), np.zeros((0, 5), np.uint16)]
)
def test_auto_window_of_nothing_is_zero_to_one(pixels: np.ndarray) -> None:
    assert auto_window(pixels) == (0, 1)


def test_one_odd_pixel_in_a_constant_picture_keeps_a_window() -> None:
    pixels = np.zeros((100, 100), np.float32)
    pixels[50, 50] = 9
    low, high = auto_window(pixels)
    assert low < high

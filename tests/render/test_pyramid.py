from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskstudio.core.geometry import Rect
from maskstudio.errors import CancelledError
from maskstudio.render.pyramid import FACTORS, Pyramid, factor_for

SHAPES = [(1, 1), (64, 64), (130, 1), (600, 777), (1025, 513)]


def random_pixels(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    return np.random.default_rng(4).integers(0, 250, shape).astype(dtype)


def test_levels_start_at_a_quarter() -> None:
    assert [factor_for(step) for step in (0.1, 1, 2, 3.9, 4, 7.9, 8, 64, 500)] == [
        1, 1, 1, 1, 4, 4, 8, 64, 64,
    ]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_levels_of_masks_hold_single_pixels(shape: tuple[int, int], dtype: str) -> None:
    pixels = random_pixels(shape, dtype)
    pyramid = Pyramid(pixels, is_mask=True)
    pyramid.build()
    for factor in FACTORS:
        assert (pyramid.levels[factor] == pixels[::factor, ::factor]).all()


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [(), (3,), (4,)])
def test_levels_of_pictures_hold_averages(dtype: str, channels: tuple[int, ...]) -> None:
    pixels = random_pixels((192, 384, *channels), dtype)
    pixels.flags.writeable = False
    pyramid = Pyramid(pixels, is_mask=False)
    pyramid.build()
    for factor in FACTORS:
        blocks = pixels.reshape(192 // factor, factor, 384 // factor, factor, *channels)
        mean = blocks.mean(axis=(1, 3), dtype=np.float64)
        # Each level is rounded, and made from the one before.
        assert np.abs(pyramid.levels[factor] - mean).max() <= 2.5


@pytest.mark.parametrize("shape", SHAPES)
def test_odd_borders_have_a_pixel_of_their_own(shape: tuple[int, int]) -> None:
    pyramid = Pyramid(np.full(shape, 9, np.uint8), is_mask=False)
    pyramid.build()
    for factor, level in pyramid.levels.items():
        assert level.shape == (-(-shape[0] // factor), -(-shape[1] // factor))
        assert (level == 9).all()


@pytest.mark.parametrize("is_mask", [True, False])
@pytest.mark.parametrize(
    "rect",
    [Rect(0, 0, 1, 1), Rect(100, 200, 333, 407), Rect(700, 590, 777, 600), Rect(-9, 5, 40, 6)],
)
def test_update_gives_what_building_anew_gives(is_mask: bool, rect: Rect) -> None:
    pixels = random_pixels((600, 777), "uint8")
    pyramid = Pyramid(pixels, is_mask=is_mask)
    pyramid.build()
    inside = rect & Rect(0, 0, 777, 600)
    pixels[inside.slices] = 255
    pyramid.update(rect)
    anew = Pyramid(pixels, is_mask=is_mask)
    anew.build()
    for factor in FACTORS:
        assert (pyramid.levels[factor] == anew.levels[factor]).all()


def stop() -> None:
    raise CancelledError


def test_stopping_leaves_no_levels() -> None:
    pyramid = Pyramid(np.zeros((2000, 10), np.uint8), is_mask=True)
    with pytest.raises(CancelledError):
        pyramid.build(stop)
    assert pyramid.levels == {}


def test_levels_cost_less_than_a_tenth() -> None:
    pyramid = Pyramid(np.zeros((2048, 2048), np.uint8), is_mask=True)
    pyramid.build()
    assert sum(level.nbytes for level in pyramid.levels.values()) < 0.095 * pyramid.pixels.nbytes

"""Regions against scipy's labelling and drawn examples."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from maskstudio.core.arrays import BinaryMask
from maskstudio.core.geometry import Rect
from maskstudio.raster.fill import contiguous_color, contiguous_region, same_color, same_index


def spread(found: tuple[Rect, BinaryMask], shape: tuple[int, ...]) -> BinaryMask:
    rect, pixels = found
    assert pixels.shape == (rect.height, rect.width)
    whole = np.zeros(shape[:2], np.bool_)
    whole[rect.slices] = pixels
    return whole


def labelled_region(alike: BinaryMask, x: int, y: int) -> BinaryMask:
    labels, _ = ndimage.label(alike)
    region: BinaryMask = labels == labels[y, x]
    return region


def random_mask(seed: int, dtype: str, shape: tuple[int, int] = (40, 50)) -> NDArray[np.uint16]:
    rng = np.random.default_rng(seed)
    blobs = ndimage.uniform_filter(rng.random(shape), 5) > 0.5
    return np.where(blobs, 3, np.iinfo(dtype).max).astype(dtype)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("seed", range(5))
def test_region_is_what_edges_join(seed: int, dtype: str) -> None:
    mask = random_mask(seed, dtype)
    for x, y in [(0, 0), (49, 39), (25, 20)]:
        found = spread(contiguous_region(mask, x, y), mask.shape)
        assert (found == labelled_region(mask == mask[y, x], x, y)).all()


def test_corners_do_not_join() -> None:
    rect, pixels = contiguous_region(np.eye(3, dtype=np.uint8), 0, 0)
    assert rect == Rect(0, 0, 1, 1)
    assert pixels.tolist() == [[True]]


def test_region_wider_than_the_first_search_is_whole() -> None:
    mask = np.zeros((1500, 2000), np.uint8)
    mask[700, 3:1990] = 7
    mask[20:1400, 1989] = 7
    found = spread(contiguous_region(mask, 100, 700), mask.shape)
    assert (found == (mask == 7)).all()


def test_region_does_not_need_a_writable_mask() -> None:
    mask = np.zeros((4, 4), np.uint8)
    mask.flags.writeable = False
    assert contiguous_region(mask, 1, 1)[0] == Rect(0, 0, 4, 4)


def test_seed_outside_is_refused() -> None:
    with pytest.raises(IndexError):
        contiguous_region(np.zeros((4, 4), np.uint8), 4, 0)
    with pytest.raises(IndexError):
        same_color(np.zeros((4, 4), np.uint8), 0, -1, 3)


def test_same_index_finds_every_pixel() -> None:
    mask = random_mask(9, "uint16")
    assert (spread(same_index(mask, 3), mask.shape) == (mask == 3)).all()
    assert same_index(mask, 4)[0].is_empty


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [0, 3])
def test_color_tolerance_is_the_greatest_channel_difference(dtype: str, channels: int) -> None:
    rng = np.random.default_rng(3)
    shape = (30, 30, channels) if channels else (30, 30)
    picture = rng.integers(0, 12, shape).astype(dtype)
    difference = np.abs(picture.astype(np.int64) - picture[8, 5].astype(np.int64))
    alike = (difference.max(axis=2) if channels else difference) <= 6
    assert (spread(same_color(picture, 5, 8, 6), shape) == alike).all()
    assert (spread(contiguous_color(picture, 5, 8, 6), shape) == labelled_region(alike, 5, 8)).all()


def test_tolerance_does_not_wrap_at_the_ends_of_the_range() -> None:
    picture = np.array([[0, 250, 255]], np.uint8)
    assert same_color(picture, 2, 0, 10)[1].tolist() == [[True, True]]
    assert same_color(picture, 0, 0, 10)[1].tolist() == [[True]]


def test_nan_is_like_nan_alone() -> None:
    picture = np.array([[np.nan, np.nan, 1.0]], np.float32)
    assert contiguous_color(picture, 0, 0, 5)[1].tolist() == [[True, True]]
    assert contiguous_color(picture, 2, 0, 5)[1].tolist() == [[True]]

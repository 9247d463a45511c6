"""Boundary figures against scipy, and against hand-drawn masks.

Those of whole data sets stand in `tests/workflows/test_compare_boundary.py`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from maskstudio.metrics.boundary import BoundaryScores, BoundarySums, measure_boundaries
from tests.helpers.masks import mask

SQUARE = mask(
    "........",
    "..111...",
    "..111...",
    "..111...",
    "........",
)


def moved_right(pixels: NDArray[Any]) -> NDArray[Any]:
    return np.roll(pixels, 1, axis=1)


def ragged(seed: int, height: int = 90, width: int = 140) -> NDArray[np.uint8]:
    """Blots of three classes that touch all borders."""
    noise = np.random.default_rng(seed).normal(size=(height, width))
    smooth = ndimage.gaussian_filter(noise, 5)
    classes: NDArray[Any] = np.digitize(smooth, np.quantile(smooth, [0.3, 0.6]))
    return classes.astype(np.uint8)


def test_equal_masks_agree_wholly() -> None:
    found = measure_boundaries(SQUARE, SQUARE, [0, 1])
    assert found[1].f == 1
    assert found[1].band_intersection == found[1].band_union
    assert (found[1].hd95, found[1].assd) == (0, 0)


def test_a_square_one_pixel_aside() -> None:
    """Each outline is 8 straight corners of length 1 and 4 bent ones of sqrt(1/2) long. One pixel
    off lie two straight and two bent corners of one side, and two straight ones of the other."""
    found = measure_boundaries(moved_right(SQUARE), SQUARE, [1])[1]
    length = 8 + 4 * math.sqrt(0.5)
    off = 4 + 2 * math.sqrt(0.5)
    assert found.hd95 == 1
    assert found.assd == pytest.approx(off / length)
    assert found.f == 1, "the radius is 1 pixel at least"
    band = SQUARE.astype(bool)
    band[2, 3] = False
    other = moved_right(band)
    assert found.band_intersection == (band & other).sum()
    assert found.band_union == (band | other).sum()


def test_a_class_on_one_side_alone_has_no_distances() -> None:
    nothing = np.zeros_like(SQUARE)
    found = measure_boundaries(nothing, SQUARE, [1, 2])
    assert found.keys() == {1}
    assert (found[1].f, found[1].band_intersection) == (0, 0)
    assert found[1].hd95 is found[1].assd is None


def test_a_class_that_fills_the_picture_has_no_boundary_within_it() -> None:
    full = np.ones((4, 6), np.uint8)
    found = measure_boundaries(full, full, [1])[1]
    assert found.f == 1
    assert (found.hd95, found.assd) == (0, 0)
    assert found.band_union == 4 * 6 - 2 * 4, "the border of the picture is outline"


def test_pixels_ignored_in_the_ground_truth_count_for_neither_side() -> None:
    truth = SQUARE.copy()
    truth[:, 5:] = 9
    found = measure_boundaries(moved_right(SQUARE), truth, [1], {9})[1]
    cleared = moved_right(SQUARE)
    cleared[:, 5:] = 0
    assert found == measure_boundaries(cleared, SQUARE, [1])[1]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("index", [0, 1, 2])
def test_distances_equal_those_of_scipy(seed: int, index: int) -> None:
    """Corners of pixels, their distances and lengths are found by another library here."""
    prediction, truth = ragged(seed), ragged(seed + 100)
    found = measure_boundaries(prediction, truth, [index])[index]
    ways = [
        directed(prediction == index, truth == index),
        directed(truth == index, prediction == index),
    ]
    assert found.assd == pytest.approx(sum(np.average(d, weights=w) for d, w in ways) / 2, abs=1e-9)
    assert found.hd95 == pytest.approx(max(percentile(d, w) for d, w in ways), abs=1e-9)


def directed(one: NDArray[Any], other: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    corners, lengths = outline(one)
    far = ndimage.distance_transform_edt(~outline(other)[0])
    return far[corners], lengths[corners]


def outline(region: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    padded = np.pad(region, 1).astype(int)
    around = padded[:-1, :-1] + padded[:-1, 1:] + padded[1:, :-1] + padded[1:, 1:]
    is_diagonal = (around == 2) & (padded[:-1, :-1] == padded[1:, 1:])
    lengths = np.where(around == 2, 1.0, math.sqrt(0.5))
    return (around > 0) & (around < 4), np.where(is_diagonal, math.sqrt(2), lengths)


def percentile(distances: NDArray[Any], lengths: NDArray[Any]) -> float:
    order = np.argsort(distances)
    within = np.cumsum(lengths[order]) / lengths.sum()
    return float(distances[order][np.argmax(within >= 0.95)])


@pytest.mark.parametrize("seed", range(3))
def test_bands_and_boundaries_equal_those_of_scipy(seed: int) -> None:
    prediction, truth = ragged(seed, 300, 400), ragged(seed + 50, 300, 400)
    found = measure_boundaries(prediction, truth, [1])[1]
    bands = [eroded_away(side == 1, 10) for side in (prediction, truth)]
    assert found.band_intersection == (bands[0] & bands[1]).sum()
    assert found.band_union == (bands[0] | bands[1]).sum()
    assert found.f == pytest.approx(boundary_f(prediction == 1, truth == 1, 4))


def eroded_away(region: NDArray[Any], width: int) -> NDArray[Any]:
    square = np.ones((2 * width + 1,) * 2, bool)
    kept: NDArray[Any] = region & ~ndimage.binary_erosion(region, square, border_value=0)
    return kept


def boundary_f(prediction: NDArray[Any], truth: NDArray[Any], radius: int) -> float:
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    disk = x**2 + y**2 <= radius**2
    one, other = boundary(prediction), boundary(truth)
    precision = one[ndimage.binary_dilation(other, disk)].sum() / one.sum()
    recall = other[ndimage.binary_dilation(one, disk)].sum() / other.sum()
    return float(2 * precision * recall / (precision + recall))


def boundary(region: NDArray[Any]) -> NDArray[Any]:
    right = np.pad(region, ((0, 0), (0, 1)), mode="edge")[:, 1:]
    below = np.pad(region, ((0, 1), (0, 0)), mode="edge")[1:]
    beyond = np.pad(region, ((0, 1), (0, 1)), mode="edge")[1:, 1:]
    beyond[-1], beyond[:, -1] = region[-1], region[:, -1]
    found: NDArray[Any] = (region != right) | (region != below) | (region != beyond)
    return found


def test_sums_average_samples_first_and_classes_then() -> None:
    sums = BoundarySums()
    assert sums.scores() == BoundaryScores()
    sums.add(measure_boundaries(SQUARE, SQUARE, [0, 1]))
    nothing = np.zeros_like(SQUARE)
    sums.add(measure_boundaries(nothing, SQUARE, [0, 1]))
    per_class = sums.per_class()
    assert per_class[1].boundary_f == 1 / 2
    assert per_class[1].boundary_iou == 1 / 2
    assert per_class[1].hd95_px == 0, "of the sample that has the class on both sides"
    assert per_class[0].hd95_px is not None
    assert sums.scores().hd95_px == pytest.approx(per_class[0].hd95_px / 2)

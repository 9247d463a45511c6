"""Counting pixels of classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import DTypeLike, NDArray

from maskstudio.metrics.histogram import STRIP_PIXELS, count_indices, exchange
from tests.helpers.masks import mask


def nonzero(counts: NDArray[Any]) -> dict[int, int]:
    return {int(i): int(counts[i]) for i in np.flatnonzero(counts)}


def test_every_pixel_of_a_drawn_mask_is_counted_once() -> None:
    assert nonzero(count_indices(mask("..11", ".222", "a..."))) == {0: 6, 1: 2, 2: 3, 10: 1}


@pytest.mark.parametrize(("dtype", "n"), [(np.uint8, 256), (np.uint16, 65_536)])
@pytest.mark.parametrize("shape", [(0, 5), (1, 1), (7, 3), (3, STRIP_PIXELS + 1), (2000, 401)])
def test_counts_agree_with_unique_for_any_shape(
    dtype: DTypeLike, n: int, shape: tuple[int, int]
) -> None:
    pixels = np.random.default_rng(4).integers(0, n, shape).astype(dtype)
    indices, numbers = np.unique(pixels, return_counts=True)
    counts = count_indices(pixels)
    assert counts.dtype == np.int64
    assert counts.shape == (n,)
    assert nonzero(counts) == dict(zip(indices.tolist(), numbers.tolist(), strict=True))


def test_exchanging_a_tile_moves_its_pixels_to_their_new_classes() -> None:
    before, now = mask("11", "22"), mask("12", "23")
    counts = exchange(count_indices(mask("11.", "22.")), [(before, now)])
    assert nonzero(counts) == {0: 2, 1: 1, 2: 2, 3: 1}


def test_a_tile_that_grew_to_16_bit_is_counted_too() -> None:
    before = mask("11", "11")
    now = np.array([[1, 300], [1, 1]], np.uint16)
    counts = exchange(count_indices(before), [(before, now)])
    assert nonzero(counts) == {1: 3, 300: 1}
    assert nonzero(exchange(counts, [(now, before)])) == {1: 4}

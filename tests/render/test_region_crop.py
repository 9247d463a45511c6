"""Small pictures of regions show the region and what lies around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskstudio.core.geometry import Rect, Size
from maskstudio.core.image import Image
from maskstudio.render.comparison import PairRules
from maskstudio.render.region_crop import crop_around, crop_words

CROP = Size(44, 34)
SAME = np.arange(65_536, dtype=np.int32)


@pytest.mark.parametrize(
    ("rect", "picture"),
    [
        (Rect(0, 0, 1, 1), Size(480, 360)),
        (Rect(479, 359, 480, 360), Size(480, 360)),
        (Rect(0, 0, 480, 360), Size(480, 360)),
        (Rect(3, 3, 5, 200), Size(8, 300)),
        (Rect(0, 0, 1, 1), Size(1, 1)),
    ],
)
def test_the_crop_lies_in_the_picture_and_holds_the_region(rect: Rect, picture: Size) -> None:
    part = crop_around(rect, CROP, picture)
    assert part & Rect.of_size(picture) == part
    assert not part.is_empty
    inside = part & rect
    assert (inside.width, inside.height) == (
        min(rect.width, part.width),
        min(rect.height, part.height),
    )


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_a_confused_region_is_yellow_and_the_rest_is_not(depth: type) -> None:
    truth: NDArray[Any] = np.ones((60, 60), depth)
    prediction = truth.copy()
    prediction[20:40, 20:40] = 2
    image = Image(np.full((60, 60, 3), 128, np.uint8))
    part = crop_around(Rect(20, 20, 40, 40), CROP, Size(60, 60))
    words = crop_words(image, prediction, truth, PairRules(SAME, SAME), part, CROP)
    assert words.shape[0] <= CROP.height
    assert words.shape[1] <= CROP.width
    red, blue = words >> 16 & 255, words & 255
    is_colored = np.abs(red.astype(int) - blue.astype(int)) > 30
    assert is_colored[words.shape[0] // 2, words.shape[1] // 2]
    assert not is_colored[0].any()


@pytest.mark.parametrize("image", [None, Image(np.zeros((5, 5), np.uint8))])
def test_a_missing_picture_or_one_of_another_size_is_grey(image: Image | None) -> None:
    masks = np.ones((60, 60), np.uint8)
    words = crop_words(image, masks, masks, PairRules(SAME, SAME), Rect(0, 0, 44, 34), CROP)
    assert np.unique(words).size == 1

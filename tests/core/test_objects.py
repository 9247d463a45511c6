"""Objects over each other, and the class mask they make."""

from __future__ import annotations

import numpy as np

from maskstudio.core.geometry import Rect, Size
from maskstudio.core.objects import MaskObject, covered_pixels, flatten


def box(uid: str, index: int, x0: int, y0: int, x1: int, y1: int) -> MaskObject:
    """An object that fills a rectangle."""
    rect = Rect(x0, y0, x1, y1)
    return MaskObject(uid, index, rect, np.ones((rect.height, rect.width), np.bool_))


CAT = box("cat", 1, 0, 0, 3, 2)
DOG = box("dog", 300, 2, 1, 5, 3)
NOTHING = MaskObject("empty", 7, Rect(0, 0, 0, 0), np.zeros((0, 0), np.bool_))


def test_later_objects_cover_earlier_ones() -> None:
    drawn = [[1, 1, 1, 0, 0], [1, 1, 300, 300, 300], [0, 0, 300, 300, 300]]
    found = flatten([CAT, DOG, NOTHING], Size(5, 3), 0)
    assert found.dtype == np.uint16
    assert found.tolist() == drawn
    assert flatten([DOG, CAT], Size(5, 3), 0)[1].tolist() == [1, 1, 1, 300, 300]


def test_a_part_is_that_part_of_the_whole() -> None:
    whole = flatten([CAT, DOG], Size(5, 3), 9)
    part = Rect(1, 1, 4, 3)
    assert np.array_equal(flatten([CAT, DOG], Size(5, 3), 9, part), whole[part.slices])


def test_pixels_of_an_object_need_not_fill_its_rectangle() -> None:
    hole = MaskObject("ring", 4, Rect(1, 0, 3, 2), np.array([[True, False], [False, True]]))
    found = flatten([hole], Size(3, 2), 0)
    assert found.dtype == np.uint8
    assert found.tolist() == [[0, 4, 0], [0, 0, 4]]
    assert hole.area == 2


def test_what_lies_under_another_object_is_counted() -> None:
    assert covered_pixels([CAT, DOG, NOTHING], Size(5, 3)) == 1
    assert covered_pixels([CAT, CAT, CAT], Size(5, 3)) == 12

from __future__ import annotations

import numpy as np
import pytest

from maskstudio.core.geometry import Rect, Size
from maskstudio.core.layer import MaskData, MaskLayer, new_layer
from tests.helpers.masks import mask


def layer_of(*rows: str) -> MaskLayer:
    return MaskLayer("ground_truth", MaskData(mask(*rows)))


def test_pixels_cannot_be_written_by_readers() -> None:
    layer = layer_of("..", "11")
    with pytest.raises(ValueError, match="read-only"):
        layer.pixels[0, 0] = 1


def test_instances_cannot_be_written_by_readers() -> None:
    layer = MaskLayer("k", MaskData(mask("11"), np.array([[1, 2]], np.uint16)))
    assert layer.instances is not None
    with pytest.raises(ValueError, match="read-only"):
        layer.instances[0, 0] = 1


def test_pixels_are_a_live_view() -> None:
    layer = layer_of("..")
    seen = layer.pixels
    layer.writable_pixels()[0, 1] = 2
    assert seen.tolist() == [[0, 2]]


def test_an_array_that_belongs_to_others_is_refused() -> None:
    pixels = mask("..")
    pixels.flags.writeable = False
    with pytest.raises(ValueError, match="of its own"):
        MaskLayer("k", MaskData(pixels))


def test_pixels_are_contiguous_whatever_was_decoded() -> None:
    layer = MaskLayer("k", MaskData(np.zeros((4, 6), np.uint8)[:, ::2]))
    assert layer.pixels.flags.c_contiguous
    assert layer.size == Size(3, 4)


@pytest.mark.parametrize(("highest", "dtype"), [(0, np.uint8), (255, np.uint8), (256, np.uint16)])
def test_pixels_grow_only_for_an_index_that_needs_it(
    highest: int, dtype: type[np.unsignedinteger]
) -> None:
    layer = layer_of(".1", "2.")
    layer.writable_pixels(highest)
    assert layer.pixels.dtype == dtype
    assert layer.pixels.tolist() == [[0, 1], [2, 0]]


def test_instances_are_made_and_grow_when_needed() -> None:
    layer = layer_of("..")
    assert layer.instances is None
    assert layer.writable_instances(65_535).dtype == np.uint16
    assert layer.writable_instances(65_536).dtype == np.uint32
    layer.drop_instances()
    assert layer.instances is None


def test_index_at_a_place_and_outside() -> None:
    layer = layer_of("..3", "...")
    assert layer.index_at(2, 0) == 3
    assert [layer.index_at(x, y) for x, y in [(-1, 0), (3, 0), (0, -1), (0, 2)]] == [None] * 4


def test_a_change_counts_the_tiles_it_touches() -> None:
    layer = new_layer("k", Size(600, 300), 0)
    layer.note_change(Rect(250, 10, 260, 20))
    layer.note_change(Rect(590, 290, 2000, 2000))
    assert layer.changed_tiles == {(0, 0), (1, 0), (2, 1)}
    assert layer.revision == 2


@pytest.mark.parametrize(("fill", "dtype"), [(0, np.uint8), (255, np.uint8), (65_535, np.uint16)])
def test_a_new_layer_is_filled_with_one_index(fill: int, dtype: type[np.unsignedinteger]) -> None:
    layer = new_layer("k", Size(3, 2), fill)
    assert layer.is_new
    assert layer.pixels.dtype == dtype
    assert layer.pixels.tolist() == [[fill] * 3] * 2

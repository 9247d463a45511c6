from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maskstudio.core.layer import MaskData, MaskLayer
from maskstudio.core.tiles import (
    PackedArray,
    PackedTile,
    RawTile,
    TileDelta,
    pack_changes,
    pack_tiles,
    read_tile,
    restore_tiles,
    write_tile,
)

SIZES = [(1, 1), (256, 256), (257, 255), (300, 520)]

arrays = hnp.arrays(
    st.sampled_from([np.uint8, np.uint16, np.uint32]),
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=9),
    elements=st.integers(0, 255),
)


def noisy_layer(
    shape: tuple[int, int], *, has_instances: bool = False, is_new: bool = False
) -> MaskLayer:
    random = np.random.default_rng(5)
    instances = random.integers(0, 9, shape, np.uint16) if has_instances else None
    return MaskLayer(
        "k", MaskData(random.integers(0, 9, shape, np.uint8), instances), is_new=is_new
    )


@given(arrays)
def test_unpacking_gives_what_was_packed(array: np.ndarray[Any, Any]) -> None:
    unpacked = PackedArray.of(array).unpack()
    assert unpacked.dtype == array.dtype
    assert unpacked.shape == array.shape
    assert unpacked.tobytes() == array.tobytes()


@pytest.mark.parametrize("value", [0, 7, 65_535])
def test_a_uniform_array_costs_one_value(value: int) -> None:
    packed = PackedArray.of(np.full((256, 256), value, np.uint16))
    assert len(packed.data) == 2
    assert (packed.unpack() == value).all()


def test_a_packed_part_of_an_array_holds_just_that_part() -> None:
    whole = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert PackedArray.of(whole[1:, 1:3]).unpack().tolist() == [[5, 6], [9, 10]]


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("has_instances", [False, True])
def test_all_tiles_together_are_the_layer(shape: tuple[int, int], has_instances: bool) -> None:
    source = noisy_layer(shape, has_instances=has_instances)
    copy = MaskLayer("k", MaskData(np.zeros(shape, np.uint8)))
    restore_tiles(copy, pack_tiles(source, source.rect.tiles()))
    assert np.array_equal(copy.pixels, source.pixels)
    if source.instances is None:
        assert copy.instances is None
    else:
        assert copy.instances is not None
        assert np.array_equal(copy.instances, source.instances)


def test_a_tile_that_was_read_does_not_follow_the_layer() -> None:
    layer = noisy_layer((8, 8), has_instances=True)
    tile = read_tile(layer, (0, 0))
    pixels = layer.pixels.copy()
    layer.writable_pixels()[:] = 77
    layer.writable_instances()[:] = 77
    assert np.array_equal(tile.pixels, pixels)
    assert tile.instances is not None
    assert 77 not in tile.instances


def test_writing_a_tile_changes_that_tile_alone() -> None:
    layer = noisy_layer((300, 520))
    before = layer.pixels.copy()
    rect = write_tile(layer, (1, 0), RawTile(np.full((256, 256), 200, np.uint8), None))
    assert (layer.pixels[rect.slices] == 200).all()
    inside = np.zeros(before.shape, np.bool_)
    inside[0:256, 256:512] = True
    assert np.array_equal(layer.pixels[~inside], before[~inside])
    assert (layer.pixels[inside] == 200).all()
    assert layer.changed_tiles == {(1, 0)}


def test_a_layer_grows_for_the_values_of_a_tile() -> None:
    layer = MaskLayer("k", MaskData(np.full((1, 2), 3, np.uint8), np.ones((1, 2), np.uint16)))
    big = RawTile(np.array([[3, 300]], np.uint16), np.array([[1, 70_000]], np.uint32))
    write_tile(layer, (0, 0), big)
    assert layer.pixels.tolist() == [[3, 300]]
    assert layer.instances is not None
    assert layer.instances.tolist() == [[1, 70_000]]


def test_a_tile_of_a_layer_without_instances_takes_them_away() -> None:
    layer = noisy_layer((4, 4), has_instances=True)
    write_tile(layer, (0, 0), RawTile(layer.pixels.copy(), None))
    assert layer.instances is None


def test_changes_are_the_changed_tiles_of_a_layer_that_has_a_file() -> None:
    layer = noisy_layer((300, 520))
    assert pack_changes(layer) == {}
    layer.note_change(layer.tile((1, 1)))
    assert set(pack_changes(layer)) == {(1, 1)}


def test_changes_are_all_tiles_of_a_layer_that_no_file_holds() -> None:
    layer = noisy_layer((300, 520), is_new=True)
    assert pack_changes(layer) == {}
    layer.note_change(layer.tile((1, 1)))
    assert set(pack_changes(layer)) == {(c, r) for c in range(3) for r in range(2)}


def test_equal_tiles_are_equal_when_packed() -> None:
    a, b = (PackedTile.of(read_tile(noisy_layer((256, 256)), (0, 0))) for _ in range(2))
    assert a == b


SHAPE = (3, 4)


def raw_tiles() -> st.SearchStrategy[RawTile]:
    pixels = st.sampled_from([np.uint8, np.uint16]).flatmap(lambda d: hnp.arrays(d, SHAPE))
    instances = st.sampled_from([np.uint16, np.uint32]).flatmap(lambda d: hnp.arrays(d, SHAPE))
    return st.builds(RawTile, pixels, st.none() | instances)


def ids_of(raw: RawTile) -> list[list[int]]:
    ids = np.zeros(SHAPE, np.uint16) if raw.instances is None else raw.instances
    return [[int(value) for value in row] for row in ids]


@given(raw_tiles(), raw_tiles())
def test_a_delta_leads_from_each_state_to_the_other(one: RawTile, other: RawTile) -> None:
    delta = TileDelta.between(one, other)
    is_same = np.array_equal(one.pixels, other.pixels) and ids_of(one) == ids_of(other)
    assert (delta is None) == is_same
    if delta is not None:
        for reached, end in ((delta.forwards(one), other), (delta.backwards(other), one)):
            assert np.array_equal(reached.pixels, end.pixels)
            assert ids_of(reached) == ids_of(end)


@given(raw_tiles(), raw_tiles(), raw_tiles())
def test_a_delta_writes_known_values_into_any_tile(
    before: RawTile, after: RawTile, found: RawTile
) -> None:
    """A save or another program may have changed a tile since; no bit of it may mix in."""
    delta = TileDelta.between(before, after)
    if delta is None:
        return
    classes = before.pixels != after.pixels
    ids = np.array(ids_of(before)) != np.array(ids_of(after))
    for reached, end in ((delta.forwards(found), after), (delta.backwards(found), before)):
        assert np.array_equal(reached.pixels, np.where(classes, end.pixels, found.pixels))
        wanted = np.where(classes | ids, ids_of(end), ids_of(found))
        if found.instances is not None or delta.instances is not None:
            assert ids_of(reached) == wanted.tolist()


def test_a_delta_of_a_filled_tile_costs_one_value() -> None:
    empty, full = (RawTile(np.full((256, 256), value, np.uint8), None) for value in (0, 7))
    delta = TileDelta.between(empty, full)
    assert delta is not None
    assert len(delta.pixels.data) == 1
    assert delta.instances is None

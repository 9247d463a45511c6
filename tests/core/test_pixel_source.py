"""Pixels of one layer painted into another: by class, within what may be painted, undone whole."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from maskstudio.core.geometry import Rect
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.core.pixel_source import LayerPixels
from maskstudio.core.transaction import Over, PaintRule
from tests.helpers.masks import mask, text
from tests.helpers.tool_host import SAMPLE, FakeHost

EVERYTHING = PaintRule()


def paint(
    host: FakeHost,
    rect: Rect,
    shape: NDArray[Any],
    source: LayerPixels,
    rule: PaintRule = EVERYTHING,
) -> Rect | None:
    transaction = host.dataset.begin(SAMPLE, GROUND_TRUTH, label="Copy", rule=rule)
    changed = transaction.paint(rect, shape.astype(np.bool_), source)
    transaction.commit()
    return changed


def test_pixels_come_over_in_the_indices_of_the_painted_layer() -> None:
    host = FakeHost(np.zeros((3, 5), np.uint8))
    source = LayerPixels(mask("77.9.", "79999", "....9"), {7: 1, 9: 3, 0: 0})
    changed = paint(host, Rect(0, 0, 5, 3), np.ones((3, 5)), source)
    assert text(host.pixels) == ("11.3.", "13333", "....3")
    assert changed == Rect(0, 0, 5, 3)


def test_the_border_clips_the_shape() -> None:
    host = FakeHost(np.zeros((3, 5), np.uint8))
    source = LayerPixels(mask("22222", "23322", "22222"), {2: 2, 3: 3})
    shape = mask("1111", ".1.1", "1111")
    assert paint(host, Rect(3, -1, 7, 2), shape, source) == Rect(3, 0, 5, 2)
    assert text(host.pixels) == ("....2", "...22", ".....")


def test_only_the_shape_is_painted() -> None:
    host = FakeHost(np.zeros((3, 5), np.uint8))
    source = LayerPixels(mask("22222", "23322", "22222"), {2: 2, 3: 3})
    paint(host, Rect(1, 0, 4, 2), mask("1.1", "111"), source)
    assert text(host.pixels) == (".2.2.", ".332.", ".....")


def test_what_has_no_partner_stays_and_is_told_once() -> None:
    told: list[set[int]] = []
    host = FakeHost(mask("1111", "1111"))
    source = LayerPixels(mask("2255", "2266"), {2: 3}, left_out=told.append)
    paint(host, Rect(0, 0, 4, 1), np.ones((1, 4)), source)
    paint(host, Rect(0, 0, 4, 2), np.ones((2, 4)), source)
    assert text(host.pixels) == ("3311", "3311")
    assert told == [{5}, {6}]


def test_one_class_alone_is_taken_and_the_others_are_not_told_of() -> None:
    told: list[set[int]] = []
    host = FakeHost(mask("0000", "0000"))
    source = LayerPixels(mask("2355", "2322"), {2: 1, 3: 3}, only=2, left_out=told.append)
    paint(host, Rect(0, 0, 4, 2), np.ones((2, 4)), source)
    assert text(host.pixels) == ("1...", "1.11")
    assert told == []


def test_protected_classes_and_the_paint_over_mode_hold() -> None:
    source = LayerPixels(mask("2222", "2222"), {2: 2})
    host = FakeHost(mask("1133", "..33"))
    paint(host, Rect(0, 0, 4, 2), np.ones((2, 4)), source, PaintRule(protected=frozenset({3})))
    assert text(host.pixels) == ("2233", "2233")
    host = FakeHost(mask("1133", "..33"))
    paint(host, Rect(0, 0, 4, 2), np.ones((2, 4)), source, PaintRule(Over.EMPTY))
    assert text(host.pixels) == ("1133", "2233")
    host = FakeHost(mask("1133", "..33"))
    paint(host, Rect(0, 0, 4, 2), np.ones((2, 4)), source, PaintRule(Over.ONE_CLASS, 3))
    assert text(host.pixels) == ("1122", "..22")


def test_an_index_above_255_makes_the_painted_layer_wider_and_undo_restores_it() -> None:
    before = mask("11..", "..11")
    host = FakeHost(before)
    wide = np.array([[300, 300, 4, 4], [4, 4, 4, 65_535]], np.uint16)
    source = LayerPixels(wide, {300: 1, 4: 700, 65_535: 65_535})
    paint(host, Rect(0, 0, 4, 2), np.ones((2, 4)), source)
    assert host.layer.pixels.dtype == np.uint16
    assert host.pixels.tolist() == [[1, 1, 700, 700], [700, 700, 700, 65_535]]
    host.dataset.undo()
    np.testing.assert_array_equal(host.pixels, before)


def test_a_pixel_whose_class_changes_leaves_its_instance() -> None:
    host = FakeHost(mask("1122"), instances=mask("5566").astype(np.uint16))
    paint(host, Rect(0, 0, 4, 1), np.ones((1, 4)), LayerPixels(mask("1222"), {1: 1, 2: 2}))
    assert host.layer.instances is not None
    assert host.layer.instances.tolist() == [[5, 0, 6, 6]]
    host.dataset.undo()
    assert host.layer.instances.tolist() == [[5, 5, 6, 6]]


indices = st.integers(0, 6)
masks = arrays(np.uint8, (5, 7), elements=indices)


@settings(deadline=None, max_examples=80)
@given(
    masks,
    masks,
    arrays(np.bool_, (5, 7)),
    st.dictionaries(indices, st.integers(0, 900), max_size=7),
    st.none() | indices,
    st.frozensets(indices, max_size=3),
)
def test_copying_is_what_numpy_says_and_undo_restores_every_byte(
    before: NDArray[np.uint8],
    other: NDArray[np.uint8],
    shape: NDArray[np.bool_],
    targets: dict[int, int],
    only: int | None,
    protected: frozenset[int],
) -> None:
    host = FakeHost(before)
    rule = PaintRule(protected=protected)
    paint(host, Rect(0, 0, 7, 5), shape, LayerPixels(other, targets, only=only), rule)
    expected = before.astype(np.int64)
    for index, target in targets.items():
        if only is None or index == only:
            where = shape & (other == index) & ~np.isin(before, list(protected))
            expected[where] = target
    np.testing.assert_array_equal(host.pixels, expected)
    if host.labels:
        host.dataset.undo()
    np.testing.assert_array_equal(host.pixels, before)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from maskstudio.core.dataset import EVERYTHING, Dataset
from maskstudio.core.edits import PixelEdit
from maskstudio.core.events import EditCommitted, PixelsChanged
from maskstudio.core.geometry import Rect
from maskstudio.core.labels import LabelClass
from maskstudio.core.layer import GROUND_TRUTH, MaskLayer
from maskstudio.core.transaction import Over, PaintRule, Transaction
from tests.helpers.datasets import THREE_CLASSES, listen, open_dataset_of
from tests.helpers.masks import mask, text

SHAPE = (270, 530)
"""Two tiles high, three wide, the last ones narrow."""


def begin(dataset: Dataset, rule: PaintRule = EVERYTHING) -> Transaction:
    return dataset.begin("a", GROUND_TRUTH, label="Brush", rule=rule)


def layer_in(dataset: Dataset) -> MaskLayer:
    return dataset.document("a").layer(GROUND_TRUTH)


def all_of(width: int, height: int) -> NDArray[np.bool_]:
    return np.ones((height, width), np.bool_)


# what a rule lets through


RULES = {
    "everything": (PaintRule(), ("333333",)),
    "empty only: background and undeclared": (PaintRule(Over.EMPTY), ("312343",)),
    "one class": (PaintRule(Over.ONE_CLASS, only=2), (".13349",)),
    "no class": (PaintRule(Over.ONE_CLASS), (".12349",)),
    "protected": (PaintRule(protected=frozenset({0, 4})), (".33343",)),
    "protected and empty": (PaintRule(Over.EMPTY, protected=frozenset({0})), (".12343",)),
    "protected one class": (PaintRule(Over.ONE_CLASS, 2, frozenset({2})), (".12349",)),
}


@pytest.mark.parametrize(("rule", "expected"), RULES.values(), ids=RULES)
def test_painting_over(rule: PaintRule, expected: tuple[str, ...]) -> None:
    dataset = open_dataset_of(mask(".12349"))  # 0 is background, 3 and 4 are declared, 9 is not
    for index in (3, 4):
        label_map = dataset.label_maps[GROUND_TRUTH]
        new = LabelClass(index, f"class {index}", (index, index, index))
        dataset.change_label_map("Add class", GROUND_TRUTH, label_map.with_class(new))
    begin(dataset, rule).paint(Rect(0, 0, 6, 1), all_of(6, 1), 3)
    assert text(layer_in(dataset).pixels) == expected


def test_without_background_only_undeclared_pixels_are_empty() -> None:
    dataset = open_dataset_of(mask(".19"))
    dataset.change_label_map("No background", GROUND_TRUTH, THREE_CLASSES.with_background(None))
    begin(dataset, PaintRule(Over.EMPTY)).paint(Rect(0, 0, 3, 1), all_of(3, 1), 2)
    assert text(layer_in(dataset).pixels) == (".12",)


def test_a_rule_holds_for_written_values_too() -> None:
    dataset = open_dataset_of(mask(".12"))
    rule = PaintRule(protected=frozenset({1}))
    assert begin(dataset, rule).write(Rect(0, 0, 3, 1), mask("222")) == Rect(0, 0, 1, 1)
    assert text(layer_in(dataset).pixels) == ("212",)


# clipping and the reported rectangle


@pytest.mark.parametrize(
    ("rect", "expected", "changed"),
    [
        (Rect(-1, -1, 2, 2), ("11..", "11..", "...."), Rect(0, 0, 2, 2)),
        (Rect(3, 2, 6, 5), ("....", "....", "...1"), Rect(3, 2, 4, 3)),
        (Rect(-9, 1, 9, 2), ("....", "1111", "...."), Rect(0, 1, 4, 2)),
        (Rect(-9, -9, 9, 9), ("1111", "1111", "1111"), Rect(0, 0, 4, 3)),
        (Rect(4, 0, 6, 3), ("....", "....", "...."), None),
        (Rect(0, -3, 4, 0), ("....", "....", "...."), None),
        (Rect(-5, -5, -2, -2), ("....", "....", "...."), None),
        (Rect(2, 2, 2, 2), ("....", "....", "...."), None),
    ],
)
def test_painting_is_clipped_at_the_border(
    rect: Rect, expected: tuple[str, ...], changed: Rect | None
) -> None:
    dataset = open_dataset_of(mask("....", "....", "...."))
    transaction = begin(dataset)
    assert transaction.paint(rect, all_of(rect.width, rect.height), 1) == changed
    assert text(layer_in(dataset).pixels) == expected
    assert (transaction.commit() is None) == (changed is None)


def test_a_shape_over_the_border_keeps_its_place() -> None:
    dataset = open_dataset_of(mask("....", "...."))
    shape = mask("..1", ".1.", "1.1") == 1
    assert begin(dataset).paint(Rect(-1, -1, 2, 2), shape, 2) == Rect(0, 0, 2, 2)
    assert text(layer_in(dataset).pixels) == ("2...", ".2..")


def test_the_rectangle_is_that_of_pixels_that_really_changed() -> None:
    dataset = open_dataset_of(mask("1111", "1..1", "1111"))
    heard = listen(dataset)
    assert begin(dataset).paint(Rect(0, 0, 4, 3), all_of(4, 3), 1) == Rect(1, 1, 3, 2)
    assert heard.events == [PixelsChanged("a", GROUND_TRUTH, Rect(1, 1, 3, 2))]


# against a plain model


@dataclass(frozen=True)
class Paint:
    rect: Rect
    shape: NDArray[np.bool_]
    values: NDArray[np.uint16]
    is_one_index: bool


@st.composite
def paints(draw: st.DrawFn) -> Paint:
    """A stamp of one index, or a block of values, somewhere around tile corners and borders."""
    x = draw(st.sampled_from([-3, 5, 250, 505, 522, 531]))
    y = draw(st.sampled_from([-3, 5, 250, 262, 271]))
    width, height = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    random = np.random.default_rng(draw(st.integers(0, 9)))
    highest = draw(st.sampled_from([2, 5, 255, 256, 65_535]))
    values = random.integers(0, highest, (height, width), np.uint16, endpoint=True)
    is_one_index = draw(st.booleans())
    if is_one_index:
        values[:] = highest
    shape = random.random((height, width)) < draw(st.sampled_from([0.0, 0.5, 1.0]))
    return Paint(Rect(x, y, x + width, y + height), shape, values, is_one_index)


def painted(before: NDArray[Any], paint: Paint, rule: PaintRule) -> NDArray[np.int64]:
    """What painting gives, pixel by pixel."""
    after = before.astype(np.int64)
    for row in range(paint.rect.height):
        for column in range(paint.rect.width):
            x, y = paint.rect.x0 + column, paint.rect.y0 + row
            inside = 0 <= x < before.shape[1] and 0 <= y < before.shape[0]
            if inside and paint.shape[row, column] and may_cover(int(before[y, x]), rule):
                after[y, x] = paint.values[row, column]
    return after


def may_cover(index: int, rule: PaintRule) -> bool:
    if index in rule.protected:
        return False
    if rule.over is Over.EMPTY:
        return index not in (1, 2)  # of the three classes, 0 is background
    return rule.over is Over.EVERYTHING or index == rule.only


def apply(transaction: Transaction, paint: Paint) -> Rect | None:
    if paint.is_one_index:
        return transaction.paint(paint.rect, paint.shape, int(paint.values[0, 0]))
    return transaction.write(paint.rect, paint.values, paint.shape)


def some_pixels(dtype: type[np.unsignedinteger]) -> NDArray[Any]:
    return np.random.default_rng(1).integers(0, 6, SHAPE).astype(dtype)


def some_instances() -> NDArray[np.uint16]:
    return np.random.default_rng(2).integers(0, 4, SHAPE).astype(np.uint16)


rules = st.builds(
    PaintRule,
    st.sampled_from(Over),
    st.sampled_from([None, 0, 2]),
    st.frozensets(st.integers(0, 5), max_size=3),
)
dtypes = st.sampled_from([np.uint8, np.uint16])


@settings(deadline=None)
@given(dtypes, rules, st.lists(paints(), min_size=1, max_size=4), st.booleans(), st.booleans())
def test_a_transaction_does_what_a_plain_model_does(
    dtype: type[np.unsignedinteger],
    rule: PaintRule,
    strokes: list[Paint],
    has_instances: bool,
    settles: bool,
) -> None:
    original, ids = some_pixels(dtype), some_instances()
    dataset = open_dataset_of(original, ids if has_instances else None)
    layer = layer_in(dataset)
    transaction = begin(dataset, rule)
    expected = original.astype(np.int64)
    left = np.zeros(SHAPE, np.bool_)
    for paint in strokes:
        before = expected
        expected = painted(before, paint, rule)
        changed = expected != before
        left |= changed
        assert apply(transaction, paint) == box_of(changed)
        assert np.array_equal(layer.pixels, expected)
        if settles:
            transaction.settle(paint.rect)
    expected_ids = np.where(left, 0, ids)
    assert_instances(layer, expected_ids if has_instances else None)

    is_changed = not np.array_equal(expected, original) or (has_instances and left.any())
    assert (transaction.commit() is not None) == is_changed
    if is_changed:
        dataset.undo()
        assert np.array_equal(layer.pixels, original)
        assert_instances(layer, ids if has_instances else None)
        dataset.redo()
    assert np.array_equal(layer.pixels, expected)


def box_of(changed: NDArray[np.bool_]) -> Rect | None:
    ys, xs = changed.nonzero()
    if xs.size == 0:
        return None
    return Rect(int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)


def assert_instances(layer: MaskLayer, expected: NDArray[Any] | None) -> None:
    if expected is None:
        assert layer.instances is None
    else:
        assert layer.instances is not None
        assert np.array_equal(layer.instances, expected)


@settings(deadline=None)
@given(rules, st.lists(paints(), max_size=4), st.booleans())
def test_rollback_leaves_no_trace(
    rule: PaintRule, strokes: list[Paint], has_instances: bool
) -> None:
    original, ids = some_pixels(np.uint8), some_instances()
    dataset = open_dataset_of(original, ids if has_instances else None)
    layer = layer_in(dataset)
    earlier = begin(dataset)
    earlier.paint(Rect(0, 0, 1, 1), all_of(1, 1), 9)
    earlier.commit()
    kept = layer.pixels.copy()
    transaction = begin(dataset, rule)
    for paint in strokes:
        apply(transaction, paint)
    where = all_of(9, 9)
    transaction.write_instances(Rect(500, 250, 509, 259), np.full((9, 9), 70_000, np.uint32), where)
    transaction.rollback()

    assert np.array_equal(layer.pixels, kept)
    ids[0, 0] = 0
    assert_instances(layer, ids if has_instances else None)
    assert layer.changed_tiles == {(0, 0)}
    assert len(dataset.history.edits) == 1
    assert not dataset.has_open_transaction


def test_rollback_tells_the_screen_what_came_back() -> None:
    dataset = open_dataset_of(np.zeros(SHAPE, np.uint8))
    transaction = begin(dataset)
    transaction.paint(Rect(250, 0, 260, 5), all_of(10, 5), 1)
    heard = listen(dataset)
    transaction.rollback()
    told = [event.rect for event in heard.of(PixelsChanged)]
    assert told == [Rect(0, 0, 256, 256), Rect(256, 0, 512, 256)]
    assert not heard.of(EditCommitted)


# what becomes an edit


def test_a_commit_without_a_real_change_makes_no_edit() -> None:
    dataset = open_dataset_of(mask("..11"))
    heard = listen(dataset)
    transaction = begin(dataset)
    transaction.paint(Rect(0, 0, 2, 1), all_of(2, 1), 2)
    transaction.paint(Rect(0, 0, 2, 1), all_of(2, 1), 0)
    assert transaction.commit() is None
    assert dataset.history.edits == ()
    assert layer_in(dataset).changed_tiles == set()
    assert not heard.of(EditCommitted)


def test_only_tiles_that_really_changed_are_kept() -> None:
    dataset = open_dataset_of(np.zeros(SHAPE, np.uint8))
    transaction = begin(dataset)
    transaction.paint(Rect(0, 0, 530, 1), all_of(530, 1), 1)
    transaction.paint(Rect(0, 0, 256, 1), all_of(256, 1), 0)
    edit = transaction.commit()
    assert isinstance(edit, PixelEdit)
    assert set(edit.tiles) == {(1, 0), (2, 0)}
    assert layer_in(dataset).changed_tiles == {(1, 0), (2, 0)}


def test_a_committed_edit_brings_the_tiles_from_before() -> None:
    original = some_pixels(np.uint8)
    dataset = open_dataset_of(original)
    heard = listen(dataset)
    transaction = begin(dataset)
    transaction.paint(Rect(250, 250, 262, 262), all_of(12, 12), 7)
    edit = transaction.commit()
    dataset.undo()
    committed, undone = heard.of(EditCommitted)
    assert committed.edit is undone.edit is edit
    assert committed.before is not None
    assert undone.before is not None
    assert set(committed.before) == set(undone.before) == {(0, 0), (1, 0), (0, 1), (1, 1)}
    assert np.array_equal(committed.before[0, 0].pixels, original[:256, :256])
    assert (undone.before[0, 0].pixels[250:, 250:] == 7).all()


def test_the_layer_changes_while_the_transaction_is_open() -> None:
    dataset = open_dataset_of(mask("..."))
    layer = layer_in(dataset)
    revision = layer.revision
    begin(dataset).paint(Rect(1, 0, 2, 1), all_of(1, 1), 2)
    assert text(layer.pixels) == (".2.",)
    assert layer.revision > revision


def test_one_transaction_is_open_at_a_time() -> None:
    dataset = open_dataset_of(mask("..."))
    begin(dataset)
    with pytest.raises(AssertionError):
        begin(dataset)


def test_nothing_paints_on_a_read_only_layer() -> None:
    dataset = open_dataset_of(mask("..."))
    layer_in(dataset).is_locked = True
    with pytest.raises(AssertionError):
        begin(dataset)


# growing


def test_a_layer_grows_in_the_middle_of_a_stroke() -> None:
    original = some_pixels(np.uint8)
    dataset = open_dataset_of(original)
    layer = layer_in(dataset)
    transaction = begin(dataset)
    transaction.paint(Rect(0, 0, 300, 1), all_of(300, 1), 255)
    assert layer.pixels.dtype == np.uint8
    transaction.paint(Rect(100, 0, 400, 1), all_of(300, 1), 256)
    assert layer.pixels.dtype == np.uint16
    transaction.commit()
    assert layer.pixels[0].tolist() == [255] * 100 + [256] * 300 + original[0, 400:].tolist()
    dataset.undo()
    assert np.array_equal(layer.pixels, original)
    dataset.redo()
    assert layer.pixels[0, 99:101].tolist() == [255, 256]


def test_values_that_are_not_written_do_not_make_a_layer_grow() -> None:
    dataset = open_dataset_of(mask("..."))
    values = np.array([[1, 300, 300]], np.uint16)
    begin(dataset).write(Rect(0, 0, 3, 1), values, mask("1..") == 1)
    assert layer_in(dataset).pixels.dtype == np.uint8
    assert text(layer_in(dataset).pixels) == ("1..",)


def test_the_highest_index_is_exact() -> None:
    dataset = open_dataset_of(mask("..."))
    begin(dataset).paint(Rect(1, 0, 2, 1), all_of(1, 1), 65_535)
    assert layer_in(dataset).pixels.tolist() == [[0, 65_535, 0]]


# instances


def test_a_pixel_whose_class_changes_leaves_its_instance() -> None:
    dataset = open_dataset_of(mask("1122"), mask("1133").astype(np.uint16))
    layer = layer_in(dataset)
    transaction = begin(dataset)
    transaction.paint(Rect(1, 0, 3, 1), all_of(2, 1), 2)
    transaction.commit()
    assert text(layer.pixels) == ("1222",)
    assert_instances(layer, mask("1.33"))  # the third pixel was of class 2 already
    dataset.undo()
    assert_instances(layer, mask("1133"))
    dataset.redo()
    assert_instances(layer, mask("1.33"))


def test_the_first_instance_gives_a_layer_instances_and_undo_takes_them() -> None:
    dataset = open_dataset_of(np.ones(SHAPE, np.uint8))
    layer = layer_in(dataset)
    transaction = begin(dataset)
    first = transaction.write_instances(
        Rect(0, 0, 2, 1), np.full((1, 2), 5, np.uint16), all_of(2, 1)
    )
    transaction.write_instances(Rect(300, 0, 301, 1), np.full((1, 1), 6, np.uint16), all_of(1, 1))
    transaction.write_instances(Rect(0, 0, 2, 1), np.zeros((1, 2), np.uint16), all_of(2, 1))
    assert first == Rect(0, 0, 2, 1)
    assert transaction.commit() is not None
    expected = np.zeros(SHAPE, np.uint16)
    expected[0, 300] = 6
    assert_instances(layer, expected)
    dataset.undo()
    assert_instances(layer, None)
    dataset.redo()
    assert_instances(layer, expected)


def test_instances_that_come_and_go_in_one_stroke_leave_none() -> None:
    dataset = open_dataset_of(mask("11"))
    transaction = begin(dataset)
    transaction.write_instances(Rect(0, 0, 2, 1), np.full((1, 2), 5, np.uint16), all_of(2, 1))
    transaction.write_instances(Rect(0, 0, 2, 1), np.zeros((1, 2), np.uint16), all_of(2, 1))
    assert transaction.commit() is None
    assert layer_in(dataset).instances is None


def test_writing_no_instance_into_a_layer_without_any_changes_nothing() -> None:
    dataset = open_dataset_of(mask("11"))
    ids = np.zeros((1, 2), np.uint16)
    assert begin(dataset).write_instances(Rect(0, 0, 2, 1), ids, all_of(2, 1)) is None
    assert layer_in(dataset).instances is None


def test_instances_are_clipped_and_announced_as_pixels_are() -> None:
    dataset = open_dataset_of(mask("111", "111"), mask("...", "..4").astype(np.uint16))
    heard = listen(dataset)
    ids = np.full((3, 3), 4, np.uint16)
    changed = begin(dataset).write_instances(Rect(1, 0, 4, 3), ids, mask("1.1", "111", "111") == 1)
    assert changed == Rect(1, 0, 2, 2)
    assert_instances(layer_in(dataset), mask(".4.", ".44"))
    assert heard.events == [PixelsChanged("a", GROUND_TRUTH, Rect(1, 0, 2, 2))]


def test_a_large_instance_id_is_exact() -> None:
    dataset = open_dataset_of(mask("11"), mask("3.").astype(np.uint16))
    ids = np.array([[70_000]], np.uint32)
    begin(dataset).write_instances(Rect(1, 0, 2, 1), ids, all_of(1, 1))
    instances = layer_in(dataset).instances
    assert instances is not None
    assert instances.tolist() == [[3, 70_000]]

"""Object layers against a plain model: a list of whole bitmaps, and a copy of it for each state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st
from numpy.typing import NDArray

from maskstudio.core.dataset import EVERYTHING, Dataset
from maskstudio.core.document import LoadedSample, Sample
from maskstudio.core.edits import Target
from maskstudio.core.events import EditCommitted
from maskstudio.core.geometry import Rect, Size
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import GROUND_TRUTH, MaskData
from maskstudio.core.object_edits import ObjectEdit, moved, with_class, without_objects
from maskstudio.core.object_layer import ObjectLayer
from maskstudio.core.objects import MaskObject, cropped, flatten, new_object
from maskstudio.core.transaction import Over, PaintRule
from tests.helpers.datasets import listen

TARGET = Target("a", GROUND_TRUTH)
LABELS = LabelMap(tuple(LabelClass(i, f"class {i}", (i, i, i)) for i in range(4)), background=0)
WIDTH, HEIGHT = 261, 7
"""Two tiles, the second narrow; bitmaps of the model are the 9 columns around the border."""
FIRST = 252
BITMAPS = np_st.arrays(np.bool_, (HEIGHT, 9))


def whole(bitmap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    found = np.zeros((HEIGHT, WIDTH), np.bool_)
    found[:, FIRST:] = bitmap
    return found


WHOLE = Size(WIDTH, HEIGHT)


def open_objects(*objects: MaskObject, size: Size = WHOLE) -> Dataset:
    dataset = Dataset([Sample("a")], {GROUND_TRUTH: LABELS}, holds_objects=[GROUND_TRUTH])
    reopen(dataset, objects, size)
    return dataset


def reopen(dataset: Dataset, objects: tuple[MaskObject, ...], size: Size) -> None:
    data = MaskData(flatten(objects, size, 0), objects=objects)
    dataset.open_document(LoadedSample(dataset.sample("a"), None, {GROUND_TRUTH: data}))


def layer_of(dataset: Dataset) -> ObjectLayer:
    layer = dataset.document("a").layer(GROUND_TRUTH)
    assert isinstance(layer, ObjectLayer)
    return layer


def drawn(*rows: str, uid: str, index: int) -> MaskObject:
    pixels = np.array([[sign == "#" for sign in row] for row in rows])
    return MaskObject(uid, index, *cropped(pixels))


def paint(
    dataset: Dataset, on: MaskObject | None, rect: Rect, index: int, rule: PaintRule = EVERYTHING
) -> None:
    transaction = dataset.begin("a", GROUND_TRUTH, label="Brush", rule=rule, on=on)
    transaction.paint(rect, np.ones((rect.height, rect.width), np.bool_), index)
    transaction.commit()


def edit_objects(dataset: Dataset, after: tuple[MaskObject, ...]) -> None:
    dataset.make(ObjectEdit("Edit", TARGET, before=layer_of(dataset).objects, after=after))


def rows(dataset: Dataset) -> list[str]:
    return ["".join(map(str, row)) for row in layer_of(dataset).pixels.tolist()]


# against the model


@dataclass(frozen=True)
class Known:
    uid: str
    index: int
    bitmap: NDArray[np.bool_]


State = tuple[Known, ...]


def flattened(state: State) -> NDArray[Any]:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for found in state:
        mask[whole(found.bitmap)] = found.index
    return mask


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("stroke"), st.integers(0, 3), BITMAPS, st.booleans()),
        st.tuples(st.just("new"), st.integers(1, 3), BITMAPS),
        st.tuples(st.just("escape"), st.integers(0, 3), BITMAPS, st.booleans()),
        st.tuples(st.just("delete"), st.integers(0, 3)),
        st.tuples(st.just("move"), st.integers(0, 3), st.integers(-3, 3)),
        st.tuples(st.just("class"), st.integers(0, 3), st.integers(1, 3)),
        st.tuples(st.just("reopen")),
        st.tuples(st.just("undo")),
        st.tuples(st.just("redo")),
    ),
    max_size=12,
)


class Model:
    """States before and after each edit; `place` is the one that is shown."""

    def __init__(self, state: State) -> None:
        self.states, self.place, self.n_new = [state], 0, 0

    @property
    def state(self) -> State:
        return self.states[self.place]

    def push(self, state: State) -> None:
        self.states[self.place + 1 :] = [state]
        self.place += 1


def stroke(dataset: Dataset, on: MaskObject, bitmap: NDArray[np.bool_], index: int) -> Any:
    transaction = dataset.begin("a", GROUND_TRUTH, label="Brush", on=on)
    half = HEIGHT // 2  # in two pieces, as a stroke comes
    transaction.paint(Rect(FIRST, 0, WIDTH, half), bitmap[:half], index)
    transaction.paint(Rect(FIRST, half, WIDTH, HEIGHT), bitmap[half:], index)
    return transaction


def take_step(dataset: Dataset, model: Model, step: tuple[Any, ...]) -> None:
    state, layer = model.state, layer_of(dataset)
    chosen = step[1] % len(state) if len(step) > 1 and state else None
    match step:
        case ("undo",):
            dataset.undo()
            model.place = max(0, model.place - 1)
        case ("redo",):
            dataset.redo()
            model.place = min(len(model.states) - 1, model.place + 1)
        case ("reopen",):
            first = tuple(
                MaskObject(k.uid, k.index, *cropped(whole(k.bitmap))) for k in model.states[0]
            )
            dataset.close_document("a")
            reopen(dataset, first, WHOLE)
        case ("new", index, bitmap):
            model.n_new += 1
            uid = f"new {model.n_new}"
            stroke(dataset, new_object(uid, index), bitmap, index).commit()
            if bitmap.any():
                model.push((*state, Known(uid, index, bitmap)))
        case ("stroke" | "escape" as kind, _, bitmap, adds) if chosen is not None:
            known = state[chosen]
            open_stroke = stroke(dataset, layer.objects[chosen], bitmap, known.index if adds else 0)
            if kind == "escape":
                open_stroke.rollback()
                return
            open_stroke.commit()
            after = known.bitmap | bitmap if adds else known.bitmap & ~bitmap
            if (after != known.bitmap).any():
                changed = Known(known.uid, known.index, after)
                model.push((*state[:chosen], changed, *state[chosen + 1 :]))
        case ("delete", _) if chosen is not None:
            edit_objects(dataset, without_objects(layer.objects, [state[chosen].uid]))
            model.push((*state[:chosen], *state[chosen + 1 :]))
        case ("move", _, steps) if chosen is not None:
            edit_objects(dataset, moved(layer.objects, state[chosen].uid, steps))
            others = [*state[:chosen], *state[chosen + 1 :]]
            others.insert(min(max(chosen + steps, 0), len(others)), state[chosen])
            model.push(tuple(others))
        case ("class", _, index) if chosen is not None:
            known = state[chosen]
            edit_objects(dataset, with_class(layer.objects, known.uid, index))
            model.push(
                (*state[:chosen], Known(known.uid, index, known.bitmap), *state[chosen + 1 :])
            )


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(1, 3), BITMAPS), max_size=4), STEPS)
def test_objects_and_their_class_mask_follow_every_change(
    first: list[tuple[int, NDArray[np.bool_]]], steps: list[tuple[Any, ...]]
) -> None:
    model = Model(tuple(Known(str(n), index, b) for n, (index, b) in enumerate(first)))
    dataset = open_objects(
        *(MaskObject(k.uid, k.index, *cropped(whole(k.bitmap))) for k in model.state)
    )
    for step in steps:
        take_step(dataset, model, step)
        layer = layer_of(dataset)
        assert [found.uid for found in layer.objects] == [known.uid for known in model.state]
        for found, known in zip(layer.objects, model.state, strict=True):
            assert found.index == known.index
            assert np.array_equal(found.drawn(layer.size), whole(known.bitmap))
        assert np.array_equal(layer.pixels, flattened(model.state))


# one by one


def two() -> tuple[MaskObject, MaskObject]:
    """The second covers a part of the first."""
    return drawn("###...", "###...", uid="low", index=1), drawn("..##..", uid="high", index=2)


def test_objects_that_are_not_painted_stay_the_very_same() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    paint(dataset, low, Rect(0, 0, 6, 1), 1)
    assert layer_of(dataset).objects[1] is high
    assert rows(dataset) == ["112211", "111000"]


def test_the_lower_object_is_painted_where_the_upper_one_is_seen() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    paint(dataset, low, Rect(3, 0, 4, 1), 1)
    assert rows(dataset) == ["112200", "111000"]
    assert layer_of(dataset).objects[0].holds(3, 0)
    assert [edit.label for edit in dataset.history.edits] == ["Brush"]
    edit_objects(dataset, without_objects(layer_of(dataset).objects, ["high"]))
    assert rows(dataset) == ["111100", "111000"]


def test_other_classes_pass_the_object_by() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    paint(dataset, low, Rect(0, 0, 6, 2), 3)
    assert rows(dataset) == ["112200", "111000"]
    assert not dataset.history.edits
    assert layer_of(dataset).objects == (low, high)


def test_the_paint_rule_speaks_of_the_class_mask() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    paint(dataset, low, Rect(0, 0, 6, 2), 1, PaintRule(Over.EMPTY))
    assert rows(dataset) == ["112211", "111111"]
    assert not layer_of(dataset).objects[0].holds(3, 0)
    paint(dataset, high, Rect(0, 0, 6, 2), 2, PaintRule(protected=frozenset({1})))
    assert rows(dataset) == ["112211", "111111"]


def test_an_object_that_loses_all_its_pixels_stays_in_the_list() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    paint(dataset, high, Rect(0, 0, 6, 2), 0)
    assert [found.area for found in layer_of(dataset).objects] == [6, 0]
    assert rows(dataset) == ["111000", "111000"]


def test_escape_brings_the_very_same_objects_back() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    transaction = dataset.begin("a", GROUND_TRUTH, label="Brush", on=new_object("new", 3))
    transaction.paint(Rect(0, 0, 6, 2), np.ones((2, 6), np.bool_), 3)
    assert rows(dataset) == ["333333", "333333"]
    transaction.rollback()
    layer = layer_of(dataset)
    assert layer.objects == (low, high)
    assert not layer.is_changed
    assert rows(dataset) == ["112200", "111000"]
    assert not dataset.changes(TARGET)


def test_figures_get_the_class_mask_from_before() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    events = listen(dataset)
    paint(dataset, low, Rect(3, 0, 6, 1), 1)
    dataset.undo()
    made, undone = events.of(EditCommitted)
    assert made.before is not None
    assert undone.before is not None
    assert made.before[0, 0].pixels.tolist()[0] == [1, 1, 2, 2, 0, 0]
    assert undone.before[0, 0].pixels.tolist()[0] == [1, 1, 2, 2, 1, 1]


def test_a_change_that_nobody_sees_is_an_edit_all_the_same() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    events = listen(dataset)
    paint(dataset, low, Rect(3, 0, 4, 1), 1)
    assert [event.before for event in events.of(EditCommitted)] == [{}]
    assert dataset.modified_samples() == {"a"}
    kept = dataset.changes(TARGET).objects
    assert kept is not None
    assert [packed.unpack().area for packed in kept] == [7, 2]


def test_who_knows_no_object_writes_into_the_class_mask() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    paint(dataset, None, Rect(2, 0, 5, 1), 1)
    layer = layer_of(dataset)
    assert rows(dataset) == ["111110", "111000"]
    assert [found.uid for found in layer.objects] == ["low", "high"]
    assert np.array_equal(flatten(layer.objects, layer.size, 0), layer.pixels)
    dataset.undo()
    assert rows(dataset) == ["112200", "111000"]
    assert [found.area for found in layer.objects] == [6, 2]


def test_a_sample_without_objects_is_an_object_layer_too() -> None:
    dataset = Dataset([Sample("a")], {GROUND_TRUTH: LABELS}, holds_objects=[GROUND_TRUTH])
    other = {"other": MaskData(np.zeros((2, 6), np.uint8))}
    dataset.label_maps["other"] = LABELS
    dataset.open_document(LoadedSample(dataset.sample("a"), None, other))
    assert layer_of(dataset).objects == ()
    paint(dataset, new_object("first", 2), Rect(0, 0, 2, 1), 2)
    assert rows(dataset) == ["220000", "000000"]


def test_saved_objects_count_as_those_of_the_file() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    paint(dataset, low, Rect(3, 0, 6, 1), 1)
    dataset.forget_changes(TARGET, dataset.changes(TARGET))
    assert not dataset.changes(TARGET)


def test_changes_during_a_save_are_kept() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    paint(dataset, low, Rect(3, 0, 4, 1), 1)
    saving = dataset.changes(TARGET)
    edit_objects(dataset, without_objects(layer_of(dataset).objects, ["high"]))
    dataset.close_document("a")
    dataset.forget_changes(TARGET, saving)
    kept = dataset.put_aside(TARGET).objects
    assert kept is not None
    assert [packed.uid for packed in kept] == ["low"]


def test_another_background_shows_where_no_object_is() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    label_map = dataset.label_maps[GROUND_TRUTH].with_background(3)
    dataset.change_label_map("Background", GROUND_TRUTH, label_map)
    assert rows(dataset) == ["112233", "111333"]
    dataset.close_document("a")
    reopen(dataset, (low, high), Size(6, 2))
    assert rows(dataset) == ["112233", "111333"]
    dataset.undo()
    assert rows(dataset) == ["112200", "111000"]


def test_the_objects_at_a_place_are_listed_from_the_top() -> None:
    dataset = open_objects(*two(), size=Size(6, 2))
    layer = layer_of(dataset)
    assert [found.uid for found in layer.objects_at(2, 0)] == ["high", "low"]
    assert [found.uid for found in layer.objects_at(2, 1)] == ["low"]
    assert layer.objects_at(5, 1) == layer.objects_at(9, 9) == []


def test_undo_waits_for_the_objects_it_knows() -> None:
    low, high = two()
    dataset = open_objects(low, high, size=Size(6, 2))
    paint(dataset, low, Rect(3, 0, 6, 1), 1)
    dataset.forget_changes(TARGET, dataset.changes(TARGET))
    dataset.close_document("a")
    reopen(dataset, (high,), Size(6, 2))  # another program took the lower one away
    assert dataset.undo() is None
    assert [found.uid for found in layer_of(dataset).objects] == ["high"]


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (5, 13), (300, 7)])
def test_packed_objects_come_back(shape: tuple[int, int]) -> None:
    pixels = np.indices(shape).sum(0) % 3 == 0
    found = MaskObject("u", 3, Rect(4, 5, 4 + shape[1], 5 + shape[0]), pixels, {"k": "1"})
    back = found.packed.unpack()
    assert np.array_equal(back.pixels, pixels)
    assert (back.uid, back.index, back.rect, back.foreign) == ("u", 3, found.rect, {"k": "1"})
    assert back.packed == found.packed

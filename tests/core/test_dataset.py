from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from numpy.typing import NDArray

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import LoadedSample, Sample, load_sample
from maskstudio.core.edits import Target
from maskstudio.core.events import (
    EditCommitted,
    HistoryChanged,
    LabelMapChanged,
    MarksChanged,
    ProblemsChanged,
)
from maskstudio.core.geometry import Rect
from maskstudio.core.history import History
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS, MaskData, MaskLayer, new_layer
from maskstudio.core.tiles import UnsavedTiles, restore_tiles
from maskstudio.core.transaction import PaintRule
from maskstudio.errors import DataError, Kind, Scope
from tests.helpers.datasets import (
    THREE_CLASSES,
    ImageInMemory,
    MaskInMemory,
    dataset_of,
    listen,
    open_sample,
)
from tests.helpers.masks import mask, text

PICTURE = np.zeros((2, 3, 3), np.uint8)


def layer_of(dataset: Dataset, name: str, key: str = GROUND_TRUTH) -> MaskLayer:
    return dataset.document(name).layer(key)


def paint(
    dataset: Dataset, name: str, rect: Rect, index: int, rule: PaintRule | None = None
) -> None:
    transaction = dataset.begin(name, GROUND_TRUTH, label="Brush", rule=rule or PaintRule())
    transaction.paint(rect, np.ones((rect.height, rect.width), np.bool_), index)
    transaction.commit()


def with_picture(label_map: LabelMap = THREE_CLASSES) -> Dataset:
    """One sample that has a picture and no mask."""
    sample = Sample("a", image=ImageInMemory(PICTURE))
    return Dataset([sample], {GROUND_TRUTH: label_map})


# opening and closing


def test_samples_keep_their_order_and_are_found_by_name() -> None:
    dataset = dataset_of({"b": mask(".."), "a/c d": mask("..")})
    assert [sample.name for sample in dataset.samples] == ["b", "a/c d"]
    assert dataset.position_of("a/c d") == 1
    assert dataset.sample("b").name == "b"
    with pytest.raises(KeyError):
        dataset.sample("c")


def test_opening_twice_gives_the_same_document() -> None:
    dataset = dataset_of({"a": mask("..")})
    loaded = load_sample(dataset.sample("a"))
    document = dataset.open_document(loaded)
    assert dataset.open_document(loaded) is document
    assert dataset.documents == (document,)
    dataset.close_document("a")
    assert not dataset.is_open("a")


def test_unsaved_changes_come_back_when_a_document_is_opened_again() -> None:
    dataset = dataset_of({"a": mask("....")})
    open_sample(dataset, "a")
    paint(dataset, "a", Rect(1, 0, 3, 1), 300)
    dataset.close_document("a")
    assert set(dataset.put_aside(Target("a", GROUND_TRUTH))) == {(0, 0)}
    open_sample(dataset, "a")
    assert layer_of(dataset, "a").pixels.tolist() == [[0, 300, 300, 0]]
    assert dataset.put_aside(Target("a", GROUND_TRUTH)) == {}
    dataset.undo()
    assert text(layer_of(dataset, "a").pixels) == ("....",)


def test_a_document_stays_open_while_a_stroke_is_under_way() -> None:
    dataset = dataset_of({"a": mask("..")})
    open_sample(dataset, "a")
    dataset.begin("a", GROUND_TRUTH, label="Brush")
    with pytest.raises(AssertionError):
        dataset.close_document("a")


def test_problems_and_undeclared_classes_of_a_file_are_announced_once() -> None:
    dataset = dataset_of({"a": mask("..")})
    sample = dataset.sample("a")
    void = LabelClass(255, "class_255", None)
    problem = DataError(Kind.UNDECLARED_INDEX, "a.png", "index 255").problem(Scope.ITEM)
    masks = {GROUND_TRUTH: MaskData(mask(".."), undeclared=(void,))}
    heard = listen(dataset)
    dataset.open_document(LoadedSample(sample, None, masks, (problem,)))
    dataset.close_document("a")
    dataset.open_document(LoadedSample(sample, None, masks, (problem,)))
    assert dataset.problems == [problem]
    assert dataset.label_maps[GROUND_TRUTH].undeclared == (void,)
    assert heard.events == [ProblemsChanged(), LabelMapChanged(GROUND_TRUTH)]
    assert dataset.history.edits == ()


def test_a_sample_without_a_mask_gets_one_of_background() -> None:
    dataset = with_picture(THREE_CLASSES.with_background(2))
    open_sample(dataset, "a")
    assert text(layer_of(dataset, "a").pixels) == ("222", "222")
    assert layer_of(dataset, "a").is_new


def test_without_background_a_new_mask_holds_a_class_nobody_declared() -> None:
    dataset = with_picture(THREE_CLASSES.with_background(None))
    open_sample(dataset, "a")
    index = layer_of(dataset, "a").index_at(0, 0)
    assert index is not None
    assert not dataset.label_maps[GROUND_TRUTH].is_declared(index)
    assert dataset.label_maps[GROUND_TRUTH].get(index) is not None


def test_another_background_does_not_change_a_new_mask_that_was_painted() -> None:
    dataset = with_picture()
    open_sample(dataset, "a")
    paint(dataset, "a", Rect(0, 0, 1, 1), 2)
    dataset.close_document("a")
    changed = THREE_CLASSES.with_background(1)
    dataset.change_label_map("Set background", GROUND_TRUTH, changed)
    open_sample(dataset, "a")
    assert text(layer_of(dataset, "a").pixels) == ("2..", "...")


def test_a_mask_of_another_size_is_read_only() -> None:
    masks = {GROUND_TRUTH: MaskInMemory(mask("...."))}
    sample = Sample("a", image=ImageInMemory(PICTURE), masks=masks)
    dataset = Dataset([sample], {GROUND_TRUTH: THREE_CLASSES})
    open_sample(dataset, "a")
    assert layer_of(dataset, "a").is_locked
    assert text(layer_of(dataset, "a").pixels) == ("....",)


def test_a_mask_that_cannot_be_read_is_not_painted_over() -> None:
    sample = Sample("a", image=ImageInMemory(PICTURE), masks={GROUND_TRUTH: MaskInMemory(None)})
    dataset = Dataset([sample], {GROUND_TRUTH: THREE_CLASSES})
    open_sample(dataset, "a")
    assert layer_of(dataset, "a").is_locked
    assert not layer_of(dataset, "a").is_new


def test_nothing_is_painted_where_nothing_gives_a_size() -> None:
    dataset = Dataset([Sample("a")], {GROUND_TRUTH: THREE_CLASSES})
    open_sample(dataset, "a")
    assert layer_of(dataset, "a").is_locked


def test_changes_wait_while_their_file_cannot_be_read() -> None:
    stored = MaskInMemory(mask("...", "..."))
    dataset = dataset_of({"a": stored})
    open_sample(dataset, "a")
    paint(dataset, "a", Rect(0, 0, 1, 1), 1)
    dataset.close_document("a")
    kept, stored.pixels = stored.pixels, None
    open_sample(dataset, "a")
    assert dataset.undo() is None
    dataset.close_document("a")
    stored.pixels = kept
    open_sample(dataset, "a")
    assert text(layer_of(dataset, "a").pixels) == ("1..", "...")
    assert dataset.undo() is not None
    assert text(layer_of(dataset, "a").pixels) == ("...", "...")


def test_one_more_layer_is_on_every_sample() -> None:
    dataset = dataset_of({"a": mask(".."), "b": mask("...")})
    open_sample(dataset, "a")
    dataset.add_layer(PREDICTIONS, THREE_CLASSES)
    open_sample(dataset, "b")
    assert dataset.keys == (GROUND_TRUTH, PREDICTIONS)
    assert text(layer_of(dataset, "a", PREDICTIONS).pixels) == ("..",)
    assert text(layer_of(dataset, "b", PREDICTIONS).pixels) == ("...",)


def test_a_sample_is_replaced_in_its_place_and_in_its_document() -> None:
    dataset = dataset_of({"a": mask(".."), "b": mask("..")})
    open_sample(dataset, "b")
    dataset.replace_samples([replace(dataset.sample("b"), subsets=("train",))])
    assert [sample.subsets for sample in dataset.samples] == [(), ("train",)]
    assert dataset.document("b").sample.subsets == ("train",)


# saving


def test_changes_are_the_same_whether_the_document_is_open_or_not() -> None:
    dataset = dataset_of({"a": np.zeros((300, 520), np.uint8)})
    open_sample(dataset, "a")
    target = Target("a", GROUND_TRUTH)
    assert dataset.changes(target) == {}
    paint(dataset, "a", Rect(500, 0, 520, 9), 1)
    changes = dataset.changes(target)
    assert set(changes) == {(1, 0), (2, 0)}
    dataset.close_document("a")
    assert dataset.changes(target) == changes


@pytest.mark.parametrize("is_closed_meanwhile", [False, True])
def test_what_was_painted_while_a_save_ran_stays_a_change(is_closed_meanwhile: bool) -> None:
    dataset = dataset_of({"a": np.zeros((300, 520), np.uint8)})
    open_sample(dataset, "a")
    target = Target("a", GROUND_TRUTH)
    paint(dataset, "a", Rect(0, 0, 520, 1), 1)
    saved = dataset.changes(target)
    paint(dataset, "a", Rect(300, 0, 301, 1), 2)
    if is_closed_meanwhile:
        dataset.close_document("a")
    dataset.forget_changes(target, saved)
    assert set(dataset.changes(target)) == {(1, 0)}


def test_after_a_save_nothing_is_a_change() -> None:
    dataset = dataset_of({"a": mask("..")})
    open_sample(dataset, "a")
    paint(dataset, "a", Rect(0, 0, 1, 1), 1)
    assert dataset.modified_samples() == {"a"}
    state = dataset.history.begin_save()
    target = Target("a", GROUND_TRUTH)
    dataset.forget_changes(target, dataset.changes(target))
    heard = listen(dataset)
    dataset.mark_saved(state, [GROUND_TRUTH])
    assert dataset.modified_samples() == set()
    assert dataset.changes(target) == {}
    assert heard.events == [HistoryChanged(saved=frozenset({GROUND_TRUTH}), n_steps=1)]


# edits


def test_undo_and_redo_say_what_they_did() -> None:
    dataset = dataset_of({"a": mask("..")})
    open_sample(dataset, "a")
    assert dataset.undo() is None
    assert dataset.redo() is None
    paint(dataset, "a", Rect(0, 0, 1, 1), 1)
    heard = listen(dataset)
    edit = dataset.undo()
    assert edit is not None
    assert edit.samples == {"a"}
    assert dataset.redo() is edit
    assert len(heard.of(EditCommitted)) == len(heard.of(HistoryChanged)) == 2


def test_nothing_is_undone_while_a_stroke_is_under_way() -> None:
    dataset = dataset_of({"a": mask("..")})
    open_sample(dataset, "a")
    paint(dataset, "a", Rect(0, 0, 1, 1), 1)
    stroke = dataset.begin("a", GROUND_TRUTH, label="Brush")
    assert dataset.undo() is None
    stroke.rollback()
    assert dataset.undo() is not None


def test_an_undo_of_a_closed_sample_fails_and_changes_nothing() -> None:
    dataset = dataset_of({"a": mask("..")})
    open_sample(dataset, "a")
    paint(dataset, "a", Rect(0, 0, 1, 1), 1)
    dataset.close_document("a")
    with pytest.raises(KeyError):
        dataset.undo()
    assert dataset.history.position == 1
    open_sample(dataset, "a")
    assert text(layer_of(dataset, "a").pixels) == ("1.",)


def test_a_label_map_is_changed_and_brought_back() -> None:
    dataset = dataset_of({"a": mask("..")})
    more = THREE_CLASSES.with_class(LabelClass(9, "tree", (9, 9, 9)))
    heard = listen(dataset)
    dataset.change_label_map("Add class", GROUND_TRUTH, more)
    assert dataset.label_maps[GROUND_TRUTH] == more
    assert dataset.history.modified() == {Target("", GROUND_TRUTH)}
    assert dataset.modified_samples() == set()
    dataset.undo()
    assert dataset.label_maps[GROUND_TRUTH] == THREE_CLASSES
    dataset.redo()
    assert dataset.label_maps[GROUND_TRUTH] == more
    assert heard.of(LabelMapChanged) == [LabelMapChanged(GROUND_TRUTH)] * 3


def test_the_same_label_map_again_is_no_edit() -> None:
    dataset = dataset_of({"a": mask("..")})
    dataset.change_label_map("Rename", GROUND_TRUTH, replace(THREE_CLASSES))
    assert dataset.history.edits == ()


def test_undo_of_a_label_map_keeps_undeclared_classes_that_were_met_since() -> None:
    dataset = dataset_of({"a": mask("..")})
    void = LabelClass(255, "class_255", None)
    dataset.change_label_map("Set background", GROUND_TRUTH, THREE_CLASSES.with_background(1))
    dataset.meet_undeclared(GROUND_TRUTH, [void])
    dataset.undo()
    assert dataset.label_maps[GROUND_TRUTH] == THREE_CLASSES.with_undeclared([void])


def test_the_checked_mark_is_announced_when_it_changes_and_is_no_edit() -> None:
    dataset = dataset_of({"a": mask("..")})
    heard = listen(dataset)
    for checked in (False, True, True, False):
        dataset.set_checked("a", checked)
    assert heard.events == [MarksChanged("a"), MarksChanged("a")]
    assert dataset.checked == set()
    assert dataset.history.edits == ()


# any sequence of all of it


SHAPE = (12, 270)
NAMES = ("no instances", "instances", "new")


@dataclass(frozen=True)
class Plain:
    """A whole mask as it should be."""

    pixels: NDArray[np.int64]
    instances: NDArray[np.int64] | None

    def painted(self, rect: Rect, index: int) -> Plain:
        changed = self._where(rect) & (self.pixels != index)
        ids = None if self.instances is None else np.where(changed, 0, self.instances)
        return Plain(np.where(changed, index, self.pixels), ids)

    def marked(self, rect: Rect, instance: int) -> Plain:
        if self.instances is None and instance == 0:
            return self
        ids = np.zeros_like(self.pixels) if self.instances is None else self.instances
        return Plain(self.pixels, np.where(self._where(rect), instance, ids))

    def _where(self, rect: Rect) -> NDArray[np.bool_]:
        where = np.zeros(self.pixels.shape, np.bool_)
        where[max(rect.y0, 0) : max(rect.y1, 0), max(rect.x0, 0) : max(rect.x1, 0)] = True
        return where

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plain) and self._bytes() == other._bytes()

    def _bytes(self) -> tuple[bytes, bytes | None]:
        ids = self.instances
        return self.pixels.tobytes(), None if ids is None else ids.tobytes()


def plain(pixels: NDArray[Any], instances: NDArray[Any] | None) -> Plain:
    ids = None if instances is None else instances.astype(np.int64)
    return Plain(pixels.astype(np.int64), ids)


def start_of(name: str) -> Plain:
    random = np.random.default_rng(len(name))
    pixels = random.integers(0, 4, SHAPE) if name != "new" else np.zeros(SHAPE, np.int64)
    return Plain(pixels, random.integers(0, 3, SHAPE) if name == "instances" else None)


rects = st.builds(
    lambda x, y, width, height: Rect(x, y, x + width, y + height),
    st.sampled_from([-2, 3, 250, 265]),
    st.integers(-2, 13),
    st.integers(1, 20),
    st.integers(1, 6),
)
names = st.sampled_from(NAMES)


class DatasetMachine(RuleBasedStateMachine):
    """Paints, undoes, closes, opens and saves at random beside whole masks kept in a list."""

    @initialize(limit=st.sampled_from([0, 3000, 1 << 20]))
    def start(self, limit: int) -> None:
        self.files: dict[str, MaskInMemory] = {}
        for name in NAMES[:2]:
            self.files[name] = self.file_of(start_of(name))
        picture = ImageInMemory(np.zeros(SHAPE, np.uint8))
        samples = [Sample(name, image=picture, masks=self.masks_of(name)) for name in NAMES]
        self.dataset = Dataset(samples, {GROUND_TRUTH: THREE_CLASSES}, history=History(limit))
        self.states = [{name: start_of(name) for name in NAMES}]
        self.saved = self.states[0]
        self.at = 0
        self.saving: tuple[int, dict[str, Plain], dict[str, UnsavedTiles]] | None
        self.saving = None

    def file_of(self, content: Plain) -> MaskInMemory:
        ids = None if content.instances is None else content.instances.astype(np.uint16)
        dtype = np.uint8 if content.pixels.max() < 256 else np.uint16
        return MaskInMemory(content.pixels.astype(dtype), ids)

    def masks_of(self, name: str) -> dict[str, MaskInMemory]:
        return {GROUND_TRUTH: self.files[name]} if name in self.files else {}

    @rule(name=names, rect=rects, index=st.sampled_from([0, 1, 255, 256]))
    def paint(self, name: str, rect: Rect, index: int) -> None:
        self.open(name)
        paint(self.dataset, name, rect, index)
        self.note(name, self.states[self.at][name].painted(rect, index))

    @rule(name=names, rect=rects, instance=st.sampled_from([0, 1, 9]))
    def mark(self, name: str, rect: Rect, instance: int) -> None:
        self.open(name)
        transaction = self.dataset.begin(name, GROUND_TRUTH, label="Mark")
        shape = (rect.height, rect.width)
        ids = np.full(shape, instance, np.uint16)
        changed = transaction.write_instances(rect, ids, np.ones(shape, np.bool_))
        transaction.commit()
        if changed is not None:
            self.note(name, self.states[self.at][name].marked(rect, instance))

    def note(self, name: str, content: Plain) -> None:
        if content != self.states[self.at][name]:
            self.states[self.at + 1 :] = [self.states[self.at] | {name: content}]
            self.at += 1

    @rule(name=names, rect=rects, index=st.sampled_from([1, 256]))
    def roll_back(self, name: str, rect: Rect, index: int) -> None:
        self.open(name)
        stroke = self.dataset.begin(name, GROUND_TRUTH, label="Brush")
        stroke.paint(rect, np.ones((rect.height, rect.width), np.bool_), index)
        stroke.rollback()

    @rule()
    def undo(self) -> None:
        edit = self.dataset.history.undo_edit
        if edit is not None:
            [name] = edit.samples
            self.open(name)
            self.dataset.undo()
            self.at -= 1

    @rule()
    def redo(self) -> None:
        edit = self.dataset.history.redo_edit
        assert (edit is None) == (self.at == len(self.states) - 1)
        if edit is not None:
            [name] = edit.samples
            self.open(name)
            self.dataset.redo()
            self.at += 1

    @rule(name=names)
    def open(self, name: str) -> None:
        open_sample(self.dataset, name)

    @rule(name=names)
    def close(self, name: str) -> None:
        if self.dataset.is_open(name):
            self.dataset.close_document(name)

    @rule()
    def begin_save(self) -> None:
        state = self.dataset.history.begin_save()
        changes = {name: self.dataset.changes(Target(name, GROUND_TRUTH)) for name in NAMES}
        self.saving = state, self.states[self.at], changes

    @precondition(lambda self: self.saving is not None)
    @rule()
    def finish_save(self) -> None:
        assert self.saving is not None
        state, self.saved, changes = self.saving
        for name, tiles in changes.items():
            if tiles:
                self.files[name] = self.file_of(self.saved[name])
                sample = replace(self.dataset.sample(name), masks=self.masks_of(name))
                self.dataset.replace_samples([sample])
                self.dataset.forget_changes(Target(name, GROUND_TRUTH), tiles)
        self.dataset.mark_saved(state, [GROUND_TRUTH])
        self.saving = None

    @invariant()
    def every_byte_is_there(self) -> None:
        for name in NAMES:
            assert self.content_of(name) == self.states[self.at][name], name

    @invariant()
    def files_and_changes_make_what_is_to_be_saved(self) -> None:
        for name in NAMES:
            data = self.stored(name)
            layer = MaskLayer(GROUND_TRUTH, data)
            restore_tiles(layer, self.dataset.changes(Target(name, GROUND_TRUTH)))
            assert plain(layer.pixels, layer.instances) == self.states[self.at][name], name

    @invariant()
    def what_differs_from_its_file_is_modified(self) -> None:
        now = self.states[self.at]
        differing = {name for name in NAMES if now[name] != self.saved[name]}
        assert differing <= self.dataset.modified_samples()

    def content_of(self, name: str) -> Plain:
        if not self.dataset.is_open(name):
            return self.states[self.at][name]  # the other invariant looks at these
        layer = layer_of(self.dataset, name)
        return plain(layer.pixels, layer.instances)

    def stored(self, name: str) -> MaskData:
        if name in self.files:
            return self.files[name].read()
        empty = new_layer(GROUND_TRUTH, self.size(), 0)
        return MaskData(empty.pixels.copy())

    def size(self) -> Any:
        return ImageInMemory(np.zeros(SHAPE, np.uint8)).size()


def test_any_sequence_over_any_samples_restores_every_byte() -> None:
    run_state_machine_as_test(
        DatasetMachine, settings=settings(deadline=None, max_examples=60, stateful_step_count=40)
    )


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_new_layer_follows_the_background_again_once_its_strokes_are_undone(
    is_closed: bool,
) -> None:
    empty = Sample("a", image=ImageInMemory(np.zeros((4, 5), np.uint8)))
    dataset = Dataset([empty], {GROUND_TRUTH: THREE_CLASSES})
    loaded = load_sample(empty)
    dataset.open_document(loaded)
    other = THREE_CLASSES.with_background(2)
    dataset.change_label_map("Background Is car", GROUND_TRUTH, other)
    transaction = dataset.begin("a", GROUND_TRUTH, label="Brush")
    transaction.paint(Rect(0, 0, 2, 2), np.ones((2, 2), np.bool_), 1)
    transaction.commit()
    dataset.undo()
    if is_closed:
        dataset.close_document("a")
    dataset.undo()
    dataset.open_document(loaded)
    layer = dataset.document("a").layer(GROUND_TRUTH)
    assert not layer.pixels.any()
    dataset.redo()
    dataset.redo()
    expected = np.full((4, 5), 2)
    expected[:2, :2] = 1
    np.testing.assert_array_equal(layer.pixels, expected)

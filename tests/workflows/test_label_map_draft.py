"""A draft of a label map: what it makes of pixels equals a few lines of numpy, and each of its
edits can be taken back alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import UsageError
from maskstudio.workflows.class_census import Census
from maskstudio.workflows.draft_edits import (
    DraftEdit,
    EditKind,
    edits_of,
    for_other_layer,
    label_of,
    reach_of,
    rebased,
    relabeling_of,
    taken_back,
)
from maskstudio.workflows.label_map_draft import Draft
from maskstudio.workflows.lint import lint

NAMES = ("background", "sky", "road", "car", "bus", "tree")
MAP = LabelMap(
    tuple(LabelClass(i, name, (40 * i, 0, 0)) for i, name in enumerate(NAMES)), background=0
)
MASK = (np.arange(60).reshape(6, 10) % 6).astype(np.uint8)


def draft(label_map: LabelMap = MAP) -> Draft:
    return Draft.of(label_map)


def pixels(found: Draft, mask: Any = MASK) -> Any:
    changed = relabeling_of(found).pixels(mask)
    return mask if changed is None else changed


def listed(label_map: LabelMap) -> list[tuple[int, str]]:
    return [(c.index, c.name) for c in label_map]


def kinds(found: Draft) -> list[EditKind]:
    return [edit.kind for edit in edits_of(found)]


def test_a_fresh_draft_changes_nothing() -> None:
    assert edits_of(draft()) == ()
    assert draft().result == MAP
    assert draft().changes == {}


def test_merging_moves_pixels_and_leaves_the_index_free() -> None:
    found = draft().merged([3, 4], into=4)
    assert np.array_equal(pixels(found), np.where(MASK == 3, 4, MASK))
    assert listed(found.result) == [(0, "background"), (1, "sky"), (2, "road"), (4, "bus"),
                                    (5, "tree")]  # fmt: skip
    assert edits_of(found) == (DraftEdit(EditKind.MERGE, (3,), 4),)
    assert label_of(found) == "Merge car into bus"


def test_merges_one_after_the_other_end_in_the_last() -> None:
    found = draft().merged([3], into=4).merged([4], into=5)
    assert np.array_equal(pixels(found), np.where(np.isin(MASK, (3, 4)), 5, MASK))


def test_a_class_that_took_pixels_can_move_on_with_them() -> None:
    found = draft().merged([3], into=4).reindexed(4, 300)
    expected = np.where(np.isin(MASK, (3, 4)), 300, MASK.astype(int))
    assert np.array_equal(pixels(found), expected)
    assert found.result.by_name["bus"].index == 300


def test_the_index_of_a_merged_class_is_free_for_another() -> None:
    found = draft().merged([3], into=4).reindexed(5, 3)
    assert np.array_equal(pixels(found), np.choose(MASK, [0, 1, 2, 4, 4, 3]))


def test_deleted_pixels_go_where_the_user_says() -> None:
    found = draft().deleted([1, 5], into=0)
    assert np.array_equal(pixels(found), np.where(np.isin(MASK, (1, 5)), 0, MASK))
    assert kinds(found) == [EditKind.DELETE]
    with pytest.raises(UsageError, match="background"):
        draft().deleted([0], into=1)
    with pytest.raises(UsageError, match="its own pixels"):
        draft().deleted([1, 2], into=2)


def test_indices_swap_and_each_comes_back() -> None:
    found = draft().reindexed(1, 4)
    assert np.array_equal(pixels(found), np.choose(MASK, [0, 4, 2, 3, 1, 5]))
    (edit,) = edits_of(found)
    assert set(edit.keys) == {1, 4}
    assert taken_back(found, edit) == draft()


def test_compacting_closes_every_gap_in_the_order_of_indices() -> None:
    found = draft().merged([0, 2], into=0).deleted([3], into=0).compacted()
    assert np.array_equal(pixels(found), np.choose(MASK, [0, 1, 0, 0, 2, 3]))
    assert listed(found.result) == [(0, "background"), (1, "sky"), (2, "bus"), (3, "tree")]


def test_compacting_lets_fillers_go() -> None:
    label_map = LabelMap((LabelClass(0, "_dummy0", (9, 9, 9)), LabelClass(4, "car", (1, 1, 1))))
    found = draft(label_map).compacted()
    assert listed(found.result) == [(0, "car")]
    filled = draft().deleted([3], into=0).filled()
    assert listed(filled.result)[-1] == (3, "_dummy3")
    assert listed(filled.compacted().result) == [
        (0, "background"), (1, "sky"), (2, "road"), (3, "bus"), (4, "tree")
    ]  # fmt: skip


def test_reordering_sorting_and_renaming_touch_no_pixel() -> None:
    found = draft().moved([5, 1], before=0).renamed(2, "street").recolored({3: (1, 2, 3)})
    found = found.detailed(3, parts=("wheel",), actions=())
    assert found.changes == {}
    assert listed(found.result)[:3] == [(1, "sky"), (5, "tree"), (0, "background")]
    by_name = draft().sorted(lambda entry: entry.found.name)
    assert [c.name for c in by_name.result] == sorted(NAMES)
    assert {c.name: c.index for c in by_name.result} == {c.name: c.index for c in MAP}
    assert kinds(by_name) == [EditKind.ORDER]


def test_every_edit_can_be_taken_back_alone() -> None:
    found = (
        draft()
        .merged([3], into=4)
        .renamed(4, "vehicle")
        .recolored({4: (1, 2, 3), 5: (4, 5, 6)})
        .reindexed(1, 9)
        .added(LabelClass(20, "pole", (7, 7, 7)))
        .with_background(2)
        .with_void(5)
        .moved([5], before=0)
        .detailed(2, parts=("kerb",))
    )
    assert len(edits_of(found)) == 9
    for edit in edits_of(found):
        left = edits_of(taken_back(found, edit))
        assert edit not in left
        assert len(left) == 8, edit
    while edits_of(found):
        found = taken_back(found, edits_of(found)[0])
    assert found == draft()


def test_two_classes_exchange_names_and_colors() -> None:
    found = draft().recolored({1: (80, 0, 0), 2: (40, 0, 0)})
    assert found.result.color_of(1) == (80, 0, 0)
    with pytest.raises(UsageError, match="same color"):
        draft().recolored({1: (80, 0, 0)})
    with pytest.raises(UsageError, match="Class 2 has this name"):
        draft().renamed(1, "road")
    assert draft().merged([2], into=1).renamed(1, "road").result.name_of(1) == "road"


def test_background_and_void_follow_their_class() -> None:
    found = draft().with_void(5).reindexed(5, 7).reindexed(0, 8)
    assert (found.result.background, found.result.void) == (8, 7)
    merged = draft().merged([0], into=2)
    assert merged.result.background == 2
    assert kinds(merged) == [EditKind.MERGE]
    assert draft().with_void(5).deleted([5], into=0).result.void is None
    with pytest.raises(UsageError, match="background already"):
        draft().with_void(0)


def test_pixels_that_no_class_names_are_declared_merged_and_never_run_over() -> None:
    met = draft().meeting([2, 9])
    with pytest.raises(UsageError, match="Pixels hold 9"):
        met.reindexed(1, 9)
    named = met.declared(9)
    assert named.result.name_of(9) == "class_9"
    assert named.result.undeclared == ()
    assert kinds(named) == [EditKind.DECLARE]
    away = met.merged([9], into=1).reindexed(2, 9)
    mask = np.array([[1, 2, 9]], np.uint8)
    assert pixels(away, mask).tolist() == [[1, 9, 1]]


def test_an_index_that_turns_out_to_be_held_is_a_fault() -> None:
    found = draft().reindexed(1, 9)
    assert found.faults() == ()
    assert found.meeting([9]).faults() == ("Pixels hold 9 already, which sky is to get.",)


def test_edits_are_counted() -> None:
    census = Census({"a": {3: 10, 4: 5}, "b": {4: 2}, "c": {3: 1}})
    found = draft().merged([3], into=4).renamed(4, "vehicle")
    merge, name = edits_of(found)
    assert (reach_of(merge, census).pixels, reach_of(merge, census).samples) == (11, ("a", "c"))
    assert (reach_of(name, census).pixels, reach_of(name, census).samples) == (0, ("a", "b"))


def test_edits_are_made_again_on_a_map_that_changed_meanwhile() -> None:
    found = draft().merged([3], into=4).renamed(1, "heaven").added(LabelClass(8, "x", (3, 3, 3)))
    other = MAP.without_class(3).with_class(LabelClass(5, "oak", (200, 0, 0)))
    again = rebased(found, other)
    assert listed(again.result) == [
        (0, "background"), (1, "heaven"), (2, "road"), (4, "bus"), (5, "oak"), (8, "x")
    ]  # fmt: skip
    assert again.changes == {}
    assert rebased(found, MAP) == found


def test_another_layer_gets_the_same_by_names_at_its_own_indices() -> None:
    other = LabelMap((LabelClass(10, "car", (1, 0, 0)), LabelClass(20, "bus", (2, 0, 0))))
    found = draft().merged([3], into=4).renamed(4, "vehicle").reindexed(1, 7)
    assert for_other_layer(found, other).changes == {10: 20}
    assert listed(for_other_layer(found, other).result) == [(20, "vehicle")]
    only_car = LabelMap((LabelClass(10, "car", (1, 0, 0)),))
    assert listed(for_other_layer(found, only_car).result) == [(10, "vehicle")]
    assert for_other_layer(found, only_car).changes == {}


def test_mends_of_lint_are_taken_over_without_moving_an_index() -> None:
    label_map = LabelMap((LabelClass(0, "a", (9, 9, 9)), LabelClass(2, "b", (9, 9, 9))))
    found = draft(label_map).meeting([5])
    for kind in ("duplicate_color", "undeclared_index"):
        findings = lint(found.result, "x", {0: 1, 2: 1, 5: 3})
        mend = next(f.mend for f in findings if f.problem.kind == kind)
        assert mend is not None
        found = found.adopting(mend().label_map)
    assert found.result.name_of(5) == "class_5"
    assert len({c.color for c in found.result}) == 3
    assert found.changes == {}


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    found = draft()
    for _ in range(draw(st.integers(1, 6))):
        one, other = draw(st.integers(0, 5)), draw(st.integers(0, 5))
        deed = draw(st.sampled_from(["merge", "move", "compact", "fill"]))
        try:
            if deed == "merge":
                found = found.merged([one], other)
            elif deed == "move":
                found = found.reindexed(one, draw(st.integers(0, 9)))
            else:
                found = found.compacted() if deed == "compact" else found.filled()
        except UsageError:
            continue
    return found


@given(drafts())
def test_classes_that_stay_stay_apart_and_name_the_same_pixels(found: Draft) -> None:
    after = pixels(found)
    for entry in found.entries:
        if entry.is_listed and not entry.is_new:
            taken = [e.key for e in found.entries if not e.is_new and
                     found.index_of(e.key) == entry.found.index]  # fmt: skip
            assert np.array_equal(after == entry.found.index, np.isin(MASK, taken))
    indices = [c.index for c in found.result]
    assert len(indices) == len(set(indices))
    assert rebased(found, MAP).changes == found.changes

"""Changes of classes: which index becomes which, and the label map that belongs to the result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import UsageError
from maskstudio.workflows.relabel import (
    Relabeling,
    change_index,
    compact_indices,
    delete_classes,
    fill_gaps,
    merge_classes,
    relabeling_of_words,
)

MAP = LabelMap(
    (
        LabelClass(3, "car", (1, 1, 1), parts=("wheel",)),
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(7, "tree", (2, 2, 2)),
        LabelClass(1, "_dummy1", (3, 3, 3)),
    ),
    background=0,
)


def names(label_map: LabelMap) -> list[tuple[int, str]]:
    return [(c.index, c.name) for c in label_map]


def test_merged_classes_leave_the_map_and_nobody_moves() -> None:
    found = merge_classes(MAP, [3, 7], into=7)
    assert found.moved == {3: 7}
    assert names(found.label_map) == [(0, "background"), (7, "tree"), (1, "_dummy1")]
    assert found.label_map.background == 0


def test_a_merged_background_is_the_background_it_became() -> None:
    found = merge_classes(MAP, [0, 3], into=3)
    assert found.label_map.background == 3


def test_deleted_pixels_go_where_the_user_says() -> None:
    found = delete_classes(MAP, [3, 7], into=0)
    assert found.moved == {3: 0, 7: 0}
    assert names(found.label_map) == [(0, "background"), (1, "_dummy1")]
    with pytest.raises(UsageError, match="background"):
        delete_classes(MAP, [0], into=3)
    with pytest.raises(UsageError, match="deleted itself"):
        delete_classes(MAP, [3, 7], into=7)


def test_an_index_changes_in_place_in_the_list() -> None:
    found = change_index(MAP, 3, 9)
    assert found.moved == {3: 9}
    assert found.label_map.classes[0] == LabelClass(9, "car", (1, 1, 1), parts=("wheel",))
    assert names(found.label_map)[1:] == names(MAP)[1:]


def test_a_taken_index_is_swapped() -> None:
    found = change_index(MAP, 3, 0)
    assert found.moved == {3: 0, 0: 3}
    assert names(found.label_map)[:2] == [(0, "car"), (3, "background")]
    assert found.label_map.background == 3


def test_a_filler_that_is_swapped_is_named_after_its_new_index() -> None:
    found = change_index(MAP, 7, 1)
    assert names(found.label_map)[2:] == [(1, "tree"), (7, "_dummy7")]


def test_compact_indices_keep_their_order_and_the_list_its_own() -> None:
    found = compact_indices(MAP)
    assert found.moved == {3: 1, 7: 2}
    assert names(found.label_map) == [(1, "car"), (0, "background"), (2, "tree")]


def test_gaps_are_filled_at_the_end_of_the_list() -> None:
    filled = fill_gaps(MAP)
    assert filled.classes[:4] == MAP.classes
    assert [c.index for c in filled.classes[4:]] == [2, 4, 5, 6]
    assert all(c.is_filler for c in filled.classes[4:])
    assert len(filled.colors()) == 8


@pytest.mark.parametrize(
    "make",
    [
        partial(merge_classes, MAP, [3], into=3),
        partial(merge_classes, MAP, [3, 4], into=3),
        partial(change_index, MAP, 4, 5),
        partial(change_index, MAP, 3, 65_536),
        partial(relabeling_of_words, MAP, {"3": "7", "car": "0"}),
        partial(relabeling_of_words, MAP, {"plane": "7"}),
    ],
)
def test_classes_that_are_not_there_are_refused(make: Callable[[], Relabeling]) -> None:
    with pytest.raises(UsageError):
        make()


def test_words_move_a_class_only_where_no_class_is() -> None:
    onto = relabeling_of_words(MAP, {"car": "tree"})
    assert (onto.moved, onto.label_map) == ({3: 7}, MAP)
    away = relabeling_of_words(MAP, {"car": "4", "tree": "4"})
    assert away.moved == {3: 4, 7: 4}
    assert names(away.label_map) == [
        (4, "car"),
        (0, "background"),
        (7, "tree"),
        (1, "_dummy1"),
    ]


@given(
    st.lists(st.integers(0, 400), min_size=12, max_size=12),
    st.dictionaries(st.integers(0, 400), st.integers(0, 65_535), max_size=8),
)
def test_pixels_change_as_a_plain_loop_says(values: list[int], changes: dict[int, int]) -> None:
    pixels = np.array(values, np.uint16).reshape(3, 4)
    expected = [[changes.get(v, v) for v in row] for row in pixels.tolist()]
    found = Relabeling("", changes, MAP).applied(MaskData(pixels))
    if expected == pixels.tolist():
        assert found is None
    else:
        assert found is not None
        assert found.pixels.tolist() == expected
    if max(values) < 256:
        small = Relabeling("", changes, MAP).pixels(pixels.astype(np.uint8))
        assert (pixels if small is None else small).tolist() == expected

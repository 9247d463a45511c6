from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import (
    MAX_INDEX,
    LabelClass,
    LabelMap,
    filler,
    find_background,
    generated_class,
    next_free_color,
    voc_color,
)
from tests.helpers.shared import shared

GAPS = LabelMap(
    (
        LabelClass(7, "road", (1, 2, 3)),
        LabelClass(2, "car", (4, 5, 6), parts=("wheel",), actions=("drive",)),
        LabelClass(4, "_dummy4", (7, 8, 9)),
        LabelClass(11, "Background", (0, 0, 0)),
    ),
    background=11,
    undeclared=(LabelClass(255, "class_255", None),),
)

indices = st.integers(0, 20)
names = st.text("abc_", min_size=1, max_size=4)
colors = st.tuples(*[st.integers(0, 255)] * 3)
label_classes = st.builds(LabelClass, indices, names, colors)
label_maps = st.builds(
    lambda classes, undeclared: LabelMap(tuple(classes)).with_undeclared(undeclared),
    st.lists(label_classes, max_size=6, unique_by=lambda c: c.index),
    st.lists(label_classes, max_size=3, unique_by=lambda c: c.index),
)


def published_voc_color(index: int) -> Rgb:
    """The color map of the VOC development kit, written as its documentation gives it."""
    red = green = blue = 0
    for j in range(8):
        red |= (index >> (3 * j) & 1) << (7 - j)
        green |= (index >> (3 * j + 1) & 1) << (7 - j)
        blue |= (index >> (3 * j + 2) & 1) << (7 - j)
    return red, green, blue


def test_voc_colors_are_those_of_the_development_kit() -> None:
    assert [voc_color(i) for i in range(MAX_INDEX + 1)] == [
        published_voc_color(i) for i in range(MAX_INDEX + 1)
    ]


def test_voc_colors_are_those_in_a_mask_of_the_challenge() -> None:
    with Image.open(shared("data", "voc_labelme", "SegmentationClass", "2007_004189.png")) as image:
        palette = image.getpalette()
    assert palette is not None
    stored = [tuple(palette[3 * i : 3 * i + 3]) for i in range(len(palette) // 3)]
    assert [voc_color(i) for i in range(len(stored))] == stored


def test_every_index_has_a_voc_color_of_its_own() -> None:
    assert len({voc_color(i) for i in range(MAX_INDEX + 1)}) == MAX_INDEX + 1


@given(label_maps, label_classes)
def test_adding_a_class_moves_no_other(label_map: LabelMap, new: LabelClass) -> None:
    changed = label_map.with_class(new)
    assert changed.by_index == {**label_map.by_index, new.index: new}
    assert [c.index for c in changed if c.index != new.index] == [
        c.index for c in label_map if c.index != new.index
    ]
    assert changed.is_declared(new.index)


@given(label_maps, label_classes)
def test_changing_a_class_leaves_its_place_in_the_list(
    label_map: LabelMap, new: LabelClass
) -> None:
    order = [c.index for c in label_map]
    expected = order if new.index in order else [*order, new.index]
    assert [c.index for c in label_map.with_class(new)] == expected


@given(label_maps, indices)
def test_deleting_a_class_moves_no_other(label_map: LabelMap, index: int) -> None:
    assert label_map.without_class(index).classes == tuple(c for c in label_map if c.index != index)


@given(label_maps, st.lists(label_classes))
def test_undeclared_classes_never_replace_a_known_one(
    label_map: LabelMap, found: list[LabelClass]
) -> None:
    changed = label_map.with_undeclared(found)
    assert changed.classes == label_map.classes
    assert changed.by_index.items() >= label_map.by_index.items()
    assert set(changed.by_index) == set(label_map.by_index) | {c.index for c in found}


@given(label_maps)
def test_a_free_index_lies_above_every_declared_one(label_map: LabelMap) -> None:
    index = label_map.free_index()
    assert label_map.get(index) is None
    assert all(c.index < index for c in label_map)


def test_holes_are_filled_only_when_nothing_is_free_above() -> None:
    label_map = LabelMap((LabelClass(0, "a", None), LabelClass(MAX_INDEX, "b", None)))
    assert label_map.free_index() == 1


def test_no_index_is_free_in_a_full_map() -> None:
    full = LabelMap(tuple(LabelClass(i, f"c{i}", None) for i in range(MAX_INDEX + 1)))
    with pytest.raises(ValueError, match="65 536"):
        full.free_index()


def test_adding_a_class_declares_an_undeclared_one() -> None:
    changed = GAPS.with_class(LabelClass(255, "void", (9, 9, 9)))
    assert changed.undeclared == ()
    assert changed.name_of(255) == "void"


def test_deleting_the_background_leaves_none() -> None:
    assert GAPS.without_class(11).background is None
    assert GAPS.without_class(7).background == 11


def test_names_and_colors_of_indices() -> None:
    assert GAPS.name_of(2) == "car"
    assert GAPS.color_of(2) == (4, 5, 6)
    assert GAPS.name_of(3) == "class_3"
    assert GAPS.color_of(3) == (128, 128, 0)
    assert GAPS.color_of(255) == (224, 224, 192)
    assert not GAPS.is_declared(255)


def test_fillers_are_kept_and_hidden() -> None:
    assert [c.index for c in GAPS] == [7, 2, 4, 11]
    assert [c.index for c in GAPS.visible_classes] == [7, 2, 11]
    assert filler(5, (1, 1, 1)) == LabelClass(5, "_dummy5", (1, 1, 1))
    assert filler(5, (1, 1, 1)).is_filler
    assert not LabelClass(4, "_dummy5", None).is_filler


def test_a_free_color_is_the_next_of_the_voc_sequence() -> None:
    taken = {voc_color(3), voc_color(4)}
    assert next_free_color(3, taken) == voc_color(5)
    assert GAPS.free_color(0) == voc_color(1)  # black is the background's


def test_a_generated_class_is_named_after_its_index() -> None:
    assert generated_class(4) == LabelClass(4, "class_4", (0, 0, 128))
    assert generated_class(4, (1, 2, 3)).color == (1, 2, 3)


@pytest.mark.parametrize("name", ["background", "Background", "__background__", "_BACKGROUND_"])
def test_background_is_found_by_name_wherever_it_stands(name: str) -> None:
    classes = [LabelClass(0, "sky", None), LabelClass(5, name, None)]
    assert find_background(classes) == 5


@pytest.mark.parametrize("name", ["void", "back_ground", "background sky", "backgrounds", ""])
def test_no_other_name_is_background(name: str) -> None:
    assert find_background([LabelClass(0, name, (0, 0, 0))]) is None


def test_pixels_without_a_class_get_the_highest_index_nobody_has() -> None:
    nothing = GAPS.class_for_nothing()
    assert nothing.index == MAX_INDEX
    met = GAPS.with_undeclared([nothing])
    assert met.class_for_nothing() == nothing
    taken = GAPS.with_class(LabelClass(MAX_INDEX, "last", None))
    assert taken.class_for_nothing().index == MAX_INDEX - 1

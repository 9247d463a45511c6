"""Changes of a label map that users ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import UsageError
from maskstudio.workflows.edit_label_map import (
    LabelMapChange,
    add_class,
    color_fault,
    declare_all,
    declare_class,
    delete_class,
    index_fault,
    name_fault,
    recolor_class,
    rename_class,
    set_background,
)

WITH_GAPS = LabelMap(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(2, "car", (64, 0, 128), ("wheel",), ("parked",)),
        LabelClass(5, "_dummy5", (1, 2, 3)),
        LabelClass(9, "sky", (128, 128, 128)),
    ),
    background=0,
    undeclared=(LabelClass(7, "class_7", (7, 7, 7)), LabelClass(65_535, "unlabelled", None)),
)


def indices(label_map: LabelMap) -> list[int]:
    return [c.index for c in label_map]


@pytest.mark.parametrize("name", ["van", "traffic light", "Straße", "a,b", "car2"])
def test_a_free_name_is_fine(name: str) -> None:
    assert name_fault(WITH_GAPS, name, index=2) == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "needs a name"),
        (" van", "blanks"),
        ("van\n", "blanks"),
        ("a\nb", "line breaks"),
        ("a:b", "colons"),
        ("#van", "#"),
        ("_dummy2", "unused index"),
        ("sky", "class 9 has this name"),
    ],
)
def test_a_name_that_cannot_be_says_why(name: str, reason: str) -> None:
    assert reason in name_fault(WITH_GAPS, name, index=2)


def test_a_class_keeps_its_own_name_and_color() -> None:
    assert name_fault(WITH_GAPS, "car", index=2) == ""
    assert color_fault(WITH_GAPS, (64, 0, 128), index=2) == ""


def test_a_color_is_taken_by_undeclared_classes_and_fillers_too() -> None:
    assert color_fault(WITH_GAPS, (128, 128, 128), index=2) == "9 sky has this color"
    assert color_fault(WITH_GAPS, (7, 7, 7), index=2) == "7 class_7 has this color"
    assert color_fault(WITH_GAPS, (1, 2, 3), index=2) == "5 _dummy5 has this color"


@pytest.mark.parametrize(
    ("index", "reason"),
    [(-1, "0 to 65535"), (65_536, "0 to 65535"), (2, "2 is car"), (7, "declare")],
)
def test_a_taken_index_says_whose_it_is(index: int, reason: str) -> None:
    assert reason in index_fault(WITH_GAPS, index)


@pytest.mark.parametrize("index", [1, 5, 300])
def test_gaps_and_places_of_fillers_are_free(index: int) -> None:
    assert index_fault(WITH_GAPS, index) == ""


def test_adding_leaves_every_other_class_where_it_is() -> None:
    change = add_class(WITH_GAPS, LabelClass(3, "van", (9, 9, 9)))
    assert change.label == "Add class van"
    assert indices(change.label_map) == [0, 2, 5, 9, 3]
    assert change.label_map.declared[3] == LabelClass(3, "van", (9, 9, 9))


def test_renaming_keeps_index_color_parts_and_actions() -> None:
    change = rename_class(WITH_GAPS, 2, "van")
    assert change.label == "Rename car to van"
    assert indices(change.label_map) == indices(WITH_GAPS)
    assert change.label_map.declared[2] == LabelClass(
        2, "van", (64, 0, 128), ("wheel",), ("parked",)
    )


def test_recoloring_keeps_everything_else() -> None:
    change = recolor_class(WITH_GAPS, 9, (70, 130, 180))
    assert change.label == "Change color of sky"
    assert change.label_map.declared[9] == LabelClass(9, "sky", (70, 130, 180))
    assert change.label_map.classes[:3] == WITH_GAPS.classes[:3]


@pytest.mark.parametrize(
    "change",
    [
        lambda: add_class(WITH_GAPS, LabelClass(9, "van", (9, 9, 9))),
        lambda: add_class(WITH_GAPS, LabelClass(3, "sky", (9, 9, 9))),
        lambda: add_class(WITH_GAPS, LabelClass(3, "van", (0, 0, 0))),
        lambda: rename_class(WITH_GAPS, 2, "sky"),
        lambda: recolor_class(WITH_GAPS, 2, (128, 128, 128)),
    ],
)
def test_what_cannot_be_raises_one_sentence(change: Callable[[], LabelMapChange]) -> None:
    with pytest.raises(UsageError, match=r"^[A-Z0-9].*\.$"):
        change()


def test_declaring_keeps_index_color_and_name() -> None:
    change = declare_class(WITH_GAPS, 7)
    assert change.label_map.declared[7] == LabelClass(7, "class_7", (7, 7, 7))
    assert [c.index for c in change.label_map.undeclared] == [65_535]


def test_declaring_a_class_without_color_gives_it_a_free_one() -> None:
    declared = declare_class(WITH_GAPS, 65_535).label_map.declared[65_535]
    assert declared.name == "unlabelled"
    assert declared.color is not None
    assert declared.color not in WITH_GAPS.colors()


def test_declaring_under_a_taken_name_finds_another() -> None:
    taken = rename_class(WITH_GAPS, 2, "class_7").label_map
    assert declare_class(taken, 7).label_map.declared[7].name == "class_7_"


def test_only_classes_with_an_index_of_their_files_are_declared() -> None:
    color = LabelClass(65_534, "#090909", (9, 9, 9))
    change = declare_all(replace(WITH_GAPS, undeclared=(*WITH_GAPS.undeclared, color)))
    assert indices(change.label_map) == [0, 2, 5, 9, 7]
    assert [c.index for c in change.label_map.undeclared] == [65_535, 65_534]


def test_deleting_moves_no_index() -> None:
    change = delete_class(WITH_GAPS, 2)
    assert change.label == "Delete class car"
    assert indices(change.label_map) == [0, 5, 9]


def test_the_background_is_not_deleted_unless_it_is_given_up_first() -> None:
    with pytest.raises(UsageError, match="background"):
        delete_class(WITH_GAPS, 0)
    without = set_background(WITH_GAPS, None)
    assert without.label == "No background"
    assert indices(delete_class(without.label_map, 0).label_map) == [2, 5, 9]


def test_another_class_can_mean_nothing() -> None:
    change = set_background(WITH_GAPS, 9)
    assert change.label == "Background is sky"
    assert change.label_map.background == 9
    assert change.label_map.classes == WITH_GAPS.classes

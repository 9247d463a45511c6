from __future__ import annotations

import numpy as np

from maskstudio.core.labels import LabelClass, LabelMap, generated_class
from maskstudio.errors import Kind
from maskstudio.workflows.class_alignment import ClassAlignment, SideClasses


def side(*names: str, where: str = "side", has_names: bool = True) -> SideClasses:
    classes = (LabelClass(i, n, (i, i, i)) for i, n in enumerate(names) if n)
    return SideClasses(LabelMap(tuple(classes)), where, has_names)


UNNAMED = SideClasses(LabelMap(background=0), "plain", has_names=False)


def test_an_index_that_is_free_is_kept_by_a_class_without_partner() -> None:
    alignment = ClassAlignment(side("road", "", "", "bike"), side("road", "car"))
    assert alignment.of_prediction([0, 3], ()) == {0: 0, 3: 3}
    assert [(c.index, c.name) for c in alignment.classes()] == [
        (0, "road"),
        (1, "car"),
        (3, "bike"),
    ]
    assert [p.kind for p in alignment.problems] == [Kind.CLASS_UNMATCHED] * 2


def test_an_undeclared_index_never_becomes_the_class_that_took_its_place() -> None:
    """`bike` keeps 3 in the joint list; the ground truth's undeclared 3 is no bike."""
    alignment = ClassAlignment(side("road", "", "", "bike"), side("road", "car"))
    assert alignment.of_ground_truth([3], [generated_class(3)]) == {3: 65_536}
    assert alignment.class_of(65_536).name == "class_3"


def test_an_undeclared_index_of_the_prediction_is_not_the_class_declared_there() -> None:
    alignment = ClassAlignment(side("road"), side("road", "car"))
    assert alignment.of_prediction([1], [generated_class(1)]) == {1: 65_536}
    plain = ClassAlignment(UNNAMED, side("road", "car"))
    assert plain.of_prediction([1], [generated_class(1)]) == {1: 1}


def test_an_index_that_the_ground_truth_does_not_name_has_no_partner() -> None:
    alignment = ClassAlignment(UNNAMED, side("road", "car"))
    alignment.of_prediction([0, 7], [generated_class(0), generated_class(7)])
    alignment.of_prediction([7], [generated_class(7)])
    (problem,) = alignment.problems
    assert problem.kind is Kind.CLASS_UNMATCHED
    assert "class_7" in problem.message


def test_colors_without_a_class_meet_by_color() -> None:
    alignment = ClassAlignment(side("road"), side("road"))
    red, blue = LabelClass(255, "#ff0000", (255, 0, 0)), LabelClass(255, "#0000ff", (0, 0, 255))
    assert alignment.of_ground_truth([255], [red]) == {255: 255}
    assert alignment.of_prediction([255], [blue]) == {255: 65_536}
    other_red = LabelClass(254, "#ff0000", (255, 0, 0))
    assert alignment.of_prediction([254], [other_red]) == {254: 255}


def test_what_is_mapped_by_hand_comes_first_and_needs_no_partner() -> None:
    alignment = ClassAlignment(side("road", "bike"), side("road", "car"), {1: 1, 9: 40})
    assert alignment.of_prediction([1, 9], [generated_class(9)]) == {1: 1, 9: 40}
    assert alignment.problems == ()
    assert alignment.of_ground_truth([40], [generated_class(40)]) == {40: 40}


def test_fillers_are_no_classes() -> None:
    alignment = ClassAlignment(side("road", "_dummy1", "car"), side("road", "_dummy1", "", "car"))
    assert alignment.problems == ()
    assert [c.name for c in alignment.classes()] == ["road", "car"]
    assert [c.name for c in alignment.classes({1})] == ["road", "_dummy1", "car"]
    assert alignment.of_prediction([2], ()) == {2: 3}


def test_names_are_compared_as_they_stand() -> None:
    alignment = ClassAlignment(side("Road", "car "), side("road", "car"))
    assert len(alignment.problems) == 4


def test_indices_of_arrays_may_be_of_numpy() -> None:
    alignment = ClassAlignment(side("road"), side("road"))
    assert alignment.of_prediction(np.array([0]).tolist(), ()) == {0: 0}

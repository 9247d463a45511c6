from __future__ import annotations

from maskstudio.core.labels import LabelClass, LabelMap, generated_class
from maskstudio.workflows.class_alignment import SideClasses
from maskstudio.workflows.class_translation import translated_classes


def side(classes: dict[int, str], *, has_names: bool = True) -> SideClasses:
    declared = tuple(LabelClass(i, n, (i % 256, 0, 0)) for i, n in classes.items())
    return SideClasses(LabelMap(declared), "side", has_names)


def test_classes_of_one_name_are_the_same_whatever_their_index() -> None:
    source = side({0: "sky", 1: "car", 400: "road"})
    target = side({0: "road", 5: "sky", 9: "car"})
    assert translated_classes(source, target) == {0: 5, 1: 9, 400: 0}


def test_a_class_without_a_partner_is_left_out_also_where_its_index_is_taken() -> None:
    source, target = side({1: "car", 2: "bike"}), side({1: "car", 2: "bus"})
    assert translated_classes(source, target) == {1: 1}


def test_an_index_that_the_source_does_not_name_is_not_the_class_declared_there() -> None:
    label_map = side({1: "car"}).label_map.with_undeclared([generated_class(2)])
    source = SideClasses(label_map, "side", has_names=True)
    assert translated_classes(source, side({1: "car", 2: "bus"})) == {1: 1}


def test_a_match_by_hand_comes_before_all_else() -> None:
    source, target = side({1: "car", 255: "vessel"}), side({1: "car", 7: "boat"})
    assert translated_classes(source, target, {255: 7}) == {1: 1, 255: 7}


def test_where_nothing_names_the_classes_of_one_side_indices_count() -> None:
    named, plain = side({1: "car", 7: "boat"}), side({1: "class_1", 3: "class_3"}, has_names=False)
    assert translated_classes(named, plain) == {1: 1, 7: 7}
    assert translated_classes(plain, named) == {1: 1}


def test_a_filler_is_no_class() -> None:
    source, target = side({1: "car", 2: "_dummy2"}), side({1: "car", 2: "bus"})
    assert translated_classes(source, target) == {1: 1}

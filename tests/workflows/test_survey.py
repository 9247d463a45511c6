from __future__ import annotations

import numpy as np
import pytest

from maskstudio.core.labels import LabelClass, LabelMap, generated_class
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.errors import UsageError
from maskstudio.workflows.survey import (
    SurveyedMask,
    choose_layer,
    label_map_with_met,
    survey,
)
from tests.helpers.datasets import THREE_CLASSES, MaskInMemory, dataset_of


def met(*classes: LabelClass) -> list[SurveyedMask]:
    return [SurveyedMask(undeclared=classes)]


def test_indices_instances_and_what_cannot_be_read_are_known() -> None:
    mask = np.array([[0, 2], [2, 300]], np.uint16)
    ids = np.array([[0, 7], [9, 0]], np.uint16)
    dataset = dataset_of({"a": MaskInMemory(mask, ids), "b": MaskInMemory(None)})
    first, second = survey(dataset, GROUND_TRUTH, images=False)
    assert first.mask == SurveyedMask((0, 2, 300), highest_instance=9)
    assert second.mask is not None
    assert not second.mask.is_readable
    assert [p.sample for p in second.problems] == ["b"]


def test_met_indices_become_classes_at_their_index() -> None:
    after = label_map_with_met(THREE_CLASSES, met(generated_class(9)), makes_classes=False)
    assert [(c.index, c.name) for c in after] == [
        (0, "background"),
        (1, "road"),
        (2, "car"),
        (9, "class_9"),
    ]


def test_a_met_index_never_takes_the_color_of_a_class() -> None:
    found = generated_class(9, (128, 0, 0))
    after = label_map_with_met(THREE_CLASSES, met(found), makes_classes=False)
    colors = [c.color for c in after]
    assert len(set(colors)) == len(colors)


def test_colors_without_a_class_do_not_become_classes() -> None:
    stand_in = LabelClass(65_535, "#090909", (9, 9, 9))
    after = label_map_with_met(THREE_CLASSES, met(stand_in), makes_classes=False)
    assert after == THREE_CLASSES


def test_where_nothing_names_classes_the_background_gets_its_name() -> None:
    nothing = LabelMap(background=0)
    after = label_map_with_met(nothing, met(generated_class(255)), makes_classes=True)
    assert [(c.index, c.name) for c in after] == [(0, "background"), (255, "class_255")]


def test_the_layer_has_to_be_clear() -> None:
    assert choose_layer(("a", "b"), "b") == "b"
    assert choose_layer(("a",), None) == "a"
    for layers, key in ((("a", "b"), None), (("a", "b"), "c"), ((), None)):
        with pytest.raises(UsageError):
            choose_layer(layers, key)


def test_thousands_of_indices_that_nothing_names_get_classes_in_one_pass() -> None:
    """A class at a time, 30 000 of them took more than a minute."""
    met = SurveyedMask(tuple(range(30_000)), tuple(generated_class(i) for i in range(30_000)))
    found = label_map_with_met(LabelMap(background=0), [met], makes_classes=True)
    assert [c.index for c in found] == list(range(30_000))
    assert len({c.name for c in found}) == len({c.color for c in found}) == 30_000
    assert found.by_index[0].name == "background"

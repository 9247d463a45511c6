"""Names by color, as ClearML keeps them, to a label map and back."""

from __future__ import annotations

from typing import Any

import pytest

import maskstudio
from maskstudio import DataError

LABELS = {(0, 0, 0): ["background"], (1, 1, 1): ["person", "sitting"], (2, 2, 2): ["cat"]}
"""The example of the vendor's page."""


def test_a_dictionary_becomes_a_label_map_and_comes_back() -> None:
    found = maskstudio.from_mask_labels(LABELS)
    assert [(c.index, c.name, c.value) for c in found] == [
        (0, "background", (0, 0, 0)),
        (1, "person, sitting", (1, 1, 1)),
        (2, "cat", (2, 2, 2)),
    ]
    assert found.background == 0
    shown = {c.color for c in found}
    assert len(shown) == 3
    assert not shown & {(1, 1, 1), (2, 2, 2)}
    assert maskstudio.to_mask_labels(found) == LABELS
    assert list(maskstudio.to_mask_labels(found)) == list(LABELS)


def test_classes_of_other_sources_go_out_in_the_color_they_have() -> None:
    classes = (
        maskstudio.LabelClass(4, "tree", (9, 200, 9)),
        maskstudio.LabelClass(1, "road", (9, 9, 9)),
    )
    found = maskstudio.to_mask_labels(maskstudio.LabelMap(classes))
    assert found == {(9, 9, 9): ["road"], (9, 200, 9): ["tree"]}
    twice = (classes[0], maskstudio.LabelClass(5, "bush", (9, 200, 9)))
    with pytest.raises(DataError, match="tree and bush"):
        maskstudio.to_mask_labels(maskstudio.LabelMap(twice))


@pytest.mark.parametrize(
    "labels",
    [
        {(0, 0): ["a"]},
        {(0, 0, 256): ["a"]},
        {(0, 0, 0.5): ["a"]},
        {(0, 0, 0): []},
        {(0, 0, 0): "a"},
        {(0, 0, 0): [""]},
    ],
)
def test_what_is_no_such_dictionary_is_refused(labels: Any) -> None:
    with pytest.raises(DataError, match="mask_labels"):
        maskstudio.from_mask_labels(labels)

"""`ImageMask` checks what W&B's class of that name checks, in the same way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from maskstudio import ImageMask

DRAWN = np.array([[0, 1], [2, 255]], np.uint8)
NAMES = {0: "person", 1: "tree", 2: "car", 255: "road"}


def test_a_mask_with_names_keeps_both() -> None:
    mask = ImageMask({"mask_data": DRAWN, "class_labels": NAMES}, "predictions")
    assert mask.key == "predictions"
    assert mask.class_labels == NAMES
    assert mask.mask is not None
    assert mask.mask.tolist() == DRAWN.tolist()
    assert mask.type_name() == ImageMask.type_name() == "mask"


def test_without_names_the_ids_that_occur_are_called_class_n() -> None:
    mask = ImageMask({"mask_data": DRAWN}, "ground_truth")
    assert mask.class_labels == {0: "class_0", 1: "class_1", 2: "class_2", 255: "class_255"}


def test_fractions_are_cut_down() -> None:
    mask = ImageMask({"mask_data": np.array([[0.9, 254.99]])}, "m")
    assert mask.mask is not None
    assert mask.mask.tolist() == [[0, 254]]


def test_a_path_is_taken_unchecked() -> None:
    mask = ImageMask({"path": "not/there.png", "mask_data": "nonsense"}, "m")
    assert str(mask.path) == "not/there.png"
    assert mask.mask is None


@pytest.mark.parametrize(
    ("val", "said"),
    [
        ({}, "mask_data"),
        ({"class_labels": NAMES}, "mask_data"),
        ({"mask_data": np.zeros((2, 2, 3), np.uint8)}, "mask_data must be a 2D array"),
        ({"mask_data": np.zeros(4, np.uint8)}, "mask_data must be a 2D array"),
        ({"mask_data": [[0, 256]]}, "Mask data must be integers between 0 and 255"),
        ({"mask_data": [[-1, 3]]}, "Mask data must be integers between 0 and 255"),
        ({"mask_data": [[float("nan"), 3]]}, "Mask data must be integers between 0 and 255"),
        ({"mask_data": [["a", "b"]]}, "Mask data must be integers between 0 and 255"),
        ({"mask_data": DRAWN, "class_labels": {"0": "person"}}, "numbers to strings"),
        ({"mask_data": DRAWN, "class_labels": {0: 1}}, "numbers to strings"),
        ({"mask_data": DRAWN, "class_labels": ["person"]}, "numbers to strings"),
    ],
)
def test_what_is_no_mask_is_refused(val: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        ImageMask(val, "m")
    with pytest.raises(TypeError, match=said):
        ImageMask.validate(val)


def test_an_empty_array_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        ImageMask.validate({"mask_data": np.zeros((0, 4), np.uint8)})


def test_validate_says_true() -> None:
    assert ImageMask.validate({"mask_data": DRAWN, "class_labels": NAMES}) is True

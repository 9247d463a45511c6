"""Pictures and masks of Python as samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskstudio.api.samples import memory_source
from maskstudio.errors import DataError

IMAGE = np.zeros((2, 3, 3), np.uint8)
DRAWN = np.array([[0, 1, 2], [2, 1, 0]], np.uint8)


def test_a_mask_may_be_a_file(tmp_path: Path) -> None:
    Image.fromarray(DRAWN).save(tmp_path / "m.png")
    source = memory_source([IMAGE], [{"m": {"path": tmp_path / "m.png"}}], None, "view")
    assert np.array_equal(source.read_mask(source.items[0], "m").pixels, DRAWN)


def test_a_folder_of_several_masks_is_no_mask(tmp_path: Path) -> None:
    for name in "ab":
        Image.fromarray(DRAWN).save(tmp_path / f"{name}.png")
    with pytest.raises(DataError) as caught:
        memory_source([IMAGE], [{"m": {"path": tmp_path}}], None, "view")
    assert "2 samples" in caught.value.found


def test_only_layers_that_nothing_names_make_classes_of_what_is_met() -> None:
    masks = {"named": {"mask_data": DRAWN, "class_labels": {1: "cat"}}, "bare": DRAWN}
    source = memory_source([IMAGE], [masks], None, "view")
    assert [source.makes_classes_in(key) for key in masks] == [False, True]

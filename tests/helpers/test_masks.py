from __future__ import annotations

import numpy as np
import pytest

from tests.helpers.masks import mask, text


def test_rows_of_text_become_indices() -> None:
    drawn = mask("..1", "09a")
    assert drawn.dtype == np.uint8
    assert drawn.tolist() == [[0, 0, 1], [0, 9, 10]]


def test_indices_become_rows_of_text() -> None:
    assert text(np.array([[0, 1, 35], [36, 300, 10]], np.uint16)) == (".1z", "??a")


def test_rows_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        mask("..", "...")

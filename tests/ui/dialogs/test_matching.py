from __future__ import annotations

import pytest

from maskstudio.ui.dialogs.matching import rank


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Undo", "undo", 0),
        ("Undo", "", 0),
        ("Undo", "un", 1),
        ("Zoom In", "in", 2),
        ("Protect Class", "tect", 3),
        ("Next Unchecked Sample", "sample next", 4),
        ("Fit to Window", "ftw", 5),
        ("Fit to Window", "wf", None),
        ("Undo", "x", None),
    ],
)
def test_better_fits_have_lower_ranks(name: str, text: str, expected: int | None) -> None:
    assert rank(name, text) == expected

"""Paths that could leave their folder, one by one and many at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskstudio.formats.safe_paths import escape_reason, may_escape

PARTS = st.sampled_from(["a", "ü b", "..", ".", "", "/", "\\", ":", "C:", "\n", "\0", "..x"])


@pytest.mark.parametrize("path", ["a/b c.png", "a\\b", ".hidden", "a.b/c", "", "a\nb"])
def test_harmless_paths_need_no_second_look(path: str) -> None:
    assert escape_reason(path) is None
    assert not may_escape(["x", path, "y"])


@given(st.lists(st.lists(PARTS).map("".join)))
def test_no_path_that_leaves_its_folder_passes_among_many(paths: list[str]) -> None:
    if any(escape_reason(path) for path in paths):
        assert may_escape(paths)

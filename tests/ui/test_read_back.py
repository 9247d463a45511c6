"""A save whose file cannot be read again right afterwards is told as what it is: saved."""

from __future__ import annotations

import numpy as np
import pytest

from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.errors import DataError, Kind
from maskstudio.formats.cvat_reader import CvatSource
from maskstudio.formats.index_reader import IndexFolder
from tests.ui.test_saving_in_window import on_disk, paint, save, saved_words
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]


@pytest.mark.parametrize(
    ("key", "source"), [(GROUND_TRUTH, CvatSource), (PREDICTIONS, IndexFolder)]
)
def test_the_window_says_that_the_file_is_saved(
    windows: Windows, monkeypatch: pytest.MonkeyPatch, key: str, source: type
) -> None:
    window = windows.start(windows.request)
    painted = paint(window, key, 3)

    def fail(*_: object) -> None:
        raise DataError(Kind.FILE_MISSING, "masks", "the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(source, "reload", fail)
        save(window, windows)
    assert saved_words(window).startswith("Not read again: ")
    assert "saved, but could not be read again: the disk is gone" in saved_words(window)
    np.testing.assert_array_equal(on_disk(windows, key), painted)
    # What lies there is not what was read, which is asked about.
    window.questions.ask_replace_changed = lambda path: True  # type: ignore[method-assign]
    save(window, windows)
    assert saved_words(window) == "Saved"

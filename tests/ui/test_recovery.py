"""A window that ended without saving leaves its strokes to the next one."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PySide6.QtWidgets import QDialog, QPushButton, QTreeWidget

from maskstudio.core.geometry import Rect
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.ui.dialogs.recovery_dialog import RecoveryDialog
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.panels.recovery_bar import RecoveryBar
from tests.ui.helpers import child
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]

FIRST, SECOND = "street_01", "street_02"


def paint(window: MainWindow, x: int, index: int = 1) -> None:
    """One stroke on the shown sample."""
    document, dataset = window.workbench.document, window.workbench.dataset
    assert document is not None
    assert dataset is not None
    transaction = dataset.begin(document.name, GROUND_TRUTH, label="Brush")
    transaction.paint(Rect(x, 10, x + 9, 19), np.ones((9, 9), np.bool_), index)
    transaction.commit()


def pixels(window: MainWindow, name: str) -> np.ndarray:
    dataset = window.workbench.dataset
    assert dataset is not None
    return dataset.document(name).layer(GROUND_TRUTH).pixels.copy()


def end_as_killed(windows: Windows, window: MainWindow) -> None:
    """The journals lie in the state folder as a kill leaves them."""
    assert window.furnishing.recovery.flush()
    journals = windows.folder / "state" / "journals"
    aside = windows.folder / "aside"
    shutil.copytree(journals, aside)
    windows.end(window)
    shutil.copytree(aside, journals, dirs_exist_ok=True)
    shutil.rmtree(aside)


def shown_bar(windows: Windows, window: MainWindow) -> RecoveryBar:
    bar = child(window, RecoveryBar)
    windows.qtbot.waitUntil(bar.isVisible)
    return bar


def killed_after_two_samples(windows: Windows) -> dict[str, np.ndarray]:
    """What was there when the window was killed."""
    window = windows.start(windows.request)
    window.workbench.show_sample(FIRST)
    windows.wait(window)
    paint(window, 20)
    paint(window, 40)
    window.workbench.show_sample(SECOND)
    windows.wait(window)
    paint(window, 60)
    found = {name: pixels(window, name) for name in (FIRST, SECOND)}
    end_as_killed(windows, window)
    return found


def test_restored_strokes_are_in_the_history_and_unsaved(windows: Windows) -> None:
    wanted = killed_after_two_samples(windows)
    window = windows.start(windows.request)
    bar = shown_bar(windows, window)
    assert "3 edits in 2 samples, until " in bar.words.text()
    with windows.qtbot.waitSignal(window.furnishing.recovery.restored):
        child(bar, QPushButton, "recovery_restore").click()
    windows.wait(window)
    dataset = window.workbench.dataset
    assert dataset is not None
    assert not bar.isVisible()
    assert dataset.modified_samples() == {FIRST, SECOND}
    for name, before in wanted.items():
        assert np.array_equal(pixels(window, name), before)
    for _ in range(3):
        assert dataset.undo() is not None
    assert not dataset.history.modified()
    left = list((windows.folder / "state" / "journals").glob("*.journal"))
    assert len(left) == 1  # the living one


def test_looking_first_lists_samples_and_edits(
    windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after_two_samples(windows)
    window = windows.start(windows.request)
    bar = shown_bar(windows, window)
    seen: list[tuple[str, int]] = []

    def look(dialog: RecoveryDialog) -> int:
        rows = child(dialog, QTreeWidget)
        for i in range(rows.topLevelItemCount()):
            item = rows.topLevelItem(i)
            assert item is not None
            seen.append((item.text(0), item.childCount()))
        return QDialog.DialogCode.Rejected.value

    monkeypatch.setattr(RecoveryDialog, "exec", look)
    child(bar, QPushButton, "recovery_look").click()
    assert seen == [(FIRST, 2), (SECOND, 1)]
    assert bar.isVisible()


def test_discarded_strokes_are_offered_no_more(windows: Windows) -> None:
    killed_after_two_samples(windows)
    window = windows.start(windows.request)
    bar = shown_bar(windows, window)
    bar._ask_discard = lambda n_edits: n_edits == 3
    child(bar, QPushButton, "recovery_discard").click()
    assert not bar.isVisible()
    assert list((windows.folder / "state" / "journals").iterdir()) == []


def test_what_is_not_answered_is_offered_again(windows: Windows) -> None:
    killed_after_two_samples(windows)
    for _ in range(2):
        window = windows.start(windows.request)
        shown_bar(windows, window)
        windows.end(window)


def test_the_start_page_tells_of_it_and_opens_the_data_set(windows: Windows) -> None:
    killed_after_two_samples(windows)
    window = windows.start()
    bar = shown_bar(windows, window)
    assert "3 edits in 2 samples" in bar.words.text()
    child(bar, QPushButton, "recovery_open").click()
    windows.wait(window)
    windows.qtbot.waitUntil(child(bar, QPushButton, "recovery_restore").isVisible)


def test_a_window_that_ends_as_it_should_leaves_nothing(windows: Windows) -> None:
    window = windows.start(windows.request)
    paint(window, 20)
    windows.end(window)
    journals = windows.folder / "state" / "journals"
    assert list(journals.iterdir()) == []
    window = windows.start(windows.request)
    windows.wait(window)
    assert not child(window, RecoveryBar).isVisible()


def test_a_damaged_journal_is_a_problem_and_the_rest_is_offered(windows: Windows) -> None:
    killed_after_two_samples(windows)
    (path,) = (windows.folder / "state" / "journals").iterdir()
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    window = windows.start(windows.request)
    bar = shown_bar(windows, window)
    assert "2 edits in 1 sample," in bar.words.text()
    dataset = window.workbench.dataset
    assert dataset is not None
    assert [p.kind for p in dataset.problems if p.where == path.name] == ["log_corrupt"]

"""Closing the window with unsaved work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.ui.appearance import Appearance
from maskstudio.ui.dialogs.questions import Unsaved
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.settings import Settings
from maskstudio.ui.workers import Task
from maskstudio.workflows.open_dataset import OpenRequest
from tests.ui.edits import paint


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    """A folder with one mask of 8 x 8 pixels, all of class 1."""
    folder = tmp_path / "masks"
    folder.mkdir()
    Image.fromarray(np.ones((8, 8), np.uint8)).save(folder / "a.png")
    return folder


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, tmp_path: Path, masks: Path) -> Iterator[MainWindow]:
    settings = Settings(tmp_path / "settings.ini")
    window = MainWindow(settings, Appearance(qapp, settings, theme="dark"))
    window.show()
    with qtbot.waitSignal(window.workbench.document_changed):
        window.open(OpenRequest(layers=((GROUND_TRUTH, masks),)))
    yield window
    window.questions.ask_unsaved = lambda n_samples: Unsaved.DISCARD  # type: ignore[method-assign]
    window.close()
    window.deleteLater()


def stored(masks: Path) -> np.ndarray:
    return np.asarray(Image.open(masks / "a.png"))


def answer(window: MainWindow, unsaved: Unsaved) -> None:
    window.questions.ask_unsaved = lambda n_samples: unsaved  # type: ignore[method-assign]


def erase_a_corner(window: MainWindow) -> np.ndarray:
    dataset = window.workbench.dataset
    assert dataset is not None
    paint(dataset, "a", 0)
    return dataset.document("a").layer(GROUND_TRUTH).pixels.copy()


def test_save_closes_the_window_when_all_is_on_disk(
    window: MainWindow, qtbot: QtBot, masks: Path
) -> None:
    expected = erase_a_corner(window)
    answer(window, Unsaved.SAVE)
    assert not window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    np.testing.assert_array_equal(stored(masks), expected)


def test_what_was_undone_while_a_save_runs_is_asked_for_when_it_is_done(
    window: MainWindow, qtbot: QtBot, masks: Path
) -> None:
    erase_a_corner(window)
    window.saver.save()
    assert window.saver.is_saving
    dataset = window.workbench.dataset
    assert dataset is not None
    dataset.undo()
    expected = dataset.document("a").layer(GROUND_TRUTH).pixels.copy()
    answer(window, Unsaved.SAVE)
    assert not window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    np.testing.assert_array_equal(stored(masks), expected)


def test_discarded_changes_are_not_written(window: MainWindow, masks: Path) -> None:
    before = stored(masks).copy()
    erase_a_corner(window)
    answer(window, Unsaved.DISCARD)
    assert window.close()
    np.testing.assert_array_equal(stored(masks), before)


def test_keep_editing_leaves_the_window_open(window: MainWindow, masks: Path) -> None:
    before = stored(masks).copy()
    erase_a_corner(window)
    answer(window, Unsaved.CANCEL)
    assert not window.close()
    assert window.isVisible()
    np.testing.assert_array_equal(stored(masks), before)


def test_work_that_runs_is_stopped_when_the_window_closes(window: MainWindow) -> None:
    begun, ended = Event(), Event()

    def work(task: Task) -> None:
        begun.set()
        while not task.is_cancelled:
            ended.wait(0.01)
        ended.set()

    window.workbench.tasks.start("Something long", work)
    assert begun.wait(5)
    assert window.close()
    assert ended.is_set()

"""Two windows on one data set, and two on two."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from maskstudio.core.geometry import Point
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.panels.writer_bar import WriterBar
from maskstudio.workflows.open_dataset import OpenRequest
from tests.ui.helpers import child
from tests.ui.test_recovery import paint
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]


def says(window: MainWindow) -> str:
    bar = child(window, WriterBar)
    return bar.words.text() if bar.isVisible() else ""


def test_the_second_window_is_read_only_and_takes_over_on_request(windows: Windows) -> None:
    first = windows.start(windows.request)
    assert says(first) == ""
    second = windows.start(windows.request)
    assert says(second).startswith("Read-only: process ")
    assert second.tools.begin("Brush", Point(1, 1)) is None
    child(second, QPushButton, "writer_take_over").click()
    windows.qtbot.waitUntil(lambda: says(second) == "")
    windows.wait(second)
    assert not first.furnishing.writer.may_write()
    assert "another window has taken over" in says(first)
    assert first.tools.begin("Brush", Point(1, 1)) is None
    paint(second, 20)


def test_a_window_that_lost_its_data_set_saves_nothing_over_it(windows: Windows) -> None:
    first = windows.start(windows.request)
    paint(first, 20)
    path = windows.folder / "ground_truth.zip"
    before = path.read_bytes()
    second = windows.start(windows.request)
    child(second, QPushButton, "writer_take_over").click()
    windows.qtbot.waitUntil(lambda: says(second) == "")
    windows.wait(second)
    first.saver.save()
    assert first.saver.failure is not None
    assert "another window writes ground_truth.zip" in first.saver.failure
    assert path.read_bytes() == before
    assert first.workbench.dataset is not None
    assert first.workbench.dataset.history.modified()


def test_a_closed_window_leaves_the_data_set_to_others(windows: Windows) -> None:
    windows.end(windows.start(windows.request))
    assert says(windows.start(windows.request)) == ""


def test_two_data_sets_stand_side_by_side(windows: Windows) -> None:
    images = windows.folder / "images"
    one = OpenRequest(images=images, layers=((GROUND_TRUTH, windows.folder / "ground_truth.zip"),))
    two = OpenRequest(images=images, layers=((PREDICTIONS, windows.folder / "predictions"),))
    assert says(windows.start(one)) == ""
    assert says(windows.start(two)) == ""

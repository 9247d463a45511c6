from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from maskstudio.ui.appearance import Appearance
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.panels.timeline_bar import TimelineBar
from maskstudio.ui.settings import Settings
from maskstudio.workflows.open_dataset import OpenRequest
from tests.helpers.clearml_files import frame_of, write_json, write_png

Open = Callable[[Path], TimelineBar]


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    settings = Settings(tmp_path / "settings.ini")
    window = MainWindow(settings, Appearance(qapp, settings, theme="dark"))
    window.resize(900, 700)
    window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def opened(window: MainWindow, qtbot: QtBot) -> Open:
    def open_(path: Path) -> TimelineBar:
        window.open(OpenRequest((path,)))
        qtbot.waitUntil(lambda: window.workbench.document is not None, timeout=20_000)
        bar = window.findChild(TimelineBar)
        assert isinstance(bar, TimelineBar)
        return bar

    return open_


def frames(folder: Path, *times: float, context: str = "film") -> Path:
    """Frames `f<time>` in an order that is not that of time."""
    write_png(folder / "m.png", np.zeros((4, 6, 3), np.uint8))
    listed = [
        frame_of(f"f{t}", {"seg": "m.png"}, timestamp=t, context_id=context) for t in times[::-1]
    ]
    return write_json(folder / "frames.json", listed)


def test_the_bar_tells_the_time_and_goes_to_another(
    window: MainWindow, opened: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    bar = opened(frames(tmp_path, 0, 40, 1520))
    assert bar.isVisible()
    assert bar.words.text() == "0:01.520   3 of 3"
    with qtbot.waitSignal(window.workbench.document_changed, timeout=20_000):
        place = QPoint(round(bar.line.column_of(1)), 10)
        QTest.mouseClick(bar.line, Qt.MouseButton.LeftButton, pos=place)
    document = window.workbench.document
    assert document is not None
    assert document.name == "f40"
    assert bar.words.text() == "0:00.040   2 of 3"


def test_the_bar_follows_the_keys_that_step_through_samples(
    window: MainWindow, opened: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    bar = opened(frames(tmp_path, 0, 40, 80))
    with qtbot.waitSignal(window.workbench.document_changed, timeout=20_000):
        window.workbench.step_sample(1)
    assert bar.words.text() == "0:00.040   2 of 3"


def test_a_still_has_no_bar(opened: Open, tmp_path: Path) -> None:
    assert not opened(frames(tmp_path, 0)).isVisible()


def test_cameras_of_a_frame_are_one_moment_and_one_camera_is_followed(
    window: MainWindow, opened: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    write_png(tmp_path / "m.png", np.zeros((4, 6, 3), np.uint8))
    content = [
        {
            "id": f"f{time}",
            "timestamp": time,
            "context_id": "car",
            "sources": [
                {"id": name, "masks": [{"id": "seg", "uri": "m.png"}]} for name in ("front", "left")
            ],
        }
        for time in (0, 33)
    ]
    bar = opened(write_json(tmp_path / "frames.json", content))
    with qtbot.waitSignal(window.workbench.document_changed, timeout=20_000):
        window.workbench.show_sample("f0/left")
    assert bar.words.text() == "0:00.000   1 of 2"
    with qtbot.waitSignal(window.workbench.document_changed, timeout=20_000):
        QTest.keyClick(bar.line, Qt.Key.Key_Right)
    document = window.workbench.document
    assert document is not None
    assert document.name == "f33/left"

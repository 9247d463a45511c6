"""Real windows over the bundled data set, one after the other, with one file of settings."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.resources import resource
from maskstudio.ui.appearance import Appearance
from maskstudio.ui.dialogs.questions import Unsaved
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.settings import Settings
from maskstudio.workflows.open_dataset import OpenRequest

WAIT_MS = 10_000


@dataclass
class Windows:
    """Starts and ends windows; `folder` holds a copy of the bundled data set."""

    app: QApplication
    qtbot: QtBot
    folder: Path
    running: list[MainWindow] = field(default_factory=list)

    @property
    def request(self) -> OpenRequest:
        layers = (
            (GROUND_TRUTH, self.folder / "ground_truth.zip"),
            (PREDICTIONS, self.folder / "predictions"),
        )
        return OpenRequest(images=self.folder / "images", layers=layers)

    def start(self, request: OpenRequest | None = None) -> MainWindow:
        settings = Settings(self.folder / "settings.ini")
        window = MainWindow(settings, Appearance(self.app, settings, theme="dark"))
        window.resize(QSize(1280, 800))
        window.show()
        self.running.append(window)
        if request is not None:
            window.open(request)
            self.wait(window)
        return window

    def wait(self, window: MainWindow) -> None:
        """Until a sample is shown and nothing runs any more."""
        workbench = window.workbench
        self.qtbot.waitUntil(
            lambda: workbench.document is not None and not workbench.tasks.tasks, timeout=WAIT_MS
        )

    def end(self, window: MainWindow) -> None:
        """Close it and drop what is unsaved."""
        window.questions.ask_unsaved = lambda n_samples: Unsaved.DISCARD  # type: ignore[method-assign]
        window.close()
        window.deleteLater()
        self.running.remove(window)


@pytest.fixture
def windows(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Windows]:
    shutil.copytree(resource("sample", ""), tmp_path / "data")
    found = Windows(qapp, qtbot, tmp_path / "data")
    yield found
    for window in list(found.running):
        found.end(window)

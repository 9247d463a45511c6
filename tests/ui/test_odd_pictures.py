"""Pictures in uncommon or broken forms, looked at one after the other in the window."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from maskstudio.ui.appearance import Appearance
from maskstudio.ui.canvas.canvas import Canvas
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.pages.error_page import ErrorPage
from maskstudio.ui.pages.error_words import problem_of
from maskstudio.ui.settings import Settings
from maskstudio.workflows.open_dataset import OpenRequest
from tests.helpers.shared import shared


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    settings = Settings(tmp_path / "settings.ini")
    window = MainWindow(settings, Appearance(qapp, settings, theme="dark"))
    window.resize(900, 700)
    window.show()
    yield window
    window.close()
    window.deleteLater()


def test_every_odd_picture_is_shown_or_one_sentence_says_why_not(
    window: MainWindow, qtbot: QtBot
) -> None:
    folder = shared("data", "oddities")
    with (folder / "files.csv").open(newline="") as file:
        refused = {Path(row["file"]).name for row in csv.DictReader(file) if not row["mode"]}
    workbench = window.workbench
    with qtbot.waitSignal(workbench.document_changed, timeout=20_000):
        window.open(OpenRequest(images=folder))
    dataset = workbench.dataset
    assert dataset is not None
    assert len(dataset.samples) > 30
    pages = window.pages
    for sample in dataset.samples:
        if workbench.document is None or workbench.document.name != sample.name:
            workbench.show_sample(sample.name)
            qtbot.waitUntil(lambda: _is_shown(window, sample.name), timeout=20_000)  # noqa: B023
        document = workbench.document
        assert document is not None
        assert sample.image is not None
        page = pages.currentWidget()
        fault = problem_of(document)
        if fault is None:
            assert isinstance(page, Canvas), sample.name
            assert document.image is not None
        else:
            assert isinstance(page, ErrorPage), sample.name
            assert Path(sample.image.where).name in refused, sample.name
            assert "\n" not in fault.message
            assert [p for p in dataset.problems if p.sample == sample.name] == [fault]


def _is_shown(window: MainWindow, name: str) -> bool:
    document = window.workbench.document
    return document is not None and document.name == name

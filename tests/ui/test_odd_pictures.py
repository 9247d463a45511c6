"""Pictures in uncommon or broken forms, looked at one after the other in the window."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from maskstudio.core.geometry import Rect
from maskstudio.ui.appearance import Appearance
from maskstudio.ui.canvas.canvas import Canvas
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.pages.error_page import ErrorPage
from maskstudio.ui.pages.error_words import problem_of
from maskstudio.ui.panels.samples_panel import SamplesPanel
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


def test_samples_whose_names_are_no_text_are_shown_and_painted(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "masks"
    folder.mkdir()
    for stored in (b"a\xff.png", b"b.png"):
        path = folder / os.fsdecode(stored)
        try:
            Image.fromarray(np.eye(8, dtype=np.uint8)).save(path)
        except OSError:
            pytest.skip("this file system takes no such name")
    workbench = window.workbench
    with qtbot.waitSignal(workbench.document_changed, timeout=20_000):
        window.open(OpenRequest(layers=(("ground_truth", folder),)))
    dataset = workbench.dataset
    assert dataset is not None
    for name in ("b", os.fsdecode(b"a\xff")):
        workbench.show_sample(name)
        qtbot.waitUntil(lambda: _is_shown(window, name), timeout=20_000)  # noqa: B023
        change = dataset.begin(name, "ground_truth", label="Paint")
        change.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), 1)
        change.commit()
    panel = window.findChild(SamplesPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.thumbnails.get(os.fsdecode(b"a\xff")) is not None)
    dataset.undo()
    dataset.undo()


def _is_shown(window: MainWindow, name: str) -> bool:
    document = window.workbench.document
    return document is not None and document.name == name

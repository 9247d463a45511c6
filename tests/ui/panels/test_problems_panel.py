from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.errors import Kind, Problem, Scope, Severity
from maskstudio.ui.models.problems_model import Column
from maskstudio.ui.panels.problems_panel import ProblemsPanel
from maskstudio.ui.widgets.empty_note import EmptyNote
from maskstudio.ui.widgets.segmented import Segmented
from tests.helpers.datasets import ImageInMemory
from tests.ui.bench import STREET, Bench, street_dataset
from tests.ui.helpers import child

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> ProblemsPanel:
    made = ProblemsPanel(bench.workbench)
    qtbot.addWidget(made)
    made.resize(1000, 350)
    made.show()
    return made


def note(bench: Bench, severity: Severity, where: str, sample: str | None = None) -> None:
    problem = Problem(Kind.SIZE_MISMATCH, severity, Scope.ITEM, where, "is small", sample=sample)
    assert bench.workbench.dataset is not None
    bench.workbench.dataset.note_problems([problem])


def click_link(panel: ProblemsPanel, row: int) -> None:
    rect = panel.view.visualRect(panel.model.index(row, Column.DEED))
    QTest.mouseClick(panel.view.viewport(), LEFT, pos=rect.center())


def test_no_problems_are_said_in_words(panel: ProblemsPanel) -> None:
    assert child(panel, EmptyNote).text() == "No problems: everything could be read."


def test_the_chips_count_and_filter(bench: Bench, panel: ProblemsPanel) -> None:
    note(bench, Severity.ERROR, "a.png")
    note(bench, Severity.WARNING, "b.png")
    note(bench, Severity.WARNING, "c.png")
    chips = child(panel, Segmented)
    words = [chips.segment(value).text() for value in ("all", "error", "warning", "info")]
    assert words == ["All 3", "Errors 1", "Warnings 2", "Notes 0"]
    assert panel.counts()[Severity.WARNING] == 2
    QTest.mouseClick(chips.segment("warning"), LEFT)
    assert panel.model.rowCount() == 2
    QTest.mouseClick(chips.segment("info"), LEFT)
    assert child(panel, EmptyNote).text() == "Nothing of this severity."
    QTest.mouseClick(child(panel, QPushButton, "show_all_problems"), LEFT)
    assert panel.model.rowCount() == 3
    assert chips.value() == "all"


def test_a_click_on_the_link_leads_to_the_sample(
    bench: Bench, panel: ProblemsPanel, qtbot: QtBot
) -> None:
    note(bench, Severity.WARNING, "b.png", "street_002")
    with qtbot.waitSignal(bench.workbench.document_changed):
        click_link(panel, 0)
    assert bench.workbench.loader.wanted == "street_002"


def test_enter_on_a_row_does_the_same(bench: Bench, panel: ProblemsPanel, qtbot: QtBot) -> None:
    note(bench, Severity.WARNING, "b.png", "street_001")
    panel.view.setCurrentIndex(panel.model.index(0, 0))
    with qtbot.waitSignal(bench.workbench.document_changed):
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
    assert bench.workbench.loader.wanted == "street_001"


def test_a_mended_picture_is_read_again_and_its_problem_goes(
    empty_bench: Bench, qtbot: QtBot
) -> None:
    image = ImageInMemory(None, where="broken.jpg")
    samples = [Sample("broken", image=image), *street_dataset(1).samples]
    panel = ProblemsPanel(empty_bench.workbench)
    qtbot.addWidget(panel)
    panel.resize(1000, 350)
    panel.show()
    empty_bench.open(Dataset(samples, {GROUND_TRUTH: STREET, PREDICTIONS: STREET}))
    assert panel.model.rowCount() == 1
    image.pixels = np.zeros((3, 4), np.uint8)
    with qtbot.waitSignal(empty_bench.workbench.document_changed):
        click_link(panel, 0)
    assert panel.model.rowCount() == 0
    assert empty_bench.workbench.document is not None
    assert empty_bench.workbench.document.image is not None


def test_chosen_rows_are_copied_as_text(bench: Bench, panel: ProblemsPanel) -> None:
    note(bench, Severity.WARNING, "b.png")
    note(bench, Severity.ERROR, "a.png")
    panel.view.selectAll()
    panel.view.setFocus()
    QTest.keySequence(panel.view, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text().splitlines() == [
        "error (size_mismatch): a.png: is small.",
        "warning (size_mismatch): b.png: is small.",
    ]

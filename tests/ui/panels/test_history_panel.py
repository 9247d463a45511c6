from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.ui.panels.history_panel import HistoryPanel
from maskstudio.ui.widgets.foot import Foot
from tests.ui.bench import Bench
from tests.ui.edits import paint
from tests.ui.helpers import child

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dataset(bench: Bench) -> Dataset:
    """Three edits were made: two of the first sample, one of the second."""
    dataset = bench.workbench.dataset
    assert dataset is not None
    paint(dataset, "street_000", 12)
    paint(dataset, "street_000", 3)
    paint(dataset, "street_001", 12)
    return dataset


@pytest.fixture
def panel(bench: Bench, dataset: Dataset, qtbot: QtBot) -> HistoryPanel:
    made = HistoryPanel(bench.workbench)
    qtbot.addWidget(made)
    made.resize(500, 350)
    made.show()
    return made


def click(panel: HistoryPanel, row: int) -> None:
    rect = panel.view.visualRect(panel.model.index(row))
    QTest.mouseClick(panel.view.viewport(), LEFT, pos=rect.center())


def test_the_shown_state_is_chosen(bench: Bench, panel: HistoryPanel) -> None:
    assert panel.view.currentIndex().row() == 3
    bench.workbench.undo()
    assert panel.view.currentIndex().row() == 2


def test_a_click_goes_to_a_state_and_back(
    dataset: Dataset, panel: HistoryPanel, qtbot: QtBot
) -> None:
    pixels = dataset.document("street_000").layer("ground_truth").pixels
    click(panel, 0)
    qtbot.waitUntil(lambda: dataset.history.position == 0)
    assert pixels[0, 0] == 1
    click(panel, 1)
    qtbot.waitUntil(lambda: dataset.history.position == 1)
    assert pixels[0, 0] == 12
    click(panel, 3)
    qtbot.waitUntil(lambda: dataset.history.position == 3)
    assert pixels[0, 0] == 3


def test_enter_goes_to_the_row_that_was_walked_to(
    dataset: Dataset, panel: HistoryPanel, qtbot: QtBot
) -> None:
    QTest.keyClick(panel.view, Qt.Key.Key_Home)
    assert dataset.history.position == 3
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dataset.history.position == 0)


def test_the_foot_says_how_much_memory_is_used(dataset: Dataset, panel: HistoryPanel) -> None:
    words = child(panel, Foot).left.text()
    assert words.endswith(" of 256 MB")
    assert words[0] in "123456789"


def test_the_count_for_the_title_is_announced(
    dataset: Dataset, panel: HistoryPanel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.count_changed) as said:
        paint(dataset, "street_000", 8)
    assert said.args == ["4"]

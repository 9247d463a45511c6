from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.dialogs.class_popup import ClassPopup
from maskstudio.ui.models.sample_filter import SampleFilter, SampleState
from maskstudio.ui.panels.samples_panel import SamplesPanel
from maskstudio.ui.theme.density import COMFORTABLE, COMPACT
from maskstudio.ui.theme.style import apply_theme
from maskstudio.ui.theme.tokens import LIGHT
from maskstudio.ui.widgets.chip import Chip
from maskstudio.ui.widgets.empty_note import EmptyNote
from maskstudio.ui.widgets.foot import Foot
from tests.helpers.datasets import MaskInMemory
from tests.ui.bench import STREET, Bench, street_dataset
from tests.ui.helpers import application, child, spoken_name

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(empty_bench: Bench, qtbot: QtBot) -> SamplesPanel:
    """Twelve samples are open, the first is shown."""
    workbench = empty_bench.workbench
    made = SamplesPanel(workbench, ComparisonFigures(workbench))
    qtbot.addWidget(made)
    made.resize(252, 400)
    made.show()
    empty_bench.open(street_dataset(12))
    return made


def shown(bench: Bench) -> str:
    assert bench.workbench.document is not None
    return bench.workbench.document.name


def current(panel: SamplesPanel) -> str:
    return str(panel.view.currentIndex().data())


def filter_action(panel: SamplesPanel, name: str) -> QAction:
    """An entry of the filter menu as it is when the menu opens."""
    menu = child(panel, QMenu, "sample_filter_menu")
    menu.aboutToShow.emit()
    actions = [*menu.actions(), *(a for sub in menu.findChildren(QMenu) for a in sub.actions())]
    return next(action for action in actions if action.objectName() == name)


def choose_class(panel: SamplesPanel, words: str) -> None:
    """Choose a class by typing."""
    filter_action(panel, "filter_class").trigger()
    popup = child(panel, ClassPopup)
    QTest.keyClicks(popup.line, words)
    QTest.keyClick(popup.line, Qt.Key.Key_Return)


def test_a_click_shows_the_sample(empty_bench: Bench, panel: SamplesPanel, qtbot: QtBot) -> None:
    place = panel.view.visualRect(panel.model.index(2)).center()
    with qtbot.waitSignal(empty_bench.workbench.document_changed):
        QTest.mouseClick(panel.view.viewport(), LEFT, pos=place)
    assert shown(empty_bench) == "street_002"


def test_arrow_keys_walk_the_list(empty_bench: Bench, panel: SamplesPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(empty_bench.workbench.document_changed):
        QTest.keyClick(panel.view, Qt.Key.Key_Down)
    assert shown(empty_bench) == "street_001"


def test_the_row_of_the_shown_sample_is_chosen_and_in_view(
    empty_bench: Bench, panel: SamplesPanel, qtbot: QtBot
) -> None:
    assert current(panel) == "street_000"
    with qtbot.waitSignal(empty_bench.workbench.document_changed):
        empty_bench.workbench.show_sample("street_011")
    assert current(panel) == "street_011"
    rect = panel.view.visualRect(panel.view.currentIndex())
    assert panel.view.viewport().rect().contains(rect)


def test_stepping_follows_the_filtered_list(
    empty_bench: Bench, panel: SamplesPanel, qtbot: QtBot
) -> None:
    QTest.keyClicks(child(panel, QLineEdit, "sample_name_filter"), "_01")
    for expected in ("street_010", "street_011"):
        with qtbot.waitSignal(empty_bench.workbench.document_changed):
            empty_bench.workbench.step_sample(1)
        assert shown(empty_bench) == expected
    empty_bench.workbench.step_sample(1)
    assert empty_bench.workbench.loader.wanted == "street_011"


def test_thumbnails_are_made_for_the_rows_that_are_seen(
    empty_bench: Bench, panel: SamplesPanel, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: panel.thumbnails.get("street_003") is not None)
    qtbot.waitUntil(lambda: not empty_bench.workbench.tasks.tasks)
    assert panel.thumbnails.get("street_011") is None
    panel.view.scrollToBottom()
    qtbot.waitUntil(lambda: panel.thumbnails.get("street_011") is not None)


def test_the_menu_filters_by_state_and_a_chip_takes_it_away(
    empty_bench: Bench, panel: SamplesPanel
) -> None:
    dataset = empty_bench.workbench.dataset
    assert dataset is not None
    dataset.set_checked("street_003", True)
    filter_action(panel, "filter_state_checked").trigger()
    assert panel.model.filter == SampleFilter(state=SampleState.CHECKED)
    assert panel.model.rowCount() == 1
    chip = child(panel, Chip, "filter_chip_state")
    assert spoken_name(chip) == "Remove filter: Checked"
    QTest.mouseClick(chip, LEFT)
    assert panel.model.rowCount() == 12


def test_the_menu_filters_by_class(empty_bench: Bench, panel: SamplesPanel, qtbot: QtBot) -> None:
    choose_class(panel, "Car")
    assert child(panel, EmptyNote).text().startswith("Looking")
    qtbot.waitUntil(lambda: panel.model.rowCount() == 12)
    assert child(panel, Chip, "filter_chip_class_index").text() == "8 Car"
    empty_bench.workbench.choices.set_active_key(PREDICTIONS)
    assert not panel.model.filter.is_active


def test_stopping_the_scan_takes_the_class_away(
    empty_bench: Bench, panel: SamplesPanel, qtbot: QtBot
) -> None:
    choose_class(panel, "Car")
    next(t for t in empty_bench.workbench.tasks.tasks if t.label == "Scanning masks").cancel()
    qtbot.waitUntil(lambda: not panel.model.filter.is_active)
    assert panel.model.rowCount() == 12


def test_the_menu_filters_by_subset_where_there_are_several(
    empty_bench: Bench, panel: SamplesPanel
) -> None:
    mask = MaskInMemory(np.zeros((3, 3), np.uint8))
    samples = [Sample(s, (s,), masks={GROUND_TRUTH: mask}) for s in ("train", "val")]
    empty_bench.open(Dataset(samples, {GROUND_TRUTH: STREET}))
    filter_action(panel, "filter_subset_val").trigger()
    assert panel.model.rowCount() == 1
    filter_action(panel, "clear_sample_filter").trigger()
    assert panel.model.rowCount() == 2


def test_an_empty_list_says_why_and_offers_the_way_back(panel: SamplesPanel) -> None:
    field = child(panel, QLineEdit, "sample_name_filter")
    QTest.keyClicks(field, "no such name")
    assert child(panel, EmptyNote).text() == "No sample matches the filter."
    QTest.mouseClick(child(panel, QPushButton, "clear_filter"), LEFT)
    assert panel.model.rowCount() == 12
    assert field.text() == ""


def test_escape_empties_the_field(panel: SamplesPanel) -> None:
    field = child(panel, QLineEdit, "sample_name_filter")
    QTest.keyClicks(field, "_01")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert panel.model.rowCount() == 12


def test_the_foot_counts_checked_samples(empty_bench: Bench, panel: SamplesPanel) -> None:
    foot = child(panel, Foot)
    assert foot.left.text() == "0 of 12 checked"
    empty_bench.workbench.toggle_checked()
    assert foot.left.text() == "1 of 12 checked"
    panel.set_filter(SampleFilter("_01"))
    assert foot.right.text() == "2 listed"


def test_the_count_for_the_title_is_announced(
    empty_bench: Bench, panel: SamplesPanel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.count_changed, check_params_cb=lambda count: count == ""):
        empty_bench.workbench.close_dataset()
    assert child(panel, EmptyNote).text() == "Samples are listed here once something is open."


def test_rows_follow_density(panel: SamplesPanel, qtbot: QtBot) -> None:
    index = panel.model.index(0)
    assert panel.view.visualRect(index).height() == COMFORTABLE.sample_row
    apply_theme(application(), LIGHT, COMPACT)
    qtbot.waitUntil(lambda: panel.view.visualRect(index).height() == COMPACT.sample_row)


def test_a_row_can_be_painted_in_every_state(
    empty_bench: Bench, panel: SamplesPanel, qtbot: QtBot
) -> None:
    mask = MaskInMemory(np.zeros((3, 300), np.uint8))
    samples = [
        Sample("a/" + 60 * "long name ", ("train",), masks={GROUND_TRUTH: mask}),
        Sample("nothing at all", ("val",)),
    ]
    empty_bench.open(Dataset(samples, {GROUND_TRUTH: STREET}))
    qtbot.waitUntil(lambda: panel.thumbnails.get("nothing at all") is not None)
    assert panel.grab().size() == QSize(252, 400)
    assert panel.view.indexAt(QPoint(5, 5)).row() == 0


def test_above_or_below_the_canvas_it_is_a_strip_of_one_row(
    empty_bench: Bench, panel: SamplesPanel, qtbot: QtBot
) -> None:
    panel.follow_dock(Qt.DockWidgetArea.BottomDockWidgetArea)
    panel.resize(900, panel.sizeHint().height())
    assert panel.sizeHint().height() < 2 * COMFORTABLE.sample_row
    places = [panel.view.visualRect(panel.model.index(row)) for row in range(12)]
    assert len({place.top() for place in places}) == 1
    assert [place.left() for place in places] == sorted({place.left() for place in places})
    names = [panel.model.name_at(row) for row in range(3)]
    qtbot.waitUntil(lambda: all(panel.thumbnails.get(name) for name in names))
    with qtbot.waitSignal(empty_bench.workbench.document_changed):
        QTest.keyClick(panel.view, Qt.Key.Key_Right)
    assert shown(empty_bench) == "street_001"
    empty_bench.workbench.show_sample("street_011")
    qtbot.waitUntil(lambda: shown(empty_bench) == "street_011")
    last = panel.view.visualRect(panel.model.index(11))
    assert panel.view.viewport().rect().contains(last.center())


def test_beside_the_canvas_it_is_a_list_again(panel: SamplesPanel) -> None:
    for area in (Qt.DockWidgetArea.TopDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea):
        panel.follow_dock(area)
    panel.resize(252, 400)
    places = [panel.view.visualRect(panel.model.index(row)) for row in range(3)]
    assert len({place.left() for place in places}) == 1
    assert places[0].width() == panel.view.viewport().width()

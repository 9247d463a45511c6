"""The layers panel over a small data set with two layers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.geometry import Rect
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.render.palette import Style
from maskstudio.ui.panels.layers_panel import LayersPanel
from tests.helpers.datasets import ImageInMemory, MaskInMemory
from tests.ui.bench import STREET, Bench, street_dataset
from tests.ui.helpers import spoken_name

KEY = Qt.Key


def panel_of(bench: Bench, qtbot: QtBot) -> LayersPanel:
    panel = LayersPanel(bench.workbench)
    bench.window.setCentralWidget(panel)
    bench.window.resize(304, 200)
    bench.window.show()
    bench.window.activateWindow()
    qtbot.waitActive(bench.window)
    return panel


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> LayersPanel:
    return panel_of(bench, qtbot)


def test_the_top_layer_stands_first(panel: LayersPanel) -> None:
    assert [row.key for row in panel.rows] == [PREDICTIONS, GROUND_TRUTH]
    assert panel.row(GROUND_TRUTH).is_active
    assert panel.row(GROUND_TRUTH).detail == "40 × 30, 8 bit"


def test_a_click_makes_a_layer_active(bench: Bench, panel: LayersPanel) -> None:
    QTest.mouseClick(panel.row(PREDICTIONS), Qt.MouseButton.LeftButton, pos=QPoint(60, 45))
    assert bench.workbench.choices.active_key == PREDICTIONS
    assert spoken_name(panel.row(PREDICTIONS)) == "Layer predictions, active"
    assert spoken_name(panel.row(GROUND_TRUTH)) == "Layer ground_truth"


def test_up_and_down_step_and_space_hides(bench: Bench, panel: LayersPanel) -> None:
    choices = bench.workbench.choices
    panel.row(GROUND_TRUTH).setFocus()
    QTest.keyClick(panel.row(GROUND_TRUTH), KEY.Key_Down)
    assert choices.active_key == GROUND_TRUTH
    QTest.keyClick(panel.row(GROUND_TRUTH), KEY.Key_Up)
    assert choices.active_key == PREDICTIONS
    assert panel.row(PREDICTIONS).hasFocus()
    QTest.keyClick(panel.row(PREDICTIONS), KEY.Key_Space)
    assert not choices.look(PREDICTIONS).is_visible
    assert choices.look(GROUND_TRUTH).is_visible
    assert "hidden" in spoken_name(panel.row(PREDICTIONS))


def test_eye_style_and_opacity_change_the_look_of_their_layer_alone(
    bench: Bench, panel: LayersPanel
) -> None:
    choices = bench.workbench.choices
    other = choices.look(GROUND_TRUTH)
    row = panel.row(PREDICTIONS)
    row.eye.click()
    row.style_choice.segment("both").click()
    row.opacity.setValue(30)
    look = choices.look(PREDICTIONS)
    assert (look.is_visible, look.style, look.opacity) == (False, Style.BOTH, 0.3)
    assert choices.look(GROUND_TRUTH) == other
    assert choices.active_key == GROUND_TRUTH
    dataset = bench.workbench.dataset
    assert dataset is not None
    assert not dataset.history.edits


def test_the_row_follows_what_is_changed_elsewhere(bench: Bench, panel: LayersPanel) -> None:
    bench.actions["view.style"].trigger()
    bench.actions["view.more_opaque"].trigger()
    row = panel.row(GROUND_TRUTH)
    assert row.style_choice.value() == "outline"
    assert row.opacity.value() == 60


def test_a_layer_with_unsaved_changes_says_so(bench: Bench, panel: LayersPanel) -> None:
    dataset = bench.workbench.dataset
    assert dataset is not None
    stroke = dataset.begin("street_000", GROUND_TRUTH, label="Brush")
    stroke.paint(Rect(0, 0, 2, 2), np.ones((2, 2), np.bool_), 8)
    stroke.commit()
    assert "unsaved" in spoken_name(panel.row(GROUND_TRUTH))
    assert "unsaved" not in spoken_name(panel.row(PREDICTIONS))
    bench.workbench.undo()
    assert "unsaved" not in spoken_name(panel.row(GROUND_TRUTH))


def test_a_mask_of_another_size_is_read_only_and_says_why(empty_bench: Bench, qtbot: QtBot) -> None:
    empty_bench.open(street_dataset(predictions_scale=2))
    row = panel_of(empty_bench, qtbot).row(PREDICTIONS)
    assert row.detail == "Read-only: 20 × 15"
    assert "the picture 40 × 30" in row.toolTip()
    assert "read-only" in spoken_name(row)


def test_a_mask_that_cannot_be_read_is_told_from_a_new_one(
    empty_bench: Bench, qtbot: QtBot
) -> None:
    picture = ImageInMemory(np.zeros((4, 4, 3), np.uint8))
    broken = Sample("a", image=picture, masks={GROUND_TRUTH: MaskInMemory(None)})
    empty_bench.open(Dataset([broken], {GROUND_TRUTH: STREET, "new": STREET}))
    panel = panel_of(empty_bench, qtbot)
    assert panel.row(GROUND_TRUTH).detail == "Read-only: not loaded"
    assert panel.row("new").detail == "4 × 4, no file yet"


def test_an_added_layer_gets_a_row(bench: Bench, panel: LayersPanel) -> None:
    dataset = bench.workbench.dataset
    assert dataset is not None
    dataset.add_layer("second", LabelMap())
    assert [row.key for row in panel.rows] == ["second", PREDICTIONS, GROUND_TRUTH]


def test_nothing_open_is_said(empty_bench: Bench, qtbot: QtBot) -> None:
    assert panel_of(empty_bench, qtbot).rows == ()


def test_every_control_has_a_name_of_its_own(panel: LayersPanel) -> None:
    names = [
        name
        for row in panel.rows
        for name in (
            spoken_name(row.eye),
            spoken_name(row.style_choice),
            spoken_name(row.opacity),
        )
    ]
    assert all(names)
    assert len(set(names)) == len(names)

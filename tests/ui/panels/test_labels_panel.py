"""The labels panel over a small data set, used as people use it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.geometry import Rect
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.ui.models.labels_delegate import NARROW, LabelsDelegate, Zone, zone_tip
from maskstudio.ui.panels.class_editor import parse_color
from maskstudio.ui.panels.labels_panel import LabelsPanel
from maskstudio.ui.theme.typography import Type, font
from tests.helpers.datasets import ImageInMemory, MaskInMemory
from tests.helpers.masks import mask
from tests.ui.bench import Bench
from tests.ui.helpers import spoken_name

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def panel_of(bench: Bench, qtbot: QtBot) -> LabelsPanel:
    panel = LabelsPanel(bench.workbench)
    bench.window.setCentralWidget(panel)
    bench.window.resize(304, 500)
    bench.window.show()
    bench.window.activateWindow()
    qtbot.waitActive(bench.window)
    if bench.workbench.dataset is not None:
        qtbot.waitUntil(lambda: panel.counts.is_known)
    return panel


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> LabelsPanel:
    return panel_of(bench, qtbot)


def names(panel: LabelsPanel) -> list[str]:
    return [panel.model.row(i).name for i in range(panel.model.rowCount())]


def label_map(panel: LabelsPanel) -> LabelMap:
    return panel.deeds.label_map


def zone_point(panel: LabelsPanel, class_index: int, zone: Zone) -> QPoint:
    index = panel.model.index(panel.model.row_of(class_index))
    delegate = panel.list.itemDelegate()
    assert isinstance(delegate, LabelsDelegate)
    layout = delegate.layout_of(index, panel.list.visualRect(index), font(Type.BODY))
    return (layout.eye if zone is Zone.EYE else layout.lock).center().toPoint()


def click_zone(panel: LabelsPanel, class_index: int, zone: Zone) -> None:
    QTest.mouseClick(panel.list.viewport(), LEFT, pos=zone_point(panel, class_index, zone))


def menu_action(panel: LabelsPanel, class_index: int, name: str) -> QAction:
    menu = panel.list.open_menu(class_index)
    action = menu.findChild(QAction, f"class_{name}")
    assert action is not None
    return action


def field(panel: LabelsPanel, name: str) -> QLineEdit:
    found = panel.findChild(QLineEdit, name)
    assert found is not None
    return found


# the list


def test_it_lists_the_classes_of_the_active_layer_without_fillers(
    empty_bench: Bench, qtbot: QtBot
) -> None:
    classes = LabelMap(
        (LabelClass(0, "sky", (0, 0, 0)), LabelClass(1, "_dummy1", (1, 1, 1))),
        undeclared=(LabelClass(7, "class_7", (7, 7, 7)),),
    )
    sample = Sample("a", masks={GROUND_TRUTH: MaskInMemory(mask("07", "77"))})
    empty_bench.open(Dataset([sample], {GROUND_TRUTH: classes}))
    panel = panel_of(empty_bench, qtbot)
    assert names(panel) == ["sky", "class_7"]
    assert panel.model.row(1).states == ("undeclared",)
    assert panel.model.row(1).share == 0.75
    assert panel.counts.undeclared_share(label_map(panel)) == 0.75


def test_the_model_keeps_the_rules_of_qt(bench: Bench, panel: LabelsPanel) -> None:
    model: QAbstractItemModel = panel.model
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    panel.filter.setText("o")
    panel.deeds.add(LabelClass(20, "Fox", (1, 2, 3)))
    panel.filter.clear()
    bench.workbench.choices.set_active_key(PREDICTIONS)
    bench.workbench.undo()


def test_shares_of_the_shown_sample_are_shown(panel: LabelsPanel) -> None:
    """Of 1200 pixels the car has 100; building and road share the rest."""
    row = panel.model.row(panel.model.row_of(8))
    assert row.share == pytest.approx(100 / 1200)
    described = panel.model.index(panel.model.row_of(8)).data(Qt.ItemDataRole.AccessibleTextRole)
    assert described == "8 Car, 8.3 % of pixels (100)"


def test_the_share_follows_a_stroke_and_its_undo(bench: Bench, panel: LabelsPanel) -> None:
    dataset = bench.workbench.dataset
    assert dataset is not None
    stroke = dataset.begin("street_000", GROUND_TRUTH, label="Brush")
    stroke.paint(Rect(0, 0, 12, 10), np.ones((10, 12), np.bool_), 8)
    assert panel.counts.count(8) == 100
    stroke.commit()
    assert panel.counts.count(8) == 220
    bench.workbench.undo()
    assert panel.counts.count(8) == 100


def test_a_click_chooses_the_class(bench: Bench, panel: LabelsPanel) -> None:
    rect = panel.list.visualRect(panel.model.index(panel.model.row_of(8)))
    QTest.mouseClick(panel.list.viewport(), LEFT, pos=rect.center() - QPoint(60, 0))
    assert bench.workbench.choices.current_class == 8


def test_arrow_keys_step_through_the_classes(bench: Bench, panel: LabelsPanel) -> None:
    bench.workbench.choices.set_class(1)
    panel.list.setFocus()
    QTest.keyClick(panel.list, KEY.Key_Down)
    assert bench.workbench.choices.current_class == 3


def test_an_undeclared_class_is_never_painted_with(empty_bench: Bench, qtbot: QtBot) -> None:
    classes = LabelMap(
        (LabelClass(0, "sky", (0, 0, 0)),), undeclared=(LabelClass(7, "class_7", (7, 7, 7)),)
    )
    sample = Sample("a", masks={GROUND_TRUTH: MaskInMemory(mask("07"))})
    empty_bench.open(Dataset([sample], {GROUND_TRUTH: classes}))
    panel = panel_of(empty_bench, qtbot)
    panel.list.setFocus()
    QTest.keyClick(panel.list, KEY.Key_Down)
    assert panel.list.currentIndex().row() == 1
    assert empty_bench.workbench.choices.current_class == 0
    menu_action(panel, 7, "declare").trigger()
    assert label_map(panel).declared[7] == LabelClass(7, "class_7", (7, 7, 7))
    assert empty_bench.workbench.choices.current_class == 7


def test_eye_and_lock_answer_a_click_without_choosing_the_class(
    bench: Bench, panel: LabelsPanel
) -> None:
    choices = bench.workbench.choices
    choices.set_class(1)
    click_zone(panel, 8, Zone.EYE)
    click_zone(panel, 8, Zone.LOCK)
    assert choices.hidden(GROUND_TRUTH) == {8}
    assert choices.protected(GROUND_TRUTH) == {8}
    assert choices.current_class == 1
    row = panel.model.row(panel.model.row_of(8))
    assert row.states == ("hidden", "protected")
    assert zone_tip(row, Zone.EYE) == "Show Car  (Space)"
    click_zone(panel, 8, Zone.EYE)
    assert choices.hidden(GROUND_TRUTH) == frozenset()


def test_a_double_click_on_the_eye_opens_no_editor(panel: LabelsPanel) -> None:
    QTest.mouseDClick(panel.list.viewport(), LEFT, pos=zone_point(panel, 8, Zone.EYE))
    assert panel.findChild(QLineEdit, "className") is None


def test_space_hides_the_current_class(bench: Bench, panel: LabelsPanel) -> None:
    bench.workbench.choices.set_class(3)
    panel.list.setFocus()
    QTest.keyClick(panel.list, KEY.Key_Space)
    assert bench.workbench.choices.hidden(GROUND_TRUTH) == {3}


def test_solo_shows_one_class_and_then_all_again(bench: Bench, panel: LabelsPanel) -> None:
    menu_action(panel, 8, "solo").trigger()
    assert bench.workbench.choices.hidden(GROUND_TRUTH) == {0, 1, 3, 12}
    again = menu_action(panel, 8, "solo")
    assert again.text() == "Show All Classes"
    again.trigger()
    assert bench.workbench.choices.hidden(GROUND_TRUTH) == frozenset()


def test_the_bar_goes_first_where_the_dock_is_narrow(panel: LabelsPanel) -> None:
    delegate = panel.list.itemDelegate()
    assert isinstance(delegate, LabelsDelegate)
    rect = panel.list.visualRect(panel.model.index(0))
    rect.setWidth(NARROW)
    wide = delegate.layout_of(panel.model.index(0), rect, font(Type.BODY))
    rect.setWidth(NARROW - 1)
    narrow = delegate.layout_of(panel.model.index(0), rect, font(Type.BODY))
    assert wide.bar is not None
    assert narrow.bar is None
    assert narrow.name.width() > wide.name.width()
    assert narrow.percent.width() == wide.percent.width()


def test_letters_stay_the_windows_while_the_list_has_the_focus(
    bench: Bench, panel: LabelsPanel
) -> None:
    bench.workbench.choices.set_class(1)
    panel.list.setFocus()
    QTest.keyClick(panel.list, KEY.Key_C)
    assert bench.workbench.choices.current_class == 1
    bench.window.addAction(bench.actions["class.protect"])
    QTest.keyClick(panel.list, KEY.Key_K)
    assert bench.workbench.choices.protected(GROUND_TRUTH) == {1}
    bench.window.addAction(bench.actions["class.8"])
    QTest.keyClick(panel.list, KEY.Key_8)
    assert bench.workbench.choices.current_class == 8


# finding


def test_the_filter_finds_by_name_and_by_index(panel: LabelsPanel) -> None:
    panel.filter.setText("ROAD")
    assert names(panel) == ["Road"]
    panel.filter.setText("1")
    assert names(panel) == ["Building", "Sign post with a long name"]
    panel.filter.setText("zebra")
    assert panel.note.isVisible()
    assert "zebra" in panel.note.text()
    panel.note.button.click()
    assert len(names(panel)) == 5


def test_enter_in_the_filter_paints_with_the_first_match_and_leaves(
    bench: Bench, panel: LabelsPanel, qtbot: QtBot
) -> None:
    panel.find_class()
    QTest.keyClicks(panel.filter, "car")
    with qtbot.waitSignal(panel.left):
        QTest.keyClick(panel.filter, KEY.Key_Return)
    assert bench.workbench.choices.current_class == 8
    assert panel.filter.text() == ""


def test_filtering_changes_no_choice(bench: Bench, panel: LabelsPanel) -> None:
    bench.workbench.choices.set_class(8)
    panel.filter.setText("road")
    panel.filter.clear()
    assert bench.workbench.choices.current_class == 8
    assert panel.model.class_at(panel.list.currentIndex().row()) == 8


# changing the label map


def test_renaming_in_place_is_one_edit(bench: Bench, panel: LabelsPanel, qtbot: QtBot) -> None:
    bench.workbench.choices.set_class(8)
    panel.list.setFocus()
    QTest.keyClick(panel.list, KEY.Key_F2)
    editor = field(panel, "className")
    editor.setText("Van")
    QTest.keyClick(editor, KEY.Key_Return)
    qtbot.waitUntil(lambda: "Van" in names(panel))
    assert label_map(panel).declared[8] == LabelClass(8, "Van", (64, 0, 128))
    dataset = bench.workbench.dataset
    assert dataset is not None
    assert [edit.label for edit in dataset.history.edits] == ["Rename Car to Van"]
    bench.workbench.undo()
    assert "Car" in names(panel)


def test_the_open_editor_survives_a_change_of_another_class(
    bench: Bench, panel: LabelsPanel
) -> None:
    panel.list.rename(8)
    QTest.keyClicks(field(panel, "className"), "Van")
    dataset = bench.workbench.dataset
    assert dataset is not None
    renamed = label_map(panel).with_class(LabelClass(3, "Street", (128, 64, 128)))
    dataset.change_label_map("Rename", GROUND_TRUTH, renamed)
    assert field(panel, "className").text() == "Van"
    QTest.keyClick(field(panel, "className"), KEY.Key_Escape)


def test_a_taken_name_is_refused_at_once_and_enter_keeps_the_editor(panel: LabelsPanel) -> None:
    panel.list.rename(8)
    editor = field(panel, "className")
    editor.setText("Road")
    assert editor.property("wrong") is True
    assert editor.accessibleDescription() == "class 3 has this name"
    QTest.keyClick(editor, KEY.Key_Return)
    assert editor.isVisible()
    QTest.keyClick(editor, KEY.Key_Escape)
    assert label_map(panel).declared[8].name == "Car"
    QToolTip.hideText()


def test_enter_adds_a_class_at_the_next_free_index(bench: Bench, panel: LabelsPanel) -> None:
    panel.add_action.trigger()
    QTest.keyClicks(field(panel, "newClassName"), "Bus")
    QTest.keyClick(field(panel, "newClassName"), KEY.Key_Return)
    added = label_map(panel).declared[13]
    assert added.name == "Bus"
    assert added.color not in {c.color for c in label_map(panel) if c.index != 13}
    assert bench.workbench.choices.current_class == 13
    assert field(panel, "classIndex").text() == "14"
    QTest.keyClick(field(panel, "newClassName"), KEY.Key_Return)
    assert not panel.editor.isVisible()


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("newClassName", "Car", "class 8 has this name"),
        ("classIndex", "8", "8 is Car"),
        ("classIndex", "x", "whole number"),
        ("classIndex", "70000", "0 to 65535"),
        ("classColor", "#400080", "8 Car has this color"),
        ("classColor", "purple-ish", "#rrggbb"),
    ],
)
def test_what_is_taken_is_refused_in_the_field(
    panel: LabelsPanel, name: str, text: str, reason: str
) -> None:
    panel.add_class()
    field(panel, "newClassName").setText("Bus")
    wrong = field(panel, name)
    wrong.setText(text)
    assert wrong.property("wrong") is True
    assert reason in wrong.accessibleDescription()
    button = panel.findChild(QPushButton, "confirmClass")
    assert button is not None
    assert not button.isEnabled()
    QTest.keyClick(wrong, KEY.Key_Return)
    assert len(label_map(panel)) == 5


def test_the_color_follows_the_index_until_it_is_chosen(panel: LabelsPanel) -> None:
    """VOC color of index 40 is (0, 64, 128): the bits of 40 are 101000."""
    panel.add_class()
    index, color = field(panel, "classIndex"), field(panel, "classColor")
    index.selectAll()
    QTest.keyClicks(index, "20")
    assert color.text() == "#004080"
    color.selectAll()
    QTest.keyClicks(color, "1, 2, 3")
    index.selectAll()
    QTest.keyClicks(index, "40")
    assert color.text() == "1, 2, 3"


def test_another_color_is_one_edit(bench: Bench, panel: LabelsPanel) -> None:
    menu_action(panel, 8, "recolor").trigger()
    color = field(panel, "classColor")
    assert color.text() == "#400080"
    color.setText("#0a0b0c")
    QTest.keyClick(color, KEY.Key_Return)
    assert label_map(panel).declared[8].color == (10, 11, 12)
    assert not panel.editor.isVisible()
    bench.workbench.undo()
    assert label_map(panel).declared[8].color == (64, 0, 128)


def test_the_background_can_be_another_class_or_none(panel: LabelsPanel) -> None:
    menu_action(panel, 8, "background").trigger()
    assert label_map(panel).background == 8
    menu_action(panel, 8, "background").trigger()
    assert label_map(panel).background is None


def test_a_used_class_cannot_be_deleted(bench: Bench, panel: LabelsPanel, qtbot: QtBot) -> None:
    assert not menu_action(panel, 8, "delete").isEnabled()
    assert not menu_action(panel, 0, "delete").isEnabled()
    with qtbot.waitSignal(bench.workbench.said) as said:
        panel.deeds.delete(8)
    assert said.args == ["Car stays: street_000 has 100 pixels of it"]
    assert label_map(panel).is_declared(8)


def test_an_unused_class_is_deleted_after_a_look_at_every_mask(
    bench: Bench, panel: LabelsPanel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(bench.workbench.said) as said:
        menu_action(panel, 12, "delete").trigger()
    assert said.args == ["Deleted class Sign post with a long name"]
    assert [c.index for c in label_map(panel)] == [0, 1, 3, 8]
    bench.workbench.undo()
    assert [c.index for c in label_map(panel)] == [0, 1, 3, 8, 12]


def test_a_class_painted_during_the_search_stays(
    bench: Bench, panel: LabelsPanel, qtbot: QtBot
) -> None:
    dataset = bench.workbench.dataset
    assert dataset is not None
    panel.deeds.delete(12)
    stroke = dataset.begin("street_000", GROUND_TRUTH, label="Brush")
    stroke.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), 12)
    stroke.commit()
    with qtbot.waitSignal(bench.workbench.said) as said:
        pass
    assert said.args == ["Sign post with a long name stays: street_000 has 1 pixel of it"]


# states


def test_a_new_data_set_offers_the_first_class(empty_bench: Bench, qtbot: QtBot) -> None:
    picture = np.zeros((4, 4, 3), np.uint8)
    classes = LabelMap((LabelClass(0, "background", (0, 0, 0)),), background=0)
    sample = Sample("a", image=ImageInMemory(picture))
    empty_bench.open(Dataset([sample], {GROUND_TRUTH: classes}))
    panel = panel_of(empty_bench, qtbot)
    assert panel.note.button.text() == "Add your first class"
    panel.note.button.click()
    assert panel.editor.isVisible()
    assert field(panel, "classIndex").text() == "1"
    assert field(panel, "classColor").text() == "#800000"
    QTest.keyClicks(field(panel, "newClassName"), "road")
    QTest.keyClick(field(panel, "newClassName"), KEY.Key_Return)
    assert not panel.note.isVisible()
    assert empty_bench.workbench.choices.current_class == 1


def test_nothing_open_is_said(empty_bench: Bench, qtbot: QtBot) -> None:
    panel = panel_of(empty_bench, qtbot)
    assert panel.note.text() == "Nothing is open."
    assert not panel.add_action.isEnabled()
    assert not panel.filter.isEnabled()


def test_the_title_counts_the_classes_of_the_active_layer(
    bench: Bench, panel: LabelsPanel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.count_changed) as counted:
        panel.deeds.add(LabelClass(20, "Bus", (1, 2, 3)))
    assert counted.args == ["6"]
    with qtbot.waitSignal(panel.count_changed) as counted:
        bench.workbench.choices.set_active_key(PREDICTIONS)
    assert counted.args == ["5"]


def test_everything_has_a_name_for_screen_readers(panel: LabelsPanel) -> None:
    panel.add_class()
    for name in ("labelsFilter", "labelsList", "newClassName", "classIndex", "classColor"):
        widget = panel.findChild(QWidget, name)
        assert widget is not None
        assert spoken_name(widget)


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#800000", (128, 0, 0)),
        ("FFfe00", (255, 254, 0)),
        (" 1, 2,3 ", (1, 2, 3)),
        ("1 2 3", (1, 2, 3)),
        ("1,2,256", None),
        ("#80000", None),
        ("", None),
    ],
)
def test_colors_are_read_as_people_type_them(text: str, color: tuple[int, int, int] | None) -> None:
    assert parse_color(text) == color

"""The list of objects: mouse, keys, what it says when there is nothing to list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.objects.objects_delegate import ObjectLayout
from maskstudio.ui.objects.objects_list import ObjectsList
from maskstudio.ui.objects.objects_model import ObjectRole
from maskstudio.ui.objects.objects_panel import ObjectsPanel
from maskstudio.workflows.open_dataset import OpenRequest
from tests.helpers.labelbox_files import line, write_lines
from tests.helpers.masks import mask
from tests.ui.helpers import child
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]


@pytest.fixture
def window(windows: Windows) -> MainWindow:
    lines = [
        line(mask("11..", "11.."), name="cat"),
        line(mask(".11.", ".11."), name="dog"),
        line(mask("...1", "...."), name="cat"),
    ]
    return windows.start(OpenRequest(paths=(write_lines(windows.folder / "a.ndjson", *lines),)))


@pytest.fixture
def objects(window: MainWindow) -> ObjectsList:
    return child(window.furnishing.objects_dock, ObjectsList)


def active_name(window: MainWindow) -> str:
    active = window.tools.objects.active
    return window.workbench.active_label_map.name_of(active.index) if active else ""


def eye_of(objects: ObjectsList, row: int) -> QPoint:
    rect = objects.visualRect(objects.model().index(row, 0))
    return ObjectLayout.of(rect, objects.model().rowCount()).eye.center().toPoint()


def middle_of(objects: ObjectsList, row: int) -> QPoint:
    return objects.visualRect(objects.model().index(row, 0)).center()


def test_a_click_chooses_the_object_and_its_class(window: MainWindow, objects: ObjectsList) -> None:
    QTest.mouseClick(objects.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(objects, 1))
    assert active_name(window) == "dog"
    label_map = window.workbench.active_label_map
    assert window.workbench.choices.current_class == label_map.by_name["dog"].index
    panel = child(window.furnishing.objects_dock, ObjectsPanel)
    assert panel.foot.left.text() == "Painting goes on with this dog"
    window.actions_["object.new"].trigger()
    assert active_name(window) == ""
    assert panel.foot.left.text() == "Painting begins a new dog"


def test_a_click_on_the_eye_hides_and_chooses_nothing(
    window: MainWindow, objects: ObjectsList
) -> None:
    QTest.mouseClick(objects.viewport(), Qt.MouseButton.LeftButton, pos=eye_of(objects, 0))
    row = child(window.furnishing.objects_dock, ObjectsPanel).model.row(0)
    assert row.is_hidden
    assert row.spoken == "3 cat, 1 px, hidden"
    assert active_name(window) == ""


def test_keys_walk_hide_and_delete(window: MainWindow, objects: ObjectsList) -> None:
    window.tools.objects.choose(objects.model().index(0, 0).data(ObjectRole.ROW).uid)
    QTest.keyClick(objects, Qt.Key.Key_Down)
    assert active_name(window) == "dog"
    QTest.keyClick(objects, Qt.Key.Key_Space)
    active = window.tools.objects.active
    assert active is not None
    assert window.tools.objects.is_hidden(active.uid)
    QTest.keyClick(objects, Qt.Key.Key_Delete)
    assert objects.model().rowCount() == 2
    assert active_name(window) == ""
    window.workbench.undo()
    assert active_name(window) == "dog"


def test_commands_walk_and_show_one_by_one(window: MainWindow, objects: ObjectsList) -> None:
    actions, choice = window.actions_, window.tools.objects
    actions["object.next"].trigger()
    actions["object.solo"].trigger()
    seen: list[list[bool]] = []
    for _ in range(4):
        model = child(window.furnishing.objects_dock, ObjectsPanel).model
        seen.append([not model.row(number).is_hidden for number in range(3)])
        actions["object.next"].trigger()
    assert seen == [
        [False, False, True],
        [False, True, False],
        [True, False, False],
        [True, False, False],
    ]
    actions["object.solo"].trigger()
    assert not choice.is_solo


def test_the_menu_offers_what_can_be_done(window: MainWindow, objects: ObjectsList) -> None:
    window.tools.objects.choose(objects.model().index(0, 0).data(ObjectRole.ROW).uid)
    objects.menu_requested.emit(QPoint(5, 5))
    panel = child(window.furnishing.objects_dock, ObjectsPanel)
    menu = child(panel, QMenu, "objectMenu")
    offered = {action.objectName(): action.isEnabled() for action in menu.actions()}
    assert offered["object.lower"]
    assert not offered["object.raise"]
    menu.close()


def test_a_class_mask_has_no_objects(windows: Windows) -> None:
    window = windows.start(windows.request)
    window.furnishing.objects_dock.show()
    panel = child(window.furnishing.objects_dock, ObjectsPanel)
    assert panel.note.text() == "ground_truth is a class mask: it has no objects."

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QKeySequenceEdit, QLineEdit, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from maskstudio.ui.dialogs.key_draft import KeyDraft
from maskstudio.ui.dialogs.keys_dialog import KEYS_COMMAND, KeysDialog, add_keys_command
from maskstudio.ui.models.keys_model import KeysModel
from maskstudio.ui.settings import KEYS
from maskstudio.ui.widgets.elided_label import ElidedLabel
from tests.ui.bench import Bench
from tests.ui.helpers import child


@pytest.fixture
def dialog(qtbot: QtBot, bench: Bench) -> KeysDialog:
    widget = KeysDialog(bench.actions, bench.window)
    bench.window.show()
    widget.show()
    return widget


def choose(dialog: KeysDialog, command: str) -> None:
    child(dialog, QLineEdit, "filter_keys").setText(command)
    child(dialog, QTableView, "keys_table").selectRow(0)


def press(dialog: KeysDialog, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    capture = child(dialog, QKeySequenceEdit, "new_key")
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    capture.setFocus()
    QTest.keyClick(capture, key, held)


def click(dialog: KeysDialog, name: str) -> None:
    QTest.mouseClick(child(dialog, QPushButton, name), Qt.MouseButton.LeftButton)


def rows(dialog: KeysDialog) -> list[list[str]]:
    model = child(dialog, QTableView, "keys_table").model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_the_filter_finds_names_and_keys(dialog: KeysDialog) -> None:
    filter_line = child(dialog, QLineEdit, "filter_keys")
    filter_line.setText("protect")
    assert rows(dialog) == [["Protect Class", "Labels", "K", ""]]
    filter_line.setText("ctrl+0")
    assert rows(dialog) == [["100 %", "View", "Ctrl+0", ""]]


def test_a_pressed_key_is_added_and_applied(bench: Bench, dialog: KeysDialog) -> None:
    choose(dialog, "Protect Class")
    press(dialog, Qt.Key.Key_F7, Qt.KeyboardModifier.ControlModifier)
    assert rows(dialog) == [["Protect Class", "Labels", "K,  Ctrl+F7", "changed"]]
    assert bench.actions.keys("class.protect") == ("K",)
    assert child(dialog, QPushButton, "apply_keys").text() == "Apply 1 change"
    click(dialog, "apply_keys")
    assert bench.actions.keys("class.protect") == ("K", "Ctrl+F7")
    assert bench.settings.get(KEYS) == '{"class.protect": ["K", "Ctrl+F7"]}'


def test_a_key_can_be_taken_away(bench: Bench, dialog: KeysDialog) -> None:
    choose(dialog, "Zoom In")
    click(dialog, "remove_Ctrl+=")
    assert rows(dialog)[0][2] == "Ctrl++"
    click(dialog, "clear_keys")
    assert rows(dialog)[0][2] == ""
    click(dialog, "default_keys")
    assert rows(dialog)[0][2:] == ["Ctrl+=,  Ctrl++", ""]


def test_a_clash_is_named_at_once_and_cannot_be_applied(dialog: KeysDialog) -> None:
    choose(dialog, "Protect Class")
    press(dialog, Qt.Key.Key_X)
    assert (
        child(dialog, ElidedLabel, "clashes").text() == "X: Swap with Last Class and Protect Class"
    )
    assert not child(dialog, QPushButton, "apply_keys").isEnabled()
    click(dialog, "remove_K")
    click(dialog, "remove_X")
    assert child(dialog, ElidedLabel, "clashes").text() == ""
    assert child(dialog, QPushButton, "apply_keys").isEnabled()


def test_keys_of_gestures_cannot_be_given_away(dialog: KeysDialog) -> None:
    choose(dialog, "Protect Class")
    press(dialog, Qt.Key.Key_H)
    words = child(dialog, ElidedLabel, "clashes").text()
    assert words == "H: Protect Class, but it is fixed: Peek at the bare picture"
    assert not child(dialog, QPushButton, "apply_keys").isEnabled()


def test_restoring_gives_every_command_its_first_keys(bench: Bench, dialog: KeysDialog) -> None:
    bench.actions.set_keys({"class.protect": ("F7",), "class.swap": ()})
    again = KeysDialog(bench.actions, bench.window)
    again.show()
    click(again, "restore_keys")
    assert child(again, QPushButton, "apply_keys").text() == "Apply 2 changes"
    click(again, "apply_keys")
    assert bench.actions.keys("class.swap") == ("X",)
    assert bench.settings.get(KEYS) == "{}"


def test_nothing_is_applied_by_leaving(bench: Bench, dialog: KeysDialog) -> None:
    choose(dialog, "Protect Class")
    click(dialog, "clear_keys")
    click(dialog, "cancel_keys")
    assert bench.actions.keys("class.protect") == ("K",)


def test_what_the_canvas_keeps_is_listed(dialog: KeysDialog) -> None:
    shown = [label.text() for label in dialog.findChildren(ElidedLabel, "fixed_keys")]
    assert "Ctrl (held)" in shown
    assert "Backspace" in shown


def test_the_command_opens_the_dialog(bench: Bench) -> None:
    add_keys_command(bench.actions, bench.window)
    bench.window.show()
    bench.actions[KEYS_COMMAND.id].trigger()
    dialog = child(bench.window, KeysDialog)
    assert dialog.isVisible()
    dialog.close()


def test_the_table_is_a_sound_model(bench: Bench) -> None:
    model = KeysModel(bench.actions, KeyDraft(bench.actions))
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.refresh()
    assert model.rowCount() == len(list(bench.actions))

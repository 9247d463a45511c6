"""The window as a whole: keys, menus, names of its controls, and what commands do in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QComboBox,
    QLineEdit,
    QMenu,
    QScrollBar,
    QTabBar,
    QWidget,
)

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.render.palette import Style
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.models.sample_filter import SampleFilter
from maskstudio.ui.panels.samples_panel import SamplesPanel
from maskstudio.ui.settings import SAVE_INSTANCES
from tests.ui.helpers import child, spoken_name
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]


@pytest.fixture
def window(windows: Windows) -> MainWindow:
    found = windows.start(windows.request)
    found.activateWindow()
    found.canvas.setFocus()
    windows.qtbot.waitUntil(found.canvas.hasFocus)
    return found


def press(window: MainWindow, key: Qt.Key) -> None:
    """A key on what has the focus, as a user presses it."""
    focused = window.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


# keys

KEYS = {
    "sample.next": {"D", "PgDown"},
    "sample.previous": {"A", "PgUp"},
    "sample.next_unchecked": {"Ctrl+Shift+D"},
    "sample.previous_unchecked": {"Ctrl+Shift+A"},
    "sample.check": {"Ctrl+Alt+K"},
    "tool.brush": {"B"},
    "tool.eraser": {"E"},
    "tool.polygon": {"P"},
    "tool.fill": {"F"},
    "tool.pick_class": {"I"},
    **{f"class.{digit}": {str(digit)} for digit in range(1, 10)},
    "class.background": {"0"},
    "class.previous": {","},
    "class.next": {"."},
    "class.find": {"/"},
    "class.swap": {"X"},
    "class.protect": {"K"},
    "class.next_mode": {"Shift+K"},
    "brush.smaller": {"["},
    "brush.larger": {"]"},
    "view.fit": {"Ctrl+F"},
    "view.actual": {"Ctrl+0"},
    "view.zoom_in": {"Ctrl+="},
    "view.zoom_out": {"Ctrl+-"},
    "view.toggle_layer": {"V"},
    "view.blink": {"T"},
    "view.style": {"C"},
    "view.less_opaque": {"Alt+["},
    "view.more_opaque": {"Alt+]"},
    "edit.undo": {"Ctrl+Z"},
    "edit.redo": {"Ctrl+Shift+Z", "Ctrl+Y"},
    "file.save": {"Ctrl+S"},
    "file.save_as": {"Ctrl+Shift+S"},
    "file.open": {"Ctrl+O"},
    "file.open_folder": {"Ctrl+U"},
    "file.export": {"Ctrl+E"},
    "help.commands": {"Ctrl+K"},
    "help.keys": {"F1"},
    "view.full_screen": {"F11"},
}
"""What design and documentation promise."""

OF_TOOLS_TO_COME = {"R", "O", "L", "W"}


def test_every_promised_key_does_what_was_promised(window: MainWindow) -> None:
    for action_id, keys in KEYS.items():
        assert keys <= set(window.actions_.keys(action_id)), action_id


def test_no_key_is_given_twice_and_none_to_tools_that_do_not_exist(window: MainWindow) -> None:
    actions = window.actions_
    assert actions.clashes({}) == {}
    used = {key for spec in actions for key in actions.keys(spec.id)}
    assert not used & OF_TOOLS_TO_COME


def test_every_command_stands_in_a_menu_and_says_what_it_is(window: MainWindow) -> None:
    in_menus = {a for menu in window.menuBar().findChildren(QMenu) for a in menu.actions()}
    for spec in window.actions_:
        action = window.actions_[spec.id]
        assert action in in_menus, spec.id
        assert action.text()
        assert action.toolTip()


def test_single_letters_rest_while_a_text_field_has_the_focus(
    window: MainWindow, windows: Windows
) -> None:
    field = child(window, QLineEdit, "sample_name_filter")
    field.setFocus()
    for key in (Qt.Key.Key_D, Qt.Key.Key_B, Qt.Key.Key_E, Qt.Key.Key_3, Qt.Key.Key_V):
        press(window, key)
    assert field.text() == "dbe3v"
    assert window.tools.active.id == "brush"
    window.canvas.setFocus()
    press(window, Qt.Key.Key_E)
    assert window.tools.active.id == "eraser"
    assert field.text() == "dbe3v"


@pytest.mark.parametrize(
    ("indices", "digit", "expected"),
    [((0, 1, 3), 3, 3), ((0, 1, 3), 2, 1), ((0, 20, 30), 2, 30), ((0, 20, 30), 1, 20)],
    ids=["its index", "no such index: stays", "no index below ten: n-th", "n-th, not background"],
)
def test_a_digit_is_an_index_or_else_a_place(
    window: MainWindow, indices: tuple[int, ...], digit: int, expected: int
) -> None:
    dataset = window.workbench.dataset
    assert dataset is not None
    classes = tuple(LabelClass(i, f"c{i}", (i, i, i)) for i in indices)
    dataset.change_label_map("Other classes", GROUND_TRUTH, LabelMap(classes, background=0))
    window.workbench.choices.set_class(indices[1])
    press(window, Qt.Key(Qt.Key.Key_0 + digit))
    assert window.workbench.choices.current_class == expected


def test_keys_of_the_view_change_looks_and_no_data(window: MainWindow) -> None:
    choices, dataset = window.workbench.choices, window.workbench.dataset
    assert dataset is not None
    look = choices.look(GROUND_TRUTH)
    press(window, Qt.Key.Key_V)
    assert choices.look(GROUND_TRUTH).is_visible is False
    press(window, Qt.Key.Key_V)
    press(window, Qt.Key.Key_C)
    assert choices.look(GROUND_TRUTH).style is Style.OUTLINE
    window.actions_["view.less_opaque"].trigger()
    assert choices.look(GROUND_TRUTH).opacity == pytest.approx(look.opacity - 0.1)
    assert not dataset.history.modified()


def test_blink_shows_one_layer_then_the_other(window: MainWindow) -> None:
    choices = window.workbench.choices
    seen = []
    for _ in range(3):
        press(window, Qt.Key.Key_T)
        seen.append([choices.look(key).is_visible for key in (GROUND_TRUTH, PREDICTIONS)])
    assert seen[0] != seen[1]
    assert seen[0] == seen[2]
    assert all(sum(pair) == 1 for pair in seen)


def test_peeking_lasts_while_the_key_is_held(window: MainWindow) -> None:
    no_keys = Qt.KeyboardModifier.NoModifier
    for kind, expected in ((QEvent.Type.KeyPress, True), (QEvent.Type.KeyRelease, False)):
        event = QKeyEvent(kind, Qt.Key.Key_H, no_keys, "h")
        window.canvas.event(event)
        assert window.canvas.is_peeking == expected


# going from sample to sample


def test_samples_are_stepped_through_and_fetched_ahead_as_listed(
    window: MainWindow, windows: Windows
) -> None:
    workbench = window.workbench
    dataset = workbench.dataset
    assert dataset is not None
    child(window, SamplesPanel).set_filter(SampleFilter(text="0"))
    workbench.show_sample("street_09")
    windows.wait(window)
    press(window, Qt.Key.Key_D)
    windows.wait(window)
    assert workbench.document is not None
    assert workbench.document.name == "street_10"
    child(window, SamplesPanel).set_filter(SampleFilter(text="street_0"))
    press(window, Qt.Key.Key_A)
    windows.wait(window)
    assert workbench.document.name == "street_09"
    dataset.close_document("street_10")
    workbench.show_sample("street_02")
    windows.wait(window)
    workbench.show_sample("street_09")
    windows.wait(window)
    assert not dataset.is_open("street_10"), "it is not listed, so it is not decoded"


# names of controls


def controls(window: MainWindow) -> list[QWidget]:
    """What a user can work with, everything shown at least once."""
    kinds = (QAbstractButton, QAbstractSlider, QLineEdit, QAbstractItemView, QComboBox)
    found = [
        w
        for w in window.findChildren(QWidget)
        if isinstance(w, kinds) or w.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    return [w for w in found if not isinstance(w, QScrollBar) and not _is_of_qt(w)]


def _is_of_qt(widget: QWidget) -> bool:
    """Parts that Qt makes by itself: the cross in a text field, the tabs of docks."""
    own = isinstance(widget.parent(), QLineEdit | QTabBar) or isinstance(widget, QTabBar)
    return own or widget.objectName().startswith("qt_")


def described(widget: QWidget) -> str:
    """The control and what it lies in."""
    name = f"{type(widget).__name__} {widget.objectName()!r}"
    around = widget.parentWidget()
    return name if around is None else f"{name} in {described(around)}"


@pytest.fixture
def everything_shown(window: MainWindow, windows: Windows) -> MainWindow:
    for dock in (window.furnishing.problems_dock, window.furnishing.history_dock):
        dock.show()
    for tool in window.tools.tools:
        window.tools.choose(tool.id)
        windows.app.processEvents()
    return window


def test_every_control_has_an_object_name(everything_shown: MainWindow) -> None:
    assert [described(w) for w in controls(everything_shown) if not w.objectName()] == []


def test_every_control_has_a_name_for_screen_readers(everything_shown: MainWindow) -> None:
    named = [w for w in controls(everything_shown) if w.isVisible()]
    assert len(named) > 40
    assert [described(w) for w in named if not spoken_name(w)] == []


def test_every_control_without_words_has_a_tooltip(everything_shown: MainWindow) -> None:
    silent = []
    for widget in controls(everything_shown):
        says = isinstance(widget, QAbstractButton) and widget.text()
        kinds = (QAbstractButton, QAbstractSlider, QLineEdit, QComboBox)
        if isinstance(widget, kinds) and not says and not widget.toolTip() and widget.isVisible():
            silent.append(described(widget))
    assert silent == []


def test_tooltips_of_commands_name_the_key(window: MainWindow) -> None:
    for action_id in KEYS:
        action: QAction = window.actions_[action_id]
        assert action.shortcut().toString(action.shortcut().SequenceFormat.NativeText) in (
            action.toolTip()
        )


def test_numbering_regions_is_switched_in_the_menu_and_kept(window: MainWindow) -> None:
    action = window.actions_["file.number_regions"]
    assert not action.isChecked()
    action.trigger()
    assert action.isChecked()
    assert window.workbench.settings.get(SAVE_INSTANCES)
    action.trigger()
    assert not window.workbench.settings.get(SAVE_INSTANCES)

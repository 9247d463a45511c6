from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from maskstudio.ui.widgets.number_field import NumberField
from maskstudio.ui.widgets.number_scale import NumberScale
from tests.ui.helpers import application, role_of, spoken_name
from tests.ui.widgets.conftest import Show


@pytest.fixture
def field(show: Show) -> NumberField:
    """0 to 100, at 50, 200 pixels wide."""
    widget = NumberField("Opacity", NumberScale(0, 100, unit="%"))
    widget.setFixedWidth(200)
    widget.set_number(50)
    show(widget)
    return widget


@pytest.fixture
def heard(field: NumberField) -> list[float]:
    """Every number the field announced."""
    numbers: list[float] = []
    field.value_changed.connect(numbers.append)
    return numbers


def wheel(field: NumberField, delta: int, *, ctrl: bool = False) -> None:
    center = QPointF(field.rect().center())
    keys = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        center,
        field.mapToGlobal(center),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    application().sendEvent(field, event)


def drag(field: NumberField, way: int, keys: Qt.KeyboardModifier | None = None) -> None:
    modifiers = keys or Qt.KeyboardModifier.NoModifier
    button = Qt.MouseButton.LeftButton
    start = field.rect().center()
    QTest.mousePress(field, button, modifiers, start)
    move(field, start + QPoint(way, 0), modifiers)
    QTest.mouseRelease(field, button, modifiers, start + QPoint(way, 0))


def move(field: NumberField, to: QPoint, keys: Qt.KeyboardModifier) -> None:
    left = Qt.MouseButton.LeftButton
    place = QPointF(to)
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, field.mapToGlobal(place), Qt.MouseButton.NoButton, left, keys
    )
    application().sendEvent(field, event)


def typed(field: NumberField) -> QLineEdit:
    editor = field.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    return editor


def test_setting_a_number_is_silent_and_clamps(field: NumberField, heard: list[float]) -> None:
    field.set_number(140)
    assert field.number() == 100
    assert heard == []


def test_narrower_bounds_move_the_number_silently(field: NumberField, heard: list[float]) -> None:
    field.set_scale(NumberScale(0, 20))
    assert field.number() == 20
    assert heard == []


def test_the_wheel_steps_by_one_and_with_ctrl_by_ten(
    field: NumberField, heard: list[float]
) -> None:
    wheel(field, 120)
    wheel(field, -240)
    wheel(field, 120, ctrl=True)
    assert heard == [51, 49, 59]


def test_small_turns_of_a_fine_wheel_add_up(field: NumberField, heard: list[float]) -> None:
    for _ in range(4):
        wheel(field, 30)
    assert heard == [51]


def test_dragging_half_the_width_goes_half_the_range(
    field: NumberField, heard: list[float]
) -> None:
    drag(field, -50)
    assert field.number() == 25
    assert heard == [25]


def test_dragging_with_shift_is_ten_times_finer(field: NumberField) -> None:
    drag(field, 100, Qt.KeyboardModifier.ShiftModifier)
    assert field.number() == 55


def test_escape_takes_a_drag_back(field: NumberField) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(field, left, none, field.rect().center())
    move(field, field.rect().center() + QPoint(40, 0), none)
    assert field.number() == 70
    QTest.keyClick(field, Qt.Key.Key_Escape)
    QTest.mouseRelease(field, left, none, field.rect().center())
    assert field.number() == 50
    assert not typed(field).isVisible()


def test_a_curve_gives_small_numbers_more_of_the_way(show: Show) -> None:
    field = NumberField("Size", NumberScale(0, 400, curve=2.0))
    field.setFixedWidth(200)
    show(field)
    drag(field, 100)
    assert field.number() == 100


def test_dragging_leaves_the_focus_where_it_was(field: NumberField, show: Show) -> None:
    field.window().setFocus()
    before = application().focusWidget()
    drag(field, 20)
    assert application().focusWidget() is before


def test_a_click_types_and_enter_commits(field: NumberField, heard: list[float]) -> None:
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    editor = typed(field)
    assert editor.isVisible()
    assert editor.selectedText() == "50"
    QTest.keyClicks(editor, "72")
    assert heard == []
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert heard == [72]
    assert not editor.isVisible()


def test_escape_forgets_what_was_typed(field: NumberField, heard: list[float]) -> None:
    field.begin_typing()
    QTest.keyClicks(typed(field), "72")
    QTest.keyClick(typed(field), Qt.Key.Key_Escape)
    assert field.number() == 50
    assert heard == []


@pytest.mark.parametrize("text", ["101", "-1", "abc", "", "nan", "1e999"])
def test_a_wrong_number_is_marked_at_once_and_never_taken(
    field: NumberField, heard: list[float], text: str
) -> None:
    field.begin_typing()
    typed(field).setText(text)
    assert field.is_wrong
    QTest.keyClick(typed(field), Qt.Key.Key_Return)
    assert typed(field).isVisible()
    QTest.keyClick(typed(field), Qt.Key.Key_Escape)
    assert heard == []
    assert not field.is_wrong


def test_leaving_commits_what_is_right(
    qtbot: QtBot, field: NumberField, heard: list[float]
) -> None:
    other = QPushButton("Other", field.window())
    other.show()
    field.begin_typing()
    QTest.keyClicks(typed(field), "7")
    other.setFocus()
    assert heard == [7]


def test_enter_gives_the_focus_back(field: NumberField) -> None:
    other = QPushButton("Other", field.window())
    other.show()
    other.setFocus()
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    assert typed(field).hasFocus()
    QTest.keyClick(typed(field), Qt.Key.Key_Return)
    assert other.hasFocus()


@pytest.mark.parametrize(
    ("key", "number"),
    [
        (Qt.Key.Key_Right, 51),
        (Qt.Key.Key_Down, 49),
        (Qt.Key.Key_PageUp, 60),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 100),
    ],
)
def test_keys_step(field: NumberField, heard: list[float], key: Qt.Key, number: float) -> None:
    field.setFocus()
    QTest.keyClick(field, key)
    assert heard == [number]


def test_decimals_are_kept_exactly(show: Show) -> None:
    field = NumberField("Gamma", NumberScale(0.1, 5.0, decimals=2))
    show(field)
    field.set_number(1.25)
    assert field.number() == 1.25
    wheel(field, 120)
    assert field.number() == 1.26
    assert field.text == "1.26"


def test_a_screen_reader_meets_a_slider_with_a_value(field: NumberField) -> None:
    assert spoken_name(field) == "Opacity"
    assert role_of(field) is QAccessible.Role.Slider
    value = QAccessible.queryAccessibleInterface(field).valueInterface()
    assert value.currentValue() == 50
    assert value.maximumValue() == 100

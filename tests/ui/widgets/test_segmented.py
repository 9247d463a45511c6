from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.widgets.segmented import Choice, Segmented
from tests.ui.helpers import role_of, spoken_name
from tests.ui.widgets.conftest import Show

CHOICES = [
    Choice("all", "Everything", Icon.EVERYTHING),
    Choice("empty", "Undecided only", Icon.UNDECIDED_ONLY),
    Choice("one", "One class", Icon.ONE_CLASS),
]


@pytest.fixture
def segmented(show: Show) -> Segmented:
    widget = Segmented("Paint over", CHOICES)
    show(widget)
    return widget


def test_the_first_choice_is_chosen_at_first(segmented: Segmented) -> None:
    assert segmented.value() == "all"


def test_a_click_anywhere_on_a_segment_chooses_it(qtbot: QtBot, segmented: Segmented) -> None:
    target = segmented.segment("one")
    corner = target.rect().bottomRight()
    with qtbot.waitSignal(segmented.choice_changed) as said:
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=corner)
    assert said.args == ["one"]
    assert segmented.value() == "one"


def test_setting_a_value_is_silent(qtbot: QtBot, segmented: Segmented) -> None:
    with qtbot.assertNotEmitted(segmented.choice_changed):
        segmented.set_value("empty")
    assert segmented.value() == "empty"


def test_a_value_that_is_no_choice_is_refused(segmented: Segmented) -> None:
    with pytest.raises(KeyError):
        segmented.set_value("nothing")


def test_choosing_the_chosen_again_says_nothing(qtbot: QtBot, segmented: Segmented) -> None:
    with qtbot.assertNotEmitted(segmented.choice_changed):
        QTest.mouseClick(segmented.segment("all"), Qt.MouseButton.LeftButton)


def test_arrow_keys_move_the_choice_and_the_focus(qtbot: QtBot, segmented: Segmented) -> None:
    heard: list[str] = []
    segmented.choice_changed.connect(heard.append)
    segmented.segment("all").setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(segmented.window().focusWidget(), key)
    assert heard == ["empty", "one", "empty"]
    assert segmented.segment("empty").hasFocus()


def test_arrow_keys_pass_over_what_is_disabled(segmented: Segmented) -> None:
    segmented.segment("empty").setEnabled(False)
    segmented.segment("all").setFocus()
    QTest.keyClick(segmented.segment("all"), Qt.Key.Key_Right)
    assert segmented.value() == "one"


def test_without_words_it_is_narrower_and_still_named(segmented: Segmented) -> None:
    wide = segmented.sizeHint().width()
    segmented.set_icons_only(True)
    assert segmented.sizeHint().width() < wide / 2
    assert spoken_name(segmented.segment("one")) == "One class"
    assert segmented.segment("one").toolTip() == "One class"


def test_choices_without_an_icon_keep_their_words(show: Show) -> None:
    widget = Segmented("Region", [Choice("region", "Region"), Choice("all", "Whole picture")])
    show(widget)
    wide = widget.sizeHint()
    widget.set_icons_only(True)
    assert widget.sizeHint() == wide


def test_a_screen_reader_meets_radio_buttons(segmented: Segmented) -> None:
    assert spoken_name(segmented) == "Paint over"
    assert role_of(segmented.segment("all")) is QAccessible.Role.RadioButton

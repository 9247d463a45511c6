from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from maskstudio.ui.widgets.class_button import ClassButton
from tests.ui.helpers import spoken_name
from tests.ui.widgets.conftest import Show


@pytest.fixture
def button(show: Show) -> ClassButton:
    widget = ClassButton()
    widget.set_class(8, "Car", (64, 0, 128))
    show(widget)
    return widget


def test_index_and_name_are_spoken(button: ClassButton) -> None:
    assert spoken_name(button) == "Class 8 Car"
    button.clear_class()
    assert spoken_name(button) == "Class none"


def test_the_color_is_shown(button: ClassButton) -> None:
    picture = button.grab().toImage()
    middle_of_swatch = picture.pixelColor(16, picture.height() // 2)
    assert middle_of_swatch == QColor(64, 0, 128)


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, None])
def test_click_and_space_open_the_menu_below(
    qtbot: QtBot, button: ClassButton, key: Qt.Key | None
) -> None:
    menu = QMenu(button)
    menu.addAction("8 Car")
    button.set_popup(menu)
    if key:
        QTest.keyClick(button, key)
    else:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert menu.isVisible()
    assert menu.pos().y() >= button.mapToGlobal(QPoint(0, button.height())).y()
    menu.close()


def test_any_popup_can_be_opened(qtbot: QtBot, button: ClassButton) -> None:
    popup = QLabel("classes", button, Qt.WindowType.Popup)
    button.set_popup(popup)
    button.click()
    assert popup.isVisible()
    popup.close()


def test_a_long_name_does_not_widen_it(button: ClassButton) -> None:
    before = button.sizeHint()
    button.set_class(65535, "a class with a very long name indeed", (1, 2, 3))
    assert button.sizeHint() == before
    assert button.toolTip() == "65535 a class with a very long name indeed"


def test_disabled_looks_different(button: ClassButton) -> None:
    def picture(widget: QWidget) -> bytes:
        return bytes(widget.grab().toImage().constBits())

    enabled = picture(button)
    button.setEnabled(False)
    assert picture(button) != enabled

"""Widget tests run in the dark theme unless they choose another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from maskstudio.ui.theme.density import COMFORTABLE
from maskstudio.ui.theme.style import apply_theme
from maskstudio.ui.theme.tokens import DARK
from tests.ui.helpers import application

Show = Callable[..., QWidget]


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Shows widgets side by side in an active window and returns it."""
    apply_theme(application(), DARK, COMFORTABLE)

    windows: list[QWidget] = []

    def shown(*widgets: QWidget) -> QWidget:
        window = QWidget()
        row = QHBoxLayout(window)
        for widget in widgets:
            row.addWidget(widget)
        qtbot.addWidget(window)
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        return window

    return shown

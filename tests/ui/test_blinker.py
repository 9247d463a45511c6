"""T over two layers: a tap changes them, a held key lets them blink and leaves no trace."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.ui import blinker
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.view_choices import View
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]


@pytest.fixture
def window(windows: Windows, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    monkeypatch.setattr(blinker, "PERIOD_MS", 10)
    return windows.start(windows.request)


def send(window: MainWindow, kind: QEvent.Type, *, repeats: bool = False) -> None:
    """An event of the key T as the window gets it."""
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window.canvas, QKeyEvent(kind, Qt.Key.Key_T, none, "t", repeats))


def seen(window: MainWindow) -> list[bool]:
    choices = window.workbench.choices
    return [choices.look(key).is_visible for key in (GROUND_TRUTH, PREDICTIONS)]


def test_a_tap_stays(window: MainWindow, windows: Windows) -> None:
    window.actions_["view.blink"].trigger()
    first = seen(window)
    send(window, QEvent.Type.KeyRelease)
    windows.qtbot.wait(40)
    assert seen(window) == first
    assert sum(first) == 1
    window.actions_["view.blink"].trigger()
    assert seen(window) == [not shown for shown in first]


def test_a_held_key_blinks_and_what_was_shown_comes_back(
    window: MainWindow, windows: Windows
) -> None:
    views = window.workbench.choices.views
    views.set_view(View.SWIPE)
    before = seen(window)
    window.actions_["view.blink"].trigger()
    first = seen(window)
    send(window, QEvent.Type.ShortcutOverride, repeats=True)
    send(window, QEvent.Type.KeyRelease, repeats=True)  # as X11 repeats keys
    other = [not shown for shown in first]
    windows.qtbot.waitUntil(lambda: seen(window) == other)
    windows.qtbot.waitUntil(lambda: seen(window) == first)
    send(window, QEvent.Type.KeyRelease)
    assert seen(window) == before
    assert views.view is View.SWIPE
    windows.qtbot.wait(40)
    assert seen(window) == before


def test_blinking_ends_with_the_data_set(window: MainWindow, windows: Windows) -> None:
    window.actions_["view.blink"].trigger()
    send(window, QEvent.Type.ShortcutOverride, repeats=True)
    window.workbench.close_dataset()
    windows.qtbot.wait(40)
    send(window, QEvent.Type.KeyRelease)

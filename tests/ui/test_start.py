"""A start: what is painted first is the start page, and it waits for nothing it does not show."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from maskstudio.ui.appearance import Appearance
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.settings import Settings

_WINDOW_ALONE = """
import sys
import maskstudio.cli.open, maskstudio.ui.application
heavy = ("numpy", "cv2", "PIL", "maskstudio.formats", "maskstudio.core")
print([name for name in heavy if name in sys.modules])
"""


def test_the_first_window_imports_neither_pixels_nor_formats() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WINDOW_ALONE], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


def test_a_window_furnished_after_it_was_shown_is_like_any_other(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    found = []
    for is_furnished in (True, False):
        settings = Settings(tmp_path / str(is_furnished) / "settings.ini")
        appearance = Appearance(qapp, settings, theme="dark")
        window = MainWindow(settings, appearance, is_furnished=is_furnished)
        with qtbot.waitActive(window):
            window.show()
        if not is_furnished:
            window.furnish()
        qapp.processEvents()
        assert window.isActiveWindow()
        pictures = [window.grab().toImage()]
        window.files.open_sample()
        qtbot.waitUntil(partial(is_at_rest, window), timeout=10_000)
        window.furnishing.finish()
        pictures.append(window.grab().toImage())
        menus = [menu.title() for menu in window.findChildren(QMenu) if menu.actions()]
        found.append((menus, pictures))
        window.close()
        window.deleteLater()
    assert found[0] == found[1]


class WindowsShown(QObject):
    """Titles and names of the top-level widgets that were shown."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.names: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_shown = event.type() is QEvent.Type.Show
        if is_shown and isinstance(watched, QWidget) and watched.isWindow():
            self.names.append(watched.objectName())
        return False


def test_no_part_of_the_window_shows_as_a_window_while_it_is_built(
    qapp: QApplication, tmp_path: Path
) -> None:
    settings = Settings(tmp_path / "settings.ini")
    appearance = Appearance(qapp, settings, theme="dark")
    shown = WindowsShown(qapp)
    qapp.installEventFilter(shown)
    try:
        window = MainWindow(settings, appearance)
    finally:
        qapp.removeEventFilter(shown)
    window.close()
    window.deleteLater()
    assert shown.names == []


def is_at_rest(window: MainWindow) -> bool:
    return window.workbench.document is not None and not window.workbench.tasks.tasks

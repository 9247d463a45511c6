"""An error nobody foresaw is told once, with a report that keeps what is the user's."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QDialog, QPushButton
from pytestqt.exceptions import capture_exceptions

from maskstudio.ui.dialogs.report_dialog import ReportDialog
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.panels.fault_bar import FaultBar
from maskstudio.ui.unforeseen import Unforeseen
from maskstudio.workflows.recovery import read_journal
from tests.ui.helpers import child
from tests.ui.test_recovery import paint
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]


def fail(window: MainWindow) -> Exception:
    opened = window.workbench.opened
    assert opened is not None
    try:
        raise KeyError(f"street_01 of {opened.request.images}")
    except KeyError as error:
        return error


def bar_in(window: MainWindow) -> FaultBar:
    bar = FaultBar(window.workbench, window.furnishing.recovery)
    bar.place_above(window)
    return bar


def test_it_is_told_once_and_strokes_are_on_the_disk(windows: Windows) -> None:
    window = windows.start(windows.request)
    bar = bar_in(window)
    paint(window, 20)
    bar.tell(fail(window))
    assert "your work is kept" in bar.words.text()
    (path,) = (windows.folder / "state" / "journals").iterdir()
    assert len(read_journal(path).edits) == 1
    child(bar, QPushButton, "fault_dismiss").click()
    bar.tell(fail(window))
    assert not bar.isVisible()


def test_the_report_has_no_names_unless_the_user_agrees(
    windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = windows.start(windows.request)
    bar = bar_in(window)
    bar.tell(fail(window))
    copied: list[str] = []

    def read(dialog: ReportDialog) -> int:
        for agrees in (False, True):
            child(dialog, QCheckBox).setChecked(agrees)
            child(dialog, QPushButton, "report_copy").click()
            copied.append(QGuiApplication.clipboard().text())
        return QDialog.DialogCode.Rejected.value

    monkeypatch.setattr(ReportDialog, "exec", read)
    child(bar, QPushButton, "fault_report").click()
    assert "KeyError" in copied[0]
    assert "street_01" not in copied[0]
    assert str(windows.folder) not in copied[0]
    assert f"street_01 of {windows.folder / 'images'}" in copied[1]


def test_errors_of_threads_are_told_too(windows: Windows) -> None:
    window = windows.start()
    bar = bar_in(window)
    with capture_exceptions():
        unforeseen = Unforeseen(windows.folder / "state")
        unforeseen.caught.connect(bar.tell)
        unforeseen.install()
        thread = threading.Thread(target=lambda: [][1])
        thread.start()
        thread.join()
        windows.qtbot.waitUntil(bar.isVisible)
        unforeseen.remove()

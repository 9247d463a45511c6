"""Errors in slots are told in one line and logged; the program goes on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from maskstudio.ui.unforeseen import LOG_NAME, Unforeseen


@pytest.fixture
def unforeseen(qapp: QApplication, tmp_path: Path) -> Iterator[Unforeseen]:
    with capture_exceptions():
        found = Unforeseen(tmp_path / "state")
        found.install()
        yield found
        found.remove()


def fail() -> None:
    raise KeyError("a name\nin two lines")


def test_an_error_in_a_slot_is_one_line_and_a_traceback_in_the_log(
    unforeseen: Unforeseen, qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    unforeseen.met.connect(said.append)
    with qtbot.waitSignal(unforeseen.met):
        QTimer.singleShot(0, fail)
    (text,) = said
    assert "KeyError" in text
    assert "\n" not in text
    logged = (tmp_path / "state" / LOG_NAME).read_text()
    assert "Traceback" in logged
    assert "in fail" in logged
    assert "Traceback" not in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_does_not_stop_it(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    found = Unforeseen(tmp_path / "state")
    before = sys.excepthook
    found.install()
    said: list[str] = []
    found.met.connect(said.append)
    sys.excepthook(ValueError, ValueError("no"), None)
    found.remove()
    assert len(said) == 1
    assert sys.excepthook is before


def test_an_interrupt_ends_the_program_as_ever(
    monkeypatch: pytest.MonkeyPatch, qapp: QApplication, tmp_path: Path
) -> None:
    passed: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, traceback: passed.append(kind))
    found = Unforeseen(tmp_path)
    found.install()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    found.remove()
    assert passed == [KeyboardInterrupt]

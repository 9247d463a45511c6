from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QStandardPaths, QThread
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from tests.helpers.leftovers import Leftovers


def test_home_and_settings_are_temporary(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.getbasetemp()
    assert Path.home().is_relative_to(base)
    assert Path(os.environ["XDG_STATE_HOME"]).is_relative_to(base)
    assert Path(QSettings("MaskStudio", "test").fileName()).is_relative_to(base)
    home = QStandardPaths.StandardLocation.HomeLocation
    assert Path(QStandardPaths.writableLocation(home)).is_relative_to(base)


def test_the_network_is_out_of_reach() -> None:
    with socket.socket() as sock, pytest.raises(pytest.fail.Exception, match="network"):
        sock.connect(("192.0.2.1", 80))


def test_this_machine_is_in_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as sock:
        sock.connect(server.getsockname())


def test_an_open_window_is_found_and_closed(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    leftovers = Leftovers(monkeypatch)
    window = QWidget()
    window.setObjectName("forgotten")
    assert leftovers.collect() == ["QWidget 'forgotten'"]
    assert leftovers.collect() == []
    del window


def test_a_deleted_window_with_its_menu_is_no_leftover(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    leftovers = Leftovers(monkeypatch)
    window = QWidget()
    menu = QMenu(window)
    window.deleteLater()
    assert leftovers.collect() == []
    del menu


def test_running_threads_are_found(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.helpers.leftovers._PATIENCE_MS", 10)
    leftovers = Leftovers(monkeypatch)
    release = threading.Event()
    python_thread = threading.Thread(target=release.wait, name="reader")
    python_thread.start()
    qt_thread = QThread()
    qt_thread.setObjectName("worker")
    qt_thread.start()
    assert leftovers.collect() == ["thread 'reader'", "QThread 'worker'"]
    release.set()
    python_thread.join()
    qt_thread.quit()
    assert qt_thread.wait()
    assert leftovers.collect() == []


def test_count_is_scaled_unless_everything_is_asked_for(
    full: bool, count: Callable[[int], int]
) -> None:
    assert count(200) == (200 if full else 20)
    assert count(3) == (3 if full else 1)

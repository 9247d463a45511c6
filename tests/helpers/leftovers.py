"""Finds what a test left running or open."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QThreadPool
from PySide6.QtWidgets import QApplication, QWidget

_PATIENCE_MS = 2_000


class Leftovers:
    """Remembers what was there before a test; `collect` ends and names what came and stayed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._threads = set(threading.enumerate())
        self._widgets = {_address(widget) for widget in _windows()}
        self._started: list[weakref.ref[QThread]] = []
        monkeypatch.setattr(QThread, "start", self._remembering(QThread.start))

    def collect(self) -> list[str]:
        """One phrase for each thread and window that outlived the test; windows are closed."""
        return [*self._python_threads(), *self._qt_threads(), *self._open_windows()]

    def _remembering(self, start: Callable[..., None]) -> Callable[..., None]:
        def start_and_remember(thread: QThread, *arguments: Any) -> None:
            self._started.append(weakref.ref(thread))
            start(thread, *arguments)

        return start_and_remember

    def _python_threads(self) -> list[str]:
        new = [t for t in threading.enumerate() if t not in self._threads and _is_ours(t)]
        for thread in new:
            thread.join(_PATIENCE_MS / 1000)
        return [f"thread {thread.name!r}" for thread in new if thread.is_alive()]

    def _qt_threads(self) -> list[str]:
        found = []
        if not QThreadPool.globalInstance().waitForDone(_PATIENCE_MS):
            found.append("work in the global QThreadPool")
        for thread in (reference() for reference in self._started):
            if thread is not None and shiboken6.isValid(thread) and not thread.wait(_PATIENCE_MS):
                found.append(f"{type(thread).__name__} {thread.objectName()!r}")
        return found

    def _open_windows(self) -> list[str]:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        if self._new_windows():
            gc.collect()
        names = []
        for window in self._new_windows():
            names.append(f"{type(window).__name__} {window.objectName()!r}")
            window.close()
            window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return names

    def _new_windows(self) -> list[QWidget]:
        return [window for window in _windows() if _address(window) not in self._widgets]


def _is_ours(thread: threading.Thread) -> bool:
    """Whether Python started it; Qt's own threads are dummies to Python and counted by Qt."""
    return not thread.name.startswith("Dummy-")


def _windows() -> list[QWidget]:
    if not isinstance(QCoreApplication.instance(), QApplication):
        return []
    return QApplication.topLevelWidgets()


def _address(widget: QWidget) -> int:
    return int(shiboken6.getCppPointer(widget)[0])

"""Starts the program: application object, appearance, window; and pictures of the window."""

from __future__ import annotations

import os
import sys
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QObject,
    QSize,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from maskstudio.collector import without_collector
from maskstudio.errors import DataError, Kind, MaskStudioError
from maskstudio.resources import resource
from maskstudio.workflows.open_request import OpenRequest

from .appearance import Appearance
from .main_window import MainWindow
from .settings import Settings

SCREENSHOT_TIMEOUT_MS = 60_000

FIRST_PAINT_MS = 1_000
"""Longest wait for a window that is shown where nobody sees it."""

GET_READY_AFTER_MS = 100
"""Time for the window to appear before it imports what the first data set will need."""
_EDGES, _TITLE_BAR = 16, 48
"""Room a window manager may take around a window."""

HANDOVER_S = 0.0005
"""How soon a worker hands the interpreter over. A pointer move asks for it some hundred times, and
with Python's 5 ms each would be felt."""


def make_application() -> QApplication:
    """The one QApplication; a new one is ours, at the resolution the screen really has."""
    running = QApplication.instance()
    if running is not None:
        assert isinstance(running, QApplication)
        return running
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        if "cv2" in os.environ.get(name, ""):  # left behind by an OpenCV wheel with its own Qt
            del os.environ[name]
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    sys.setswitchinterval(HANDOVER_S)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("MaskStudio")
    app.setDesktopFileName("maskstudio")
    app.setWindowIcon(QIcon(str(resource("icons", "maskstudio.svg"))))
    return app


def run(request: OpenRequest | None, *, sample: str | None = None, theme: str | None = None) -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    with without_collector():
        app = make_application()
        settings = Settings()
        appearance = Appearance(app, settings, theme=theme)
        window = MainWindow(settings, appearance, is_furnished=False, awaits=request is not None)
        _show_within_screen(window)
        _wait_for_paint(window)

        from .open_ahead import OpenAhead  # after the first paint, as all that it does without
        from .panels.fault_bar import FaultBar
        from .unforeseen import Unforeseen

        ahead = None if request is None else OpenAhead(request, sample, settings.state_folder)
        window.furnish()
        unforeseen = Unforeseen(settings.state_folder, window)
        unforeseen.met.connect(window.workbench.said)
        faults = FaultBar(window.workbench, window.furnishing.recovery)
        faults.place_above(window)
        unforeseen.caught.connect(faults.tell)
        unforeseen.install()
    if request is not None and ahead is not None:
        window.workbench.tasks.put_off()
        window.workbench.open(request, sample=sample, ahead=ahead)
    QTimer.singleShot(GET_READY_AFTER_MS, partial(_get_ready, window))
    code = app.exec()
    unforeseen.remove()
    return code


def _show_within_screen(window: MainWindow) -> None:
    """Show the window; as large as the screen where it would reach beyond it."""
    room = window.screen().availableSize()
    if window.width() > room.width() - _EDGES or window.height() > room.height() - _TITLE_BAR:
        window.showMaximized()
    else:
        window.show()


class _PaintWatch(QObject):
    """Ends a loop when a window was painted."""

    def __init__(self, window: MainWindow, loop: QEventLoop) -> None:
        super().__init__(window)
        self._loop = loop
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._loop.quit)
        return False


def _wait_for_paint(window: MainWindow) -> None:
    """Until the window was painted once; what the user does meanwhile counts afterwards."""
    loop = QEventLoop()
    watch = _PaintWatch(window, loop)
    QTimer.singleShot(FIRST_PAINT_MS, loop.quit)
    loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    window.removeEventFilter(watch)
    watch.deleteLater()


def _get_ready(window: MainWindow) -> None:
    """Import beside the window what will be needed later, and make what is not seen yet."""
    window.workbench.tasks.start(
        "Getting ready",
        lambda task: _import_rest(),
        done=lambda _: _finish(window),
        is_shown=False,
    )


def _import_rest() -> None:
    from maskstudio.formats.registry import get_ready

    with without_collector():
        get_ready()
        for name in ("comparison", "problems", "history"):
            import_module(f".panels.{name}_panel", __package__)


def _finish(window: MainWindow) -> None:
    with without_collector():
        window.furnishing.finish()


def take_screenshot(
    request: OpenRequest | None,
    target: Path,
    *,
    size: QSize,
    sample: str | None = None,
    theme: str | None = None,
) -> None:
    """Open the window, wait until the first sample is painted, write a PNG.

    The window starts with default settings and keeps none.

    Raises:
        MaskStudioError: nothing could be opened.
        DataError: the picture cannot be written (`not_writable`).
    """
    import tempfile

    qInstallMessageHandler(_without_noise)
    app = make_application()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.ini")
        appearance = Appearance(app, settings, theme=theme or "dark")
        window = MainWindow(settings, appearance)
        window.resize(size)
        window.show()
        try:
            if request is not None:
                _open_and_wait(window, request, sample)
            app.processEvents()
            if not window.grab().save(str(target), "PNG"):
                raise DataError(Kind.NOT_WRITABLE, str(target), "the picture cannot be written")
        finally:
            window.close()
            app.processEvents()


def _without_noise(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Print what Qt says, but not what the offscreen platform says of each window."""
    if not message.startswith("This plugin does not support"):
        sys.stderr.write(f"{message}\n")


def _open_and_wait(window: MainWindow, request: OpenRequest, sample: str | None) -> None:
    """Until the sample is shown and nothing runs any more."""
    loop = QEventLoop()
    errors: list[Exception] = []
    workbench = window.workbench

    def look() -> None:
        if errors or (workbench.opened is not None and not workbench.tasks.tasks):
            loop.quit()

    workbench.open_failed.connect(lambda _request, error: errors.append(error))
    workbench.tasks.changed.connect(look, Qt.ConnectionType.QueuedConnection)
    QTimer.singleShot(SCREENSHOT_TIMEOUT_MS, loop.quit)
    window.open(request, sample=sample)
    loop.exec()
    _settle()
    if errors and isinstance(errors[0], MaskStudioError):
        raise errors[0]


def _settle() -> None:
    """Let layouts and delayed updates come to rest."""
    loop = QEventLoop()
    QTimer.singleShot(300, loop.quit)
    loop.exec()

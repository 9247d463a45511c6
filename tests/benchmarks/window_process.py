"""One start of a window, for `window.py`: says as JSON when it was painted, and ends.

visible: the first paint; ready: whole, and taking what the user does; painted: the sample; cpu_s:
processor time of all threads until then, which other work on the machine changes least.

bare: an empty PySide6 window; start [WORDS]: the program with these words of its command line;
open WORDS: the program with nothing open, which then opens them while it runs.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

said: dict[str, float] = {}


def note(name: str, seconds: float | None = None) -> None:
    said.setdefault(name, time.monotonic() if seconds is None else seconds)


def end() -> None:
    """Say everything and be gone, without the time that closing takes."""
    note("cpu_s", time.process_time())
    print(json.dumps(said), flush=True)
    sys.stdout.flush()
    import os

    os._exit(0)


def run_bare() -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            QTimer.singleShot(0, on_painted)

    def on_painted() -> None:
        note("visible")
        end()

    app = QApplication([])
    window = Window()
    window.resize(1440, 900)
    window.show()
    app.exec()


def run_program(words: list[str], later: list[str]) -> None:
    """Run the command line; what it shows is noticed from the paint events alone."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from maskstudio.cli.main import main
    from maskstudio.ui.main_window import MainWindow

    began = 0.0
    furnish = MainWindow.furnish

    def after_paint(widget: Any, then: Callable[[], None]) -> None:
        paint = widget.paintEvent

        def painted(self: Any, event: Any) -> None:
            paint(self, event)
            QTimer.singleShot(0, lambda: then())

        widget.paintEvent = painted

    def window_of_program() -> Any:
        return next(w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow")

    def on_canvas_painted() -> None:
        if window_of_program().workbench.document is None:
            return
        if later:
            note("opened_s", time.monotonic() - began)
        note("painted")
        end()

    def furnish_and_watch(self: MainWindow) -> None:
        furnish(self)
        from maskstudio.ui.canvas.canvas import Canvas

        after_paint(Canvas, on_canvas_painted)
        QTimer.singleShot(0, on_ready)

    def on_ready() -> None:
        """The window is whole and takes what the user does."""
        note("ready")
        if later:
            QTimer.singleShot(600, open_later)
        elif not words:
            end()

    def open_later() -> None:
        nonlocal began
        from maskstudio.cli.open import open_request

        request = request_of(later, open_request)
        began = time.monotonic()
        window_of_program().open(request)

    after_paint(MainWindow, lambda: note("visible"))
    MainWindow.furnish = furnish_and_watch  # type: ignore[method-assign]
    main(words)


def request_of(words: list[str], open_request: Callable[..., Any]) -> Any:
    """The request of `--images DIR --layer KEY=PATH` or of paths."""
    from pathlib import Path

    if words[0] == "--images":
        return open_request((), Path(words[1]), (words[3],), None)
    return open_request(tuple(Path(word) for word in words), None, (), None)


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    if kind == "bare":
        run_bare()
    elif kind == "start":
        run_program(rest, [])
    else:
        run_program([], rest)

"""What is watched from outside: the event loop, memory, threads, warnings and exceptions."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QObject, QTimer, QtMsgType, qInstallMessageHandler

SAID_BY_OFFSCREEN = "This plugin does not support"
BEAT_MS = 2
LOOK_S = 0.03
BLOCKED_S = 0.05
"""From here on it is noted where the window's thread stands."""


class Heartbeat(QObject):
    """Measures how long the event loop is away while the user's action is under way.

    Work of the driver itself between two actions does not count.
    """

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self._last_busy = 0.0
        self._what = ""
        self._looker = _Looker()
        self.longest: list[dict[str, Any]] = []

    def begin(self, what: str) -> None:
        """An action begins."""
        self._what = what
        self._last_busy = time.thread_time()
        self._looker.since = time.perf_counter()

    def pause(self) -> None:
        """The driver works for itself from now on."""
        self._beat()
        self._looker.since = None

    def end(self) -> None:
        """Measure no more."""
        self._timer.stop()
        self._looker.end()

    def _beat(self) -> None:
        since = self._looker.since
        if since is None:
            return
        now, busy = time.perf_counter(), time.thread_time()
        passed, worked = now - since, busy - self._last_busy
        self._looker.since, self._last_busy = now, busy
        if passed > BLOCKED_S:
            self.longest.append(
                {
                    "ms": round(1000 * passed, 1),
                    "busy_ms": round(1000 * worked, 1),
                    "action": self._what,
                    "where": self._looker.stack,
                }
            )
            self.longest.sort(key=lambda found: -found["busy_ms"])
            del self.longest[200:]
        self._looker.stack = ""


class _Looker:
    """Notes where the window's thread stands while it is away.

    A signal is handled in that thread itself; to look at its frames from another one is not safe.
    """

    def __init__(self) -> None:
        self.since: float | None = None
        self.stack = ""
        signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, LOOK_S, LOOK_S)

    def end(self) -> None:
        """Look no more."""
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _look(self, _number: int, frame: FrameType | None) -> None:
        since = self.since
        is_away = since is not None and time.perf_counter() - since > BLOCKED_S
        if is_away and frame is not None:
            self.stack = _own_frames(frame)


def _own_frames(frame: FrameType) -> str:
    found = [
        f"{Path(entry.filename).stem}.{entry.name}:{entry.lineno}"
        for entry in traceback.extract_stack(frame)
        if "maskstudio" in Path(entry.filename).parts
    ]
    return " > ".join(found[-6:])


class Faults(logging.Handler):
    """Collects warnings of Qt, errors in the log and exceptions nobody caught."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.met: list[str] = []

    def install(self) -> None:
        """Collect from now on."""
        qInstallMessageHandler(self._take_message)
        sys.excepthook = self._take_exception
        sys.unraisablehook = lambda met: self.met.append(f"unraisable: {met.exc_value!r}")
        threading.excepthook = lambda met: self.met.append(f"in a thread: {met.exc_value!r}")
        logging.getLogger("maskstudio").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep an error that was logged."""
        self.met.append(f"logged: {logging.Formatter().format(record)}")

    def _take_message(self, kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        harmless = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
        if not harmless and not text.startswith(SAID_BY_OFFSCREEN):
            self.met.append(f"Qt: {text}")

    def _take_exception(
        self, kind: type[BaseException], error: BaseException, where: TracebackType | None
    ) -> None:
        self.met.append("".join(traceback.format_exception(kind, error, where)))


def resident_bytes() -> int:
    """Memory of this process that is in use now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def own_threads() -> list[str]:
    """Names of threads that Python started and that still run, the first one aside."""
    gc.collect()
    alive = [t for t in threading.enumerate() if t is not threading.main_thread()]
    return [t.name for t in alive if not t.name.startswith("Dummy-")]

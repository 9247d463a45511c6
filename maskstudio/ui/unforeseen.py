"""Errors that nobody foresaw: written to a log, told in one line, never shown as a traceback."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

log = logging.getLogger(__name__)

LOG_NAME = "maskstudio.log"
LOG_BYTES = 1 << 20
"""A log of this size is put aside and a new one begun; two old ones are kept."""


class Unforeseen(QObject):
    """Takes what slots and events let through, in place of printing it.

    Signals:
        met(text): an error was logged; one line for the user.
        caught(error): the error itself, right after.
    """

    met = Signal(str)
    caught = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """Log into a folder, which is made where it is missing; without it only `met` tells."""
        super().__init__(parent)
        self._place = folder / LOG_NAME
        self._handler = _handler(self._place)
        self._hook = sys.excepthook

    def install(self) -> None:
        """Take errors from now on."""
        if self._handler is not None:
            logging.getLogger("maskstudio").addHandler(self._handler)
        sys.excepthook = self._take
        threading.excepthook = self._take_of_thread

    def remove(self) -> None:
        """Leave them to what took them before."""
        sys.excepthook = self._hook
        threading.excepthook = threading.__excepthook__
        if self._handler is not None:
            logging.getLogger("maskstudio").removeHandler(self._handler)
            self._handler.close()

    def _take_of_thread(self, found: threading.ExceptHookArgs) -> None:
        """The same for threads; what they emit arrives in the window's."""
        if found.exc_value is not None:
            self._take(found.exc_type, found.exc_value, found.exc_traceback)

    def _take(
        self,
        kind: type[BaseException],
        error: BaseException,
        traceback: TracebackType | None,
    ) -> None:
        if not issubclass(kind, Exception):  # Ctrl+C in the terminal, and the like
            self._hook(kind, error, traceback)
            return
        log.error("unforeseen", exc_info=(kind, error, traceback))
        words = f"{kind.__name__}: {error}".splitlines()[0]
        place = f"; {self._place} has the details" if self._handler else ""
        self.met.emit(
            self.tr("Something went wrong and was given up ({words}){place}").format(
                words=words, place=place
            )
        )
        self.caught.emit(error)


class _LogFile(logging.Handler):
    """Imports what writes the file, with sockets and more, when there is something to write."""

    def __init__(self, place: Path) -> None:
        super().__init__()
        self._place = place
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._file is None:
            from logging.handlers import RotatingFileHandler

            self._file = RotatingFileHandler(
                self._place, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8", delay=True
            )
            self._file.setFormatter(self.formatter)
        self._file.emit(record)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()


def _handler(place: Path) -> logging.Handler | None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handler = _LogFile(place)
    except OSError:
        return None
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler

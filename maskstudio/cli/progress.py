"""Long work on the command line: a bar on standard error, and Ctrl+C as a wish to stop."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from maskstudio.errors import CancelledError
from maskstudio.formats.base import Progress


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Give the callable that long work reports to.

    A bar is drawn where standard error is a terminal. The first Ctrl+C makes the next report raise
    CancelledError, so that the work ends where nothing is left half-written; a second one
    interrupts at once.
    """
    with _stoppable() as stop:
        if not sys.stderr.isatty():
            yield _checking(stop)
            return
        with _bar(what, stop) as report:
            yield report


def _checking(stop: threading.Event) -> Progress:
    def report(done: int, total: int, what: str) -> None:
        if stop.is_set():
            raise CancelledError

    return report


@contextmanager
def _bar(what: str, stop: threading.Event) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    check = _checking(stop)
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None)

        def report(done: int, total: int, what: str) -> None:
            check(done, total, what)
            bars.update(task, completed=done, total=total)

        yield report


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """An event that the first Ctrl+C sets; the handler from before comes back at the end."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)

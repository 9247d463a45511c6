from __future__ import annotations

import os
import signal
import sys

import pytest

from maskstudio.cli.progress import progress
from maskstudio.errors import CancelledError


def test_without_a_terminal_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Reading") as report:
        report(0, 2, "a")
        report(1, 2, "b")
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_bar_on_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with progress("Reading") as report:
        report(0, 2, "a")
        report(1, 2, "b")
    out, err = capsys.readouterr()
    assert out == ""
    assert "Reading" in err


def work_until_stopped(*, n_interrupts: int) -> None:
    with progress("Reading") as report:
        report(0, 2, "a")
        for _ in range(n_interrupts):
            os.kill(os.getpid(), signal.SIGINT)
        report(1, 2, "b")


def test_the_first_ctrl_c_stops_at_the_next_report() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(CancelledError):
        work_until_stopped(n_interrupts=1)
    assert signal.getsignal(signal.SIGINT) is before


def test_the_second_ctrl_c_stops_at_once() -> None:
    with pytest.raises(KeyboardInterrupt):
        work_until_stopped(n_interrupts=2)

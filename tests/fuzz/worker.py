"""A process that opens hostile files, watched from outside: it may not hang and may not die."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.helpers.shared import REPOSITORY

from .trees import Tree

SECONDS, MEGABYTES = 5.0, 1024
_COMMAND = (sys.executable, "-X", "faulthandler", "-W", "error", "-m", "tests.fuzz.opener")
_VARIABLES = {
    "MALLOC_ARENA_MAX": "2",
    "OPENCV_LOG_LEVEL": "SILENT",
    # Pictures up to the limit are decoded, whatever memory they take: the set limit is this one.
    "MASKSTUDIO_LIMIT_IMAGE_PIXELS": "100000000",
}
_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE = 8
"""So many times as long in all as it may compute: the machine has other work too."""


@dataclass(frozen=True)
class Outcome:
    """What became of a case: faults are what must never happen."""

    faults: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    peak: int = 0
    seconds: float = 0


class Worker:
    """Starts a process when one is needed; a new one after each that had to go."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed at the end
        self.starts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()
        self._said.close()

    def open(self, folder: Path, tree: Tree) -> Outcome:
        """Let it open what lies in a folder."""
        process = self._running()
        order = {"folder": str(folder), "opened": tree.opened, "words": tree.words}
        assert process.stdin is not None
        start, computed = time.monotonic(), _cpu_seconds(process.pid)
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        answer = self._answer(process, computed)
        seconds = _cpu_seconds(process.pid) - computed if answer else time.monotonic() - start
        if answer is None:
            return Outcome((self._end(process),), seconds=seconds)
        if answer["faults"]:
            self._stop()
        return Outcome(tuple(answer["faults"]), tuple(answer["kinds"]), answer["peak"], seconds)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self.starts += 1
            self._said.truncate(0)
            self._process = subprocess.Popen(
                [*_COMMAND, str(MEGABYTES)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                cwd=REPOSITORY,
                env=os.environ | _VARIABLES,
            )
        return self._process

    def _answer(self, process: subprocess.Popen[bytes], computed: float) -> dict[str, Any] | None:
        """Its answer, or None where it died or worked too long."""
        assert process.stdout is not None
        deadline = time.monotonic() + SECONDS * _PATIENCE
        while time.monotonic() < deadline:
            if select.select([process.stdout], [], [], 0.2)[0]:
                line = process.stdout.readline()
                found: dict[str, Any] | None = json.loads(line) if line else None
                return found
            if computed and _cpu_seconds(process.pid) - computed > SECONDS:
                return None
        return None

    def _end(self, process: subprocess.Popen[bytes]) -> str:
        """Why there was no answer, told by where it was."""
        if process.poll() is None:
            process.send_signal(signal.SIGABRT)  # faulthandler tells where it is
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
            reason = f"no answer after {SECONDS:g} s"
        else:
            reason = f"died with {process.returncode}"
        self._stop()
        self._said.seek(0)
        return f"{reason}: {self._said.read()[-6000:].decode(errors='replace')}"

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _cpu_seconds(pid: int) -> float:
    """Time a process has computed; 0 before it has started and after it has gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / _TICKS

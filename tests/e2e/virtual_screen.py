"""A screen of its own with a window manager, and a user with mouse and keyboard on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageGrab

NEEDED = ("Xvfb", "xdotool", "openbox")
PATIENCE_S = 60.0
SIZE = (1440, 900)


def require_screen() -> None:
    """Skip where the machine cannot show a window."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed")


def wait_until(condition: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait for something to become true; fails with its name."""
    end = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {patience_s:.0f} s in vain: {what}")
        time.sleep(0.05)


class Watched:
    """A window that tells what it shows; see `watched_window`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def ask(self, *words: str) -> Any:
        """What is seen, read from JSON."""
        questions, answers = self._process.stdin, self._process.stdout
        assert questions is not None
        assert answers is not None
        questions.write(f"{' '.join(words)}\n".encode())
        questions.flush()
        line = answers.readline()
        assert line, "the window is gone"
        return json.loads(line)

    def place(self, name: str) -> tuple[int, int]:
        """Where a widget or menu entry is, once it can be seen."""
        found: list[int] = []

        def look() -> bool:
            found[:] = self.ask("place", name) or ()
            return bool(found)

        wait_until(look, f"{name} in the window")
        return found[0], found[1]


class Screen:
    """An X server; processes started on it are ended with it."""

    def __init__(self, display: str) -> None:
        self.display = display
        self.started: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **{k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"},
            "DISPLAY": display,
            "XDG_SESSION_TYPE": "x11",
        }

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start MaskStudio."""
        command = [sys.executable, "-m", "maskstudio", *arguments]
        process = subprocess.Popen(command, env=self.environment)
        self.started.append(process)
        return process

    def start_watched(self, *arguments: str) -> Watched:
        """Start MaskStudio so that it tells what it shows."""
        command = [sys.executable, "-m", "tests.e2e.watched_window", *arguments]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, env=self.environment, stdin=pipe, stdout=pipe)
        self.started.append(process)
        return Watched(process)

    def xdotool(self, *words: object) -> str:
        """Do something as a user would."""
        command = ["xdotool", *map(str, words)]
        return subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def key(self, *keys: str) -> None:
        """Press and release keys one after the other."""
        for key in keys:
            self.xdotool("key", "--clearmodifiers", key)
            time.sleep(0.15)

    def click(self, x: int, y: int) -> None:
        """Click with the left button."""
        self.xdotool("mousemove", x, y)
        time.sleep(0.1)
        self.xdotool("click", 1)
        time.sleep(0.1)

    def drag(self, *points: tuple[int, int]) -> None:
        """Press at the first point, move over the others, release at the last."""
        self.xdotool("mousemove", *points[0])
        time.sleep(0.1)
        self.xdotool("mousedown", 1)
        for x, y in points[1:]:
            self.xdotool("mousemove", x, y)
            time.sleep(0.03)
        time.sleep(0.1)
        self.xdotool("mouseup", 1)
        time.sleep(0.1)

    def window(self, title: str) -> str:
        """Id of the window with this title, when it is there."""
        found: list[str] = []

        def look() -> bool:
            command = ["xdotool", "search", "--onlyvisible", "--name", title]
            run = subprocess.run(command, env=self.environment, capture_output=True, text=True)
            found[:] = run.stdout.split()
            return bool(found)

        wait_until(look, f"a window called {title}")
        return found[0]

    def picture(self) -> NDArray[np.uint8]:
        """(H, W, 3) RGB of the whole screen."""
        return np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"))

    def save_picture(self, path: Path) -> None:
        """Keep what the screen shows."""
        Image.fromarray(self.picture()).save(path)


@contextmanager
def virtual_screen() -> Iterator[Screen]:
    """A screen that lasts as long as the block."""
    read, write = os.pipe()
    width, height = SIZE
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(write),
            "-screen",
            "0",
            f"{width}x{height}x24",
            "-nolisten",
            "tcp",
        ],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    screen = Screen(f":{number}")
    manager = subprocess.Popen(
        ["openbox"],
        env=screen.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield screen
    finally:
        for process in (*screen.started, manager, server):
            process.terminate()
            process.wait(10)
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()


def place_of(picture: NDArray[np.uint8], inside: NDArray[np.uint8]) -> tuple[int, int] | None:
    """(x, y) at which a smaller picture lies exactly in a larger one, or None."""
    height, width = inside.shape[:2]
    first = (picture == inside[0, 0]).all(axis=2)
    for y, x in np.argwhere(first[: -height or None, : -width or None]):
        if np.array_equal(picture[y : y + height, x : x + width], inside):
            return int(x), int(y)
    return None

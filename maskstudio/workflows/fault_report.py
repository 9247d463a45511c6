"""What is told of an error nobody foresaw: enough to find it, nothing of the user's."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable
from pathlib import Path
from traceback import FrameSummary, extract_tb

from maskstudio import __version__

_PATH = re.compile(r"(?<![\w~.])(?:~|[A-Za-z]:)?[/\\][^\s'\"`:;,<>|]+(?:[/\\][^\s'\"`:;,<>|]+)*")
"""Something like an absolute path inside a text."""
_PACKAGE = "maskstudio"


def fault_report(error: BaseException, names: Iterable[str] = (), *, is_open: bool = False) -> str:
    """The kind of error, its words and where it came from, to be sent to whoever can mend it.

    Args:
        names: of files and samples that are open.
        is_open: leave names and paths in it; only where the user agrees.
    """
    words = "".join(f"{line}\n" for line in _words(error))
    if not is_open:
        words = without_names(words, names)
    frames = "".join(f"  {_place(frame)} in {frame.name}\n" for frame in _frames(error))
    python = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return f"MaskStudio {__version__}, {python}\n{words}{frames}"


def without_names(text: str, names: Iterable[str]) -> str:
    """A text without paths and without these names; the same name becomes the same sign."""
    text = text.replace(str(Path.home()), "~")
    wanted = sorted({name for name in names if name}, key=lambda name: (-len(name), name))
    for number, name in enumerate(wanted, start=1):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", f"<name {number}>", text)
    return _PATH.sub("<path>", text)


def _words(error: BaseException) -> list[str]:
    found = [f"{type(error).__name__}: {error}"]
    cause = error.__cause__ or error.__context__
    if cause is not None:
        found.append(f"after {type(cause).__name__}: {cause}")
    return found


def _frames(error: BaseException) -> list[FrameSummary]:
    return list(extract_tb(error.__traceback__))


def _place(frame: FrameSummary) -> str:
    """Where the program's own file lies in its package; of others only their names."""
    parts = Path(frame.filename).parts
    if _PACKAGE in parts:
        last = len(parts) - 1 - parts[::-1].index(_PACKAGE)
        return f"{'/'.join(parts[last:])}:{frame.lineno}"
    return f"{parts[-1]}:{frame.lineno}"

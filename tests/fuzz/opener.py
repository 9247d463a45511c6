"""Opens what it is told to, one after the other, and says what became of it; run by `worker`.

    python -m tests.fuzz.opener MEGABYTES

Each line of standard input is a JSON object with `folder`, `opened` and `words`; each answer is one
with `faults`, a list of what must never happen, and what happened else. Nothing it does may reach
out of the folder: an audit hook watches what Python opens, lists, writes and connects to.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import re
import resource
import socket
import sys
import sysconfig
import threading
import traceback
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from maskstudio.cli.main import maskstudio
from maskstudio.formats.folder_change import JOURNAL
from maskstudio.formats.limits import limits

from .random_bytes import CANARY

_READS = {"open", "os.listdir", "os.scandir"}
_WRITES = {"os.mkdir", "os.remove", "os.rmdir", "os.rename", "os.link", "os.symlink", "os.chmod"}
_WRITES |= {"os.truncate", "os.utime", "os.chown", "shutil.rmtree", "shutil.copyfile"}
_NEVER = {
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "webbrowser.open",
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_LONGEST_MESSAGE = 3_000
_OWN = tuple({os.path.realpath(p) for p in (sys.prefix, sys.base_prefix, *sys.path) if p})
_OWN += (os.path.realpath(sysconfig.get_path("stdlib")), "/proc/meminfo", "/sys/devices/system")


class Watch:
    """Sees what this process opens while it is at work; part of it goes on for ever."""

    def __init__(self) -> None:
        self.folder = ""
        self.may_read_outside = False
        self.has_journal = False
        self.faults: list[str] = []
        sys.addaudithook(self._see)

    def _see(self, event: str, values: tuple[Any, ...]) -> None:
        if not self.folder:
            return
        if event.startswith("socket.") or event in _NEVER:
            self.faults.append(f"{event} {values!r:.200}")
            raise PermissionError(f"{event} is not for readers")
        if event in _READS or event in _WRITES:
            self._judge(event, values)

    def _judge(self, event: str, values: tuple[Any, ...]) -> None:
        names = values[:1] if event == "open" else values[:2]
        paths = [os.fsdecode(v) for v in names if isinstance(v, str | bytes | os.PathLike)]
        follows = event in _READS
        if event == "open" and isinstance(values[2], int):
            follows = not values[2] & os.O_NOFOLLOW
            event = "write" if values[2] & _WRITING else event
        is_read = event in _READS
        for path in paths:
            real = os.path.realpath(path) if follows else _itself(path)
            is_inside = real == self.folder or real.startswith(self.folder + os.sep)
            # What a killed writer left is brought in order on opening, within the folder.
            if is_inside and (is_read or self.has_journal or path.endswith(JOURNAL)):
                continue
            if is_read and (self.may_read_outside or real.startswith(_OWN)):
                continue
            self.faults.append(f"{event} {path!r:.300}")


def main() -> None:
    """Answer until there are no more lines."""
    watch, unforeseen = Watch(), Unforeseen()
    answers = os.fdopen(os.dup(1), "w")
    _warm_up()
    room = int(sys.argv[1]) << 20
    _limit_memory(room)
    for line in sys.stdin:
        order = json.loads(line)
        _forget_peak()
        before = _status("VmRSS")
        folder = os.path.realpath(order["folder"])
        watch.faults, watch.may_read_outside = [], _names_places(order)
        watch.has_journal = any(os.path.lexists(p) for p in _journals(folder, order["opened"]))
        unforeseen.told = []
        watch.folder = folder
        kinds = _judged(Path(folder), order, watch.faults)
        watch.folder = ""
        grown = _status("VmHWM") - before
        if grown > room:
            watch.faults.append(f"memory: {grown >> 20} MiB")
        gc.collect()
        faults = [*watch.faults, *unforeseen.told]
        print(
            json.dumps({"faults": faults, "kinds": kinds, "peak": grown}), file=answers, flush=True
        )


def _itself(path: str) -> str:
    """Of a link, the link: what is removed or renamed is not what it leads to."""
    folder, name = os.path.split(path)
    return f"{os.path.realpath(folder)}/{name}"


def _names_places(order: dict[str, Any]) -> bool:
    """Whether a place outside may be meant: by a workspace, or a label map the user names."""
    return order["opened"].endswith(".maskstudio") or "--labels" in order["words"]


def _journals(folder: str, opened: str) -> tuple[str, ...]:
    beside = os.path.dirname(f"{folder}/{opened}")  # noqa: PTH120 - fast
    return tuple(f"{place}/{JOURNAL}" for place in (folder, f"{folder}/{opened}", beside))


class Unforeseen:
    """Errors that nobody caught, in threads and while objects go."""

    def __init__(self) -> None:
        self.told: list[str] = []
        threading.excepthook = lambda a: self.told.append(f"thread: {a.exc_value!r}")
        sys.unraisablehook = lambda a: self.told.append(f"unraisable: {a.exc_value!r}")


def _judged(folder: Path, order: dict[str, Any], faults: list[str]) -> list[str]:
    """Run both verbs; gives the kinds of problems told."""
    path = str(folder / order["opened"])
    words = [word.replace("{}", str(folder)) for word in order["words"]]
    kinds: set[str] = set()
    for verb in (["info", "--pixels", "--json"], ["validate", "--json"]):
        with contextlib.redirect_stderr(io.StringIO()):
            ran = CliRunner().invoke(maskstudio, [*verb, *words, path], prog_name="maskstudio")
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            told = "".join(traceback.format_exception(ran.exception)[-6:])
            faults.append(f"{verb[0]}: {type(ran.exception).__name__}: {told}")
            continue
        if ran.exit_code not in (0, 1, 3) or not ran.stdout:
            faults.append(f"{verb[0]}: exit code {ran.exit_code}: {ran.stderr[-300:]}")
            continue
        kinds |= _problems(json.loads(ran.stdout, parse_constant=_refuse), faults)
        if "Traceback" in ran.stderr or CANARY in _values(ran.stdout):
            faults.append(f"{verb[0]}: {ran.stderr[-500:]}")
    return sorted(kinds)


def _values(text: str) -> str:
    """The samples of a document; the canary is one where it was read."""
    return "\n".join(re.findall(r'^ *"name": .*"$', text, re.MULTILINE)) if "13579" in text else ""


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _problems(document: Any, faults: list[str]) -> set[str]:
    samples = document["samples"] if isinstance(document["samples"], list) else []
    problems = [*document["problems"], *(p for s in samples for p in s["problems"])]
    for problem in problems:
        message = problem.get("message", "")
        if len(message) > _LONGEST_MESSAGE:
            faults.append(f"a message of {len(message)} characters: {message[:200]}")
    return {problem["kind"] for problem in problems}


def _warm_up() -> None:
    """Import what readers import late, so that it counts neither as memory nor as time."""
    from maskstudio.formats import registry

    registry.get_ready()
    limits()
    import cv2  # noqa: F401 - for its size
    import PIL.Image

    PIL.Image.init()
    with contextlib.suppress(ImportError):
        import av  # noqa: F401 - for its size
    socket.getdefaulttimeout()


def _limit_memory(room: int) -> None:
    """No more data than twice the room beyond what there is; the room itself is measured."""
    limit = _status("VmData") + 2 * room
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _status(name: str) -> int:
    """A figure of this process in bytes."""
    text = Path("/proc/self/status").read_text()
    found = re.search(rf"{name}:\s+(\d+) kB", text)
    return int(found[1]) << 10 if found else 0


if __name__ == "__main__":
    main()

"""What must stay true of the whole; the levels themselves are contracts of import-linter."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.helpers.shared import REPOSITORY
from tests.helpers.shown_texts import shown_literals

MACHINE_PATHS = re.compile(
    r"(?<![\w.~$}*)-])/(?:home|root|work|opt|mnt|srv|Users)/\w|\b[A-Z]:\\Users"
)
REGISTRIES = re.compile(r"pypi\.(?:org|io)|python[h]osted|npm[j]s|index-[u]rl|://[^\s/]*/simple\b")
LARGEST_BYTES = 1_000_000

_BLOCK_QT = """
import importlib, sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "qtawesome", "qtpy"}:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Block())
for module in sys.argv[1:]:
    importlib.import_module(module)
"""

_COUNT_NONE = """
import sys
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPen

application = QGuiApplication([])
image = QImage(8, 8, QImage.Format.Format_RGB32)
painter, pen = QPainter(image), QPen()
before = sys.getrefcount(None)
for _ in range(2_500):
    painter.save()
    painter.setPen(pen)
    pen.setWidth(2)
    painter.restore()
after = sys.getrefcount(None)
painter.end()
print(before - after)
"""


def test_everything_but_the_window_works_without_qt() -> None:
    modules = [name for name in _module_names() if not name.startswith("maskstudio.ui")]
    assert len(modules) > 10
    done = _python(_BLOCK_QT, *modules)
    assert done.returncode == 0, done.stderr


def test_calls_into_qt_lose_no_reference_to_none() -> None:
    """PySide6 6.12.0 loses one a call before Python 3.12, until the process aborts.

    From 3.12 on `None` is never freed and its count never moves, so this passes by nature there.
    """
    done = _python(_COUNT_NONE)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100


def test_no_tracked_file_holds_a_path_of_a_machine_or_the_address_of_a_registry() -> None:
    found = [
        f"{file.relative_to(REPOSITORY)}:{number}: {match.group()}"
        for file in _tracked_files()
        for number, line in enumerate(_lines(file), 1)
        if (match := MACHINE_PATHS.search(line) or REGISTRIES.search(line))
    ]
    assert found == []


def test_no_tracked_file_is_large() -> None:
    large = [file.name for file in _tracked_files() if file.stat().st_size > LARGEST_BYTES]
    assert large == []


def test_every_shown_text_can_be_translated() -> None:
    window = REPOSITORY / "maskstudio" / "ui"
    found = [
        f"{file.relative_to(REPOSITORY)}:{text.lineno}: {ast.unparse(text)}"
        for file in sorted(window.rglob("*.py"))
        for text in shown_literals(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize("constraints", ["constraints.txt", "interop-constraints.txt"])
def test_constraints_are_names_and_versions_alone(constraints: str) -> None:
    lines = (REPOSITORY / "packaging" / constraints).read_text().splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    assert [line for line in pinned if not re.fullmatch(r"[\w.-]+==[\w.]+(; .+)?", line)] == []


def _module_names() -> list[str]:
    files = sorted((REPOSITORY / "maskstudio").rglob("*.py"))
    parts = [file.relative_to(REPOSITORY).with_suffix("").parts for file in files]
    return [".".join(p).removesuffix(".__init__") for p in parts if p[-1] != "__main__"]


def _python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


@cache
def _tracked_files() -> list[Path]:
    if not (REPOSITORY / ".git").exists() or shutil.which("git") is None:
        pytest.skip("needs a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    files = [REPOSITORY / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


def _lines(file: Path) -> list[str]:
    """Lines of a text file; none of a binary one."""
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []

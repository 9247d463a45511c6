"""What a verb imports: nobody waits for a library that is not used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.cli.helpers import write_masks
from tests.helpers.shared import REPOSITORY

CODE = """
import sys
from maskstudio.cli.main import maskstudio
maskstudio(sys.argv[1:], standalone_mode=False)
found = {name.partition('.')[0] for name in sys.modules}
print(*sorted(found & {'PySide6', 'shiboken6', 'qtawesome', 'tifffile', 'rich'}), file=sys.stderr)
"""


def imported_by(*words: str | Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", CODE, *map(str, words)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    labels = "background:0,0,0::\nroad:128,0,0::\n"
    return write_masks(tmp_path / "m", {"a": np.zeros((4, 4), np.uint8)}, labels)


def test_json_verbs_import_neither_qt_nor_tables(masks: Path) -> None:
    assert imported_by("info", "--pixels", "--json", masks) == set()
    assert imported_by("validate", "--json", masks) == set()


def test_tables_need_rich_alone(masks: Path) -> None:
    assert imported_by("info", masks) == {"rich"}


def test_writing_verbs_import_no_qt(masks: Path, tmp_path: Path) -> None:
    to_zip = ("--to", "cvat-segmentation-mask")
    assert imported_by("convert", masks, tmp_path / "a.zip", *to_zip) == set()
    assert imported_by("render", masks, "--output", tmp_path / "out") == set()

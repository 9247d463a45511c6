"""Calls the vendors' packages in their own environment, as processes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.shared import REPOSITORY

_PYTHON = REPOSITORY / ".venv-interop" / "bin" / "python"


def datumaro_import(path: Path) -> dict[str, Any]:
    """What datumaro understands of a Segmentation Mask zip or folder."""
    described: dict[str, Any] = json.loads(_datumaro("import", path))
    return described


def datumaro_export(folder: Path) -> None:
    """Let datumaro write the samples of `tests.interop.exported` into a new folder."""
    _datumaro("export", folder)


def _datumaro(verb: str, path: Path) -> str:
    if not _PYTHON.exists():
        pytest.skip("needs .venv-interop, which packaging/interop.sh makes")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [str(_PYTHON), "-m", "tests.interop.datumaro_process", verb, str(path)],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

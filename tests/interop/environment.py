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
_LABELBOX_PYTHON = REPOSITORY / ".venv-interop-labelbox" / "bin" / "python"


def datumaro_import(path: Path) -> dict[str, Any]:
    """What datumaro understands of a Segmentation Mask zip or folder."""
    described: dict[str, Any] = json.loads(_datumaro("import", path))
    return described


def datumaro_export(folder: Path) -> None:
    """Let datumaro write the samples of `tests.interop.exported` into a new folder."""
    _datumaro("export", folder)


def wandb_log(verb: str, folder: Path) -> None:
    """Let the wandb client log an image below a folder."""
    _run("tests.interop.wandb_process", verb, folder)


def wandb_read(folder: Path) -> dict[str, Any]:
    """The images of an artifact folder as the wandb client understands them."""
    found: dict[str, Any] = json.loads(_run("tests.interop.wandb_process", "read", folder))
    return found


def labelbox(verb: str, path: Path) -> list[Any]:
    """What the Labelbox SDK makes of a file."""
    found: list[Any] = json.loads(
        _run("tests.interop.labelbox_process", verb, path, python=_LABELBOX_PYTHON)
    )
    return found


def maskstudio_in_interop(*words: str | Path) -> None:
    """Run MaskStudio where the vendors' packages are."""
    _run("maskstudio", *words)


def _datumaro(verb: str, path: Path) -> str:
    return _run("tests.interop.datumaro_process", verb, path)


def _run(module: str, *words: str | Path, python: Path = _PYTHON) -> str:
    if not python.exists():
        pytest.skip(f"needs {python.parents[1].name}, which a script of packaging makes")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [str(python), "-m", module, *map(str, words)],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

"""Where material lies that is too large or too foreign to live in the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def shared(*parts: str) -> Path:
    """Path of a shared file or folder; skips the calling test where it is absent.

    The folder is named by MASKSTUDIO_SHARED, else it is `shared` beside the repository.
    """
    root = Path(os.environ.get("MASKSTUDIO_SHARED") or REPOSITORY.parent / "shared")
    path = root.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {'/'.join(parts) or 'the shared folder'} of MASKSTUDIO_SHARED")
    return path

"""Where the files that come with the program lie: pictures, themes, the sample data set."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a file or folder that comes with the program.

    An install carries them inside the package, a checkout beside it.

    Raises:
        FileNotFoundError: nothing of that name is there, so the install is incomplete.
    """
    for root in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"{'/'.join(parts)} is missing from this install of MaskStudio")

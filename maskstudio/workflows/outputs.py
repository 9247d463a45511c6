"""No output may name an input, however its path is spelled."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from maskstudio.errors import UsageError


def require_no_input(output: Path, inputs: Iterable[Path | str | None]) -> None:
    """Refuse an output that is an input, or a folder around one; links are followed.

    Raises:
        UsageError: naming both.
    """
    real = Path(os.path.realpath(output))
    for named in inputs:
        if named is None or not Path(named).exists():
            continue
        if _is_same(output, Path(named)):
            raise UsageError(f"{output} is the input {named}; choose another target.")
        if Path(os.path.realpath(named)).is_relative_to(real):
            raise UsageError(f"The input {named} lies in {output}; choose another target.")


def _is_same(output: Path, named: Path) -> bool:
    try:
        return output.samefile(named)
    except OSError:
        return False

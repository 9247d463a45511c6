"""Where the program keeps its state."""

from __future__ import annotations

from pathlib import Path

import platformdirs

APP = "maskstudio"


def state_folder() -> Path:
    """Where marks, journals, locks and logs of this user live."""
    return Path(platformdirs.user_state_dir(APP, appauthor=False))

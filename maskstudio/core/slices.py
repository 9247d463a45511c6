"""Long work is done in slices, between which it says so: it may have to wait there, or to stop."""

from __future__ import annotations

from collections.abc import Callable

Between = Callable[[], None]
"""Called by long work between two slices, in its thread; may wait, and raises to stop the work."""


def go_on() -> None:
    """Neither wait nor stop."""

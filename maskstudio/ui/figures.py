"""Counts and shares as people read them."""

from __future__ import annotations

_THIN_SPACE = "\u2009"


def count_text(count: int) -> str:
    """A count with thin spaces between thousands."""
    return f"{count:,}".replace(",", _THIN_SPACE)


def share_text(share: float) -> str:
    """A share in percent with one decimal; a dash for nothing, and never 0.0 for something."""
    if share == 0:
        return "–"
    return "<0.1" if share < 0.0005 else f"{100 * share:.1f}"

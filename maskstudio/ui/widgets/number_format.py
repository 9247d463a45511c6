"""Numbers as people read them."""

from __future__ import annotations

_UNITS = ("B", "KB", "MB", "GB")


def byte_count(n_bytes: int) -> str:
    """A size in two or three figures: 812 B, 1.2 MB, 256 MB."""
    value, unit = float(n_bytes), 0
    while value >= 1023.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    digits = 1 if unit and value < 99.95 else 0
    return f"{value:.{digits}f} {_UNITS[unit]}"

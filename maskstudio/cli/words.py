"""Text for people."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """`1 sample`, `2 samples`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def printable(text: str) -> str:
    """A name as it can be shown: what a terminal would act on is spelled out."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)

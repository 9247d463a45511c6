"""How well what was typed fits a name."""

from __future__ import annotations

BEST, WORST = 0, 5


def rank(name: str, text: str) -> int | None:
    """0 for the same up to 5 for letters in the right order, None where it does not fit.

    In between: a start of the name, a start of a word, any part of it, every typed word in it.
    Case never counts; everything fits an empty text.
    """
    name, text = name.casefold(), text.casefold().strip()
    if not text:
        return BEST
    if text not in name:
        if all(word in name for word in text.split()):
            return 4
        return WORST if _in_order(text, name) else None
    if name == text:
        return BEST
    if name.startswith(text):
        return 1
    return 2 if f" {text}" in name else 3


def _in_order(text: str, name: str) -> bool:
    """Whether all letters occur in this order, the first at the start of a word."""
    letters = text.replace(" ", "")
    starts = [i for i, c in enumerate(name) if c == letters[0] and (i == 0 or name[i - 1] == " ")]
    return any(_follows(letters, name[start:]) for start in starts)


def _follows(letters: str, name: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in letters)

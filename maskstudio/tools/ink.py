"""What painting leaves behind, and the one edit it becomes; shared by all tools that paint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from maskstudio.core.geometry import Point
from maskstudio.core.transaction import Transaction

from .base import ToolHost


@dataclass(frozen=True, slots=True)
class Ink:
    """The class index that is painted, and how the history calls the edit."""

    label: str
    index: int
    erases: bool = False


def choose_ink(host: ToolHost, verb: str, *, erases: bool) -> Ink | None:
    """The current class, or what means nothing; None where there is none.

    To be called when a gesture begins or ends: erasing may ask the user which class means nothing.

    Args:
        verb: what the history says before the name of the class: "Brush Car".
    """
    if erases:
        empty = host.empty_index
        return None if empty is None else Ink("Erase", empty, erases=True)
    index = host.current_class
    return None if index is None else Ink(f"{verb} {host.label_map.name_of(index)}", index)


@contextmanager
def one_edit(host: ToolHost, label: str, at: Point) -> Iterator[Transaction | None]:
    """A transaction that ends with the block: committed, or rolled back when it raises.

    Yields None where the host refuses; it said why.
    """
    transaction = host.begin(label, at)
    try:
        yield transaction
    except BaseException:
        if transaction is not None:
            transaction.rollback()
        raise
    if transaction is not None:
        transaction.commit()

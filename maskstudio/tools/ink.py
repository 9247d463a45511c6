"""What painting leaves behind; shared by all tools that paint."""

from __future__ import annotations

from dataclasses import dataclass

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

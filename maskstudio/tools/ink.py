"""What painting leaves behind; shared by all tools that paint."""

from __future__ import annotations

from dataclasses import dataclass

from maskstudio.core.pixel_source import PixelSource

from .base import ToolHost


@dataclass(frozen=True, slots=True)
class Ink:
    """What gives pixels their class, and how the history calls the edit.

    Args:
        source: one class index for all, or the pixels of another layer.
    """

    label: str
    source: int | PixelSource
    erases: bool = False


def choose_ink(host: ToolHost, verb: str, *, erases: bool) -> Ink | None:
    """The current class, or what the user paints with instead; None where there is nothing.

    To be called when a gesture begins or ends: erasing may ask the user which class means nothing.

    Args:
        verb: what the history says before the name of the class: "Brush Car".
    """
    if erases:
        empty = host.empty_index
        return None if empty is None else Ink("Erase", empty, erases=True)
    if host.source_words:
        source = host.take_source()
        return None if source is None else Ink(f"{verb} from {host.source_words}", source)
    index = host.current_class
    return None if index is None else Ink(f"{verb} {host.label_map.name_of(index)}", index)

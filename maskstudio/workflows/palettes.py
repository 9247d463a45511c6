"""Palettes that people have: the names and colors of well-known data sets, and one for all eyes.

Names and colors only; a palette never gives an index.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import next_free_color
from maskstudio.formats.label_maps import voc_label_map
from maskstudio.resources import resource

from .label_map_draft import Draft


@dataclass(frozen=True)
class Palette:
    """Colors in an order, most of them with the name of a class.

    Args:
        title: as people call it.
        colors: in order; no two are equal.
    """

    title: str
    colors: tuple[tuple[str, Rgb], ...]

    @property
    def by_name(self) -> dict[str, Rgb]:
        """Colors by the name of their class, in small letters and without marks."""
        return {plain_name(name): color for name, color in self.colors if name}


@cache
def palettes() -> tuple[Palette, ...]:
    """All of them, in the order in which they are offered."""
    voc = tuple((c.name, c.color) for c in voc_label_map() if c.color is not None)
    document = json.loads(resource("palettes", "palettes.json").read_text("utf-8"))
    found = [Palette("Pascal VOC", voc)]
    for title, colors in document.items():
        found.append(Palette(title, tuple(_unique((n, _rgb(c)) for n, c in colors))))
    return tuple(found)


def plain_name(name: str) -> str:
    """A name as it is compared: small letters and digits alone."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def colors_for(palette: Palette, draft: Draft) -> Mapping[int, Rgb]:
    """A color of a palette for every class of a draft, by key.

    Where it knows the name of at least half of the classes, each of them gets the color of its
    name, and the rest stay as they are. Otherwise colors are taken in the order of indices; where
    there are too few, the VOC sequence goes on.
    """
    entries = sorted(
        (e for e in draft.entries if e.is_listed and not e.found.is_filler),
        key=lambda entry: entry.found.index,
    )
    by_name = palette.by_name
    named = {e.key: by_name[plain_name(e.found.name)] for e in entries
             if plain_name(e.found.name) in by_name}  # fmt: skip
    if 2 * len(named) >= len(entries):
        chosen = _first_of_each(named)
        kept = {e.found.color for e in entries if e.key not in chosen}
        return chosen | _moved_away(chosen, kept, draft)
    colors = [color for _, color in palette.colors]
    found: dict[int, Rgb] = {}
    for place, entry in enumerate(entries):
        taken = set(found.values()) | set(colors)
        found[entry.key] = (
            colors[place] if place < len(colors) else next_free_color(entry.found.index, taken)
        )
    return found


def _first_of_each(colors: Mapping[int, Rgb]) -> dict[int, Rgb]:
    seen: dict[Rgb, int] = {}
    for key, color in colors.items():
        seen.setdefault(color, key)
    return {key: color for color, key in seen.items()}


def _moved_away(chosen: Mapping[int, Rgb], kept: set[Rgb | None], draft: Draft) -> dict[int, Rgb]:
    """Other colors for classes that keep theirs, where the palette has it for another class."""
    taken = {*chosen.values(), *(color for color in kept if color is not None)}
    found: dict[int, Rgb] = {}
    for entry in draft.entries:
        is_other = entry.key not in chosen and entry.is_listed
        if is_other and entry.found.color in chosen.values():
            found[entry.key] = next_free_color(entry.found.index, taken)
            taken.add(found[entry.key])
    return found


def _unique(colors: Iterable[tuple[str, Rgb]]) -> Iterable[tuple[str, Rgb]]:
    seen: set[Rgb] = set()
    for name, color in colors:
        if color not in seen:
            seen.add(color)
            yield name, color


def _rgb(text: str) -> Rgb:
    number = int(text, 16)
    return number >> 16, number >> 8 & 255, number & 255

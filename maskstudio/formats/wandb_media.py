"""Images of a run whose log is lost, from the names of its files alone.

Upstream names them `<key>_<n>_<hash20>`, masks likewise in a folder of their own; neither layers
nor classes stand in a name (`formats.md` section 4.2).
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from maskstudio.errors import Kind, Problem, Scope, Severity

from . import pictures
from .picture_listing import list_pictures, walk_pictures
from .wandb_values import Entry

IMAGES = "media/images/"
MASKS = f"{IMAGES}mask/"
_NAME = re.compile(r"(?P<key>.+)_(?P<step>\d{1,18})_[0-9a-f]{20}(\.mask)?\.[A-Za-z0-9]+")


def has_media(folder: Path, files: str) -> bool:
    """Whether a folder has a picture named as a run names them; arguments as below."""
    is_there = has_images_folder(folder, files)
    found = walk_pictures(folder / files / IMAGES, pictures.SUFFIXES) if is_there else ()
    return any(_NAME.fullmatch(path.removeprefix("mask/")) for path in found)


def has_images_folder(folder: Path, files: str) -> bool:
    """Whether pictures have their folder, and no link leads out to it."""
    place = folder / files / IMAGES
    return place.is_dir() and place.resolve().is_relative_to(folder.resolve())


def entries_by_name(folder: Path, files: str) -> tuple[list[Entry], list[Problem]]:
    """Images with the masks of the same key and number; several of one name share all its masks.

    Args:
        files: path of the folder of media below the opened one, empty or with `/` at its end.
    """
    if not has_images_folder(folder, files):
        return [], []
    images: dict[str, list[str]] = defaultdict(list)
    masks: dict[str, list[str]] = defaultdict(list)
    listing = list_pictures(folder / files / IMAGES, pictures.SUFFIXES)
    for path in sorted(listing.paths):
        found = _NAME.fullmatch(path.removeprefix("mask/"))
        if found is not None:
            name = f"{found['key']}/{int(found['step'])}"
            (masks if path.startswith("mask/") else images)[name].append(f"{files}{IMAGES}{path}")
    entries = [
        Entry(name, path or name, path, masks=_numbered(masks[name]))
        for name in dict.fromkeys([*images, *masks])
        for path in images[name] or [""]
    ]
    return entries, [*listing.problems, _names_unknown(f"{files}{IMAGES}")]


def _numbered(paths: list[str]) -> dict[str, str]:
    return {f"mask {i}": path for i, path in enumerate(paths, 1)}


def _names_unknown(where: str) -> Problem:
    found = (
        "without a readable log nothing tells which layer a mask is or what its classes are;"
        " images and masks were put together by their names"
    )
    return Problem(Kind.LAYER_NAMES_UNKNOWN, Severity.WARNING, Scope.FILE, where, found)

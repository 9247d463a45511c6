"""The JSON of logged images: from their objects to entries with a picture and its mask files.

Nothing here raises: what is wrong with an image is listed with it, and its other layers load
(`formats.md` sections 4.4 and 4.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from maskstudio.core.labels import MAX_INDEX
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .json_text import Pointer
from .safe_paths import escape_reason, is_text

IMAGE = "image-file"
IMAGES = "images/separated"
TABLE_FILE = "table-file"
Names = Mapping[int, str]
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ID = re.compile(r"[0-9]{1,5}")


@dataclass
class Entry:
    """One logged image.

    Args:
        where: file and place of its JSON, for messages.
        image: path of the picture below the root, or empty.
        file, pointer: where its object stands, in an artifact.
        classes: path of its class file, in an artifact.
        masks: path of the mask by the name of its layer.
        names: class names by layer; layers that nothing names are missing.
    """

    name: str
    where: str
    image: str = ""
    file: str = ""
    pointer: Pointer = ()
    classes: str = ""
    caption: str = ""
    masks: dict[str, str] = field(default_factory=dict)
    names: dict[str, Names] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add_fault(self, error: DataError) -> None:
        """List what is wrong with it."""
        self.problems.append(error.problem(Scope.ITEM, sample=self.name))


def entries_of(value: Any, name: str, where: str) -> Iterator[Entry]:
    """The images in a value: one, or a list of them with `/0`, `/1` behind the name."""
    if isinstance(value, list):
        for i, inner in enumerate(value):
            yield from entries_of(inner, f"{name}/{i}", f"{where}[{i}]")
    elif is_image(value):
        yield image_entry(value, name, where)
    elif isinstance(value, dict) and value.get("_type") == IMAGES:
        yield from _separated(value, name, where)


def is_image(value: Any) -> bool:
    """Whether a value is the object of one image."""
    return isinstance(value, dict) and value.get("_type") == IMAGE


def image_entry(value: Mapping[str, Any], name: str, where: str) -> Entry:
    """One image object."""
    entry = Entry(name, where)
    try:
        entry.image = file_path(value, where)
    except DataError as error:
        entry.add_fault(error)
    caption = value.get("caption")
    entry.caption = caption if isinstance(caption, str) and is_text(caption) else ""
    _add_masks(entry, value.get("masks"))
    return entry


def file_path(value: Mapping[str, Any], where: str) -> str:
    """The `path` of an object, as it stands.

    Raises:
        DataError: missing_field, value_out_of_range, unsafe_path, remote_unavailable.
    """
    path = value.get("path")
    if path is None:
        raise DataError(Kind.MISSING_FIELD, where, "there is no `path`")
    if not isinstance(path, str) or not path:
        raise DataError(Kind.VALUE_OUT_OF_RANGE, where, "the `path` is no text", "a path")
    return checked_path(path, where)


def checked_path(path: str, where: str) -> str:
    """A path that stays in its folder. Raises DataError (unsafe_path, remote_unavailable)."""
    if path.lower().startswith("file:"):
        raise DataError(Kind.UNSAFE_PATH, where, "the path is the address of a local file")
    if _ADDRESS.match(path):
        found = "the file lies at a network address, which is not fetched"
        raise DataError(Kind.REMOTE_UNAVAILABLE, where, found)
    if not is_text(path):
        raise DataError(Kind.VALUE_OUT_OF_RANGE, where, "the path holds half of a letter", "a path")
    reason = escape_reason(path)
    if reason:
        raise DataError(Kind.UNSAFE_PATH, where, reason)
    return path


def class_names(value: Any, where: str) -> tuple[dict[int, str], list[Problem]]:
    """Names by class id; ids are numbers or texts.

    Args:
        value: an object of names by id, or a list of objects with `id` and `name`.
    """
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = [(e.get("id"), e.get("name")) if isinstance(e, dict) else (e, None) for e in value]
    else:
        return {}, [_odd_names(where, "the class names are neither an object nor a list")]
    good = {
        int(number): name
        for number, name in pairs
        if isinstance(name, str) and is_text(name) and _is_id(number) and int(number) <= MAX_INDEX
    }
    if len(good) == len(pairs):
        return good, []
    count = len(pairs) - len(good)
    return good, [_odd_names(where, f"{count} of {len(pairs)} class names were passed over")]


def _is_id(value: Any) -> bool:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return (is_number or isinstance(value, str)) and _ID.fullmatch(str(value)[:9]) is not None


def _odd_names(where: str, found: str) -> Problem:
    expected = f"a number from 0 to {MAX_INDEX} and a text, every number once"
    return Problem(Kind.VALUE_OUT_OF_RANGE, Severity.WARNING, Scope.FILE, where, found, expected)


def _add_masks(entry: Entry, masks: Any) -> None:
    """The layers of an image, by name; one that is wrong is listed and left out."""
    if masks is None:
        return
    if not isinstance(masks, dict):
        found = "`masks` is no object"
        entry.add_fault(DataError(Kind.VALUE_OUT_OF_RANGE, entry.where, found, "layer to mask"))
        return
    for layer in sorted(masks):
        where = f"{entry.where}: mask `{layer}`"
        try:
            if not isinstance(masks[layer], dict) or not is_text(layer):
                found = "the mask is no object, or its name no text"
                raise DataError(Kind.VALUE_OUT_OF_RANGE, repr(where), found)
            entry.masks[layer] = file_path(masks[layer], where)
        except DataError as error:
            entry.add_fault(error)


def _separated(value: Mapping[str, Any], name: str, where: str) -> Iterator[Entry]:
    """Images of a list: their files, captions and masks stand in lists of one length."""
    files = value.get("filenames")
    if not isinstance(files, list):
        kind = Kind.MISSING_FIELD if files is None else Kind.VALUE_OUT_OF_RANGE
        entry = Entry(name, where)
        entry.add_fault(DataError(kind, where, "there is no list `filenames`"))
        yield entry
        return
    captions, masks = (_list_of(value.get(field)) for field in ("captions", "all_masks"))
    for i, path in enumerate(files):
        image: dict[str, Any] = {"path": path}
        image["caption"] = captions[i] if i < len(captions) else None
        image["masks"] = masks[i] if i < len(masks) else None
        yield image_entry(image, f"{name}/{i}", f"{where}[{i}]")


def _list_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

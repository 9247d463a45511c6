"""Label maps as files: CVAT's `labelmap.txt` read and written, and the maps of Pascal VOC.

What users hand over with `--labels` is in `label_arguments`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NoReturn

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import (
    BACKGROUND_NAME,
    MAX_INDEX,
    LabelClass,
    LabelMap,
    filler,
    find_background,
    next_free_color,
    voc_color,
)
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .safe_paths import is_text

LABELMAP = "labelmap.txt"
HEADER = "# label:color_rgb:parts:actions"
BLACK: Rgb = (0, 0, 0)

_LINE_END = re.compile(r"\r\n|\r|\n")
_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
_VOC_NAMES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair",
    "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa",
    "train", "tvmonitor", "ignored",
)  # fmt: skip
_PERSON_PARTS = ("head", "hand", "foot")
_PERSON_ACTIONS = (
    "other", "jumping", "phoning", "playinginstrument", "reading", "ridingbike", "ridinghorse",
    "running", "takingphoto", "usingcomputer", "walking",
)  # fmt: skip
_IGNORED_COLOR = voc_color(255)


def voc_label_map() -> LabelMap:
    """The 22 labels that hold where a data set has no `labelmap.txt`."""
    classes = [LabelClass(i, name, voc_color(i)) for i, name in enumerate(_VOC_NAMES)]
    classes[15] = replace(classes[15], parts=_PERSON_PARTS, actions=_PERSON_ACTIONS)
    classes[21] = replace(classes[21], color=_IGNORED_COLOR)
    return LabelMap(tuple(classes), background=0)


def read_labelmap_txt(data: bytes, where: str = LABELMAP) -> tuple[LabelMap, list[Problem]]:
    """Parse a `labelmap.txt`; the class index is the position among the label lines.

    Returns:
        The label map, and a warning (duplicate_color) for each color that stands twice.

    Raises:
        DataError: labelmap_encoding, labelmap_syntax or duplicate_label, with the line.
    """
    classes: list[LabelClass] = []
    lines: dict[str, int] = {}
    for number, line in enumerate(_lines(data, where), 1):
        if not line or line.startswith("#"):
            continue
        found = _read_line(line, len(classes), f"{where}:{number}")
        if found.name in lines:
            raise DataError(
                Kind.DUPLICATE_LABEL,
                f"{where}:{number}",
                f"the label `{found.name}` stands in line {lines[found.name]} already",
                "every name once",
            )
        lines[found.name] = number
        classes.append(found)
    problems = _shared_colors(classes, where, lines)
    if all(c.color is None for c in classes):
        classes = [replace(c, color=voc_color(c.index)) for c in classes]
    return LabelMap(tuple(classes), background_of(classes)), problems


def background_of(classes: Iterable[LabelClass]) -> int | None:
    """The class named background, else index 0 where nothing names a class, else none."""
    classes = tuple(classes)
    return find_background(classes) if classes else 0


def write_labelmap_txt(label_map: LabelMap) -> bytes:
    """The declared classes, one line each at the line of its index, gaps as fillers."""
    if all(c.color is None for c in label_map.classes):
        # A file without any color is read back in those of the VOC sequence.
        label_map = with_all_colors(label_map)
    lines = [HEADER, *(_line(c) for c in without_gaps(label_map).classes)]
    return ("\n".join(lines) + "\n").encode()


def without_gaps(label_map: LabelMap) -> LabelMap:
    """The same classes in index order, with a filler in an unused color at each unused index."""
    colors = label_map.colors()
    classes = []
    for index in range(max(label_map.declared, default=-1) + 1):
        found = label_map.declared.get(index)
        if found is None:
            color = next_free_color(index, colors)
            colors.add(color)
            found = filler(index, color)
        classes.append(found)
    return replace(label_map, classes=tuple(classes))


def with_all_colors(label_map: LabelMap) -> LabelMap:
    """The same classes, those without a color in an unused one of the VOC sequence."""
    colors = label_map.colors()
    classes = []
    for label_class in label_map.classes:
        if label_class.color is None:
            label_class = replace(label_class, color=next_free_color(label_class.index, colors))
        colors.add(label_class.color or BLACK)
        classes.append(label_class)
    return replace(label_map, classes=tuple(classes))


def with_background_last(label_map: LabelMap) -> LabelMap:
    """With a class for pixels that mean nothing: appended after all others where there is none.

    Black if black is free. A map that holds a background, or a class of that name, gets none.
    """
    if label_map.background in label_map.declared:
        return label_map
    named = find_background(label_map.classes)
    if named is not None:
        return label_map.with_background(named)
    index = max(label_map.declared, default=-1) + 1
    color = BLACK if BLACK not in label_map.colors() else label_map.free_color(index)
    background = LabelClass(index, BACKGROUND_NAME, color)
    return label_map.with_class(background).with_background(index)


def color_owners(classes: Iterable[LabelClass]) -> dict[Rgb, int]:
    """Class index of each color; where two classes share one, the later owns it."""
    return {c.color: c.index for c in classes if c.color is not None}


def check_writable(label_map: LabelMap, known: Iterable[str] = ()) -> None:
    """Make sure that every declared class can stand in a `labelmap.txt` and be read back.

    Args:
        known: names that were read from the file; a blank at their end is kept.

    Raises:
        DataError: cannot_hold, or duplicate_label.
    """
    known = set(known)
    names: set[str] = set()
    for label_class in label_map.classes:
        name = label_class.name
        if name in names:
            raise DataError(Kind.DUPLICATE_LABEL, LABELMAP, f"two classes are called `{name}`")
        names.add(name)
        reason = _name_fault(name.rstrip(" ") if name in known else name)
        if reason:
            raise _cannot_hold(f"the class name {name!r} {reason}")
        for text in (*label_class.parts, *label_class.actions):
            if text != text.strip() or not text or re.search(r"[:,\r\n]", text):
                raise _cannot_hold(f"the part or action {text!r} of `{name}` cannot be written")


def _name_fault(name: str) -> str | None:
    if not name:
        return "is empty"
    if re.search(r"[:\r\n]", name):
        return "holds a colon or a line break"
    if name.startswith("#"):
        return "starts with `#`"
    if name != name.strip():
        return "has blanks at an end"
    if not is_text(name):
        return "holds bytes that are no text"
    return None


def _cannot_hold(found: str) -> DataError:
    return DataError(Kind.CANNOT_HOLD, LABELMAP, found, "a name this format can write")


def _lines(data: bytes, where: str) -> list[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            Kind.LABELMAP_ENCODING, f"{where}:{line}", "these bytes are not UTF-8", "UTF-8"
        ) from error
    return [line.strip() for line in _LINE_END.split(text)]


def _read_line(line: str, index: int, where: str) -> LabelClass:
    fields = line.split(":")
    if len(fields) != 4:
        _syntax(where, f"{len(fields)} fields", "name:r,g,b:parts:actions")
    name, color, parts, actions = fields
    if not name:
        _syntax(where, "the name is empty", "name:r,g,b:parts:actions")
    if index > MAX_INDEX:
        _syntax(where, "too many labels", f"at most {MAX_INDEX + 1}")
    return LabelClass(index, name, _read_color(color, where), _words(parts), _words(actions))


def _read_color(field: str, where: str) -> Rgb | None:
    if not field:
        return None
    numbers = [n.strip() for n in field.split(",")]
    if len(numbers) != 3 or not all(_INTEGER.fullmatch(n) for n in numbers):
        _syntax(where, f"the color `{field}`", "three integers r,g,b")
    red, green, blue = (int(n) for n in numbers)
    if not all(0 <= n <= 255 for n in (red, green, blue)):
        _syntax(where, f"the color `{field}`", "numbers from 0 to 255")
    return red, green, blue


def _words(field: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in field.split(",") if word.strip())


def _shared_colors(classes: list[LabelClass], where: str, lines: dict[str, int]) -> list[Problem]:
    problems = []
    seen: dict[Rgb, LabelClass] = {}
    for found in classes:
        if found.color is None:
            continue
        if found.color in seen:
            problems.append(
                Problem(
                    Kind.DUPLICATE_COLOR,
                    Severity.WARNING,
                    Scope.FILE,
                    f"{where}:{lines[found.name]}",
                    f"`{found.name}` has the color {found.color} of `{seen[found.color].name}`"
                    " and owns its pixels from here on",
                    "every color once",
                )
            )
        seen[found.color] = found
    return problems


def _line(label_class: LabelClass) -> str:
    color = ",".join(map(str, label_class.color)) if label_class.color else ""
    return (
        f"{label_class.name}:{color}:{','.join(label_class.parts)}:{','.join(label_class.actions)}"
    )


def _syntax(where: str, found: str, expected: str) -> NoReturn:
    raise DataError(Kind.LABELMAP_SYNTAX, where, found, expected)

"""Label maps as users hand them over: a `labelmap.txt`, names line by line, JSON, a comma list.

JSON is what `label_json` takes, or the words of another system (`label_dialects`); its content says
which.
"""

from __future__ import annotations

import re
from pathlib import Path

from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError, Kind, UsageError

from .guarded_json import load_json
from .label_json import label_map_of_json, label_map_of_names
from .label_maps import LABELMAP, read_labelmap_txt

_LIMIT = 64 << 20
_LABELMAP_LINE = re.compile(r"[^:]+:([0-9 ]+,[0-9 ]+,[0-9 ]+)?:[^:]*:[^:]*")


def read_labels(argument: str | Path) -> LabelMap:
    """The label map that a file or a comma list stands for.

    Args:
        argument: path of a file, or names separated by commas. A path wins where both fit.

    Raises:
        DataError: the file cannot be read or is not as it must be.
        UsageError: it names no file and no class.
    """
    path = Path(argument)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if is_file:
        return _read_file(path)
    text = str(argument)
    if isinstance(argument, Path) or ("," not in text and path.suffix in {".txt", ".json"}):
        raise DataError(Kind.FILE_MISSING, text, "there is no such file", "a list of class names")
    names = [name.strip() for name in text.split(",")]
    if not any(names):
        raise UsageError("No class is named; expected a file or names separated by commas.")
    return label_map_of_names(dict(enumerate(names)), "the list of class names")


def _read_file(path: Path) -> LabelMap:
    data = _read_bytes(path)
    text = data.lstrip(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"[")):
        from .label_dialects import read_dialect  # no start needs it

        document = load_json(data, path.name)
        found = read_dialect(document, path.name)
        return found if found is not None else label_map_of_json(document, path.name)
    if path.name == LABELMAP or _is_labelmap(data):
        return read_labelmap_txt(data, path.name)[0]
    return _of_lines(data, path.name)


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LIMIT:
            raise DataError(
                Kind.VALUE_OUT_OF_RANGE, path.name, "the file is too large for a list of classes"
            )
        return path.read_bytes()
    except OSError as error:
        found = f"the file cannot be read ({error.strerror})"
        raise DataError(Kind.FILE_MISSING, path.name, found) from error


def _is_labelmap(data: bytes) -> bool:
    """Whether the first line that says anything has the four fields of a `labelmap.txt`."""
    for line in data.decode("utf-8-sig", "replace").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            return _LABELMAP_LINE.fullmatch(line.strip()) is not None
    return False


def _of_lines(data: bytes, where: str) -> LabelMap:
    try:
        lines = [line.strip() for line in data.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError as error:
        raise DataError(Kind.LABELMAP_ENCODING, where, "the names are not UTF-8") from error
    return label_map_of_names(dict(enumerate(line for line in lines if line)), where)

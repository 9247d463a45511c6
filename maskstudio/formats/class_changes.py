"""Class mappings in JSON: an object from old index or name to new index or name."""

from __future__ import annotations

from pathlib import Path

from maskstudio.errors import DataError, Kind

from .guarded_json import load_json

LIMIT_BYTES = 16 << 20
EXPECTED = '{"old index or name": new index or "name"}'


def read_class_changes(path: Path) -> dict[str, str]:
    """The words of a mapping file, old to new; which classes they mean is for the caller to find.

    Raises:
        DataError: the file cannot be read (file_missing), is no JSON (json_invalid), or is
            something else than such an object (value_out_of_range).
    """
    try:
        if path.stat().st_size > LIMIT_BYTES:
            found = "the file is too large for a mapping of classes"
            raise DataError(Kind.VALUE_OUT_OF_RANGE, path.name, found)
        data = path.read_bytes()
    except OSError as error:
        found = f"the file cannot be read ({error.strerror})"
        raise DataError(Kind.FILE_MISSING, str(path), found) from error
    document = load_json(data, path.name)
    if not isinstance(document, dict):
        raise DataError(Kind.VALUE_OUT_OF_RANGE, path.name, "this is no object", EXPECTED)
    return {old: _word(new, old, path.name) for old, new in document.items()}


def _word(new: object, old: str, where: str) -> str:
    if isinstance(new, str) and new:
        return new
    if type(new) is int and new >= 0:
        return str(new)
    found = f"`{old}` becomes {new!r:.60}"
    raise DataError(Kind.VALUE_OUT_OF_RANGE, where, found, "an index or a name")

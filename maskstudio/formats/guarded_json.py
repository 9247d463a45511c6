"""JSON from outside: no NaN, no number without end, no bottomless nesting, no repeated keys.

Faults say where.
"""

from __future__ import annotations

import json
from math import isinf
from typing import Any, NoReturn

from maskstudio.errors import DataError, Kind

MAX_DEPTH = 200


def load_json(data: bytes, where: str) -> Any:
    """Parse a document.

    Raises:
        DataError: json_invalid or json_too_deep.
    """
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_unique,
        )
    except RecursionError as error:
        raise _too_deep(where) from error
    except ValueError as error:
        raise DataError(Kind.JSON_INVALID, where, f"this is not valid JSON ({error})") from error
    if _is_deeper(found, MAX_DEPTH):
        raise _too_deep(where)
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise ValueError(f"{digits[:20]} is larger than a number can be")
    return number


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _is_deeper(value: Any, depth: int) -> bool:
    """Whether lists and objects are nested more than so deep; walks level by level."""
    level = [value]
    for _ in range(depth + 1):
        containers = [v for v in level if isinstance(v, dict | list)]
        level = [inner for c in containers for inner in (c.values() if isinstance(c, dict) else c)]
        if not containers:
            return False
    return True


def _too_deep(where: str) -> DataError:
    return DataError(
        Kind.JSON_TOO_DEEP, where, f"nested more than {MAX_DEPTH} levels", "a flatter document"
    )

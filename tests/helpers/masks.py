"""Small masks drawn as text, so that a failure can be seen: `mask("..11.", ".111.")`."""

from __future__ import annotations

import string
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SIGNS = "." + string.digits[1:] + string.ascii_lowercase


def mask(*rows: str) -> NDArray[np.uint8]:
    """(H, W) uint8 indices: '.' and '0' are 0, digits are themselves, letters go on from a = 10."""
    if len({len(row) for row in rows}) > 1:
        raise ValueError("the rows of a mask have one length")
    signs = [[_SIGNS.index(sign.replace("0", ".")) for sign in row] for row in rows]
    return np.array(signs, dtype=np.uint8).reshape(len(rows), len(rows[0]) if rows else 0)


def text(indices: NDArray[Any]) -> tuple[str, ...]:
    """The rows that draw an (H, W) mask; indices above 35 show as '?'."""
    return tuple("".join(_sign(int(index)) for index in row) for row in indices)


def _sign(index: int) -> str:
    return _SIGNS[index] if index < len(_SIGNS) else "?"

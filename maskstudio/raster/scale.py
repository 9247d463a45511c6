"""Masks of another size, by nearest neighbour."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.geometry import Size


def scaled(mask: NDArray[Any], size: Size) -> NDArray[Any]:
    """A mask of another size: each pixel is the one its centre lies in.

    Args:
        mask: (H, W) class indices or instance ids.

    Returns:
        A new (size.height, size.width) array of the same dtype.
    """
    rows = _nearest(mask.shape[0], size.height)
    columns = _nearest(mask.shape[1], size.width)
    return np.ascontiguousarray(mask[rows][:, columns])


def _nearest(n_before: int, n_after: int) -> NDArray[np.int64]:
    """Position before for each position after; halves are exact in integers."""
    return (2 * np.arange(n_after, dtype=np.int64) + 1) * n_before // (2 * n_after)

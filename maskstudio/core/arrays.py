"""Names for the roles arrays play; shapes and dtypes are fixed here once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

IndexMask = NDArray[np.unsignedinteger[Any]]
"""(H, W) class indices, C-contiguous, uint8; uint16 as soon as an index exceeds 255."""

InstanceMask = NDArray[np.unsignedinteger[Any]]
"""(H, W) instance ids, uint16 or uint32; 0 is no instance."""

BinaryMask = NDArray[np.bool_]
"""(H, W) true where something holds."""

ColorMask = NDArray[np.uint8]
"""(H, W, 3) RGB picture of a mask."""

Pixels = NDArray[Any]
"""(H, W) or (H, W, C) pixels of an image."""

Rgb = tuple[int, int, int]
"""Red, green, blue, 0 to 255 each."""


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """A view of the array that cannot be written through."""
    view = array.view()
    view.flags.writeable = False
    return view

"""Objects of another size with smooth outlines, as the Labelbox SDK scales them.

Not for class masks: they are scaled by nearest neighbour (`raster.scale`), always.
"""

from __future__ import annotations

import cv2
import numpy as np

from maskstudio.core.arrays import BinaryMask
from maskstudio.core.geometry import Size


def stretched(mask: BinaryMask, size: Size) -> BinaryMask:
    """The object (H, W) in another size: where bilinear interpolation of 0 and 1 rounds to 1."""
    if Size.of(mask) == size:
        return mask.copy()
    stored = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_LINEAR)
    return stored.astype(np.bool_)

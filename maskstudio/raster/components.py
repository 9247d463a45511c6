"""Connected components, for giving the objects of a class ids."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import BinaryMask


def connected_components(binary: BinaryMask) -> tuple[NDArray[np.uint32], int]:
    """Number the true regions; pixels that touch at an edge or a corner belong together.

    Returns:
        (H, W) uint32, 0 where `binary` is false, else 1 .. count; and the count.
    """
    import cv2

    if binary.size == 0:
        return np.zeros(binary.shape, np.uint32), 0
    picture = np.ascontiguousarray(binary).view(np.uint8)
    n_labels, labels = cv2.connectedComponents(picture, connectivity=8, ltype=cv2.CV_32S)
    return labels.view(np.uint32), n_labels - 1

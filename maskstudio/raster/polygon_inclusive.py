"""Polygons as the Labelbox SDK draws them: whole coordinates, and the border belongs to the shape.

Not for drawing in MaskStudio: shapes grow by half a pixel here, and neighbours overlap. The rule
of `raster.polygon` has neither fault.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from maskstudio.core.arrays import BinaryMask
from maskstudio.core.geometry import Point, Size

_LIMIT = 1 << 31


def fill_polygon_inclusive(points: Sequence[Point], size: Size) -> BinaryMask:
    """Pixels of one ring.

    Args:
        points: vertices; their coordinates are cut to whole numbers, towards zero.

    Returns:
        (H, W) of the picture, true inside and on the border.

    Raises:
        ValueError: a coordinate is not finite, or of more than 31 bits.
    """
    vertices = np.asarray(points, np.float64).reshape(-1, 2)
    if not (np.abs(vertices) < _LIMIT).all():
        raise ValueError("a polygon has a vertex that is not finite, or too far away")
    canvas = np.zeros((size.height, size.width), np.uint8)
    if len(vertices) and canvas.size:
        cv2.fillPoly(canvas, [vertices.astype(np.int32)], 1)
    return canvas.astype(np.bool_)

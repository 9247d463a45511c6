"""The grid on pixel edges, which shows from a few device pixels per image pixel on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.geometry import Rect

from .palette import Words
from .viewport import Viewport

GRID_FROM_ZOOM = 6.0
GRID_OPACITY = 0.35
GRID_SHADE = 128


@dataclass(frozen=True)
class GridLines:
    """Whether each device row and column of a device rect begins an image pixel."""

    rows: NDArray[np.bool_]
    columns: NDArray[np.bool_]

    def strip(self, start: int, stop: int) -> GridLines:
        """The part for some rows."""
        return GridLines(self.rows[start:stop], self.columns)


def grid_lines(area: Rect, viewport: Viewport) -> GridLines | None:
    """The lines inside a device rect; None where the zoom is too small for them."""
    if viewport.zoom < GRID_FROM_ZOOM:
        return None
    return GridLines(
        np.diff(viewport.rows(area.y0 - 1, area.y1)) > 0,
        np.diff(viewport.columns(area.x0 - 1, area.x1)) > 0,
    )


def lined(words: Words) -> Words:
    """The same words below a line of the grid."""
    import cv2

    below: Words = cv2.LUT(words.view(np.uint8), _shades()).view(np.uint32)
    below |= np.uint32(0xFF000000)
    return below


@lru_cache(maxsize=1)
def _shades() -> NDArray[np.uint8]:
    """(256,) what becomes of a channel."""
    shades = np.arange(256)
    return np.rint(shades + (GRID_SHADE - shades) * GRID_OPACITY).astype(np.uint8)

"""The picture being annotated, decoded, and the values of it that are shown as black and white."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .arrays import Pixels
from .geometry import Rect, Size


class Window(NamedTuple):
    """Values shown as black and as white."""

    low: float
    high: float


FULL_8_BIT = Window(0.0, 255.0)


@dataclass(frozen=True)
class Adjustment:
    """How a picture is shown; never changes a pixel. The neutral values change nothing.

    Args:
        brightness: -1 to 1, added after scaling to 0..1.
        contrast: -1 to 1, slope around the middle: 0 keeps, 1 makes it eight times steeper.
        gamma: 0.1 to 10, exponent 1/gamma.
    """

    brightness: float = 0.0
    contrast: float = 0.0
    gamma: float = 1.0


@dataclass(frozen=True)
class Image:
    """A decoded picture as shown: EXIF orientation is applied.

    Args:
        pixels: (H, W) gray, (H, W, 3) RGB or (H, W, 4) RGBA; uint8, uint16 or float32.
        window: values shown as black and white; (0, 255) for 8 bit, else from the values.
        turned: whether EXIF orientation swapped or mirrored the stored rows and columns.
    """

    pixels: Pixels
    window: Window = FULL_8_BIT
    turned: bool = False

    @property
    def size(self) -> Size:
        """Width and height as shown."""
        return Size.of(self.pixels)

    def read(self, rect: Rect, step: int = 1) -> Pixels:
        """Every step-th pixel of a rectangle inside the picture, as a view."""
        return self.pixels[rect.y0 : rect.y1 : step, rect.x0 : rect.x1 : step]

"""Masks and polygons under the names that users of the Labelbox SDK know.

    from maskstudio.labelbox import Mask, MaskData, Point, Polygon

    eye = Polygon([Point(82, 180), Point(83, 184), Point(88, 184)])
    data = MaskData(arr=eye.draw(height=300, width=400, color=(255, 0, 0)))
    Mask(mask=data, color=(255, 0, 0)).draw()

Nothing here is Labelbox's code, and its package is not needed. What it does is in `formats.md`,
section 5.2. Reading and writing its files is `maskstudio.open` and `maskstudio.convert`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import BinaryMask, ColorMask, Rgb
from maskstudio.core.geometry import Point, Rect, Size

__all__ = ["Fill", "Mask", "MaskData", "Point", "Polygon", "combined"]

Fill = Literal["center", "inclusive"]
"""Which pixels belong to a polygon: those whose centers lie inside, or the border's too."""

Color = Rgb | int


@dataclass(frozen=True, eq=False)
class MaskData:
    """A raster in which colors tell objects apart; several `Mask`s may share it.

    Args:
        arr: (H, W, 3) uint8, RGB.
        url: path of a picture with such pixels, read when they are needed. Addresses are never
            fetched.

    Raises:
        TypeError: `arr` is no array of uint8.
        ValueError: it has another shape, or neither is given.
    """

    arr: ColorMask | None = None
    url: str | Path | None = None

    def __post_init__(self) -> None:
        """Check the array."""
        if self.arr is None:
            if self.url is None:
                raise ValueError("MaskData needs an array or the path of a picture.")
            return
        if not isinstance(self.arr, np.ndarray) or self.arr.dtype != np.uint8:
            raise TypeError("The array of a mask must be a numpy array of uint8.")
        if self.arr.ndim != 3 or self.arr.shape[2] != 3:
            raise ValueError(f"The array of a mask is {self.arr.shape}; expected (H, W, 3).")

    @classmethod
    def from_2D_arr(cls, arr: NDArray[Any]) -> MaskData:
        """The same value in all three channels.

        Args:
            arr: (H, W) of whole numbers that uint8 holds whatever they are.

        Raises:
            TypeError: it is no array.
            ValueError: it has another shape or type: bool, float, and int64 even where every
                value is below 256.
        """
        if not isinstance(arr, np.ndarray):
            raise TypeError("The array of a mask must be a numpy array.")
        if arr.ndim != 2:
            raise ValueError(f"The array of a mask is {arr.shape}; expected (H, W).")
        if arr.dtype != np.uint8:
            raise ValueError(
                f"An array of {arr.dtype} does not fit into uint8 whatever it holds;"
                " convert it with .astype(numpy.uint8)."
            )
        return cls(arr=np.repeat(arr[:, :, None], 3, axis=2))

    @classmethod
    def from_2D_array(cls, arr: NDArray[Any]) -> MaskData:
        """As `from_2D_arr`."""
        return cls.from_2D_arr(arr)

    @cached_property
    def value(self) -> ColorMask:
        """The pixels, (H, W, 3) uint8. Raises DataError where they cannot be read."""
        if self.arr is not None:
            return self.arr
        from maskstudio.formats.labelbox_rasters import read_rgb

        assert self.url is not None
        return read_rgb(self.url)


@dataclass(frozen=True, eq=False)
class Mask:
    """One object: the pixels of a raster that have its color.

    Args:
        mask: the raster.
        color: RGB, or one number that stands for three equal ones.

    Raises:
        TypeError: `mask` is no MaskData.
        ValueError: the color is neither, or not within 0 to 255.
    """

    mask: MaskData
    color: Color

    def __post_init__(self) -> None:
        """Check both."""
        if not isinstance(self.mask, MaskData):
            raise TypeError("The mask of an object must be MaskData.")
        object.__setattr__(self, "color", _checked(self.color))

    def pixels(self) -> BinaryMask:
        """(H, W), true where the object is."""
        found: BinaryMask = (self.mask.value == np.array(self.color, np.uint8)).all(axis=2)
        return found

    def draw(
        self, height: int | None = None, width: int | None = None, color: Color | None = None
    ) -> NDArray[np.uint8]:
        """The object alone.

        Args:
            height, width: another size; outlines are interpolated.
            color: to draw in; the object's own by default.

        Returns:
            (H, W, 3) uint8, or (H, W) where the color is one number; 0 where the object is not.
        """
        from maskstudio.raster.stretch import stretched

        found = self.pixels()
        size = Size(width or found.shape[1], height or found.shape[0])
        return _painted(stretched(found, size), self.color if color is None else _checked(color))


@dataclass(frozen=True)
class Polygon:
    """A closed ring of at least three points, in image coordinates.

    Raises:
        ValueError: there are fewer.
    """

    points: Sequence[Point]

    def __post_init__(self) -> None:
        """Count the points."""
        if len(self.points) < 3:
            raise ValueError(f"A polygon needs three points; these are {len(self.points)}.")

    def pixels(self, height: int, width: int, *, fill: Fill = "inclusive") -> BinaryMask:
        """(height, width), true where the polygon is.

        Args:
            fill: `inclusive` as the SDK draws: coordinates are cut to whole numbers and border
                pixels belong to it. `center` as MaskStudio draws: where the pixel's center is
                inside.

        Raises:
            ValueError: there is no such rule, or a coordinate is not finite.
        """
        size = Size(width, height)
        if fill == "inclusive":
            from maskstudio.raster.polygon_inclusive import fill_polygon_inclusive

            return fill_polygon_inclusive(self.points, size)
        if fill != "center":
            raise ValueError(f"There is no fill rule {fill!r}; choose `center` or `inclusive`.")
        from maskstudio.raster.polygon import fill_polygon

        whole = np.zeros((height, width), np.bool_)
        rect, found = fill_polygon([self.points], Rect.of_size(size))
        whole[rect.slices] = found
        return whole

    def draw(
        self, height: int, width: int, color: Rgb = (255, 255, 255), *, fill: Fill = "inclusive"
    ) -> ColorMask:
        """The polygon on black, (height, width, 3) uint8. Raises ValueError, TypeError."""
        checked = _checked(color)
        if isinstance(checked, int):
            raise TypeError("The color of a polygon has three values.")
        return _painted(self.pixels(height, width, fill=fill), checked)


def combined(
    polygons: Iterable[tuple[Polygon, Rgb]], height: int, width: int, *, fill: Fill = "inclusive"
) -> ColorMask:
    """Several polygons in one raster; where they overlap each channel takes the brighter value.

    Returns:
        (height, width, 3) uint8. Colors of one channel order keep objects apart where they overlap;
        of others the brighter values are a new color there.
    """
    raster = np.zeros((height, width, 3), np.uint8)
    for polygon, color in polygons:
        np.maximum(raster, polygon.draw(height, width, color, fill=fill), out=raster)
    return raster


def _checked(color: Any) -> Color:
    """A color as plain numbers. Raises ValueError."""
    parts = tuple(color) if isinstance(color, list | tuple | np.ndarray) else (color,)
    is_whole = all(isinstance(part, int | np.integer) for part in parts)
    if not is_whole or len(parts) not in (1, 3) or not all(0 <= part <= 255 for part in parts):
        raise ValueError(f"{color!r} is no color; expected three numbers, or one, from 0 to 255.")
    numbers = [int(part) for part in parts]
    return numbers[0] if len(numbers) == 1 else (numbers[0], numbers[1], numbers[2])


def _painted(pixels: BinaryMask, color: Color) -> NDArray[np.uint8]:
    """Pixels in a color on black; two-dimensional for one number."""
    shape = pixels.shape if isinstance(color, int) else (*pixels.shape, 3)
    canvas: NDArray[np.uint8] = np.zeros(shape, np.uint8)
    canvas[pixels] = color
    return canvas

"""Which pixels of an array are composed: a rectangle as it is, or chosen rows and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.geometry import Rect, Size

from .pyramid import Pyramid, factor_for
from .viewport import Viewport

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lattice:
    """Image rows and columns to read, and where each of them lands on the screen.

    Args:
        rows, columns: image pixels to read, ascending.
        to_rows, to_columns: for every device pixel the position in `rows` and `columns`; None
            where each stands for one device pixel.
        step: image pixels per device pixel.
    """

    rows: Ints
    columns: Ints
    to_rows: Ints | None
    to_columns: Ints | None
    step: float
    image_size: Size


def lattice_of(area: Rect, viewport: Viewport) -> Lattice:
    """The lattice behind a device rect that lies on the picture.

    It depends on each device pixel's position alone, never on where `area` begins.
    """
    width, height = viewport.image_size
    rows = np.minimum(viewport.rows(area.y0, area.y1), height - 1)
    columns = np.minimum(viewport.columns(area.x0, area.x1), width - 1)
    if viewport.zoom <= 1:
        return Lattice(rows, columns, None, None, 1 / viewport.zoom, viewport.image_size)
    return Lattice(
        np.arange(rows[0], rows[-1] + 1),
        np.arange(columns[0], columns[-1] + 1),
        rows - rows[0],
        columns - columns[0],
        1 / viewport.zoom,
        viewport.image_size,
    )


def sampled(source: Pyramid, lattice: Lattice, *, reduce: bool = True) -> NDArray[Any]:
    """(rows, columns[, C]) pixels of an array stretched over the picture, nearest.

    Args:
        reduce: whether reduced levels may be read.
    """
    rows, columns = lattice.rows, lattice.columns
    size, image = source.size, lattice.image_size
    step = lattice.step
    if size != image:
        rows = (2 * rows + 1) * size.height // (2 * image.height)
        columns = (2 * columns + 1) * size.width // (2 * image.width)
        step *= min(size.width / image.width, size.height / image.height)
    factor = factor_for(step) if reduce else 1
    level = source.levels.get(factor)
    if level is not None:
        return _taken(level, rows // factor, columns // factor)
    if factor > 1 and source.is_mask:
        rows, columns = rows // factor * factor, columns // factor * factor
    return _taken(source.pixels, rows, columns)


def expanded(pixels: NDArray[Any], lattice: Lattice) -> NDArray[Any]:
    """One entry per device pixel, from one per pixel of the lattice."""
    if lattice.to_columns is not None:
        pixels = np.take(pixels, lattice.to_columns, axis=1, mode="clip")
    if lattice.to_rows is not None:
        pixels = np.take(pixels, lattice.to_rows, axis=0, mode="clip")
    return pixels


def _taken(pixels: NDArray[Any], rows: Ints, columns: Ints) -> NDArray[Any]:
    """pixels[rows][:, columns]; runs are views."""
    first, last = int(columns[0]), int(columns[-1]) + 1
    if last - first == columns.size:
        strip = pixels[:, first:last]
        columns_done = True
    else:
        strip, columns_done = pixels[:, first:last], False
    if int(rows[-1]) + 1 - int(rows[0]) == rows.size:
        strip = strip[int(rows[0]) : int(rows[-1]) + 1]
    else:
        strip = np.take(strip, rows, axis=0, mode="clip")
    return strip if columns_done else np.take(strip, columns - first, axis=1, mode="clip")

"""Which pixels of an array are composed: a rectangle as it is, or chosen rows and columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.geometry import Rect, Size

from .pyramid import Pyramid, factor_for
from .viewport import Viewport

Ints = NDArray[np.int64]

RUN_UP_TO = 1.5
"""Columns per device pixel up to which all are composed and the frame's are chosen at the end.

Choosing from words once costs less than choosing from every mask, unless too many are composed.
"""


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

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return self.rows.size, self.columns.size

    @property
    def is_screen(self) -> bool:
        """Whether each of its pixels is one device pixel."""
        return self.to_rows is None and self.to_columns is None

    def strip(self, start: int, stop: int) -> Lattice:
        """The part for some of its device rows, counted from its first."""
        if self.to_rows is None:
            return replace(self, rows=self.rows[start:stop])
        to_rows = self.to_rows[start:stop]
        first, last = int(to_rows[0]), int(to_rows[-1])
        return replace(self, rows=self.rows[first : last + 1], to_rows=to_rows - first)


def lattice_of(area: Rect, viewport: Viewport) -> Lattice:
    """The lattice behind a device rect that lies on the picture.

    What a device pixel shows depends on its position alone, never on where `area` begins. Below
    1:1 rows and columns are multiples of the factor of the level that is read.
    """
    width, height = viewport.image_size
    step = 1 / viewport.zoom
    factor = factor_for(step)
    rows = np.minimum(viewport.rows(area.y0, area.y1), height - 1) // factor
    columns = np.minimum(viewport.columns(area.x0, area.x1), width - 1) // factor
    to_rows = to_columns = None
    if step < 1:
        rows, to_rows = _run(rows)
    if step != 1 and step <= RUN_UP_TO * factor:
        columns, to_columns = _run(columns)
    return Lattice(rows * factor, columns * factor, to_rows, to_columns, step, viewport.image_size)


def _run(places: Ints) -> tuple[Ints, Ints]:
    """All whole numbers from the first to the last place, and where the places are among them."""
    return np.arange(places[0], places[-1] + 1), places - places[0]


@dataclass(frozen=True)
class Source:
    """An array and the rows and columns of it that a lattice reads."""

    pixels: NDArray[Any]
    rows: Ints
    columns: Ints

    def rows_taken(self) -> NDArray[Any]:
        """The rows, with all columns from the first to the last; a run is a view."""
        top, left = int(self.rows[0]), int(self.columns[0])
        part = self.pixels[top : int(self.rows[-1]) + 1, left : int(self.columns[-1]) + 1]
        if len(part) != self.rows.size:
            # Not `take`: it would copy the part first, for its rows are not adjacent.
            part = part[self.rows - top]
        return part

    def columns_taken(self, rows: NDArray[Any]) -> NDArray[Any]:
        """The columns of what `rows_taken` gave, or of what was made of it; a run is a view."""
        if rows.shape[1] == self.columns.size:
            return rows
        taken: NDArray[Any] = rows.take(self.columns - self.columns[0], axis=1, mode="clip")
        return taken

    def taken(self) -> NDArray[Any]:
        """pixels[rows][:, columns]."""
        return self.columns_taken(self.rows_taken())


def source_of(pyramid: Pyramid, lattice: Lattice, *, reduce: bool = True) -> Source:
    """Where the pixels of an array come from that is stretched over the picture, nearest.

    Args:
        reduce: whether reduced levels may be read.
    """
    rows, columns = lattice.rows, lattice.columns
    size, image = pyramid.size, lattice.image_size
    step = lattice.step
    if size != image:
        rows = (2 * rows + 1) * size.height // (2 * image.height)
        columns = (2 * columns + 1) * size.width // (2 * image.width)
        step *= min(size.width / image.width, size.height / image.height)
    factor = factor_for(step) if reduce else 1
    level = pyramid.levels.get(factor)
    if level is not None:
        return Source(level, rows // factor, columns // factor)
    if factor > 1 and pyramid.is_mask:
        rows, columns = rows // factor * factor, columns // factor * factor
    return Source(pyramid.pixels, rows, columns)


def expanded(pixels: NDArray[Any], lattice: Lattice) -> NDArray[Any]:
    """One entry per device pixel, from one per pixel of the lattice; (h, w)."""
    rows, columns = lattice.to_rows, lattice.to_columns
    shape = (
        len(pixels) if rows is None else rows.size,
        pixels.shape[1] if columns is None else columns.size,
    )
    target = np.empty(shape, pixels.dtype)
    expand_into(target, pixels, lattice)
    return target


def expand_into(target: NDArray[Any], pixels: NDArray[Any], lattice: Lattice) -> None:
    """Write one entry per device pixel into an array of that shape."""
    rows, columns = lattice.to_rows, lattice.to_columns
    if rows is not None:
        wide = pixels if columns is None else np.take(pixels, columns, axis=1, mode="clip")
        take_into(target, wide, rows, axis=0)
    elif columns is not None:
        take_into(target, pixels, columns, axis=1)
    else:
        target[:] = pixels


def take_into(target: NDArray[Any], pixels: NDArray[Any], places: Ints, *, axis: int) -> None:
    """Write rows (axis 0) or columns (1) of an array into another, which may be part of a frame."""
    if target.flags.c_contiguous:
        np.take(pixels, places, axis=axis, mode="clip", out=target)
    else:  # where rows are apart, `out` is copied twice
        target[:] = np.take(pixels, places, axis=axis, mode="clip")

"""Picture, masks, outlines and grid to the words of a frame.

Every word depends on its device pixel's position and on what is shown, never on the area asked
for: repainting a part gives the same words as repainting everything.

Order: ground and edge, picture, fills from bottom to top, pixel grid, outlines from bottom to top.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import Rgb
from maskstudio.core.geometry import Rect
from maskstudio.core.image import FULL_8_BIT, Adjustment, Window

from .outline import HALO, draw_outlines, outline_words, rank_table
from .palette import Look, Palette, Words, as_bytes, packed_one
from .picture import NEUTRAL, over_checkerboard, to_8_bit
from .pyramid import Pyramid
from .sampling import Lattice, expand_into, expanded, lattice_of, source_of
from .viewport import Viewport
from .wash import Tint, looked_up, pair_wash, single_wash

GRID_FROM_ZOOM = 6.0
GRID_OPACITY = 0.35
GRID_SHADE = 128

HATCH_PERIOD = 8
"""Device pixels from line to line, along a row."""

HATCH_WIDTH = 2

CHECKER_SIDE = 8
"""Device pixels of a square of the board below transparent pictures; at least one image pixel."""

STRIP = 96
"""Rows composed at a time, so that what is worked on stays in the processor's cache."""

TALLEST_STRIP = 256
"""Most device rows that they may stand for."""


@dataclass(frozen=True)
class ShownLayer:
    """A mask as it is drawn; stretched over the picture where its size differs."""

    mask: Pyramid
    palette: Palette
    look: Look


@dataclass(frozen=True)
class Scene:
    """Everything there is to draw.

    Args:
        picture: or None, which leaves the ground color below the masks.
        layers: from bottom to top.
        smooth: whether a shrunken picture is read from averages; masks never are.
        grid: whether pixel edges are drawn from 6x on.
        ground: color around the picture.
        edge: color of the 1 px line around it.
    """

    picture: Pyramid | None = None
    layers: tuple[ShownLayer, ...] = ()
    window: Window = FULL_8_BIT
    adjustment: Adjustment = NEUTRAL
    smooth: bool = True
    grid: bool = True
    ground: Rgb = (0x14, 0x15, 0x17)
    edge: Rgb = (0x2E, 0x2F, 0x31)


def compose(frame: Words, area: Rect, viewport: Viewport, scene: Scene) -> None:
    """Write 0xffRRGGBB words into the part of a frame inside a device rect.

    Args:
        frame: (H, W) uint32, contiguous, of the size of the view.
        area: what lies outside the view is left out.
    """
    area = area & Rect.of_size(viewport.view_size)
    if area.is_empty:
        return
    picture = viewport.picture_rect()
    _draw_ground(frame, area, picture, scene)
    on_picture = area & picture
    if on_picture.is_empty:
        return
    _draw_fills(frame, on_picture, viewport, scene)
    for layer in scene.layers:
        if layer.look.has_outline:
            _draw_layer_outlines(frame, on_picture, viewport, layer)


def _strips(rect: Rect, zoom: float) -> Iterator[Rect]:
    """Pieces of a device rect; taller ones where less is read for each device pixel."""
    height = min(round(STRIP * max(zoom, 1)), TALLEST_STRIP)
    for y in range(rect.y0, rect.y1, height):
        yield Rect(rect.x0, y, rect.x1, min(y + height, rect.y1))


def _draw_ground(frame: Words, area: Rect, picture: Rect, scene: Scene) -> None:
    """What surrounds the picture, and the line around it."""
    if area & picture == area:
        return
    frame[area.slices] = packed_one(scene.ground)
    ring = area & picture.grown(1)
    if not ring.is_empty:
        frame[ring.slices] = packed_one(scene.edge)


def _draw_fills(frame: Words, area: Rect, viewport: Viewport, scene: Scene) -> None:
    """Everything but outlines inside a device rect that lies on the picture."""
    whole = lattice_of(area, viewport)
    grid = _grid_lines(area, viewport) if scene.grid else None
    for strip in _strips(area, viewport.zoom):
        start, stop = strip.y0 - area.y0, strip.y1 - area.y0
        lattice = whole.strip(start, stop)
        lines = grid.strip(start, stop) if grid else None
        fills = _fills(scene, lattice)
        target = frame[strip.slices]
        words = target if lattice.is_screen else np.empty(lattice.shape, np.uint32)
        _draw_bare(words, scene, lattice)
        hatched = words.copy() if any(_is_hatched(fill) for fill in fills) else None
        _wash(words, fills, on_line=False)
        if words is not target:
            _spread(words, lattice, lines, target)
        if hatched is not None:
            _wash(hatched, fills, on_line=True)
            on_lines = np.empty_like(target)
            _spread(hatched, lattice, lines, on_lines)
            np.copyto(target, on_lines, where=_hatch_lines(strip, viewport))


def _draw_bare(words: Words, scene: Scene, lattice: Lattice) -> None:
    """Write the words of the bare picture at the lattice."""
    import cv2

    if scene.picture is None:
        words[:] = packed_one(scene.ground)
        return
    source = source_of(scene.picture, lattice, reduce=scene.smooth)
    pixels = to_8_bit(source.rows_taken(), scene.window, scene.adjustment)
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        pixels = over_checkerboard(source.columns_taken(pixels), _checks(lattice))
    code = cv2.COLOR_GRAY2BGRA if pixels.ndim == 2 else cv2.COLOR_RGB2BGRA
    if pixels.shape[1] == words.shape[1]:
        cv2.cvtColor(pixels, code, dst=as_bytes(words))
        return
    # Columns are chosen last, for choosing words is several times faster than three bytes each.
    words[:] = source.columns_taken(cv2.cvtColor(pixels, code).view(np.uint32)[..., 0])


def _checks(lattice: Lattice) -> NDArray[np.bool_]:
    side = max(1, round(CHECKER_SIDE * lattice.step))
    checks: NDArray[np.bool_] = (
        (lattice.rows[:, None] // side + lattice.columns // side) % 2
    ).astype(np.bool_)
    return checks


@dataclass(frozen=True)
class _Fill:
    """Indices of one filled layer at the lattice."""

    indices: NDArray[np.unsignedinteger]
    tint: Tint

    @property
    def n_indices(self) -> int:
        """How many indices its depth can hold."""
        return int(np.iinfo(self.indices.dtype).max) + 1

    @property
    def is_narrow(self) -> bool:
        """Whether it has 8 bit, so that two of them fit into one 16-bit index."""
        return self.indices.dtype == np.uint8


def _fills(scene: Scene, lattice: Lattice) -> list[_Fill]:
    return [
        _Fill(
            source_of(layer.mask, lattice).taken(),
            Tint(layer.palette, layer.look.opacity, layer.look.strength),
        )
        for layer in scene.layers
        if layer.look.has_fill
    ]


def _is_hatched(fill: _Fill) -> bool:
    """Whether any index of a fill is drawn hatched."""
    palette = fill.tint.palette
    if int(fill.indices.max()) < palette.first_hatched:
        return False
    marks = palette.is_hatched[: fill.n_indices].view(np.uint8)
    return bool(looked_up(marks, fill.indices).any())


def _wash(words: Words, fills: list[_Fill], *, on_line: bool) -> None:
    """Put all fills over the picture, in place; two uint8 fills in a row are one step."""
    words_bytes = as_bytes(words)
    waiting = list(fills)
    while waiting:
        lower = waiting.pop(0)
        if waiting and lower.is_narrow and waiting[0].is_narrow:
            upper = waiting.pop(0)
            pairs = upper.indices.astype(np.uint16)
            pairs <<= 8
            pairs |= lower.indices
            pair_wash(lower.tint, upper.tint, on_line=on_line).apply(words_bytes, pairs)
        else:
            wash = single_wash(lower.tint, lower.n_indices, on_line=on_line)
            wash.apply(words_bytes, lower.indices)


def _hatch_lines(strip: Rect, viewport: Viewport) -> NDArray[np.bool_]:
    """Device pixels on a line of the hatching, which moves with the picture when panned."""
    left, top = viewport.corner
    along = np.arange(strip.x0 - left, strip.x1 - left + HATCH_PERIOD) % HATCH_PERIOD < HATCH_WIDTH
    phases = np.stack([along[phase : phase + strip.width] for phase in range(HATCH_PERIOD)])
    return phases[np.arange(strip.y0 - top, strip.y1 - top) % HATCH_PERIOD]


@dataclass(frozen=True)
class _GridLines:
    """Device rows and columns, as places in a device rect, that begin an image pixel."""

    rows: NDArray[np.bool_]
    columns: NDArray[np.intp]

    def strip(self, start: int, stop: int) -> _GridLines:
        """The part for some rows."""
        return _GridLines(self.rows[start:stop], self.columns)


def _grid_lines(area: Rect, viewport: Viewport) -> _GridLines | None:
    if viewport.zoom < GRID_FROM_ZOOM:
        return None
    return _GridLines(
        np.diff(viewport.rows(area.y0 - 1, area.y1)) > 0,
        np.flatnonzero(np.diff(viewport.columns(area.x0 - 1, area.x1))),
    )


def _spread(words: Words, lattice: Lattice, grid: _GridLines | None, target: Words) -> None:
    """Write the words of the lattice over device pixels, with the grid on them."""
    if grid is None or lattice.to_rows is None or lattice.to_columns is None:
        expand_into(target, words, lattice)
        return
    wide = np.take(words, lattice.to_columns, axis=1, mode="clip")
    lined = np.take(_lined(words), lattice.to_columns, axis=1, mode="clip")
    wide[:, grid.columns] = lined[:, grid.columns]
    np.take(wide, lattice.to_rows, axis=0, mode="clip", out=target)
    target[grid.rows] = lined[lattice.to_rows[grid.rows]]


def _lined(words: Words) -> Words:
    """The same words below a line of the grid."""
    shades = np.arange(256)
    table = np.rint(shades + (GRID_SHADE - shades) * GRID_OPACITY).astype(np.uint8)
    lined: Words = table[words.view(np.uint8)].view(np.uint32) | np.uint32(0xFF000000)
    return lined


def _draw_layer_outlines(frame: Words, area: Rect, viewport: Viewport, layer: ShownLayer) -> None:
    """Outlines of one layer inside a device rect, judged with the pixels around it."""
    around = area.grown(HALO) & viewport.picture_rect()
    whole = lattice_of(around, viewport)
    n_indices = int(np.iinfo(layer.mask.pixels.dtype).max) + 1
    ranks_by_index = rank_table(layer.palette, n_indices)
    colors = outline_words(layer.palette, n_indices)
    for strip in _strips(area, viewport.zoom):
        halo = strip.grown(HALO) & around
        lattice = whole.strip(halo.y0 - around.y0, halo.y1 - around.y0)
        indices = source_of(layer.mask, lattice).taken()
        ranks = expanded(looked_up(ranks_by_index, indices), lattice)
        inner = strip.moved(-halo.x0, -halo.y0)
        draw_outlines(frame[strip.slices], ranks, inner, colors, layer.look.outline_opacity)

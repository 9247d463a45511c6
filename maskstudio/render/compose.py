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
from .palette import Look, Palette, Words, packed_one
from .picture import NEUTRAL, over_checkerboard, to_8_bit
from .pyramid import Pyramid
from .sampling import Lattice, expanded, lattice_of, sampled
from .viewport import Viewport
from .wash import Tint, Wash, looked_up, pair_wash, single_wash

GRID_FROM_ZOOM = 6.0
GRID_OPACITY = 0.35
GRID_SHADE = 128

HATCH_PERIOD = 8
"""Device pixels from line to line, along a row."""

HATCH_WIDTH = 2

CHECKER_SIDE = 8
"""Device pixels of a square of the board below transparent pictures; at least one image pixel."""

STRIP = 96
"""Device rows composed at a time, so that what is worked on stays in the processor's cache."""


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
    for strip in _strips(area & picture):
        _draw_strip(frame, strip, viewport, scene)


def _strips(rect: Rect) -> Iterator[Rect]:
    if rect.is_empty:
        return
    for y in range(rect.y0, rect.y1, STRIP):
        yield Rect(rect.x0, y, rect.x1, min(y + STRIP, rect.y1))


def _draw_ground(frame: Words, area: Rect, picture: Rect, scene: Scene) -> None:
    """What surrounds the picture, and the line around it."""
    if area & picture == area:
        return
    frame[area.slices] = packed_one(scene.ground)
    ring = area & picture.grown(1)
    if not ring.is_empty:
        frame[ring.slices] = packed_one(scene.edge)


def _draw_strip(frame: Words, strip: Rect, viewport: Viewport, scene: Scene) -> None:
    """Everything on the picture inside a device rect."""
    lattice = lattice_of(strip, viewport)
    fills = _fills(scene, lattice)
    ground = _picture_words(scene, lattice)
    grid = _grid_lines(strip, viewport) if scene.grid else None
    words = _on_screen(_washed(ground, fills, on_line=False), lattice, grid)
    if any(_is_hatched(fill) for fill in fills):
        hatched = _on_screen(_washed(ground, fills, on_line=True), lattice, grid)
        np.copyto(words, hatched, where=_hatch_lines(strip, viewport))
    frame[strip.slices] = words
    for layer in scene.layers:
        if layer.look.has_outline:
            _draw_layer_outlines(frame, strip, viewport, layer)


def _picture_words(scene: Scene, lattice: Lattice) -> Words:
    """(rows, columns) words of the bare picture, at the lattice; a new array."""
    import cv2

    if scene.picture is None:
        shape = (lattice.rows.size, lattice.columns.size)
        return np.full(shape, packed_one(scene.ground), np.uint32)
    pixels = sampled(scene.picture, lattice, reduce=scene.smooth)
    pixels = to_8_bit(pixels, scene.window, scene.adjustment)
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        pixels = over_checkerboard(pixels, _checks(lattice))
    code = cv2.COLOR_GRAY2BGRA if pixels.ndim == 2 else cv2.COLOR_RGB2BGRA
    words: Words = cv2.cvtColor(pixels, code).view(np.uint32)[..., 0]
    return words


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


def _fills(scene: Scene, lattice: Lattice) -> list[_Fill]:
    return [
        _Fill(
            sampled(layer.mask, lattice),
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
    return bool(palette.is_hatched[fill.indices].any())


def _washed(ground: Words, fills: list[_Fill], *, on_line: bool) -> Words:
    """The picture below all fills; two uint8 fills in a row are one step."""
    import cv2

    words = ground.copy()
    words_bytes = words.view(np.uint8).reshape(*words.shape, 4)
    i = 0
    while i < len(fills):
        lower = fills[i]
        upper = fills[i + 1] if i + 1 < len(fills) else None
        if upper and lower.indices.dtype == upper.indices.dtype == np.uint8:
            pair = cv2.merge([lower.indices, upper.indices]).view("<u2")[..., 0]
            pair_wash(lower.tint, upper.tint, on_line=on_line).apply(words_bytes, pair)
            i += 2
        else:
            _wash_of(lower, on_line=on_line).apply(words_bytes, lower.indices)
            i += 1
    return words


def _wash_of(fill: _Fill, *, on_line: bool) -> Wash:
    n_indices = int(np.iinfo(fill.indices.dtype).max) + 1
    return single_wash(fill.tint, n_indices, on_line=on_line)


def _hatch_lines(strip: Rect, viewport: Viewport) -> NDArray[np.bool_]:
    """Device pixels on a line of the hatching, which moves with the picture when panned."""
    left, top = viewport.corner
    across = np.arange(strip.x0 - left, strip.x1 - left)
    down = np.arange(strip.y0 - top, strip.y1 - top)
    lines: NDArray[np.bool_] = (across + down[:, None]) % HATCH_PERIOD < HATCH_WIDTH
    return lines


@dataclass(frozen=True)
class _GridLines:
    """Device rows and columns of a strip that begin an image pixel."""

    rows: NDArray[np.bool_]
    columns: NDArray[np.bool_]


def _grid_lines(strip: Rect, viewport: Viewport) -> _GridLines | None:
    if viewport.zoom < GRID_FROM_ZOOM:
        return None
    return _GridLines(
        np.diff(viewport.rows(strip.y0 - 1, strip.y1)) > 0,
        np.diff(viewport.columns(strip.x0 - 1, strip.x1)) > 0,
    )


def _on_screen(words: Words, lattice: Lattice, grid: _GridLines | None) -> Words:
    """The words of the lattice spread over device pixels, with the grid on them."""
    if grid is None or lattice.to_rows is None or lattice.to_columns is None:
        return expanded(words, lattice)
    lined = _lined(words)
    wide = np.take(words, lattice.to_columns, axis=1)
    wide_lined = np.take(lined, lattice.to_columns, axis=1)
    wide[:, grid.columns] = wide_lined[:, grid.columns]
    tall = np.take(wide, lattice.to_rows, axis=0)
    tall[grid.rows] = wide_lined[lattice.to_rows[grid.rows]]
    return tall


def _lined(words: Words) -> Words:
    """The same words below a line of the grid."""
    shades = np.arange(256)
    table = np.rint(shades + (GRID_SHADE - shades) * GRID_OPACITY).astype(np.uint8)
    lined: Words = table[words.view(np.uint8)].view(np.uint32) | np.uint32(0xFF000000)
    return lined


def _draw_layer_outlines(frame: Words, strip: Rect, viewport: Viewport, layer: ShownLayer) -> None:
    """Outlines of one layer inside a device rect, judged with the pixels around it."""
    around = strip.grown(HALO) & viewport.picture_rect()
    lattice = lattice_of(around, viewport)
    indices = sampled(layer.mask, lattice)
    n_indices = int(np.iinfo(indices.dtype).max) + 1
    ranks = expanded(looked_up(rank_table(layer.palette, n_indices), indices), lattice)
    inner = strip.moved(-around.x0, -around.y0)
    words = np.zeros(ranks.shape, np.uint32)
    words[inner.slices] = frame[strip.slices]
    draw_outlines(words, ranks, outline_words(layer.palette, n_indices), layer.look.outline_opacity)
    frame[strip.slices] = words[inner.slices]

"""Picture, masks, outlines and grid to the words of a frame.

Every word depends on its device pixel's position and on what is shown, never on the area asked
for: repainting a part gives the same words as repainting everything.

Order: ground and edge, picture, fills from bottom to top, pixel grid, outlines from bottom to top;
or ground and edge, the difference of a pair, pixel grid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import Rgb
from maskstudio.core.geometry import Rect
from maskstudio.core.image import FULL_8_BIT, Adjustment, Window

from .comparison import ShownPair, draw_codes
from .grid import GridLines, grid_lines, lined
from .outline import HALO, draw_outlines, outline_words, rank_table
from .palette import Look, Palette, Words, as_bytes, packed_one
from .picture import NEUTRAL, over_checkerboard, to_8_bit
from .pyramid import Pyramid
from .sampling import Lattice, expand_into, expanded, lattice_of, source_of, take_into
from .strips import Job, run_all, strip_jobs
from .viewport import Viewport
from .wash import Tint, Wash, looked_up, pair_wash, paired, single_wash

HATCH_PERIOD = 8
"""Device pixels from line to line, along a row."""

HATCH_WIDTH = 2

CHECKER_SIDE = 8
"""Device pixels of a square of the board below transparent pictures; at least one image pixel."""


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
        pair: two masks whose difference is drawn in place of picture and layers, or None.
        smooth: whether a shrunken picture is read from averages; masks never are.
        grid: whether pixel edges are drawn from 6x on.
        ground: color around the picture.
        edge: color of the 1 px line around it.
    """

    picture: Pyramid | None = None
    layers: tuple[ShownLayer, ...] = ()
    pair: ShownPair | None = None
    window: Window = FULL_8_BIT
    adjustment: Adjustment = NEUTRAL
    smooth: bool = True
    grid: bool = True
    ground: Rgb = (0x14, 0x15, 0x17)
    edge: Rgb = (0x2E, 0x2F, 0x31)


@dataclass(frozen=True)
class Part:
    """What is to be drawn of one view.

    Args:
        frame: (H, W) uint32 of the size of the view or larger; rows are contiguous.
        area: device rect; what lies outside the view is left out.
    """

    frame: Words
    area: Rect
    viewport: Viewport
    scene: Scene


def compose(frame: Words, area: Rect, viewport: Viewport, scene: Scene) -> None:
    """Write 0xffRRGGBB words into the part of a frame inside a device rect; see `Part`."""
    compose_parts((Part(frame, area, viewport, scene),))


def compose_parts(parts: Iterable[Part]) -> None:
    """Compose several views, whose frames must not overlap, at the same time."""
    run_all(*map(_jobs, parts))


def _jobs(part: Part) -> list[Job]:
    """What draws a part; in any order, or at the same time."""
    frame, viewport, scene = part.frame, part.viewport, part.scene
    area = part.area & Rect.of_size(viewport.view_size)
    if area.is_empty:
        return []
    picture = viewport.picture_rect()
    jobs: list[Job] = []
    if area & picture != area:
        jobs.append(partial(_draw_ground, frame, area, picture, scene))
    on_picture = area & picture
    if not on_picture.is_empty:
        painter = _Painter(frame, on_picture, viewport, scene)
        jobs += strip_jobs(on_picture, viewport.zoom, painter)
    return jobs


def _draw_ground(frame: Words, area: Rect, picture: Rect, scene: Scene) -> None:
    """What surrounds the picture, and the line around it."""
    edged = picture.grown(1)
    for beside in area.without(edged):
        frame[beside.slices] = packed_one(scene.ground)
    for line in (area & edged).without(picture):
        frame[line.slices] = packed_one(scene.edge)


class _Painter:
    """Draws strips of a device rect that lies on the picture; several at a time."""

    def __init__(self, frame: Words, area: Rect, viewport: Viewport, scene: Scene) -> None:
        self._frame = frame
        self._area = area
        self._viewport = viewport
        self._scene = scene
        self._lattice = lattice_of(area, viewport)
        self._grid = grid_lines(area, viewport) if scene.grid else None
        self._outlined = [layer for layer in scene.layers if layer.look.has_outline]
        self._around = area.grown(HALO) & viewport.picture_rect()
        self._wider = lattice_of(self._around, viewport) if self._outlined else self._lattice

    def __call__(self, strip: Rect) -> None:
        if self._scene.pair is not None:
            self._draw_difference(strip, self._scene.pair)
            return
        self._draw_fills(strip)
        for layer in self._outlined:
            self._draw_outlines(strip, layer)

    def _draw_fills(self, strip: Rect) -> None:
        """Everything but outlines."""
        start, stop = strip.y0 - self._area.y0, strip.y1 - self._area.y0
        lattice = self._lattice.strip(start, stop)
        lines = self._grid.strip(start, stop) if self._grid else None
        fills = _fills(self._scene, lattice)
        target = self._frame[strip.slices]
        words = target if lattice.is_screen else np.empty(lattice.shape, np.uint32)
        _draw_bare(words, self._scene, lattice)
        hatched = words.copy() if any(fill.is_hatched for fill in fills) else None
        _wash(words, fills, on_line=False)
        if words is not target:
            _spread(words, lattice, lines, target)
        if hatched is not None:
            _wash(hatched, fills, on_line=True)
            on_lines = np.empty_like(target)
            _spread(hatched, lattice, lines, on_lines)
            np.copyto(target, on_lines, where=_hatch_lines(strip, self._viewport))

    def _draw_difference(self, strip: Rect, pair: ShownPair) -> None:
        """Everything, in colors of difference."""
        start, stop = strip.y0 - self._area.y0, strip.y1 - self._area.y0
        lattice = self._lattice.strip(start, stop)
        codes = pair.codes(_grey(self._scene, lattice), lattice)
        if not lattice.is_screen:
            codes = expanded(codes, lattice)
        lines = self._grid.strip(start, stop) if self._grid else None
        draw_codes(self._frame[strip.slices], codes, strip, self._viewport.corner, lines)

    def _draw_outlines(self, strip: Rect, layer: ShownLayer) -> None:
        """Outlines of one layer, judged with the pixels around the strip."""
        n_indices = int(np.iinfo(layer.mask.pixels.dtype).max) + 1
        halo = strip.grown(HALO) & self._around
        lattice = self._wider.strip(halo.y0 - self._around.y0, halo.y1 - self._around.y0)
        indices = source_of(layer.mask, lattice).taken()
        ranks = expanded(looked_up(rank_table(layer.palette, n_indices), indices), lattice)
        inner = strip.moved(-halo.x0, -halo.y0)
        colors = outline_words(layer.palette, n_indices)
        draw_outlines(self._frame[strip.slices], ranks, inner, colors, layer.look.outline_opacity)


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


def _grey(scene: Scene, lattice: Lattice) -> NDArray[np.uint8]:
    """Grey values of the bare picture at the lattice."""
    import cv2

    if scene.picture is None:
        red, green, blue = scene.ground
        return np.full(lattice.shape, round(0.299 * red + 0.587 * green + 0.114 * blue), np.uint8)
    source = source_of(scene.picture, lattice, reduce=scene.smooth)
    pixels = to_8_bit(source.rows_taken(), scene.window, scene.adjustment)
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        pixels = over_checkerboard(source.columns_taken(pixels), _checks(lattice))
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if grey.shape[1] != lattice.columns.size:
        grey = source.columns_taken(grey)
    return np.ascontiguousarray(grey)


def _checks(lattice: Lattice) -> NDArray[np.bool_]:
    side = max(1, round(CHECKER_SIDE * lattice.step))
    checks: NDArray[np.bool_] = (
        (lattice.rows[:, None] // side + lattice.columns // side) % 2
    ).astype(np.bool_)
    return checks


@dataclass(frozen=True)
class _Fill:
    """One filled layer at the lattice, or two uint8 ones in a row, which are one step.

    Args:
        indices: class indices; of two layers upper * 256 + lower.
        upper: None for one layer.
    """

    indices: NDArray[np.unsignedinteger]
    is_hatched: bool
    lower: Tint
    upper: Tint | None = None

    def wash(self, *, on_line: bool) -> Wash:
        """What it does to the picture."""
        if self.upper is not None:
            return pair_wash(self.lower, self.upper, on_line=on_line)
        n_indices = int(np.iinfo(self.indices.dtype).max) + 1
        return single_wash(self.lower, n_indices, on_line=on_line)


def _fills(scene: Scene, lattice: Lattice) -> list[_Fill]:
    found: list[_Fill] = []
    waiting = [layer for layer in scene.layers if layer.look.has_fill]
    while waiting:
        lower = waiting.pop(0)
        if waiting and _are_narrow_alike(lower.mask, waiting[0].mask):
            found.append(_pair_fill(lower, waiting.pop(0), lattice))
        else:
            source = source_of(lower.mask, lattice)
            rows = source.rows_taken()
            tint = _tint(lower)
            found.append(_Fill(source.columns_taken(rows), _is_hatched(rows, tint.palette), tint))
    return found


def _are_narrow_alike(one: Pyramid, other: Pyramid) -> bool:
    """Whether two masks have 8 bit and are read at the same rows and columns."""
    return (
        one.pixels.dtype == other.pixels.dtype == np.uint8
        and one.size == other.size
        and one.levels.keys() == other.levels.keys()
    )


def _pair_fill(lower: ShownLayer, upper: ShownLayer, lattice: Lattice) -> _Fill:
    """Two layers in one; their columns are chosen once, which is what costs most below 1:1."""
    sources = [source_of(layer.mask, lattice) for layer in (lower, upper)]
    below, above = (source.rows_taken() for source in sources)
    tints = _tint(lower), _tint(upper)
    is_hatched = _is_hatched(below, tints[0].palette) or _is_hatched(above, tints[1].palette)
    return _Fill(sources[0].columns_taken(paired(below, above)), is_hatched, *tints)


def _tint(layer: ShownLayer) -> Tint:
    return Tint(layer.palette, layer.look.opacity, layer.look.strength)


def _is_hatched(indices: NDArray[np.unsignedinteger], palette: Palette) -> bool:
    """Whether any of these indices is drawn hatched."""
    if int(indices.max()) < palette.first_hatched:
        return False
    marks = palette.is_hatched[: int(np.iinfo(indices.dtype).max) + 1].view(np.uint8)
    return bool(looked_up(marks, indices).any())


def _wash(words: Words, fills: list[_Fill], *, on_line: bool) -> None:
    """Put all fills over the picture, in place."""
    words_bytes = as_bytes(words)
    for fill in fills:
        fill.wash(on_line=on_line).apply(words_bytes, fill.indices)


def _hatch_lines(strip: Rect, viewport: Viewport) -> NDArray[np.bool_]:
    """Device pixels on a line of the hatching, which moves with the picture when panned."""
    left, top = viewport.corner
    along = np.arange(strip.x0 - left, strip.x1 - left + HATCH_PERIOD) % HATCH_PERIOD < HATCH_WIDTH
    phases = np.stack([along[phase : phase + strip.width] for phase in range(HATCH_PERIOD)])
    return phases[np.arange(strip.y0 - top, strip.y1 - top) % HATCH_PERIOD]


def _spread(words: Words, lattice: Lattice, grid: GridLines | None, target: Words) -> None:
    """Write the words of the lattice over device pixels, with the grid on them."""
    if grid is None or lattice.to_rows is None or lattice.to_columns is None:
        expand_into(target, words, lattice)
        return
    height, width = words.shape
    below = lined(words)
    either = np.empty((2 * height, 2 * width), np.uint32)
    either[:height, :width] = words
    either[:height, width:] = either[height:, :width] = either[height:, width:] = below
    wide = np.take(either, lattice.to_columns + width * grid.columns, axis=1, mode="clip")
    take_into(target, wide, lattice.to_rows + height * grid.rows, axis=0)

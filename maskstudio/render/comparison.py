"""Where a prediction differs from the ground truth: kinds of difference, and how they look.

The picture recedes to a dark grey; over it each kind has a color, an opacity and a pattern of
lines, so that it is told apart without its hue. A pixel's look is one lookup by its code: grid,
lines, kind and grey value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import IndexMask, Rgb
from maskstudio.core.geometry import Rect

from .grid import GridLines, lined
from .palette import N_INDICES, Words, packed
from .pyramid import Pyramid
from .sampling import Lattice, source_of
from .wash import look_up_into, looked_up

Joint = NDArray[np.int32]
"""(65536,) for every index of a mask the index of its class in a list that both sides share."""

Kinds = NDArray[np.uint8]
"""Values of `Difference`."""

Codes = NDArray[np.uint16]
"""Bits 0-7: grey of the picture; 8-10: kind; 11-13: lines of each pattern; 14: pixel grid."""

RECEDED = 0.62
"""How far the grey picture is moved towards `RECEDED_SHADE`."""

RECEDED_SHADE = 0x22

PERIOD = 8
"""Device pixels from line to line, along a row."""

_KIND_BIT, _PATTERN_BIT, _GRID_BIT = 8, 11, 14


class Difference(IntEnum):
    """What can be said of a pixel."""

    SILENT = 0
    """Nothing: it has no share in what is looked at."""
    CORRECT = 1
    CHOSEN_CORRECT = 2
    """Correct, and what is looked at."""
    MISSED = 3
    """Predicted as nothing; of a chosen class: as anything else."""
    SPURIOUS = 4
    """Nothing in truth; of a chosen class: anything else."""
    CONFUSED = 5
    """One class for another."""
    OTHERS_CONFUSED = 6
    """Two classes differ, and neither is the chosen one."""
    NOT_COUNTED = 7
    """Ignored in the ground truth."""


@dataclass(frozen=True)
class Lines:
    """Lines of 45 degrees over a fill.

    Args:
        slope: 1 for lines that rise to the right, -1 for falling ones.
        width: device pixels, along a row.
    """

    color: Rgb
    opacity: float
    slope: int
    width: int = 2


@dataclass(frozen=True)
class DifferenceLook:
    """How a kind is drawn over the receded picture."""

    color: Rgb
    opacity: float
    lines: Lines | None = None


_WHITE, _BLACK, _YELLOW = (255, 255, 255), (0, 0, 0), (0xFF, 0xD6, 0x0A)
_GREY, _BLUE, _RED = (0x8C, 0x92, 0x99), (0x2F, 0x8C, 0xFF), (0xE0, 0x48, 0x1E)

LOOKS = {
    Difference.SILENT: DifferenceLook(_BLACK, 0.0),
    Difference.CORRECT: DifferenceLook(_GREY, 0.16),
    Difference.CHOSEN_CORRECT: DifferenceLook(_GREY, 0.42),
    Difference.MISSED: DifferenceLook(_BLUE, 0.80, Lines(_WHITE, 0.38, slope=-1)),
    Difference.SPURIOUS: DifferenceLook(_RED, 0.74),
    Difference.CONFUSED: DifferenceLook(_YELLOW, 0.75, Lines(_BLACK, 0.45, slope=1)),
    Difference.OTHERS_CONFUSED: DifferenceLook(_BLACK, 0.0, Lines(_YELLOW, 0.85, slope=1)),
    Difference.NOT_COUNTED: DifferenceLook(_BLACK, 0.45, Lines(_WHITE, 0.28, slope=-1, width=1)),
}


@dataclass(frozen=True, eq=False)
class PairRules:
    """What it means that two indices stand at one pixel. Class indices are joint ones.

    Args:
        of_prediction, of_ground_truth: joint class of each side's indices; a class without a
            partner is one that the other side's table does not hold.
        ignored: classes whose ground-truth pixels are not counted.
        nothing: classes that mean nothing: backgrounds.
        shown_class: the class whose errors are looked at, or None for all classes.
        shown_cell: true and predicted class of the only pixels looked at, or None; wins over the
            class.
    """

    of_prediction: Joint
    of_ground_truth: Joint
    ignored: frozenset[int] = frozenset()
    nothing: frozenset[int] = frozenset()
    shown_class: int | None = None
    shown_cell: tuple[int, int] | None = None

    def kinds(self, prediction: IndexMask, ground_truth: IndexMask) -> Kinds:
        """The kind of every pixel of two masks of one shape, each uint8 or uint16."""
        import cv2

        if prediction.dtype == ground_truth.dtype == np.uint8:
            pairs = cv2.merge([prediction, ground_truth]).view(np.uint16)[..., 0]
            return looked_up(self._kinds_by_pair, pairs)
        predicted = _by_index(self.of_prediction, prediction)
        roles = (predicted == _by_index(self.of_ground_truth, ground_truth)) * np.uint8(_SAME)
        roles |= _by_index(self._predicted_roles, prediction)
        roles |= _by_index(self._true_roles, ground_truth)
        return looked_up(self._kinds_by_roles, roles)

    def kind_of(self, true: int, predicted: int) -> Difference:
        """The kind of pixels that are of one class in truth and predicted as another."""
        roles = int(self._marks_of_truth(np.array([true], np.int32))[0])
        roles |= int(self._marks_of_prediction(np.array([predicted], np.int32))[0])
        roles |= _SAME if true == predicted else 0
        return Difference(int(self._kinds_by_roles[roles]))

    @cached_property
    def _kinds_by_pair(self) -> Kinds:
        """(65536,) by 256 * index in the ground truth + predicted index."""
        same = self.of_ground_truth[:256, None] == self.of_prediction[None, :256]
        roles = self._true_roles[:256, None] | self._predicted_roles[None, :256]
        kinds: Kinds = self._kinds_by_roles[roles | same * np.uint8(_SAME)].reshape(-1)
        return kinds

    @cached_property
    def _true_roles(self) -> Kinds:
        return self._marks_of_truth(self.of_ground_truth)

    @cached_property
    def _predicted_roles(self) -> Kinds:
        return self._marks_of_prediction(self.of_prediction)

    def _marks_of_truth(self, joint: Joint) -> Kinds:
        shown = self.shown_class if self.shown_cell is None else self.shown_cell[0]
        return (
            _marks(joint, self.ignored, _TRUE_IGNORED)
            | _marks(joint, self.nothing, _TRUE_NOTHING)
            | _marks(joint, {shown}, _TRUE_SHOWN)
        )

    def _marks_of_prediction(self, joint: Joint) -> Kinds:
        shown = self.shown_class if self.shown_cell is None else self.shown_cell[1]
        nothing = _marks(joint, self.nothing | self.ignored, _PREDICTED_NOTHING)
        return nothing | _marks(joint, {shown}, _PREDICTED_SHOWN)

    @cached_property
    def _kinds_by_roles(self) -> Kinds:
        """(256,) the kind for every combination of roles."""
        judge = _kind_in_all_classes
        if self.shown_cell is not None:
            judge = _kind_in_cell
        elif self.shown_class is not None:
            judge = _kind_of_class
        table = np.zeros(256, np.uint8)
        for roles in range(1 << 6):
            table[roles] = judge(roles)
        return table


_TRUE_IGNORED, _TRUE_NOTHING, _TRUE_SHOWN = 1, 2, 4
_PREDICTED_NOTHING, _PREDICTED_SHOWN = 8, 16
_SAME = 32


def _kind_in_all_classes(roles: int) -> Difference:
    if roles & _TRUE_IGNORED:
        return Difference.NOT_COUNTED
    if roles & _SAME:
        return Difference.CORRECT
    if roles & _PREDICTED_NOTHING:
        return Difference.MISSED
    return Difference.SPURIOUS if roles & _TRUE_NOTHING else Difference.CONFUSED


def _kind_of_class(roles: int) -> Difference:
    if roles & _TRUE_IGNORED:
        return Difference.NOT_COUNTED
    if roles & _TRUE_SHOWN:
        return Difference.CHOSEN_CORRECT if roles & _SAME else Difference.MISSED
    if roles & _PREDICTED_SHOWN:
        return Difference.SPURIOUS
    return Difference.SILENT if roles & _SAME else Difference.OTHERS_CONFUSED


def _kind_in_cell(roles: int) -> Difference:
    if not (roles & _TRUE_SHOWN and roles & _PREDICTED_SHOWN):
        return Difference.SILENT
    found = _kind_in_all_classes(roles)
    return Difference.CHOSEN_CORRECT if found is Difference.CORRECT else found


def _marks(joint: Joint, classes: frozenset[int] | set[int | None], mark: int) -> Kinds:
    """(n,) the mark where an index is one of some classes, else 0."""
    listed = [index for index in classes if index is not None]
    marks: Kinds = np.isin(joint, listed) * np.uint8(mark)
    return marks


def _by_index(table: NDArray[Any], indices: IndexMask) -> NDArray[Any]:
    return looked_up(table[: int(np.iinfo(indices.dtype).max) + 1], indices)


@dataclass(frozen=True, eq=False)
class ShownPair:
    """Two masks whose difference is drawn; where their sizes differ there is none to be drawn."""

    prediction: Pyramid
    ground_truth: Pyramid
    rules: PairRules = field(repr=False)

    @property
    def is_comparable(self) -> bool:
        """Whether every pixel has a partner."""
        return self.prediction.size == self.ground_truth.size

    def codes(self, grey: NDArray[np.uint8], lattice: Lattice) -> Codes:
        """Codes at the lattice, without lines.

        Args:
            grey: of the picture, one value per pixel of the lattice.
        """
        import cv2

        if self.is_comparable:
            kinds = self.rules.kinds(
                source_of(self.prediction, lattice).taken(),
                source_of(self.ground_truth, lattice).taken(),
            )
        else:
            kinds = np.zeros_like(grey)
        codes: Codes = cv2.merge([grey, kinds]).view(np.uint16)[..., 0]
        return codes


def draw_codes(
    words: Words,
    codes: Codes,
    strip: Rect,
    corner: tuple[int, int],
    grid: GridLines | None = None,
) -> None:
    """Write the words of codes into a part of a frame; lines move with the picture when panned.

    Args:
        words: (h, w) at device resolution.
        codes: (h, w), contiguous; lines and grid are marked in it, in place.
        strip: device pixels that they stand for.
        corner: device pixel at which the picture begins.
    """
    left, top = corner
    columns = np.arange(strip.x0 - left, strip.x1 - left) % PERIOD
    rows = np.roll(_line_tile(), top - strip.y0, axis=0).take(columns, axis=1)
    if grid is not None:
        rows[:, grid.columns] |= _GRID
        codes[grid.rows] |= _GRID
    n_periods, n_left = divmod(strip.height, PERIOD)
    periods, rest = codes[: strip.height - n_left], codes[strip.height - n_left :]
    periods.reshape(n_periods, PERIOD, strip.width)[:] |= rows  # four times as fast as by rows
    rest |= rows[:n_left]
    look_up_into(words.view(np.int32), _words_by_code(), codes)


def swatch(kind: Difference, side: int, grey: int = 0x80) -> Words:
    """(side, side) words of a kind over an even picture."""
    words = np.empty((side, side), np.uint32)
    codes = np.full((side, side), kind << _KIND_BIT | grey, np.uint16)
    draw_codes(words, codes, Rect(0, 0, side, side), (0, 0))
    return words


_GRID = np.uint16(1 << _GRID_BIT)

_PATTERNS = tuple(
    dict.fromkeys((look.lines.slope, look.lines.width) for look in LOOKS.values() if look.lines)
)
"""Slope and width of each pattern; its place is its bit."""


@lru_cache(maxsize=1)
def _line_tile() -> Codes:
    """(period, period) bits of the patterns that have a line there; repeats without end."""
    tile = np.zeros((PERIOD, PERIOD), np.uint16)
    y, x = np.mgrid[:PERIOD, :PERIOD]
    for bit, (slope, width) in enumerate(_PATTERNS):
        tile |= ((x + slope * y) % PERIOD < width) * np.uint16(1 << _PATTERN_BIT + bit)
    return tile


@lru_cache(maxsize=1)
def _words_by_code() -> NDArray[np.int32]:
    """(65536,) 0xffRRGGBB by code."""
    assert len(_PATTERNS) == _GRID_BIT - _PATTERN_BIT
    shades = np.arange(256)[:, None].repeat(3, axis=1)
    receded = shades + (RECEDED_SHADE - shades) * RECEDED
    words = np.full(N_INDICES, 0xFF000000, np.uint32)
    for kind, look in LOOKS.items():
        filled = _over(receded, look.color, look.opacity)
        for bits in product((0, 1), repeat=len(_PATTERNS)):
            shown = filled
            if look.lines and bits[_PATTERNS.index((look.lines.slope, look.lines.width))]:
                shown = _over(filled, look.lines.color, look.lines.opacity)
            first = kind << _KIND_BIT
            first |= sum(bit << _PATTERN_BIT + place for place, bit in enumerate(bits))
            words[first : first + 256] = packed(np.rint(shown).astype(np.uint8))
    words[_GRID : 2 * _GRID] = lined(words[:_GRID])
    return words.view(np.int32)


def _over(below: NDArray[np.float64], color: Rgb, opacity: float) -> NDArray[np.float64]:
    return below + (np.array(color) - below) * opacity

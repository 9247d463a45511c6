"""How the classes of a layer look: one 32-bit word per class index, and the look of the layer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import MAX_INDEX, LabelMap

N_INDICES = MAX_INDEX + 1

OPACITY_COLOR = (240, 60, 160)
"""What a mask of opacities is shown in."""

Words = NDArray[np.uint32]
"""0xAARRGGBB; in memory blue, green, red, alpha."""


class Style(Enum):
    """What is drawn of a class region."""

    FILL = "fill"
    OUTLINE = "outline"
    BOTH = "both"


@dataclass(frozen=True)
class Look:
    """How a layer is shown; belongs to the view, never to the data.

    Args:
        opacity: 0 to 1, of the fill, or of the outline where that is all.
    """

    is_visible: bool = True
    opacity: float = 0.5
    style: Style = Style.FILL

    @property
    def has_fill(self) -> bool:
        """Whether any fill can be seen."""
        return self.is_visible and self.opacity > 0 and self.style is not Style.OUTLINE

    @property
    def has_outline(self) -> bool:
        """Whether any outline can be seen."""
        return self.is_visible and self.opacity > 0 and self.style is not Style.FILL

    @property
    def outline_opacity(self) -> float:
        """Opacity of outlines; around a fill they are full from the usual 0.5 on."""
        return self.opacity if self.style is Style.OUTLINE else self.strength

    @property
    def strength(self) -> float:
        """How much of hatching is drawn: all from the usual opacity of 0.5 on."""
        return min(1.0, 2 * self.opacity)


class Palette:
    """Colors of every class index of a layer. Immutable; made anew when classes or hiding change.

    Background and hidden classes are transparent; what no map declares, or what is void, is
    hatched. All arrays have 65 536 entries: `is_seen`, `is_hatched`, `is_listed` (the map knows it,
    declared or not), `weights` (share of the layer's opacity that an index has) and `colors`,
    (65536, 3) RGB.
    """

    def __init__(self, label_map: LabelMap, hidden: frozenset[int] = frozenset()) -> None:
        transparent = set(hidden)
        if label_map.background is not None:
            transparent.add(label_map.background)
        self.is_seen = np.ones(N_INDICES, np.bool_)
        self.is_seen[list(transparent)] = False
        self.is_hatched = self.is_seen.copy()
        self.is_hatched[[i for i in label_map.declared if i != label_map.void]] = False
        self.is_listed = np.zeros(N_INDICES, np.bool_)
        self.is_listed[list(label_map.by_index)] = True
        self.colors = _voc_colors().copy()
        for index in label_map.by_index:
            self.colors[index] = label_map.color_of(index)
        self.weights = np.ones(N_INDICES)
        if label_map.is_opacity:
            self._show_as_opacity()

    def _show_as_opacity(self) -> None:
        """One color, the more of it the higher the value."""
        self.is_hatched[:] = False
        self.colors[:] = OPACITY_COLOR
        self.weights = np.minimum(np.arange(N_INDICES) / 255, 1.0)

    @cached_property
    def first_hatched(self) -> int:
        """Lowest hatched index; masks below it need no closer look."""
        return int(np.argmax(self.is_hatched)) if self.is_hatched.any() else N_INDICES

    @cached_property
    def words(self) -> Words:
        """(65536,) 0xffRRGGBB per index, 0 where nothing is drawn."""
        return np.where(self.is_seen, packed(self.colors), np.uint32(0))


def as_bytes(words: Words) -> NDArray[np.uint8]:
    """(h, w, 4) view of (h, w) words whose rows are contiguous: blue, green, red, alpha."""
    return words.view(np.uint8).reshape(*words.shape, 4)


def packed(colors: NDArray[np.uint8]) -> Words:
    """0xffRRGGBB of (n, 3) RGB colors."""
    red, green, blue = colors.astype(np.uint32).T
    words: Words = np.uint32(0xFF000000) | red << 16 | green << 8 | blue
    return words


def packed_one(color: Rgb) -> int:
    """0xffRRGGBB of one color."""
    red, green, blue = color
    return 0xFF000000 | red << 16 | green << 8 | blue


@lru_cache(maxsize=1)
def _voc_colors() -> NDArray[np.uint8]:
    """(65536, 3) RGB: `voc_color` of every index at once."""
    indices = np.arange(N_INDICES)
    colors = np.zeros((N_INDICES, 3), np.int64)
    for position in range(16):
        colors[:, position % 3] |= (indices >> position & 1) * (0x80 >> position // 3)
    return colors.astype(np.uint8)

"""Colors of a mask to class indices and back.

Both ways are at most one table lookup a pixel, whatever the number of classes. Pixels are 32-bit
words on the way, which OpenCV makes of three channels, and three channels of them.
"""

from __future__ import annotations

import mmap as memory
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import ColorMask, IndexMask, Rgb
from maskstudio.core.geometry import Size
from maskstudio.core.labels import MAX_INDEX, LabelClass
from maskstudio.errors import DataError, Kind

STRIP = 1 << 18
"""Pixels worked on at a time: what a strip needs stays in the processor's cache."""

_COLOR_BITS = 0xFFFFFF
"""The part of a pixel's word that is its color; the byte above is the same in all of them."""

_LENT = np.uint32(1 << 17)
"""Mark of a stand-in in the table; the rest of a word is the index plus one, 0 is unknown."""

_RUN_GAIN = 8
"""Pixels that a run of equal colors must have on average for run lengths to pay."""

_COLORED = 1 << 24
"""Mark of an index that has a color, in the byte above it."""


@dataclass(frozen=True)
class MetColor:
    """A color that no class declares, as one mask holds it.

    Args:
        label_class: its stand-in: an index no class has, the color, and the color as name.
        count: pixels of it.
        x, y: its first pixel in reading order.
    """

    label_class: LabelClass
    count: int
    x: int
    y: int


@dataclass(frozen=True)
class DecodedColors:
    """Class indices (H, W) of a color mask, and the undeclared colors among them in order."""

    pixels: IndexMask
    undeclared: tuple[MetColor, ...]


class ColorCodec:
    """The colors of a source: those its classes declare, and stand-ins for those met beside them.

    One codec serves all masks of a source, from any thread, so that a color means the same index
    in each of them. Stand-ins are lent from 65 535 downward and never collide with a class.
    """

    def __init__(
        self,
        colors: Mapping[Rgb, int],
        taken: Iterable[int] = (),
        stand_ins: Iterable[LabelClass] = (),
    ) -> None:
        """Prepare the tables.

        Args:
            colors: class index of each color.
            taken: indices beside those of `colors` that no stand-in may get.
            stand_ins: lent by an earlier codec of the same source; they go on to mean their color,
                so that masks in memory stay true when the label map of their file changes.
        """
        self._index_of = _sparse_table(1 << 24)
        self._word_of = np.zeros(MAX_INDEX + 1, np.uint32)
        for color, index in colors.items():
            self._index_of[_word(color)] = index + 1
            # With two colors on one index the first one is written.
            if self._word_of[index] == 0:
                self._word_of[index] = _word(color) | _COLORED
        self._taken = {*colors.values(), *taken}
        self._next = MAX_INDEX
        self._lock = Lock()
        self._lent: dict[int, int] = {}
        for known in stand_ins:
            if known.index not in self._taken and known.color is not None:
                self._note_lent(_word(known.color), known.index)

    def decode(self, rgb: ColorMask, where: str = "mask") -> DecodedColors:
        """Class indices of a color mask.

        Args:
            rgb: (H, W, 3) uint8.
            where: the file, for messages.

        Returns:
            (H, W) indices, uint8 unless one exceeds 255, and the undeclared colors met.

        Raises:
            DataError: undeclared_color; more unknown colors than there are free indices.
        """
        flat = np.ascontiguousarray(rgb).reshape(-1)
        pixels: IndexMask = np.empty(flat.size // 3, np.uint8)
        met: dict[int, list[int]] = {}
        for start in range(0, pixels.size, STRIP):
            words = _words_of(flat[3 * start : 3 * (start + STRIP)])
            run = self._decoded_runs(words, pixels.dtype)
            if run is not None:
                pixels[start : start + STRIP] = run
                continue
            words &= _COLOR_BITS
            entries = self._index_of.take(words)
            lowest, highest = entries.min(), entries.max()
            if lowest == 0:
                self._lend(words[entries == 0], where)
                entries = self._index_of.take(words)
                highest = entries.max()
            if highest >= _LENT:
                _note(met, words, entries >= _LENT, start)
                entries &= ~_LENT
                highest = entries.max()
            if highest > 256 and pixels.dtype == np.uint8:
                pixels = pixels.astype(np.uint16)
            np.subtract(entries, 1, out=pixels[start : start + STRIP], casting="unsafe")
        return DecodedColors(pixels.reshape(rgb.shape[:2]), self._described(met, rgb.shape[1]))

    def _decoded_runs(self, words: NDArray[np.uint32], dtype: np.dtype[Any]) -> IndexMask | None:
        """Indices of a strip looked up once a run of equal colors, or None where that is no gain.

        None also for colors without a class and indices that `dtype` cannot hold.
        """
        ends = np.flatnonzero(words[1:] != words[:-1])
        if ends.size * _RUN_GAIN > words.size:
            return None
        starts = np.concatenate(([0], ends + 1))
        entries = self._index_of.take(words[starts] & _COLOR_BITS)
        if entries.min() == 0 or entries.max() > np.iinfo(dtype).max + 1:
            return None
        return np.repeat((entries - 1).astype(dtype), np.diff(starts, append=words.size))

    def encode(self, mask: IndexMask, where: str = "mask") -> ColorMask:
        """Paint a mask in the colors of its classes and stand-ins.

        Args:
            mask: (H, W) class indices.
            where: the file, for messages.

        Returns:
            (H, W, 3) uint8, RGB.

        Raises:
            DataError: undeclared_index; a pixel's index has no color.
        """
        flat = np.ascontiguousarray(mask).reshape(-1)
        painted = np.empty((flat.size, 3), np.uint8)
        for start in range(0, flat.size, STRIP):
            words = self._word_of.take(flat[start : start + STRIP])
            if words.min() == 0:
                first = start + int(np.argmin(words))
                raise _colorless(where, int(flat[first]), first, Size.of(mask))
            painted[start : start + STRIP] = _colors_of(words)
        return painted.reshape(*mask.shape, 3)

    def stand_ins(self) -> tuple[LabelClass, ...]:
        """Every stand-in lent so far, highest index first."""
        with self._lock:
            return tuple(_stand_in(self._lent[index], index) for index in sorted(self._lent)[::-1])

    def _lend(self, words: NDArray[np.uint32], where: str) -> None:
        """Give every unknown color an index of its own, in the order in which they are met."""
        unique, first = np.unique(words, return_index=True)
        with self._lock:
            wanted = [int(w) for w in unique[np.argsort(first)] if self._index_of[w] == 0]
            free = (i for i in range(self._next, -1, -1) if i not in self._taken)
            lent = dict(zip(wanted, free, strict=False))
            if len(lent) < len(wanted):
                found = "more colors that no class declares than there are free indices"
                raise DataError(Kind.UNDECLARED_COLOR, where, found, "a mask in the class colors")
            for word, index in lent.items():
                self._note_lent(word, index)

    def _note_lent(self, word: int, index: int) -> None:
        self._next = min(self._next, index - 1)
        self._lent[index] = word
        self._word_of[index] = word | _COLORED
        # A color that a class has by now is read as that class.
        if self._index_of[word] == 0:
            self._index_of[word] = np.uint32(index + 1) | _LENT

    def _index(self, word: int) -> int:
        return int(self._index_of[word] & ~_LENT) - 1

    def _described(self, met: dict[int, list[int]], width: int) -> tuple[MetColor, ...]:
        return tuple(
            MetColor(_stand_in(word, self._index(word)), count, first % width, first // width)
            for word, (count, first) in met.items()
        )


def color_name(color: Rgb | None) -> str:
    """Name of the stand-in for a color: `#rrggbb`; empty for none."""
    return "#{:02x}{:02x}{:02x}".format(*color) if color else ""


def _stand_in(word: int, index: int) -> LabelClass:
    color = (word & 255, word >> 8 & 255, word >> 16)
    return LabelClass(index, color_name(color), color)


def _sparse_table(length: int) -> NDArray[np.uint32]:
    """Zeros of which only pages that are written cost memory and time, a few KB for each color.

    NumPy asks for huge pages for an array of this size: 2 MB to be cleared for each color.
    """
    pages = memory.mmap(-1, 4 * length)
    with suppress(AttributeError, OSError):  # a system without huge pages
        pages.madvise(memory.MADV_NOHUGEPAGE)
    return np.frombuffer(pages, np.uint32)


def _word(color: Rgb) -> int:
    """A color as the 24-bit number its bytes are in little-endian order."""
    return color[0] | color[1] << 8 | color[2] << 16


def _words_of(flat: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Words of a flat run of RGB bytes: the color with one and the same byte above it."""
    import cv2

    four_channels = cv2.cvtColor(flat.reshape(1, -1, 3), cv2.COLOR_RGB2RGBA)
    return four_channels.reshape(-1).view("<u4")


def _colors_of(words: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """(n, 3) RGB of n words; the byte above the color is dropped."""
    import cv2

    four_channels = words.astype("<u4", copy=False).view(np.uint8).reshape(1, -1, 4)
    colors: NDArray[np.uint8] = cv2.cvtColor(four_channels, cv2.COLOR_RGBA2RGB)[0]
    return colors


def _note(
    met: dict[int, list[int]], words: NDArray[np.uint32], is_lent: NDArray[np.bool_], start: int
) -> None:
    """Count the marked pixels by color in `met`: word to [count, first pixel]."""
    places = np.flatnonzero(is_lent)
    unique, first, counts = np.unique(words[places], return_index=True, return_counts=True)
    for order in np.argsort(first):
        entry = met.setdefault(int(unique[order]), [0, start + int(places[first[order]])])
        entry[0] += int(counts[order])


def _colorless(where: str, index: int, place: int, size: Size) -> DataError:
    x, y = place % size.width, place // size.width
    found = f"class index {index} at pixel ({x}, {y}) has no color"
    return DataError(Kind.UNDECLARED_INDEX, where, found, "a class with a color for every index")

"""The frame: device pixels of the view, written by numpy and painted by Qt without a copy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from maskstudio.core.geometry import Rect, Size


class Frame:
    """One array of 0xffRRGGBB words with a QImage over the same memory."""

    def __init__(self) -> None:
        """Start with a single pixel."""
        self.words: NDArray[np.uint32] = np.zeros((1, 1), np.uint32)
        self._spare = np.zeros((0, 0), np.uint32)
        self.image = image_over(self.words)

    def resize(self, size: Size) -> bool:
        """Have this size; returns whether the content is lost by it."""
        if self.words.shape == (size.height, size.width):
            return False
        self.words = np.zeros((size.height, size.width), np.uint32)
        self._spare = np.zeros((0, 0), np.uint32)
        self.image = image_over(self.words)
        return True

    @property
    def size(self) -> Size:
        """Width and height in device pixels."""
        return Size.of(self.words)

    def scroll(self, dx: int, dy: int) -> list[Rect]:
        """Move the content to the right and down; returns what holds nothing of it then."""
        whole = Rect.of_size(self.size)
        kept = whole.moved(dx, dy) & whole
        if kept.is_empty:
            return [whole]
        # Into the other of two arrays: within one numpy would have to copy twice.
        moved = self._spare if self._spare.shape == self.words.shape else np.empty_like(self.words)
        moved[kept.slices] = self.words[kept.moved(-dx, -dy).slices]
        self.words, self._spare = moved, self.words
        self.image = image_over(moved)
        return whole.without(kept)

    def clear(self, word: int) -> None:
        """Fill it with one color."""
        self.words[:] = word


def image_over(words: NDArray[np.uint32]) -> QImage:
    """A QImage over the memory of (h, w) 0xffRRGGBB words, which must outlive it."""
    height, width = words.shape
    assert words.flags.c_contiguous
    return QImage(words.data, width, height, 4 * width, QImage.Format.Format_RGB32)

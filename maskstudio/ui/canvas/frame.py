"""The frame: device pixels of the view, written by numpy and painted by Qt without a copy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from maskstudio.core.geometry import Size


class Frame:
    """One array of 0xffRRGGBB words with a QImage over the same memory."""

    def __init__(self) -> None:
        """Start with a single pixel."""
        self.words: NDArray[np.uint32] = np.zeros((1, 1), np.uint32)
        self.image = _image_over(self.words)

    def resize(self, size: Size) -> bool:
        """Have this size; returns whether the content is lost by it."""
        if self.words.shape == (size.height, size.width):
            return False
        self.words = np.zeros((size.height, size.width), np.uint32)
        self.image = _image_over(self.words)
        return True

    def clear(self, word: int) -> None:
        """Fill it with one color."""
        self.words[:] = word


def _image_over(words: NDArray[np.uint32]) -> QImage:
    height, width = words.shape
    assert words.flags.c_contiguous
    return QImage(words.data, width, height, 4 * width, QImage.Format.Format_RGB32)

"""Fill: gives a region that looks alike the current class with one click."""

from __future__ import annotations

import math

from maskstudio.core.arrays import BinaryMask
from maskstudio.core.geometry import Rect
from maskstudio.core.image import Image
from maskstudio.raster.fill import contiguous_color, contiguous_region, same_color, same_index

from .base import Modifier, Pointer, Reads, Tool
from .ink import choose_ink, one_edit


class Fill(Tool):
    """A click fills the region under it, or all pixels like the one under it.

    Alike are pixels of one class index, or pixels of the picture within the tolerance.
    """

    id = "fill"
    label = "Fill"
    icon = "paint-bucket"
    key = "F"
    hint = "Click to fill · hold Ctrl to erase"

    def press(self, pointer: Pointer) -> None:
        """Fill at once; outside the layer there is nothing to fill."""
        if not self.host.layer.rect.holds(pointer.point):
            return
        ink = choose_ink(self.host, self.label, erases=Modifier.CONTROL in pointer.modifiers)
        if ink is None:
            return
        with one_edit(self.host, ink.label, pointer.point) as transaction:
            region = self._region(pointer) if transaction else None
            if transaction and region:
                transaction.paint(*region, ink.index)

    def _region(self, pointer: Pointer) -> tuple[Rect, BinaryMask] | None:
        """What looks like the pixel under the pointer; None where there is no picture to read."""
        x, y = math.floor(pointer.point.x), math.floor(pointer.point.y)
        if self.host.options.reads is Reads.MASK:
            mask = self.host.layer.pixels
            if self.host.options.whole_picture:
                return same_index(mask, int(mask[y, x]))
            return contiguous_region(mask, x, y)
        image = self.host.image
        if image is None or image.size != self.host.layer.size:
            return None
        find = same_color if self.host.options.whole_picture else contiguous_color
        return find(image.pixels, x, y, self._tolerance(image))

    def _tolerance(self, image: Image) -> float:
        """The chosen tolerance in values of the picture."""
        return self.host.options.tolerance * (image.window.high - image.window.low) / 255

"""Fill: gives a region that looks alike the current class with one click."""

from __future__ import annotations

import math
from functools import partial

from maskstudio.core.image import Image
from maskstudio.raster.fill import contiguous_color, contiguous_region, same_color, same_index

from .base import FindRegion, Modifier, Pointer, Reads, Tool
from .ink import choose_ink


class Fill(Tool):
    """A click fills the region under it, or all pixels like the one under it.

    Alike are pixels of one class index, or pixels of the picture within the tolerance.
    """

    id = "fill"
    label = "Fill"
    icon = "paint-bucket"
    key = "F"
    hint = "Click to fill · hold Ctrl to erase"
    copy_hint = "Click a region to copy {} into it · S paints the class again"
    object_hint = "Click a region to make it a new {} · I picks an object to go on with"

    def press(self, pointer: Pointer) -> None:
        """Fill; outside the layer there is nothing to fill."""
        layer = self.host.layer
        if not layer.rect.holds(pointer.point):
            return
        ink = choose_ink(self.host, self.label, erases=Modifier.CONTROL in pointer.modifiers)
        if ink is not None:
            find = self._search(pointer)
            self.host.paint_region(
                ink.label, pointer.point, ink.source, within=layer.rect, find=find
            )

    def _search(self, pointer: Pointer) -> FindRegion:
        """How to find what looks like the pixel under the pointer."""
        x, y = math.floor(pointer.point.x), math.floor(pointer.point.y)
        options, mask = self.host.options, self.host.layer.pixels
        if options.reads is Reads.MASK:
            if options.whole_picture:
                return partial(same_index, mask, int(mask[y, x]))
            return partial(contiguous_region, mask, x, y)
        image = self.host.image
        if image is None or image.size != self.host.layer.size:
            return lambda: None
        find = same_color if options.whole_picture else contiguous_color
        return partial(find, image.pixels, x, y, self._tolerance(image))

    def _tolerance(self, image: Image) -> float:
        """The chosen tolerance in values of the picture."""
        return self.host.options.tolerance * (image.window.high - image.window.low) / 255

"""How one thumbnail is made: from the files of a sample, or from its open document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtGui import QImage

from maskstudio.core.arrays import IndexMask
from maskstudio.core.document import Sample
from maskstudio.core.geometry import Size
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskLayer, new_layer
from maskstudio.core.tiles import PackedTile, Tile, restore_tiles
from maskstudio.errors import DataError
from maskstudio.render.palette import Palette
from maskstudio.render.thumbnail import (
    SmallPicture,
    fitted_size,
    small_mask,
    small_picture,
    thumbnail_words,
)

from .workers import Task

OPACITY = 0.45


@dataclass(frozen=True)
class Thumbnail:
    """What there is to show of a sample.

    Args:
        image: fits the box; None where the picture cannot be read, or where there is nothing.
        picture: the picture without a mask, kept so that an edit needs no file.
    """

    image: QImage | None = None
    is_broken: bool = False
    picture: SmallPicture | None = None


BROKEN = Thumbnail(is_broken=True)


@dataclass(frozen=True)
class Recipe:
    """What a worker needs to make one; of an open sample it gets the pixels and reads no file.

    Args:
        box: in device pixels.
        palette: of `label_map`.
        unsaved: tiles that the file of the mask lacks.
        image, mask: of an open sample; the mask is a copy from `small_mask`.
    """

    sample: Sample
    key: str
    box: Size
    label_map: LabelMap
    palette: Palette
    unsaved: Mapping[Tile, PackedTile] = field(default_factory=dict)
    is_open: bool = False
    image: Image | None = None
    mask: IndexMask | None = None

    def make(self, task: Task) -> Thumbnail:
        """Decode and reduce; slow. Raises CancelledError between the steps."""
        try:
            image = self._read_image()
        except DataError:
            return BROKEN
        task.report(1, 3)
        mask, palette = (self.mask, self.palette) if self.is_open else self._read_mask(image)
        task.report(2, 3)
        picture = None if image is None else small_picture(image, fitted_size(image.size, self.box))
        return put_together(picture, mask, palette)

    def _read_image(self) -> Image | None:
        if self.is_open or self.sample.image is None:
            return self.image
        return self.sample.image.read()

    def _read_mask(self, image: Image | None) -> tuple[IndexMask | None, Palette]:
        """The mask as it is once the sample is opened, reduced, and a palette of its classes."""
        ref = self.sample.masks.get(self.key)
        try:
            data = None if ref is None else ref.read()
        except DataError:
            return None, self.palette
        if data is not None:
            layer = MaskLayer(self.key, data)
        elif self.unsaved and image is not None:
            layer = new_layer(self.key, image.size, self._index_of_nothing())
        else:
            return None, self.palette
        restore_tiles(layer, self.unsaved)
        size = layer.size if image is None else image.size
        known = self.label_map.with_undeclared(() if data is None else data.undeclared)
        palette = self.palette if known is self.label_map else Palette(known)
        return small_mask(layer.pixels, fitted_size(size, self.box)), palette

    def _index_of_nothing(self) -> int:
        background = self.label_map.background
        return self.label_map.class_for_nothing().index if background is None else background


def put_together(
    picture: SmallPicture | None, mask: IndexMask | None, palette: Palette
) -> Thumbnail:
    """The thumbnail of a small picture, a small mask, or both."""
    if picture is None and mask is None:
        return Thumbnail()
    words = thumbnail_words(picture, mask, palette, OPACITY)
    height, width = words.shape
    image_format = QImage.Format.Format_ARGB32_Premultiplied
    over_words = QImage(words.data, width, height, 4 * width, image_format)
    return Thumbnail(over_words.copy(), picture=picture)

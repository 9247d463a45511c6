"""A mask as it is at one moment, so that it can be written or read while painting goes on."""

from __future__ import annotations

from dataclasses import dataclass

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.edits import Target
from maskstudio.core.geometry import Size
from maskstudio.core.layer import ImageRef, MaskData, MaskLayer, MaskRef, new_layer
from maskstudio.core.objects import flatten
from maskstudio.core.tiles import UnsavedTiles, do_fit, restore_tiles
from maskstudio.errors import DataError, Kind

COPIED_AT_ONCE = 16 << 20
"""Pixels of masks that are copied whole when a save begins; of larger ones only changed tiles."""


@dataclass(frozen=True)
class MaskSnapshot:
    """A mask as it is now: its file and the tiles that differ from it; read in any thread.

    Args:
        ref: the file, or None for a layer that has none.
        image: gives the size where there is no file.
        fill: index of pixels no file and no tile holds.
        copied: the whole mask where it is open and small enough to be copied at once.
    """

    target: Target
    ref: MaskRef | None
    size: Size | None
    image: ImageRef | None
    fill: int
    tiles: UnsavedTiles
    copied: MaskData | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no mask at all: no file and nothing painted."""
        return self.ref is None and not self.tiles

    def read(self) -> MaskData:
        """Decode the file and put the changed tiles over it. Raises DataError."""
        if self.copied is not None:
            return self.copied
        if self.tiles.objects is not None:
            objects = tuple(packed.unpack() for packed in self.tiles.objects)
            return MaskData(flatten(objects, self._size(), self.fill), objects=objects)
        if self.ref is not None:
            data = self.ref.read()
            if not self.tiles:
                return data
            layer = MaskLayer(self.target.key, data)
        else:
            data = None
            layer = new_layer(self.target.key, self._size(), self.fill)
        if not do_fit(self.tiles, layer):
            found = f"there are {layer.size} pixels now; the changes were made in another size"
            raise DataError(Kind.SIZE_MISMATCH, self.target.sample, found)
        restore_tiles(layer, self.tiles)
        instances = layer.instances
        return MaskData(
            layer.pixels,
            instances,
            undeclared=data.undeclared if data else (),
            has_classes=data.has_classes if data else True,
        )

    def _size(self) -> Size:
        if self.size is not None:
            return self.size
        if self.ref is not None:
            return self.ref.size()
        if self.image is not None:
            return self.image.size()
        raise DataError(Kind.FILE_MISSING, self.target.sample, "neither an image nor a mask")


def snapshot(dataset: Dataset, sample: Sample, key: str) -> MaskSnapshot:
    """A mask of a sample as it is now; copies its changed tiles alone."""
    target = Target(sample.name, key)
    size = copied = None
    # What is put aside although the sample is open could not be brought back: its layer is empty.
    if dataset.is_open(sample.name) and not dataset.put_aside(target):
        layer = dataset.document(sample.name).layer(key)
        size = layer.size
        if layer.rect.area <= COPIED_AT_ONCE:
            copied = layer.copy_data()
    label_map = dataset.label_maps[key]
    fill = label_map.background
    if fill is None:
        fill = label_map.class_for_nothing().index
    tiles = dataset.changes(target)
    return MaskSnapshot(target, sample.masks.get(key), size, sample.image, fill, tiles, copied)

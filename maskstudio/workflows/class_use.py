"""Whether any mask of a data set holds a class: asked before a class is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from maskstudio.core.arrays import IndexMask
from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.edits import Target
from maskstudio.core.layer import MaskLayer, MaskRef
from maskstudio.core.object_layer import ObjectLayer
from maskstudio.core.objects import MaskObject
from maskstudio.core.tiles import PackedTile, Tile, UnsavedTiles, restore_tiles
from maskstudio.errors import DataError
from maskstudio.formats.base import Progress, no_progress
from maskstudio.metrics.histogram import count_indices

STRIP_ROWS = 256


@dataclass(frozen=True)
class MaskToSearch:
    """One mask of a layer key: the open layer, or what its file holds with unsaved tiles over it.

    Args:
        pixels: (H, W) of an open layer, a live view: search again if it was changed meanwhile.
        objects: of an open layer that has some.
        file: None where no file holds the mask yet; `unsaved` then is all of it.
    """

    sample: str
    pixels: IndexMask | None = None
    file: MaskRef | None = None
    unsaved: Mapping[Tile, PackedTile] = field(default_factory=dict)
    objects: tuple[MaskObject, ...] = ()

    def parts(self) -> Iterator[IndexMask]:
        """Its class indices, whole or in tiles. Raises DataError.

        Of objects that cannot be seen, under others or because they are empty, too.
        """
        if self.pixels is not None:
            yield self.pixels
            yield from _unseen(self.pixels, self.objects)
        elif self.file is not None:
            data = self.file.read()
            layer = MaskLayer("", data)
            restore_tiles(layer, self.unsaved)
            yield layer.pixels
            packed = self.unsaved.objects if isinstance(self.unsaved, UnsavedTiles) else None
            objects = data.objects if packed is None else (found.unpack() for found in packed)
            yield from _unseen(layer.pixels, objects or ())
        else:
            yield from (packed.pixels.unpack() for packed in self.unsaved.values())


def _unseen(pixels: IndexMask, objects: Iterable[MaskObject]) -> Iterator[IndexMask]:
    """The class of each object of which no pixel can be seen, as often as it has pixels."""
    found = tuple(objects)
    if not found:
        return
    seen = np.flatnonzero(count_indices(pixels))
    for each in found:
        if each.index not in seen:
            yield np.full((1, max(1, each.area)), each.index, np.uint16)


@dataclass(frozen=True)
class ClassUse:
    """What a search found.

    Args:
        sample: the first sample that uses the class, or None.
        n_pixels: how many pixels of it do.
        unreadable: samples whose mask could not be looked at.
    """

    sample: str | None = None
    n_pixels: int = 0
    unreadable: tuple[str, ...] = ()


def masks_to_search(dataset: Dataset, key: str) -> list[MaskToSearch]:
    """Every mask of a layer key, open ones first; call it in the thread of the data set.

    Samples without a mask hold nothing but background and are left out.
    """
    opened: list[MaskToSearch] = []
    closed: list[MaskToSearch] = []
    for sample in dataset.samples:
        found = mask_to_search(dataset, sample, key)
        if found is not None:
            (closed if found.pixels is None else opened).append(found)
    return opened + closed


def mask_to_search(dataset: Dataset, sample: Sample, key: str) -> MaskToSearch | None:
    """The mask of one sample, None where it has none; in the thread of the data set."""
    if dataset.is_open(sample.name):
        layer = dataset.document(sample.name).layer(key)
        objects = layer.objects if isinstance(layer, ObjectLayer) else ()
        found = MaskToSearch(sample.name, layer.pixels, objects=objects)
        return None if layer.is_untouched else found
    unsaved = dataset.put_aside(Target(sample.name, key))
    if key not in sample.masks and not unsaved:
        return None
    return MaskToSearch(sample.name, None, sample.masks.get(key), unsaved)


def find_class_use(
    masks: Sequence[MaskToSearch], index: int, progress: Progress = no_progress
) -> ClassUse:
    """Look for a class until a mask holds it; slow, for any thread.

    Raises:
        CancelledError: `progress` asked to stop.
    """
    unreadable = []
    for done, mask in enumerate(masks):
        progress(done, len(masks), mask.sample)
        try:
            n_pixels = sum(count_index(part, index) for part in mask.parts())
        except DataError:
            unreadable.append(mask.sample)
            continue
        if n_pixels:
            return ClassUse(mask.sample, n_pixels, tuple(unreadable))
    return ClassUse(unreadable=tuple(unreadable))


def count_index(pixels: IndexMask, index: int) -> int:
    """Pixels of an (H, W) mask that hold an index, counted by strips."""
    strips = (pixels[top : top + STRIP_ROWS] for top in range(0, len(pixels), STRIP_ROWS))
    return sum(int(np.count_nonzero(strip == index)) for strip in strips)

"""A class mask made of an object layer, because the user asks for one; the objects stay.

Three steps, as relabeling has: masks are taken in the thread of the data set, `flatten_masks`
decodes in a worker, and the data set makes the edit in a layer that was added for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from maskstudio.core.arrays import IndexMask
from maskstudio.core.bulk_edit import BulkChange, BulkEdit
from maskstudio.core.geometry import Rect, Size, tile_rect
from maskstudio.core.labels import LabelMap
from maskstudio.core.objects import covered_pixels
from maskstudio.core.tile_store import TileStore
from maskstudio.core.tiles import PackedTile, RawTile, UnsavedTiles
from maskstudio.errors import DataError
from maskstudio.formats.base import Progress, no_progress
from maskstudio.formats.parallel import ordered_map

from .mask_snapshot import MaskSnapshot


@dataclass(frozen=True)
class FlatMasks:
    """Class masks of samples, before anything is changed.

    Args:
        changes: by the name of the sample.
        n_covered: pixels of objects that lie under others, which a class mask cannot hold.
        unreadable: samples whose objects cannot be read.
    """

    changes: Mapping[str, BulkChange]
    n_covered: int
    unreadable: tuple[str, ...]

    def edit(self, label: str, key: str, label_map: LabelMap) -> BulkEdit:
        """What writes them into an empty layer of this key and label map."""
        return BulkEdit(label, key, self.changes, before=label_map, after=label_map)


def flatten_masks(
    masks: Sequence[MaskSnapshot], folder: Path | None, progress: Progress = no_progress
) -> FlatMasks:
    """Decode the objects of samples and flatten them; in any thread.

    Args:
        folder: where the tiles are kept, as long as the edit can be undone.

    Raises:
        OSError: the tiles cannot be written.
        CancelledError: `progress` asked to stop.
    """
    store = TileStore(folder)
    changes: dict[str, BulkChange] = {}
    unreadable: list[str] = []
    n_covered = 0
    with closing(ordered_map(lambda mask: _flat(store, mask), masks)) as made:
        for done, (mask, found) in enumerate(zip(masks, made, strict=True)):
            name = mask.target.sample
            progress(done, len(masks), name)
            if found is None:
                unreadable.append(name)
            else:
                changes[name] = found[0]
                n_covered += found[1]
    return FlatMasks(changes, n_covered, tuple(unreadable))


def _flat(store: TileStore, mask: MaskSnapshot) -> tuple[BulkChange, int] | None:
    """What fills an empty layer, and how many pixels it lacks; None where nothing can be read."""
    try:
        data = mask.read()
    except DataError:
        return None
    empty = np.full_like(data.pixels, mask.fill)
    change = BulkChange(_put(store, empty), _put(store, data.pixels))
    return change, covered_pixels(data.objects or (), Size.of(data.pixels))


def _put(store: TileStore, pixels: IndexMask) -> UnsavedTiles:
    """All tiles, for no file holds any of them."""
    size = Size.of(pixels)
    tiles = {
        tile: PackedTile.of(RawTile(pixels[tile_rect(tile, size).slices], None))
        for tile in Rect.of_size(size).tiles()
    }
    return store.put(tiles)

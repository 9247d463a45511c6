"""Relabeling an open data set: one edit over all its samples, made beside the window.

Three steps, as saving has: `foreseen` masks are taken in the thread of the data set, `make_edit`
decodes and compares in a worker, and the data set makes the edit. Nothing may be edited between.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from maskstudio.core.bulk_edit import BulkChange, BulkEdit
from maskstudio.core.dataset import Dataset
from maskstudio.core.geometry import Rect, Size, tile_rect
from maskstudio.core.layer import MaskData
from maskstudio.core.objects import PackedObject
from maskstudio.core.tile_store import TileStore
from maskstudio.core.tiles import PackedTile, RawTile, Tile
from maskstudio.formats.base import Progress, no_progress
from maskstudio.formats.parallel import ordered_map

from .mask_snapshot import MaskSnapshot, snapshot
from .relabel import Relabeling


def masks_of(dataset: Dataset, key: str, names: Sequence[str]) -> list[MaskSnapshot]:
    """Masks of samples as they are now; in the thread of the data set."""
    return [snapshot(dataset, dataset.sample(name), key) for name in names]


def make_edit(
    relabeling: Relabeling,
    masks: Sequence[MaskSnapshot],
    dataset: Dataset,
    key: str,
    folder: Path | None,
    progress: Progress = no_progress,
) -> BulkEdit:
    """The edit that relabels these masks; nothing is changed yet. In any thread.

    Args:
        folder: where the tiles are kept, as long as the edit can be undone.

    Raises:
        DataError: a mask cannot be read.
        OSError: the tiles cannot be written.
        CancelledError: `progress` asked to stop.
    """
    store = TileStore(folder)
    changes: dict[str, BulkChange] = {}

    def change(mask: MaskSnapshot) -> BulkChange | None:
        data = mask.read()
        after = relabeling.applied(data)
        return None if after is None else change_of(store, data, after)

    with closing(ordered_map(change, masks)) as made:
        for done, (mask, found) in enumerate(zip(masks, made, strict=True)):
            progress(done, len(masks), mask.target.sample)
            if found is not None:
                changes[mask.target.sample] = found
    before = dataset.label_maps[key]
    return BulkEdit(relabeling.label, key, changes, before=before, after=relabeling.label_map)


def change_of(store: TileStore, before: MaskData, after: MaskData) -> BulkChange:
    """The tiles in which two states of a mask differ, kept in a store. Raises OSError."""
    size = Size.of(before.pixels)
    old: dict[Tile, PackedTile] = {}
    new: dict[Tile, PackedTile] = {}
    for tile in Rect.of_size(size).tiles():
        part = tile_rect(tile, size).slices
        if not np.array_equal(before.pixels[part], after.pixels[part]):
            old[tile], new[tile] = _packed(before, part), _packed(after, part)
    return BulkChange(
        store.put(old, objects=_packed_objects(before)),
        store.put(new, objects=_packed_objects(after)),
    )


def _packed_objects(data: MaskData) -> list[PackedObject] | None:
    return None if data.objects is None else [found.packed for found in data.objects]


def _packed(data: MaskData, part: tuple[slice, slice]) -> PackedTile:
    instances = None if data.instances is None else data.instances[part]
    return PackedTile.of(RawTile(data.pixels[part], instances))

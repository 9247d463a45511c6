"""Splitting a class: some of its connected regions become another class, as one edit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import BinaryMask, IndexMask
from maskstudio.core.bulk_edit import BulkChange, BulkEdit
from maskstudio.core.geometry import Point
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.tile_store import TileStore
from maskstudio.errors import UsageError
from maskstudio.formats.base import Progress, no_progress
from maskstudio.formats.parallel import ordered_map
from maskstudio.raster.components import connected_components

from .bulk_relabel import change_of
from .mask_snapshot import MaskSnapshot

Choose = Callable[[IndexMask], BinaryMask]
"""(H, W) true where the pixels of a mask become the new class."""


@dataclass(frozen=True)
class ClassRegion:
    """One connected region of a class.

    Args:
        number: 1 for the largest.
        centre: mean of its pixels' centres.
    """

    number: int
    n_pixels: int
    centre: Point


def regions_of(pixels: IndexMask, index: int) -> tuple[NDArray[np.int64], list[ClassRegion]]:
    """Number the regions of a class, the largest first; corners connect.

    Returns:
        (H, W) number of the region of each pixel, 0 outside, and the regions.
    """
    labels, count = connected_components(pixels == index)
    areas = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    order = np.argsort(-areas, kind="stable")
    numbers = np.zeros(count + 1, np.int64)
    numbers[order + 1] = np.arange(1, count + 1)
    numbered = numbers[labels]
    rows, columns = np.nonzero(numbered)
    held = numbered[rows, columns]
    n = np.maximum(np.bincount(held, minlength=count + 1)[1:], 1)
    ys = np.bincount(held, rows + 0.5, count + 1)[1:] / n
    xs = np.bincount(held, columns + 0.5, count + 1)[1:] / n
    found = [
        ClassRegion(i + 1, int(areas[order[i]]), Point(float(xs[i]), float(ys[i])))
        for i in range(count)
    ]
    return numbered, found


def chosen_regions(index: int, numbers: Collection[int]) -> Choose:
    """These regions of a class, by number."""

    def choose(pixels: IndexMask) -> BinaryMask:
        numbered, _ = regions_of(pixels, index)
        return np.isin(numbered, list(numbers))

    return choose


def regions_below(index: int, n_pixels: int) -> Choose:
    """All regions of a class that have fewer pixels."""

    def choose(pixels: IndexMask) -> BinaryMask:
        numbered, regions = regions_of(pixels, index)
        small = [region.number for region in regions if region.n_pixels < n_pixels]
        return np.isin(numbered, small)

    return choose


def make_split(
    label_map: LabelMap,
    key: str,
    index: int,
    new: LabelClass,
    masks: Sequence[MaskSnapshot],
    choose: Choose,
    folder: Path | None,
    progress: Progress = no_progress,
) -> BulkEdit:
    """The edit that gives chosen pixels of a class to a new one; nothing is changed yet.

    In any thread. Instances keep their pixels.

    Raises:
        DataError: a mask cannot be read.
        UsageError: a mask is made of objects.
        OSError: the tiles cannot be written.
        CancelledError: `progress` asked to stop.
    """
    store = TileStore(folder)
    changes: dict[str, BulkChange] = {}

    def change(mask: MaskSnapshot) -> BulkChange | None:
        data = mask.read()
        if data.objects is not None:
            raise UsageError("Objects are split by giving one of them another class.")
        where = choose(data.pixels)
        if not where.any():
            return None
        pixels = data.pixels
        if new.index > np.iinfo(pixels.dtype).max:
            pixels = pixels.astype(np.uint16)
        changed = np.where(where, pixels.dtype.type(new.index), pixels)
        return change_of(store, data, replace(data, pixels=changed))

    with closing(ordered_map(change, masks)) as made:
        for done, (mask, found) in enumerate(zip(masks, made, strict=True)):
            progress(done, len(masks), mask.target.sample)
            if found is not None:
                changes[mask.target.sample] = found
    label = f"Split {label_map.name_of(index)} into {new.name}"
    return BulkEdit(label, key, changes, before=label_map, after=label_map.with_class(new))

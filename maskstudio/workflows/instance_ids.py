"""Instance ids for regions that have none, so that CVAT does not lose their pixels.

Source: CVAT drops every pixel with instance id 0 of an item that has an instance mask
(`formats.md`, CVAT, writing).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from maskstudio.core.arrays import IndexMask, InstanceMask
from maskstudio.core.dataset import Dataset
from maskstudio.core.edits import Edit
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.core.object_layer import ObjectLayer
from maskstudio.raster.components import connected_components


def with_ids(data: MaskData, label_map: LabelMap) -> MaskData:
    """A mask in which each region has an id; the same one where nothing was missing."""
    if not data.has_classes:
        return data
    ids = with_missing_ids(data.pixels, data.instances, label_map)
    return data if ids is None else replace(data, instances=ids)


def with_missing_ids(
    pixels: IndexMask, instances: InstanceMask | None, label_map: LabelMap
) -> InstanceMask | None:
    """Give each connected region of a declared class without an id the next free one.

    Args:
        pixels: (H, W) class indices.
        instances: (H, W) ids that stay as they are, or None for none at all.

    Returns:
        (H, W) uint16 or uint32 ids, or None when nothing was missing.
    """
    taken = np.zeros(pixels.shape, np.uint16) if instances is None else instances
    wanted = _paintable(label_map)[pixels] & (taken == 0)
    if not wanted.any():
        return None
    ids = taken.astype(np.uint32)
    next_id = int(taken.max()) + 1
    for index in np.unique(pixels[wanted]):
        labels, count = connected_components(wanted & (pixels == index))
        where = labels > 0
        ids[where] = labels[where] + np.uint32(next_id - 1)
        next_id += count
    return ids if next_id > 65_536 else ids.astype(np.uint16)


def assign_missing_ids(dataset: Dataset, sample: str, key: str) -> Edit | None:
    """Give the regions of an open layer their missing ids, as one edit."""
    layer = dataset.document(sample).layer(key)
    if isinstance(layer, ObjectLayer):
        return None
    ids = with_missing_ids(layer.pixels, layer.instances, dataset.label_maps[key])
    if ids is None:
        return None
    transaction = dataset.begin(sample, key, label="Number New Instances")
    transaction.write_instances(layer.rect, ids, np.ones(ids.shape, np.bool_))
    return transaction.commit()


def _paintable(label_map: LabelMap) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(65 536,) true for declared classes other than the background."""
    table = np.zeros(65_536, np.bool_)
    table[[c.index for c in label_map if c.index != label_map.background]] = True
    return table

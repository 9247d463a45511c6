"""How many pixels of which class each instance covers."""

from __future__ import annotations

import numpy as np

from maskstudio.core.arrays import IndexMask, InstanceMask

STRIP_PIXELS = 1 << 18
"""Pixels counted at a time, which bounds the copies made of them."""

_LARGEST_TABLE = 1 << 24
"""Pairs of id and class counted in a table; where there could be more they are sorted."""


def count_classes_of_instances(
    classes: IndexMask, instances: InstanceMask
) -> dict[int, dict[int, int]]:
    """Pixels of each class index by instance id; both ascending. Id 0 is no instance.

    Args:
        classes: (H, W) class indices.
        instances: (H, W) instance ids.
    """
    height, width = instances.shape
    rows = max(1, STRIP_PIXELS // max(1, width))
    n_classes = int(classes.max(initial=0)) + 1
    totals: dict[int, int] = {}
    for top in range(0, height, rows):
        for pair, count in _count_pairs(
            classes[top : top + rows], instances[top : top + rows], n_classes
        ):
            totals[pair] = totals.get(pair, 0) + count
    found: dict[int, dict[int, int]] = {}
    for pair in sorted(totals):
        number, index = divmod(pair, n_classes)
        found.setdefault(number, {})[index] = totals[pair]
    return found


def _count_pairs(
    classes: IndexMask, instances: InstanceMask, n_classes: int
) -> list[tuple[int, int]]:
    """Each id times `n_classes` plus class that occurs with an id above 0, and its pixels."""
    is_inside = instances > 0
    pairs = instances[is_inside].astype(np.int64) * n_classes + classes[is_inside]
    if int(pairs.max(initial=0)) < _LARGEST_TABLE:
        table = np.bincount(pairs)
        unique = np.flatnonzero(table)
        counts = table[unique]
    else:
        unique, counts = np.unique(pairs, return_counts=True)
    return list(zip(unique.tolist(), counts.tolist(), strict=True))

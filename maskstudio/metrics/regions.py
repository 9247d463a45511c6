"""Connected regions in which a prediction and its ground truth disagree in one and the same way.

Masks are made of runs, so regions are put together from runs and not from pixels: the cost is that
of one look at every pixel, and no array of the size of the masks is made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import IndexMask
from maskstudio.core.slices import Between, go_on

from .confusion import STRIP_PIXELS

Ints = NDArray[np.int64]

_HALF = 32
_LOW = (1 << _HALF) - 1


@dataclass(frozen=True, eq=False)
class Regions:
    """Regions of one pair of masks as columns, all (n,).

    Args:
        ground_truth, prediction: joint class indices of each region.
        areas: pixels.
        rects: (n, 4) half-open bounding rectangles x0, y0, x1, y1.
        seeds: (n, 2) x, y of the first pixel: the leftmost one of the topmost row.
    """

    ground_truth: Ints
    prediction: Ints
    areas: Ints
    rects: Ints
    seeds: Ints

    def __len__(self) -> int:
        return self.areas.size

    def where(self, kept: NDArray[np.bool_]) -> Regions:
        """Those that a (n,) array is true for."""
        return Regions(
            self.ground_truth[kept],
            self.prediction[kept],
            self.areas[kept],
            self.rects[kept],
            self.seeds[kept],
        )


def _no_regions() -> Regions:
    none = np.zeros(0, np.int64)
    return Regions(none, none, none, none.reshape(0, 4), none.reshape(0, 2))


NO_REGIONS = _no_regions()


def find_regions(
    prediction: IndexMask,
    ground_truth: IndexMask,
    of_prediction: Mapping[int, int],
    of_ground_truth: Mapping[int, int],
    *,
    ignored: Collection[int] = (),
    min_area: int = 1,
    between: Between = go_on,
) -> Regions:
    """Find every region; pixels that touch at an edge or a corner belong together.

    Args:
        prediction, ground_truth: (H, W) class indices.
        of_prediction, of_ground_truth: joint index of every index that occurs.
        ignored: joint indices; where they are true nothing is compared.
        min_area: pixels of the smallest region that is wanted.

    Returns:
        Regions in the order of their seeds, row by row.

    Raises:
        ValueError: the shapes differ.
    """
    if prediction.shape != ground_truth.shape:
        raise ValueError(f"shapes {prediction.shape} and {ground_truth.shape} differ")
    tables = (_table(of_ground_truth), _table(of_prediction))
    strips = []
    for rows in _strips(*prediction.shape):
        between()
        part = ground_truth[rows], prediction[rows]
        strips.append(_disagreeing_runs(*part, rows.start, tables, ignored))
    if not strips:
        return NO_REGIONS
    runs = np.concatenate(strips, axis=1)
    regions = _gathered(runs, _joined(*_touching(runs, prediction.shape[1]), runs.shape[1]))
    return regions.where(regions.areas >= min_area)


def _strips(height: int, width: int) -> Iterator[slice]:
    n_rows = max(1, STRIP_PIXELS // max(1, width))
    return (slice(top, min(top + n_rows, height)) for top in range(0, height, n_rows))


def _table(joint: Mapping[int, int]) -> Ints:
    table = np.zeros(max(joint, default=0) + 1, np.int64)
    table[list(joint)] = list(joint.values())
    return table


def _disagreeing_runs(
    ground_truth: IndexMask,
    prediction: IndexMask,
    top: int,
    tables: tuple[Ints, Ints],
    ignored: Collection[int],
) -> Ints:
    """(4, n) row, first column, column after the last, and pair of classes of each run."""
    width = ground_truth.shape[1]
    truth, predicted = (np.ascontiguousarray(a).reshape(-1) for a in (ground_truth, prediction))
    if not truth.size:
        return np.zeros((4, 0), np.int64)
    is_new = np.empty(truth.size, np.bool_)
    is_new[1:] = truth[1:] != truth[:-1]
    is_new[1:] |= predicted[1:] != predicted[:-1]
    is_new[::width] = True
    starts = np.flatnonzero(is_new)
    ends = np.append(starts[1:], truth.size)
    true_class = np.take(tables[0], truth[starts], mode="clip")
    predicted_class = np.take(tables[1], predicted[starts], mode="clip")
    differs = true_class != predicted_class
    if ignored:
        differs &= ~np.isin(true_class, list(ignored))
    starts, ends = starts[differs], ends[differs]
    rows = starts // width
    pairs = true_class[differs] << _HALF | predicted_class[differs]
    return np.stack([rows + top, starts - rows * width, ends - rows * width, pairs])


def _touching(runs: Ints, width: int) -> tuple[Ints, Ints]:
    """Pairs of runs, as their numbers, that touch and have the same classes."""
    rows, starts, ends, pairs = runs
    span = width + 2
    keys = rows * span
    first_keys, last_keys = keys + starts, keys + ends
    upper = np.arange(rows.size)
    lower = np.searchsorted(last_keys, first_keys + span, side="left")
    found = []
    while upper.size:
        # The runs below that a run touches follow each other; most touch one or two.
        inside = lower < rows.size
        upper, lower = upper[inside], lower[inside]
        touches = first_keys[lower] <= last_keys[upper] + span
        upper, lower = upper[touches], lower[touches]
        found.append((upper, lower))
        lower = lower + 1
    # Different indices may be one joint class: such runs of a row follow each other directly.
    beside = np.flatnonzero(first_keys[1:] == last_keys[:-1])
    found.append((beside, beside + 1))
    one, other = (np.concatenate(numbers) for numbers in zip(*found, strict=True))
    same = pairs[one] == pairs[other]
    return one[same], other[same]


def _joined(one: Ints, other: Ints, n_runs: int) -> Ints:
    """(n,) lowest number among all runs that a run is connected with, by pointer jumping."""
    roots = np.arange(n_runs)
    while True:
        first, second = roots[one], roots[other]
        apart = first != second
        if not apart.any():
            return roots
        one, other = one[apart], other[apart]
        low, high = np.minimum(first[apart], second[apart]), np.maximum(first[apart], second[apart])
        np.minimum.at(roots, high, low)
        shorter = roots[roots]
        while not np.array_equal(shorter, roots):
            roots, shorter = shorter, shorter[shorter]


def _gathered(runs: Ints, roots: Ints) -> Regions:
    """Sum up the runs of each region; the run at its root begins with its seed."""
    is_root = roots == np.arange(roots.size)
    seeds, numbers = np.flatnonzero(is_root), (np.cumsum(is_root) - 1)[roots]
    rows, starts, ends, pairs = runs
    rects = np.empty((seeds.size, 4), np.int64)
    rects[:, 0], rects[:, 1] = starts[seeds], rows[seeds]
    rects[:, 2], rects[:, 3] = ends[seeds], rows[seeds] + 1
    np.minimum.at(rects[:, 0], numbers, starts)
    np.maximum.at(rects[:, 2], numbers, ends)
    np.maximum.at(rects[:, 3], numbers, rows + 1)
    areas = np.bincount(numbers, weights=ends - starts, minlength=seeds.size).astype(np.int64)
    pair = pairs[seeds]
    return Regions(
        pair >> _HALF, pair & _LOW, areas, rects, np.stack([starts[seeds], rows[seeds]], axis=1)
    )

"""Which class was predicted where which class is true, counted in pixels.

Only pairs of classes that occur are kept, so a label map may have 65 536 classes at no cost. Counts
are added over samples and subtracted when pixels change; every figure is derived from them
(`scores`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import IndexMask
from maskstudio.core.slices import Between, go_on

STRIP_PIXELS = 1 << 20
"""Pixels counted at a time, which bounds the copies made of them."""

_HALF = 32
_LOW = (1 << _HALF) - 1

_LARGEST_TABLE = 1 << 18
"""Pairs counted in a table; where there could be more they are sorted."""

Counts = NDArray[np.int64]

Indices = NDArray[np.integer[Any]]
"""Class indices, or instance ids below 2 ** 32, of any integer type."""


@dataclass(frozen=True, eq=False)
class Confusion:
    """Pixels by pair of class indices. Immutable.

    A difference of two may hold negative counts; added to what it was taken from it is exact.

    Args:
        pairs: (n,) ascending; the ground truth's index in the upper half, the predicted one in the
            lower.
        counts: (n,) pixels of each pair, none of them 0.
    """

    pairs: Counts
    counts: Counts

    @classmethod
    def of(cls, ground_truth: Counts, prediction: Counts, counts: Counts) -> Confusion:
        """From pairs in any order, which may repeat; all (n,)."""
        return _merged(ground_truth << _HALF | prediction, counts)

    @classmethod
    def empty(cls) -> Confusion:
        """No pixels."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64))

    def __add__(self, other: Confusion) -> Confusion:
        places = self._places_of(other)
        if places is not None:
            counts = self.counts.copy()
            counts[places] += other.counts
            kept = slice(None) if counts[places].all() else counts != 0
            return Confusion(self.pairs[kept], counts[kept])
        return _sum((self, other))

    def __sub__(self, other: Confusion) -> Confusion:
        return self + Confusion(other.pairs, -other.counts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Confusion):
            return NotImplemented
        return np.array_equal(self.pairs, other.pairs) and np.array_equal(self.counts, other.counts)

    __hash__ = None  # type: ignore[assignment]

    @property
    def ground_truth(self) -> Counts:
        """(n,) class index of each pair in the ground truth."""
        return self.pairs >> _HALF

    @property
    def prediction(self) -> Counts:
        """(n,) class index of each pair in the prediction."""
        return self.pairs & _LOW

    @property
    def n_pixels(self) -> int:
        """All pixels counted."""
        return int(self.counts.sum())

    @cached_property
    def classes(self) -> tuple[int, ...]:
        """Class indices that occur on either side, ascending."""
        return tuple(np.union1d(self.ground_truth, self.prediction).tolist())

    @property
    def matrix(self) -> Counts:
        """(n, n) pixels over `classes`: rows ground truth, columns prediction."""
        classes = np.array(self.classes, np.int64)
        table = np.zeros((classes.size, classes.size), np.int64)
        rows = np.searchsorted(classes, self.ground_truth)
        table[rows, np.searchsorted(classes, self.prediction)] = self.counts
        return table

    def count(self, ground_truth: int, prediction: int) -> int:
        """Pixels of one pair."""
        pair = ground_truth << _HALF | prediction
        place = int(np.searchsorted(self.pairs, pair))
        is_there = place < self.pairs.size and self.pairs[place] == pair
        return int(self.counts[place]) if is_there else 0

    def _places_of(self, other: Confusion) -> NDArray[np.intp] | None:
        """Where all pairs of another one stand here, or None where one does not.

        What a stroke changes has few pairs, and those are known: nothing is sorted then.
        """
        if other.pairs.size > self.pairs.size:
            return None
        places = np.searchsorted(self.pairs, other.pairs)
        is_inside = not places.size or places[-1] < self.pairs.size
        is_known = is_inside and np.array_equal(self.pairs[places], other.pairs)
        return places if is_known else None

    def transposed(self) -> Confusion:
        """With the sides exchanged."""
        return Confusion.of(self.prediction, self.ground_truth, self.counts)

    def renumbered(
        self, prediction: Mapping[int, int], ground_truth: Mapping[int, int] | None = None
    ) -> Confusion:
        """With other class indices, applied at once; those that are not listed stay."""
        return Confusion.of(
            _renumbered(self.ground_truth, ground_truth or {}),
            _renumbered(self.prediction, prediction),
            self.counts,
        )


def confusion_matrix(
    prediction: Indices, ground_truth: Indices, between: Between = go_on
) -> Confusion:
    """Count the pixels of every pair of classes.

    Runs of equal pairs are counted, not pixels: masks are made of runs, and neither the depth of
    the masks nor the number of classes costs anything then.

    Args:
        prediction: class indices, of any shape.
        ground_truth: likewise.

    Raises:
        ValueError: the shapes differ.
    """
    if prediction.shape != ground_truth.shape:
        raise ValueError(f"shapes {prediction.shape} and {ground_truth.shape} differ")
    flat_truth = np.ascontiguousarray(ground_truth).reshape(-1)
    flat_prediction = np.ascontiguousarray(prediction).reshape(-1)
    parts = []
    for at in range(0, flat_truth.size, STRIP_PIXELS):
        between()
        strip = slice(at, at + STRIP_PIXELS)
        parts.append(_count_strip(flat_truth[strip], flat_prediction[strip]))
    if len(parts) == 1:
        return parts[0]
    return _sum(parts)


def confusion_change(
    before: IndexMask, now: IndexMask, other: IndexMask, *, of_prediction: bool
) -> Confusion:
    """What to add to a confusion after part of one side was replaced.

    Args:
        before: (h, w) what the part held.
        now: (h, w) what it holds.
        other: (h, w) the same part of the other side.
        of_prediction: whether the prediction was replaced; else the ground truth.
    """
    is_changed = before != now
    kept = other[is_changed]
    change = confusion_matrix(now[is_changed], kept) - confusion_matrix(before[is_changed], kept)
    return change if of_prediction else change.transposed()


def _count_strip(ground_truth: Indices, prediction: Indices) -> Confusion:
    """The confusion of two rows of pixels."""
    starts, lengths = _runs(ground_truth, prediction)
    first, second = ground_truth[starts].astype(np.int64), prediction[starts].astype(np.int64)
    width = int(second.max()) + 1
    if (int(first.max()) + 1) * width <= _LARGEST_TABLE:
        table = np.bincount(first * width + second, weights=lengths).astype(np.int64)
        found = np.flatnonzero(table)
        return Confusion(found // width << _HALF | found % width, table[found])
    return _merged(first << _HALF | second, lengths)


def _runs(one: Indices, other: Indices) -> tuple[NDArray[np.intp], Counts]:
    """Where runs of equal pairs start in two rows of pixels, and how long they are."""
    is_new = one[1:] != one[:-1]
    is_new |= other[1:] != other[:-1]
    inner = np.flatnonzero(is_new)
    starts = np.zeros(inner.size + 1, np.intp)
    np.add(inner, 1, out=starts[1:])
    lengths = np.empty(starts.size, np.int64)
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1] = one.size - starts[-1]
    return starts, lengths


def _sum(parts: Sequence[Confusion]) -> Confusion:
    if not parts:
        return Confusion.empty()
    return _merged(
        np.concatenate([part.pairs for part in parts]),
        np.concatenate([part.counts for part in parts]),
    )


def _merged(pairs: Counts, counts: Counts) -> Confusion:
    """Ascending pairs, each once, without those that count 0."""
    if not pairs.size:
        return Confusion.empty()
    order = np.argsort(pairs, kind="stable")
    pairs, counts = pairs[order], counts[order]
    starts = np.concatenate([[0], np.flatnonzero(pairs[1:] != pairs[:-1]) + 1])
    sums = np.add.reduceat(counts, starts)
    return Confusion(pairs[starts][sums != 0], sums[sums != 0])


def _renumbered(indices: Counts, changes: Mapping[int, int]) -> Counts:
    if not changes:
        return indices
    found, places = np.unique(indices, return_inverse=True)
    new = np.array([changes.get(index, index) for index in found.tolist()], np.int64)
    renumbered: Counts = new[places]
    return renumbered

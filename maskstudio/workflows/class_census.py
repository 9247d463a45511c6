"""Pixels of each class in every mask of a layer: what a change of classes would reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from maskstudio.errors import DataError, Problem, Scope
from maskstudio.formats.base import Progress, no_progress
from maskstudio.formats.parallel import ordered_map
from maskstudio.metrics.histogram import count_indices

from .class_use import MaskToSearch


@dataclass(frozen=True)
class Census:
    """Pixels by class index, sample by sample.

    Args:
        by_sample: pixels of each index that occurs, by the name of the sample.
        problems: why samples could not be counted.
    """

    by_sample: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def pixels_of(self, index: int) -> int:
        """Pixels of a class over all samples."""
        return sum(found.get(index, 0) for found in self.by_sample.values())

    def samples_with(self, indices: Iterable[int]) -> list[str]:
        """Names of samples that hold one of these classes, in their order."""
        wanted = set(indices)
        return [name for name, found in self.by_sample.items() if wanted & found.keys()]

    @property
    def totals(self) -> dict[int, int]:
        """Pixels of each index that occurs, over all samples, by index."""
        totals: dict[int, int] = {}
        for found in self.by_sample.values():
            for index, count in found.items():
                totals[index] = totals.get(index, 0) + count
        return dict(sorted(totals.items()))


def take_census(masks: Sequence[MaskToSearch], progress: Progress = no_progress) -> Census:
    """Count every mask; slow, for any thread.

    Raises:
        CancelledError: `progress` asked to stop.
    """
    by_sample: dict[str, Mapping[int, int]] = {}
    problems: list[Problem] = []
    with closing(ordered_map(_count, masks)) as counted:
        for done, (mask, found) in enumerate(zip(masks, counted, strict=True)):
            progress(done, len(masks), mask.sample)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                by_sample[mask.sample] = found
    return Census(by_sample, tuple(problems))


def _count(mask: MaskToSearch) -> dict[int, int] | Problem:
    try:
        return _sum(_pixels(mask))
    except DataError as error:
        return error.problem(Scope.ITEM, sample=mask.sample)


def _pixels(mask: MaskToSearch) -> Iterator[dict[int, int]]:
    for part in mask.parts():
        counts = count_indices(part)
        yield {int(index): int(counts[index]) for index in np.flatnonzero(counts)}


def _sum(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    total: dict[int, int] = {}
    for part in parts:
        for index, count in part.items():
            total[index] = total.get(index, 0) + count
    return total

"""Panoptic quality: how many segments are found, and how well.

Definition: Kirillov et al., "Panoptic Segmentation" (2019), as their program counts. A segment is
the pixels of one class with one instance id; a class without instances in the ground truth counts
as one segment. Two segments match when they are of one class and their IoU exceeds 0.5, pixels
whose ground truth is ignored taken out of the union.

Pixels of the ground truth that have no instance although their class has instances are a crowd:
things that nobody told apart. A crowd is neither found nor missed, and a predicted segment of which
more than half lies on ignored pixels and a crowd of its class is no false positive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import InstanceMask

from .confusion import confusion_matrix
from .scores import mean_of

FIGURES = ("pq", "sq", "rq")
"""Names of the figures, as they are in every output."""

Segment = tuple[int, int]
"""Class index and instance id."""

MATCHING_IOU = 0.5


@dataclass(frozen=True)
class Matches:
    """Segments of one class.

    Args:
        found: predicted ones that match a true one.
        spurious: predicted ones that match none.
        missed: true ones that match none.
        iou_sum: of the matches.
    """

    found: int = 0
    spurious: int = 0
    missed: int = 0
    iou_sum: float = 0.0

    def __add__(self, other: Matches) -> Matches:
        return Matches(
            self.found + other.found,
            self.spurious + other.spurious,
            self.missed + other.missed,
            self.iou_sum + other.iou_sum,
        )

    @property
    def n_segments(self) -> int:
        """All of them, matching ones once."""
        return self.found + self.spurious + self.missed


@dataclass(frozen=True)
class PanopticScores:
    """Figures of one class, or their means over the classes that have a segment.

    Args:
        pq: panoptic quality, sum of IoU / (found + spurious / 2 + missed / 2).
        sq: segmentation quality, the mean IoU of the matches; 0 where there are none.
        rq: recognition quality, found / (found + spurious / 2 + missed / 2).
    """

    pq: float | None
    sq: float | None
    rq: float | None


@dataclass(frozen=True)
class PanopticSample:
    """Matches in one sample by class index, read in both ways; the data set decides for one.

    Args:
        by_instance: every instance is a segment.
        as_one: all pixels of a class are one segment.
        with_instances: classes of which the ground truth has instances here.
    """

    by_instance: Mapping[int, Matches]
    as_one: Mapping[int, Matches]
    with_instances: frozenset[int]


def match_segments(
    prediction: tuple[NDArray[Any], InstanceMask],
    ground_truth: tuple[NDArray[Any], InstanceMask],
    ignored: Collection[int] = (),
) -> PanopticSample:
    """Match the segments of one sample.

    Args:
        prediction: (H, W) class indices, numbered as those of the ground truth, and (H, W) instance
            ids; all pixels of a class with id 0 are one segment.
        ground_truth: likewise.
        ignored: classes that are no segments; their ground-truth pixels are void.

    Raises:
        ValueError: the shapes differ.
    """
    predicted, true = _Segments.of(*prediction), _Segments.of(*ground_truth)
    counted = confusion_matrix(predicted.numbers, true.numbers)
    overlaps = [
        (true.segments[row], predicted.segments[column], count)
        for row, column, count in zip(
            counted.ground_truth.tolist(),
            counted.prediction.tolist(),
            counted.counts.tolist(),
            strict=True,
        )
    ]
    void = frozenset(ignored)
    classes = {segment[0] for segment in true.segments if segment[1]} - void
    whole = [((t, 0), (p, 0), count) for (t, _), (p, _), count in overlaps]
    return PanopticSample(
        by_instance=_matched(overlaps, void, has_crowds=True),
        as_one=_matched(whole, void, has_crowds=False),
        with_instances=frozenset(classes),
    )


@dataclass
class PanopticSums:
    """Matches of many samples on their way to figures."""

    n_samples: int = 0
    _by_instance: dict[int, Matches] = field(default_factory=dict)
    _as_one: dict[int, Matches] = field(default_factory=dict)
    _with_instances: set[int] = field(default_factory=set)

    def add(self, sample: PanopticSample) -> None:
        """Take in one sample."""
        self.n_samples += 1
        self._with_instances |= sample.with_instances
        for sums, found in (
            (self._by_instance, sample.by_instance),
            (self._as_one, sample.as_one),
        ):
            for index, matches in found.items():
                sums[index] = sums.get(index, Matches()) + matches

    def per_class(self) -> dict[int, Matches]:
        """Matches of every class that has a segment, by index."""
        things = self._with_instances
        found = {i: m for i, m in self._by_instance.items() if i in things}
        found.update((i, m) for i, m in self._as_one.items() if i not in things)
        return {index: found[index] for index in sorted(found) if found[index].n_segments}


def panoptic_scores(matches: Matches) -> PanopticScores:
    """Figures of one class."""
    weight = matches.found + matches.spurious / 2 + matches.missed / 2
    if not weight:
        return PanopticScores(None, None, None)
    segmentation = matches.iou_sum / matches.found if matches.found else 0.0
    return PanopticScores(matches.iou_sum / weight, segmentation, matches.found / weight)


def mean_panoptic(classes: Iterable[Matches]) -> PanopticScores:
    """Means over classes."""
    found = [panoptic_scores(matches) for matches in classes]
    means = (mean_of(np.array([getattr(s, name) for s in found], float)) for name in FIGURES)
    return PanopticScores(*means)


@dataclass(frozen=True)
class _Segments:
    """The segments of one side: their numbers at each pixel, and what each number stands for."""

    numbers: NDArray[np.int64]
    segments: list[Segment]

    @classmethod
    def of(cls, classes: NDArray[Any], instances: InstanceMask) -> _Segments:
        pairs = confusion_matrix(instances, classes)
        numbers = np.searchsorted(pairs.pairs, classes.astype(np.int64) << 32 | instances)
        segments = zip(pairs.ground_truth.tolist(), pairs.prediction.tolist(), strict=True)
        return cls(numbers, list(segments))


@dataclass
class _Areas:
    """Pixels of segments, by the segment or the two that share them.

    Args:
        on_void: of predicted ones, on ignored pixels.
        on_crowd: of predicted ones, on a crowd of their class.
    """

    shared: Counter[tuple[Segment, Segment]] = field(default_factory=Counter)
    true: Counter[Segment] = field(default_factory=Counter)
    predicted: Counter[Segment] = field(default_factory=Counter)
    on_void: Counter[Segment] = field(default_factory=Counter)
    on_crowd: Counter[Segment] = field(default_factory=Counter)


def _matched(
    overlaps: list[tuple[Segment, Segment, int]], void: frozenset[int], *, has_crowds: bool
) -> dict[int, Matches]:
    """Matches by class of segments whose common pixels are known."""
    areas = _areas(overlaps, void, has_crowds=has_crowds)
    sums: dict[int, Matches] = {}
    matched: set[tuple[str, Segment]] = set()
    for (true, predicted), count in areas.shared.items():
        union = areas.true[true] + areas.predicted[predicted] - count - areas.on_void[predicted]
        if true[0] == predicted[0] and count / union > MATCHING_IOU:
            matched |= {("true", true), ("predicted", predicted)}
            _count(sums, true, Matches(found=1, iou_sum=count / union))
    for true in areas.true:
        if ("true", true) not in matched:
            _count(sums, true, Matches(missed=1))
    for predicted, area in areas.predicted.items():
        excused = areas.on_void[predicted] + areas.on_crowd[predicted]
        if ("predicted", predicted) not in matched and excused <= area / 2:
            _count(sums, predicted, Matches(spurious=1))
    return sums


def _count(sums: dict[int, Matches], segment: Segment, matches: Matches) -> None:
    sums[segment[0]] = sums.get(segment[0], Matches()) + matches


def _areas(
    overlaps: list[tuple[Segment, Segment, int]], void: frozenset[int], *, has_crowds: bool
) -> _Areas:
    areas = _Areas()
    for true, predicted, count in overlaps:
        is_void, is_segment = true[0] in void, predicted[0] not in void
        is_crowd = has_crowds and not true[1] and not is_void
        if not is_void and not is_crowd:
            areas.true[true] += count
        if not is_segment:
            continue
        areas.predicted[predicted] += count
        if is_void:
            areas.on_void[predicted] += count
        elif not is_crowd:
            areas.shared[true, predicted] += count
        elif true[0] == predicted[0]:
            areas.on_crowd[predicted] += count
    return areas

"""Predictions against ground truth: pixels are counted by sample, figures come from the sums.

Two samples are in memory at a time (and the few that are decoded ahead), whatever their number.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace

from maskstudio.core.labels import LabelClass
from maskstudio.errors import DataError, Problem, Scope
from maskstudio.formats.base import Progress, no_progress
from maskstudio.formats.parallel import ordered_map
from maskstudio.metrics.boundary import BoundarySums, ClassBoundary
from maskstudio.metrics.confusion import Confusion
from maskstudio.metrics.panoptic import PanopticSample, PanopticSums
from maskstudio.metrics.scores import Scores, scores_of

from .comparer import Comparer
from .sample_pairs import SamplePair


@dataclass(frozen=True)
class SampleScores:
    """Figures of one sample."""

    name: str
    scores: Scores


@dataclass(frozen=True)
class Comparison:
    """Everything a comparison found.

    Args:
        classes: the joint list, by index.
        ignored: joint indices whose ground-truth pixels are not scored.
        confusion: sum over all samples, ignored classes included.
        scores: figures of that sum.
        samples: in the order of the ground truth; those that could not be compared are missing.
        boundary: where it was asked for.
        panoptic: where it was asked for and both sides have instances.
    """

    classes: tuple[LabelClass, ...]
    ignored: frozenset[int]
    confusion: Confusion
    scores: Scores
    samples: tuple[SampleScores, ...] = ()
    boundary: BoundarySums | None = None
    panoptic: PanopticSums | None = None
    unmatched_prediction: tuple[str, ...] = ()
    unmatched_ground_truth: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @classmethod
    def failed(cls, problem: Problem) -> Comparison:
        """What there is to say where a side cannot be opened."""
        empty = Confusion.empty()
        return cls((), frozenset(), empty, scores_of(empty), problems=(problem,))


@dataclass(frozen=True)
class Extras:
    """Figures that cost more than counting, and are made where they are asked for."""

    boundary: bool = False
    panoptic: bool = False


def compare(
    comparer: Comparer, extras: Extras = Extras(), progress: Progress = no_progress
) -> Comparison:
    """Compare every pair; what cannot be compared is listed, the rest goes on.

    Raises:
        CancelledError: `progress` asked to stop.
    """
    pairs = comparer.pairing.pairs
    sums = _Sums(comparer, extras)
    with closing(ordered_map(lambda pair: _measure(comparer, pair, extras), pairs)) as measured:
        for done, (pair, found) in enumerate(zip(pairs, measured, strict=True)):
            progress(done, len(pairs), pair.name)
            sums.add(pair.name, found)
    return sums.comparison()


class _Sums:
    """A comparison under way."""

    def __init__(self, comparer: Comparer, extras: Extras) -> None:
        self._comparer = comparer
        self._total = Confusion.empty()
        self._samples: list[SampleScores] = []
        self._boundary = BoundarySums() if extras.boundary else None
        self._panoptic = PanopticSums() if extras.panoptic else None
        self._problems = list(comparer.problems)

    def add(self, name: str, found: _Measured) -> None:
        """Take in one sample."""
        self._problems += found.problems
        if found.confusion is None:
            return
        self._total += found.confusion
        self._samples.append(SampleScores(name, scores_of(found.confusion, self._comparer.ignored)))
        if self._boundary is not None:
            self._boundary.add(found.boundaries)
        if self._panoptic is not None and found.segments is not None:
            self._panoptic.add(found.segments)

    def comparison(self) -> Comparison:
        """What was found."""
        comparer, pairing = self._comparer, self._comparer.pairing
        has_segments = self._panoptic is not None and self._panoptic.n_samples
        return Comparison(
            classes=comparer.alignment.classes(self._total.classes),
            ignored=comparer.ignored,
            confusion=self._total,
            scores=scores_of(self._total, comparer.ignored),
            samples=tuple(self._samples),
            boundary=self._boundary,
            panoptic=self._panoptic if has_segments else None,
            unmatched_prediction=pairing.unmatched_prediction,
            unmatched_ground_truth=pairing.unmatched_ground_truth,
            problems=(*comparer.alignment.problems, *dict.fromkeys(self._problems)),
        )


@dataclass(frozen=True)
class _Measured:
    """What a worker hands over of a pair; the pixels stay behind."""

    confusion: Confusion | None = None
    boundaries: Mapping[int, ClassBoundary] = field(default_factory=dict)
    segments: PanopticSample | None = None
    problems: tuple[Problem, ...] = ()


def _measure(comparer: Comparer, pair: SamplePair, extras: Extras) -> _Measured:
    try:
        masks = comparer.read(pair)
    except DataError as error:
        return _Measured(problems=(error.problem(Scope.ITEM, sample=pair.name),))
    told = (*masks.prediction.problems, *masks.ground_truth.problems)
    return _Measured(
        masks.confusion,
        masks.boundaries(comparer.ignored) if extras.boundary else {},
        masks.segments(comparer.ignored) if extras.panoptic else None,
        tuple(replace(p, sample=pair.name) for p in told),
    )

"""Figures that cost more than counting, of the masks of a data set as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial

from maskstudio.core.labels import LabelClass
from maskstudio.errors import DataError
from maskstudio.formats.base import Progress, no_progress
from maskstudio.formats.parallel import ordered_map
from maskstudio.metrics.boundary import BoundarySums, ClassBoundary
from maskstudio.metrics.panoptic import PanopticSample, PanopticSums

from .class_alignment import ClassAlignment
from .comparer import ComparedMasks
from .current_masks import CurrentPair


@dataclass(frozen=True)
class JointClasses:
    """The classes of two layers, and those of each that its label map met and does not declare."""

    alignment: ClassAlignment
    of_prediction: tuple[LabelClass, ...] = ()
    of_ground_truth: tuple[LabelClass, ...] = ()


@dataclass
class MoreFigures:
    """How outlines and instances agree, over samples.

    Args:
        panoptic: of the samples that have instances on both sides; there may be none.
        n_samples: those that could be compared.
    """

    boundary: BoundarySums = field(default_factory=BoundarySums)
    panoptic: PanopticSums = field(default_factory=PanopticSums)
    n_samples: int = 0


def measure_more(
    pairs: Sequence[CurrentPair],
    classes: JointClasses,
    ignored: frozenset[int],
    progress: Progress = no_progress,
) -> MoreFigures:
    """Measure every pair; slow, for any thread. What cannot be compared is left out.

    Raises:
        CancelledError: `progress` asked to stop.
    """
    found = MoreFigures()
    measure = partial(_measure, classes, ignored)
    with closing(ordered_map(measure, pairs)) as measured:
        for done, (pair, one) in enumerate(zip(pairs, measured, strict=True)):
            progress(done, len(pairs), pair.sample)
            if one is not None:
                outlines, segments = one
                found.n_samples += 1
                found.boundary.add(outlines)
                if segments is not None:
                    found.panoptic.add(segments)
    return found


def _measure(
    classes: JointClasses, ignored: frozenset[int], pair: CurrentPair
) -> tuple[dict[int, ClassBoundary], PanopticSample | None] | None:
    try:
        read = pair.read()
    except DataError:
        return None  # counting has told of it
    prediction = replace(read.prediction, undeclared=classes.of_prediction)
    truth = replace(read.ground_truth, undeclared=classes.of_ground_truth)
    masks = ComparedMasks.aligned(prediction, truth, classes.alignment)
    return masks.boundaries(ignored), masks.segments(ignored)

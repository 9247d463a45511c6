"""Figures of a comparison; all are derived from a confusion, in this one place.

A pixel whose ground truth is an ignored class is left out. A pixel that is predicted as an ignored
class where the ground truth is another stays in: it is a false negative of that class, and counts
for Cohen's kappa. Means run over the classes that occur; a figure that has nothing to divide by is
None, neither 0 nor 1.

Definitions: Everingham et al., "The Pascal Visual Object Classes Challenge" (2010), for IoU; Long,
Shelhamer, Darrell, "Fully Convolutional Networks for Semantic Segmentation" (2015), for accuracies
and frequency-weighted IoU; Dice (1945); Cohen (1960).
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .confusion import Confusion, Counts

Floats = NDArray[np.float64]

SUMMARY = (
    "pixel_accuracy",
    "mean_class_accuracy",
    "mean_iou",
    "mean_dice",
    "frequency_weighted_iou",
    "cohen_kappa",
)
"""Names of the figures of a whole, as they are in `Scores` and in every output."""


@dataclass(frozen=True)
class ClassScores:
    """Figures of one class, from its true positives TP, false positives FP, false negatives FN.

    Args:
        iou: TP / (TP + FP + FN), the Jaccard index.
        dice: 2 TP / (2 TP + FP + FN), the F1 score.
        precision: TP / (TP + FP), or None where the class is not predicted.
        recall: TP / (TP + FN), or None where it is not in the ground truth.
        support: its pixels in the ground truth, TP + FN.
    """

    index: int
    iou: float | None = None
    dice: float | None = None
    precision: float | None = None
    recall: float | None = None
    support: int = 0


@dataclass(frozen=True)
class Scores:
    """Figures of one sample, or of many whose confusions were added first.

    Args:
        n_pixels: pixels that are scored.
        n_wrong: those of them whose class is not the true one.
        pixel_accuracy: share of the right ones.
        mean_class_accuracy: mean recall over classes in the ground truth.
        mean_iou: mean over the classes that occur on either side.
        mean_dice: likewise.
        frequency_weighted_iou: IoU weighted by the class's share of the ground truth.
        cohen_kappa: agreement beyond what chance gives; None where chance alone gives all of it.
        per_class: classes that occur in scored pixels and are not ignored, ascending.
    """

    n_pixels: int
    n_wrong: int
    pixel_accuracy: float | None
    mean_class_accuracy: float | None
    mean_iou: float | None
    mean_dice: float | None
    frequency_weighted_iou: float | None
    cohen_kappa: float | None
    per_class: tuple[ClassScores, ...]

    @property
    def by_index(self) -> dict[int, ClassScores]:
        """Figures of each class that has some."""
        return {scores.index: scores for scores in self.per_class}


def scores_of(confusion: Confusion, ignored: Collection[int] = ()) -> Scores:
    """Derive every figure.

    Args:
        ignored: classes whose ground-truth pixels are not scored.
    """
    sums = _sums_of(confusion, ignored)
    n_right = int(sums.hits.sum())
    unions = sums.support + sums.predicted - sums.hits
    iou = _ratios(sums.hits, unions)
    dice = _ratios(2 * sums.hits, sums.support + sums.predicted)
    recall = _ratios(sums.hits, sums.support)
    scored = ~np.isin(sums.classes, list(ignored))
    shares = _ratios(sums.support, np.full(sums.support.size, sums.n_pixels))
    return Scores(
        n_pixels=sums.n_pixels,
        n_wrong=sums.n_pixels - n_right,
        pixel_accuracy=n_right / sums.n_pixels if sums.n_pixels else None,
        mean_class_accuracy=mean_of(recall[scored]),
        mean_iou=mean_of(iou[scored]),
        mean_dice=mean_of(dice[scored]),
        frequency_weighted_iou=float(iou @ shares) if sums.n_pixels else None,
        cohen_kappa=_kappa(sums, n_right),
        per_class=_per_class(sums, scored, iou, dice, recall),
    )


def mean_of(values: Floats) -> float | None:
    """Mean of those that are numbers, or None where there are none."""
    values = values[~np.isnan(values)]
    return float(values.mean()) if values.size else None


@dataclass(frozen=True)
class _Sums:
    """Scored pixels of each class that occurs in them, (n,) each: true, predicted, and both."""

    classes: Counts
    support: Counts
    predicted: Counts
    hits: Counts
    n_pixels: int


def _sums_of(confusion: Confusion, ignored: Collection[int]) -> _Sums:
    truth, prediction, counts = confusion.ground_truth, confusion.prediction, confusion.counts
    if ignored:
        kept = ~np.isin(truth, list(ignored))
        truth, prediction, counts = truth[kept], prediction[kept], counts[kept]
    is_met = np.zeros(max(int(truth.max(initial=0)), int(prediction.max(initial=0))) + 1, np.bool_)
    is_met[truth] = is_met[prediction] = True
    is_hit = truth == prediction
    support, predicted, hits = (
        _summed(indices, kept, is_met)
        for indices, kept in (
            (truth, counts),
            (prediction, counts),
            (truth[is_hit], counts[is_hit]),
        )
    )
    return _Sums(np.flatnonzero(is_met), support, predicted, hits, int(counts.sum()))


def _summed(indices: Counts, counts: Counts, is_met: NDArray[np.bool_]) -> Counts:
    """Sum of the counts of each index that is met; exact below 2 ** 53 pixels."""
    sums = np.bincount(indices, weights=counts, minlength=is_met.size)
    return sums[is_met].astype(np.int64)


def _ratios(part: Counts, whole: Counts) -> Floats:
    """Quotients; not a number where there is nothing to divide by."""
    ratios = np.full(part.size, np.nan)
    np.divide(part, whole, out=ratios, where=whole > 0)
    return ratios


def _kappa(sums: _Sums, n_right: int) -> float | None:
    if not sums.n_pixels:
        return None
    by_chance = float((sums.support / sums.n_pixels) @ (sums.predicted / sums.n_pixels))
    if by_chance >= 1:
        return None
    return (n_right / sums.n_pixels - by_chance) / (1 - by_chance)


def _per_class(
    sums: _Sums, scored: NDArray[np.bool_], iou: Floats, dice: Floats, recall: Floats
) -> tuple[ClassScores, ...]:
    precision = _ratios(sums.hits, sums.predicted)
    columns = (_listed(values[scored]) for values in (iou, dice, precision, recall))
    rows = zip(sums.classes[scored].tolist(), *columns, sums.support[scored].tolist(), strict=True)
    return tuple(ClassScores(*row) for row in rows)


def _listed(values: Floats) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]

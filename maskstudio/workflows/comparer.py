"""Two sides made comparable: pairs of samples, one list of classes, and pairs of masks read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import IndexMask
from maskstudio.core.geometry import Size
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind, Problem, UsageError
from maskstudio.metrics.boundary import ClassBoundary, measure_boundaries
from maskstudio.metrics.confusion import Confusion, confusion_matrix
from maskstudio.metrics.panoptic import PanopticSample, match_segments

from .class_alignment import ClassAlignment
from .class_words import find_class
from .compare_choices import ComparisonChoices, kept_choices
from .sample_pairs import Pairing, SamplePair, Side, pair_samples


@dataclass(frozen=True)
class ComparedMasks:
    """The masks of a pair in joint class indices.

    Args:
        prediction: (H, W) as stored, with the joint index of each of its indices.
        confusion: in joint indices.
    """

    prediction: MaskData
    ground_truth: MaskData
    of_prediction: Mapping[int, int]
    of_ground_truth: Mapping[int, int]
    confusion: Confusion

    @classmethod
    def aligned(
        cls, prediction: MaskData, ground_truth: MaskData, alignment: ClassAlignment
    ) -> ComparedMasks:
        """Count the pixels of two masks of one size; both get joint indices."""
        raw = confusion_matrix(prediction.pixels, ground_truth.pixels)
        of_prediction = alignment.of_prediction(_met(raw.prediction), prediction.undeclared)
        of_truth = alignment.of_ground_truth(_met(raw.ground_truth), ground_truth.undeclared)
        joint = raw.renumbered(of_prediction, of_truth)
        return cls(prediction, ground_truth, of_prediction, of_truth, joint)

    def joint_prediction(self) -> NDArray[np.int32]:
        """(H, W) joint class indices of the prediction."""
        return renumbered(self.prediction.pixels, self.of_prediction)

    def joint_ground_truth(self) -> NDArray[np.int32]:
        """(H, W) joint class indices of the ground truth."""
        return renumbered(self.ground_truth.pixels, self.of_ground_truth)

    def boundaries(self, ignored: frozenset[int]) -> dict[int, ClassBoundary]:
        """How outlines agree, of every class that is not ignored."""
        classes = (index for index in self.confusion.classes if index not in ignored)
        sides = self.joint_prediction(), self.joint_ground_truth()
        return measure_boundaries(*sides, classes, ignored)

    def segments(self, ignored: frozenset[int]) -> PanopticSample | None:
        """Which segments match, or None where a side has no instances."""
        if self.prediction.instances is None or self.ground_truth.instances is None:
            return None
        prediction = self.joint_prediction(), self.prediction.instances
        truth = self.joint_ground_truth(), self.ground_truth.instances
        return match_segments(prediction, truth, ignored)


class Comparer:
    """Two sides made comparable: pairs of samples, one list of classes, ignored ones.

    Compares single pairs in any thread; `compare` runs it over all of them.
    """

    def __init__(
        self,
        prediction: Side,
        ground_truth: Side,
        *,
        ignored: Sequence[str] = (),
        map_prediction: Mapping[str, str] | None = None,
    ) -> None:
        """Pair and align; nothing is decoded.

        Where both sides are layers of one workspace, what was chosen there for them counts too.

        Args:
            ignored: classes by name or index; the void class of the truth is one of them where
                nothing was chosen.
            map_prediction: classes of the prediction that are others of the truth: old to new.

        Raises:
            UsageError: a class is named that neither side has.
            DataError: the workspace cannot be read.
        """
        self.prediction, self.ground_truth = prediction, ground_truth
        kept = self._kept_choices()
        by_hand = dict(kept.by_hand)
        by_hand |= _by_hand(map_prediction or {}, prediction, ground_truth)
        self.alignment = ClassAlignment(prediction.classes, ground_truth.classes, by_hand)
        names = self.alignment.indices_by_name
        chosen = (find_class(word, names, "compared classes") for word in ignored)
        void = ground_truth.opened.dataset.label_maps[ground_truth.key].void
        undecided = frozenset() if void is None else frozenset({void})
        self.ignored = (undecided if kept.ignored is None else kept.ignored).union(chosen)
        self.pairing: Pairing = pair_samples(prediction, ground_truth)

    def _kept_choices(self) -> ComparisonChoices:
        """What the workspace says of this pair."""
        prediction, truth = self.prediction, self.ground_truth
        if prediction.opened is not truth.opened:
            return ComparisonChoices()
        kept = kept_choices(truth.opened)
        is_pair = (kept.prediction, kept.ground_truth) == (prediction.key, truth.key)
        return kept if is_pair else ComparisonChoices()

    @property
    def problems(self) -> Iterator[Problem]:
        """What is known before anything is decoded: of the sources, then of names."""
        sides = {id(side.opened): side for side in (self.prediction, self.ground_truth)}
        for side in sides.values():
            opened = side.opened
            is_alone = opened.image_source is None and len(opened.layer_sources) == 1
            for problem in opened.dataset.problems:
                where = side.where(problem.where) if is_alone else problem.where
                yield replace(problem, where=where)
        yield from self.pairing.problems

    def read(self, pair: SamplePair) -> ComparedMasks:
        """Decode a pair and count its pixels.

        Raises:
            DataError: a mask cannot be read, or their sizes differ (size_mismatch).
        """
        prediction = self.prediction.read(pair.prediction)
        truth = self.ground_truth.read(pair.ground_truth)
        if prediction.pixels.shape != truth.pixels.shape:
            raise DataError(
                Kind.SIZE_MISMATCH,
                self.prediction.where_of(pair.prediction),
                f"the prediction is {Size.of(prediction.pixels)}",
                f"{Size.of(truth.pixels)}, the size of the ground truth",
            )
        return ComparedMasks.aligned(prediction, truth, self.alignment)


def renumbered(pixels: IndexMask, indices: Mapping[int, int]) -> NDArray[np.int32]:
    """(H, W) other indices for those of a mask; every index that occurs must be listed."""
    table = np.zeros(max(indices, default=0) + 1, np.int32)
    table[list(indices)] = list(indices.values())
    return np.take(table, pixels, mode="clip")


def _met(indices: NDArray[np.int64]) -> list[int]:
    """Each index once."""
    found: list[int] = np.unique(indices).tolist()
    return found


def _by_hand(
    map_prediction: Mapping[str, str], prediction: Side, ground_truth: Side
) -> dict[int, int]:
    """Index of the ground truth for those of the prediction that are named."""
    old_names, new_names = prediction.classes.names, ground_truth.classes.names
    changes: dict[int, int] = {}
    for old, new in map_prediction.items():
        index = find_class(old, old_names, "prediction")
        if index in changes:
            raise UsageError(f"Class {index} of the prediction is mapped twice.")
        changes[index] = find_class(new, new_names, "ground truth")
    return changes

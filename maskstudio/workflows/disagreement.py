"""Regions in which prediction and ground truth disagree, and what was decided on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import BinaryMask, IndexMask
from maskstudio.core.dataset import Dataset
from maskstudio.core.edits import Edit
from maskstudio.core.geometry import Rect
from maskstudio.core.labels import LabelClass
from maskstudio.core.slices import Between, go_on
from maskstudio.core.transaction import PaintRule
from maskstudio.metrics.regions import Regions, find_regions
from maskstudio.raster.components import connected_components

from .current_masks import CurrentPair

Align = Callable[[Iterable[int], Iterable[LabelClass]], Mapping[int, int]]
"""From indices that were met, and the undeclared classes among them, to joint indices."""


class Decision(StrEnum):
    """What was decided on a region; `later` leaves it open."""

    ACCEPTED = "accepted"
    KEPT = "kept"
    LATER = "later"


@dataclass(frozen=True)
class Region:
    """One connected region of a sample. Class indices are joint ones.

    Args:
        ground_truth: the true class.
        prediction: the predicted class.
        area: in pixels.
        rect: bounding rectangle.
        seed: column and row of its first pixel: the leftmost one of the topmost row.
    """

    sample: str
    ground_truth: int
    prediction: int
    area: int
    rect: Rect
    seed: tuple[int, int]

    def as_json(self) -> dict[str, Any]:
        """For a workspace."""
        rect = self.rect
        return {
            "sample": self.sample,
            "classes": [self.ground_truth, self.prediction],
            "area": self.area,
            "rect": [rect.x0, rect.y0, rect.x1, rect.y1],
            "seed": list(self.seed),
        }

    @classmethod
    def from_json(cls, kept: object) -> Region | None:
        """From a workspace, or None where that makes no sense."""
        if not isinstance(kept, dict):
            return None
        classes, rect, seed = (
            _integers(kept.get(name), count)
            for name, count in (("classes", 2), ("rect", 4), ("seed", 2))
        )
        sample, area = kept.get("sample"), _integers([kept.get("area")], 1)
        if not isinstance(sample, str) or not (classes and rect and seed and area):
            return None
        truth, prediction = classes
        return cls(sample, truth, prediction, area[0], Rect(*rect), (seed[0], seed[1]))


def regions_of(sample: str, found: Regions) -> list[Region]:
    """The rows of a table of regions."""
    columns = (found.ground_truth, found.prediction, found.areas, found.rects, found.seeds)
    return [
        Region(sample, truth, prediction, area, Rect(*rect), (seed[0], seed[1]))
        for truth, prediction, area, rect, seed in zip(*(c.tolist() for c in columns), strict=True)
    ]


@dataclass(frozen=True)
class RegionSearch:
    """Finds the regions of a pair in any thread.

    Args:
        min_area: pixels of the smallest region that is wanted.
    """

    of_prediction: Align
    of_ground_truth: Align
    min_area: int = 1

    def __call__(self, pair: CurrentPair, between: Between = go_on) -> Regions:
        """All regions of a pair; slow. Raises DataError, as `CurrentPair.read`."""
        masks = pair.read()
        met = masks.confusion(between)
        prediction, truth = masks.prediction, masks.ground_truth
        return find_regions(
            prediction.pixels,
            truth.pixels,
            self.of_prediction(np.unique(met.prediction).tolist(), prediction.undeclared),
            self.of_ground_truth(np.unique(met.ground_truth).tolist(), truth.undeclared),
            min_area=self.min_area,
            between=between,
        )


def region_pixels(
    region: Region,
    prediction: IndexMask,
    ground_truth: IndexMask,
    of_prediction: Mapping[int, int],
    of_ground_truth: Mapping[int, int],
) -> BinaryMask | None:
    """The pixels of a region, from its own rectangle alone.

    Args:
        prediction, ground_truth: (H, W) the masks of its sample as they are now.

    Returns:
        (rect.height, rect.width), or None where the masks hold something else there by now.
    """
    here = _holds(ground_truth[region.rect.slices], region.ground_truth, of_ground_truth)
    here &= _holds(prediction[region.rect.slices], region.prediction, of_prediction)
    column, row = region.seed[0] - region.rect.x0, region.seed[1] - region.rect.y0
    if not here[row : row + 1, column : column + 1].any():
        return None
    labels, _ = connected_components(here)
    pixels: BinaryMask = labels == labels[row, column]
    return pixels if int(np.count_nonzero(pixels)) == region.area else None


def accept_region(
    dataset: Dataset,
    key: str,
    region: Region,
    pixels: BinaryMask,
    index: int,
    *,
    protected: frozenset[int] = frozenset(),
) -> Edit | None:
    """Write the predicted class into the ground truth, as one edit of the open sample.

    Args:
        key: of the ground truth's layer.
        pixels: of the region, from `region_pixels`.
        index: of the predicted class in that layer.
        protected: indices of the layer that must not change.

    Returns:
        The edit, or None where nothing could be changed.
    """
    rule = PaintRule(protected=protected)
    transaction = dataset.begin(region.sample, key, label="Accept Prediction", rule=rule)
    transaction.paint(region.rect, pixels, index)
    return transaction.commit()


def _holds(part: IndexMask, joint: int, table: Mapping[int, int]) -> NDArray[np.bool_]:
    return np.isin(part, [index for index, found in table.items() if found == joint])


def _integers(value: object, count: int) -> list[int]:
    """A list of so many integers that are not negative; empty where it is anything else."""
    if not isinstance(value, list) or len(value) != count:
        return []
    return value if all(type(v) is int and 0 <= v < 1 << 32 for v in value) else []

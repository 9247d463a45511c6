"""How well the outlines of two masks agree, class by class.

Pixels whose ground truth is an ignored class count for neither side. Lengths are in image pixels.

- Boundary F: Perazzi et al., "A Benchmark Dataset and Evaluation Methodology for Video Object
  Segmentation" (DAVIS, 2016): F1 of the boundary pixels that have one of the other side within
  0.008 of the image's diagonal, rounded up.
- Boundary IoU: Cheng et al., "Boundary IoU" (2021): IoU of the parts of both masks that lie within
  0.02 of the diagonal, rounded, of their own outline; the image's border is outline.
- Hausdorff 95 and average surface distance: Nikolov et al., "Deep learning to achieve clinically
  applicable segmentation" (2018): the outline runs through corners of pixels, and each corner
  weighs as much as the outline is long there.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import BinaryMask
from maskstudio.core.geometry import Rect, Size

from .scores import mean_of

FIGURES = ("boundary_iou", "boundary_f", "hd95_px", "assd_px")
"""Names of the figures, as they are in every output."""

F_RADIUS = 0.008
BAND_WIDTH = 0.02
HAUSDORFF_SHARE = 0.95

_ONE_CORNER, _STRAIGHT, _TWO_CORNERS = math.sqrt(0.5), 1.0, math.sqrt(2)
_LENGTHS = np.array(
    [_ONE_CORNER if bits.bit_count() % 2 else _STRAIGHT for bits in range(16)], np.float64
)
"""Length of outline at a corner by which of the four pixels around it belong to the mask, as bits:
upper left 8, upper right 4, lower left 2, lower right 1."""
_LENGTHS[[0b0000, 0b1111]] = 0
_LENGTHS[[0b1001, 0b0110]] = _TWO_CORNERS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ClassBoundary:
    """How the outlines of one class in one sample agree.

    Args:
        f: boundary F.
        band_intersection, band_union: pixels of both boundary bands, and of either.
        hd95: Hausdorff 95, or None where one side lacks the class.
        assd: average surface distance, mean of both directions, or None likewise.
    """

    f: float
    band_intersection: int
    band_union: int
    hd95: float | None
    assd: float | None


@dataclass(frozen=True)
class BoundaryScores:
    """Figures of many samples, of one class or as the mean over classes."""

    boundary_iou: float | None = None
    boundary_f: float | None = None
    hd95_px: float | None = None
    assd_px: float | None = None


def measure_boundaries(
    prediction: NDArray[Any],
    ground_truth: NDArray[Any],
    classes: Iterable[int],
    ignored: Collection[int] = (),
) -> dict[int, ClassBoundary]:
    """Compare the outlines of some classes in one sample.

    Args:
        prediction: (H, W) class indices, numbered as those of the ground truth.
        ground_truth: (H, W) class indices.
        classes: indices to measure; those in neither side are left out.
        ignored: classes whose ground-truth pixels count for neither side.
    """
    size = Size.of(ground_truth)
    void = np.isin(ground_truth, list(ignored)) if ignored else np.zeros(ground_truth.shape, bool)
    found = {}
    for index in classes:
        predicted, true = (prediction == index) & ~void, (ground_truth == index) & ~void
        box = _box_around(predicted | true)
        if box is not None:
            part = (box.grown(1) & Rect.of_size(size)).slices
            found[index] = _compared(predicted[part], true[part], void[part], size)
    return found


@dataclass
class BoundarySums:
    """Boundaries of many samples on their way to figures.

    Bands are summed over samples; the other figures are averaged over the samples that have them,
    then over classes.
    """

    _found: dict[int, list[ClassBoundary]] = field(default_factory=dict)

    def add(self, sample: Mapping[int, ClassBoundary]) -> None:
        """Take in one sample."""
        for index, boundary in sample.items():
            self._found.setdefault(index, []).append(boundary)

    def per_class(self) -> dict[int, BoundaryScores]:
        """Figures of each class that occurred, by index."""
        return {index: _scores_of(self._found[index]) for index in sorted(self._found)}

    def scores(self) -> BoundaryScores:
        """Means over the classes that have each figure."""
        scores = self.per_class().values()
        return BoundaryScores(**{name: _mean(getattr(s, name) for s in scores) for name in FIGURES})


def _scores_of(found: list[ClassBoundary]) -> BoundaryScores:
    union = sum(boundary.band_union for boundary in found)
    return BoundaryScores(
        boundary_iou=sum(b.band_intersection for b in found) / union if union else None,
        boundary_f=_mean(b.f for b in found),
        hd95_px=_mean(b.hd95 for b in found),
        assd_px=_mean(b.assd for b in found),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    return mean_of(np.array([value for value in values if value is not None], np.float64))


def _box_around(mask: BinaryMask) -> Rect | None:
    import cv2

    x, y, width, height = cv2.boundingRect(mask.view(np.uint8))
    return Rect(x, y, x + width, y + height) if width else None


def _compared(
    prediction: BinaryMask, ground_truth: BinaryMask, void: BinaryMask, size: Size
) -> ClassBoundary:
    """Outlines of one class.

    Args:
        size: of the whole image; the masks are cut to what holds the class and one pixel more.
    """
    diagonal = math.hypot(size.width, size.height)
    width = max(1, round(BAND_WIDTH * diagonal))
    predicted, true = (_band(mask, width) & ~void for mask in (prediction, ground_truth))
    hd95, assd = _surface_distances(prediction, ground_truth)
    return ClassBoundary(
        f=_boundary_f(prediction, ground_truth, math.ceil(F_RADIUS * diagonal)),
        band_intersection=int(np.count_nonzero(predicted & true)),
        band_union=int(np.count_nonzero(predicted | true)),
        hd95=hd95,
        assd=assd,
    )


def _boundary_f(prediction: BinaryMask, ground_truth: BinaryMask, radius: int) -> float:
    predicted, true = _boundary_pixels(prediction), _boundary_pixels(ground_truth)
    has_predicted, has_true = bool(predicted.any()), bool(true.any())
    if not has_predicted and not has_true:
        return 1.0
    if not has_predicted or not has_true:
        return 0.0
    precision = float((_squared_distances(predicted, true) <= radius**2).mean())
    recall = float((_squared_distances(true, predicted) <= radius**2).mean())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _boundary_pixels(mask: BinaryMask) -> BinaryMask:
    """Pixels that differ from the one to the right, below, or right below; none beyond the border.

    So DAVIS finds boundaries: they are one pixel wide, and the same for a mask and its inverse.
    """
    found = np.zeros_like(mask)
    found[:, :-1] |= mask[:, :-1] != mask[:, 1:]
    found[:-1] |= mask[:-1] != mask[1:]
    found[:-1, :-1] |= mask[:-1, :-1] != mask[1:, 1:]
    return found


def _band(mask: BinaryMask, width: int) -> BinaryMask:
    """Pixels of a mask from which a square of 2 * width + 1 pixels reaches out of it."""
    import cv2

    depths = cv2.distanceTransform(np.pad(mask.view(np.uint8), 1), cv2.DIST_C, 3)[1:-1, 1:-1]
    band: BinaryMask = mask & (depths <= width)
    return band


def _surface_distances(
    prediction: BinaryMask, ground_truth: BinaryMask
) -> tuple[float | None, float | None]:
    """Hausdorff 95 and average surface distance, or None where a mask is empty."""
    if not prediction.any() or not ground_truth.any():
        return None, None
    predicted, true = _outline_lengths(prediction), _outline_lengths(ground_truth)
    ways = [_from_to(predicted, true), _from_to(true, predicted)]
    hd95 = max(_percentile(distances, lengths) for distances, lengths in ways)
    averages = [float(distances @ lengths / lengths.sum()) for distances, lengths in ways]
    return hd95, sum(averages) / 2


def _outline_lengths(mask: BinaryMask) -> Floats:
    """(h + 1, w + 1) length of outline at each corner of pixels."""
    padded = np.pad(mask.view(np.uint8), 1)
    bits = padded[:-1, :-1] << 3 | padded[:-1, 1:] << 2 | padded[1:, :-1] << 1 | padded[1:, 1:]
    lengths: Floats = _LENGTHS[bits]
    return lengths


def _from_to(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Distance to the other outline and length, both (n,) by corner of the one."""
    corners = one > 0
    return np.sqrt(_squared_distances(corners, other > 0)), one[corners]


def _percentile(distances: Floats, lengths: Floats) -> float:
    """Distance that 95 % of an outline's length do not exceed."""
    order = np.argsort(distances, kind="stable")
    shares = np.cumsum(lengths[order]) / lengths.sum()
    place = int(np.searchsorted(shares, HAUSDORFF_SHARE))
    return float(distances[order][min(place, distances.size - 1)])


def _squared_distances(pixels: BinaryMask, targets: BinaryMask) -> Floats:
    """(n,) squared distance of some pixels to the nearest target; there is one at least."""
    import cv2

    distances = cv2.distanceTransform(
        (~targets).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )[pixels].astype(np.float64)
    # They are roots of whole numbers, but come in single precision.
    squares: Floats = np.rint(distances * distances)
    return squares

"""In which order a list of samples stands: that of the data set, or by a figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from maskstudio.metrics.scores import Scores
from maskstudio.ui.figures import count_text

WRONG = "n_wrong"

FIGURES = {
    "mean_iou": "mIoU",
    "mean_dice": "Mean Dice",
    "pixel_accuracy": "Pixel accuracy",
    "mean_class_accuracy": "Class accuracy",
    "frequency_weighted_iou": "Weighted IoU",
    "cohen_kappa": "Kappa",
    WRONG: "Wrong pixels",
}
"""Names of `Scores` that samples can be sorted by, and how they are called."""


@dataclass(frozen=True)
class SampleOrder:
    """What samples are sorted by.

    Args:
        figure: one of `FIGURES`, or None for the order of the data set.
    """

    figure: str | None = None
    worst_first: bool = True

    @property
    def shown_figure(self) -> str:
        """The figure that rows show; one is worth seeing also where nothing is sorted."""
        return self.figure or "mean_iou"

    @property
    def words(self) -> str:
        """Figure and direction, or nothing."""
        if self.figure is None:
            return ""
        rises = self.worst_first != (self.figure == WRONG)
        return f"{FIGURES[self.figure]} {'↑' if rises else '↓'}"

    def value(self, scores: Scores | None) -> float | None:
        """The figure of a sample, or None where there is none."""
        found: float | None = getattr(scores, self.shown_figure) if scores is not None else None
        return found

    def text(self, scores: Scores | None) -> str:
        """The figure in words; empty where there is none."""
        value = self.value(scores)
        if value is None:
            return ""
        return count_text(int(value)) if self.shown_figure == WRONG else f"{100 * value:.1f}"

    def share(self, scores: Scores | None) -> float | None:
        """How far the bar of a sample is filled."""
        value = self.value(scores)
        if value is None or scores is None:
            return None
        share = value / max(1, scores.n_pixels) if self.shown_figure == WRONG else value
        return min(max(share, 0.0), 1.0)

    def sorted_rows(
        self, rows: Sequence[int], scores_of: Callable[[int], Scores | None]
    ) -> list[int]:
        """Places in the data set in this order; samples without a figure come last."""
        sign = 1 if self.worst_first != (self.figure == WRONG) else -1

        def key(place: int) -> tuple[bool, float, int]:
            value = self.value(scores_of(place))
            return value is None, sign * (value or 0.0), place

        return sorted(rows, key=key)


def order_as_json(order: SampleOrder) -> dict[str, Any]:
    """What samples are sorted by, for `order_from`."""
    return asdict(order)


def order_from(kept: object) -> SampleOrder:
    """What samples were sorted by; what makes no sense is the order of the data set."""
    fields = kept if isinstance(kept, dict) else {}
    figure = fields.get("figure")
    known = figure if isinstance(figure, str) and figure in FIGURES else None
    return SampleOrder(known, fields.get("worst_first") is not False)

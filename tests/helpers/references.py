"""Figures that other libraries found for the pair sets of the shared data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.helpers.shared import shared


@dataclass(frozen=True)
class Reference:
    """One prediction with the figures that are expected of it.

    Args:
        folder: of the data set, below the shared data.
        prediction: folder of predicted masks in it.
        ground_truth: folder of the true masks in it.
        model: its name in the file of figures.
        void: index that is ignored where the figures say so.
    """

    folder: str
    prediction: str
    ground_truth: str
    model: str
    void: int | None = None

    def __str__(self) -> str:
        return f"{self.folder}-{self.model}"

    @property
    def paths(self) -> tuple[Path, Path]:
        """Prediction and ground truth."""
        root = shared("data", self.folder)
        return root / self.prediction, root / self.ground_truth

    @property
    def labels(self) -> Path | None:
        """The file of its classes, or None where they have no names in a form we read."""
        path = shared("data", self.folder) / "classes.json"
        return path if path.is_file() else None

    def figures(self) -> Mapping[str, Any]:
        """What the file of figures holds of this model."""
        path = shared("data", self.folder, "expected_metrics.json")
        models: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))["models"]
        found: Mapping[str, Any] = models[self.model]
        return found


REFERENCES = (
    Reference("camvid", "predictions/model_a", "masks", "model_a", 11),
    Reference("camvid", "predictions/model_b", "masks", "model_b", 11),
    Reference("voc_labelme", "predictions/model_a", "SegmentationClass", "model_a", 255),
    Reference("nyu40", "predictions/model_a", "masks", "model_a", 255),
    Reference("ade20k", "predictions/model_a", "annotations", "model_a", 0),
    Reference("retina_real", "predictions/unet", "masks", "unet"),
    Reference("saliency_ab", "predictions/u2netp", "predictions/u2net", "u2netp_against_u2net"),
)

"""Edits as a user would make them, in one short call."""

from __future__ import annotations

import numpy as np

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import load_sample
from maskstudio.core.geometry import Rect
from maskstudio.core.layer import GROUND_TRUTH


def paint(
    dataset: Dataset,
    sample: str,
    index: int = 8,
    rect: Rect = Rect(0, 0, 4, 4),  # noqa: B008 - it is immutable
    *,
    label: str = "Brush",
) -> None:
    """Give a rectangle of the ground truth a class, as one edit; opens the sample if needed."""
    if not dataset.is_open(sample):
        dataset.open_document(load_sample(dataset.sample(sample)))
    transaction = dataset.begin(sample, GROUND_TRUTH, label=label)
    transaction.paint(rect, np.ones((rect.height, rect.width), np.bool_), index)
    transaction.commit()

"""`maskstudio.compare`: figures of predictions against ground truth, from files or arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from maskstudio.core.arrays import IndexMask
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.formats.base import Progress, no_progress
from maskstudio.formats.memory import MemorySample, MemorySource
from maskstudio.workflows.compare import Extras
from maskstudio.workflows.compare import compare as run_compare
from maskstudio.workflows.compare_document import comparison_json
from maskstudio.workflows.comparer import Comparer
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest
from maskstudio.workflows.opening import masks_request, opened
from maskstudio.workflows.sample_pairs import choose_side

from .dataset import AnyPath, label_map_of
from .image_mask import MASK_DATA, check_mask_data, whole_numbers

Masks = AnyPath | IndexMask | Sequence[IndexMask] | Mapping[str, IndexMask]
"""A readable source; or one mask, a list of masks, or masks by sample name, each (H, W)."""


def compare(
    prediction: Masks,
    ground_truth: Masks,
    *,
    prediction_key: str | None = None,
    truth_key: str | None = None,
    ignore: Sequence[str | int] = (),
    labels: AnyPath | LabelMap | None = None,
    map_prediction: Mapping[str | int, str | int] | None = None,
    boundary: bool = False,
    panoptic: bool = False,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Compare masks; the same numbers as `maskstudio compare`, in the form of its JSON.

    Args:
        prediction_key, truth_key: layers, where a source has several.
        ignore: classes of the ground truth that are not scored, by index or name.
        labels: label map for masks that bring none.
        map_prediction: classes of the prediction that are others of the ground truth.
        boundary, panoptic: figures that cost more.

    Raises:
        DataError: a side cannot be read at all. What cannot be compared else is in `problems`.
        UsageError: a class or a layer is named that is not there, or it is not clear which.
        TypeError, ValueError: an array is no mask.
    """
    label_map = label_map_of(labels)
    with ExitStack() as stack:
        true = stack.enter_context(_side(ground_truth, GROUND_TRUTH, label_map))
        predicted = true
        if not _is_same(prediction, ground_truth):
            predicted = stack.enter_context(_side(prediction, PREDICTIONS, label_map))
        comparer = Comparer(
            choose_side(predicted, prediction_key, is_prediction=True),
            choose_side(true, truth_key, is_prediction=False),
            ignored=[str(word) for word in ignore],
            map_prediction={str(k): str(v) for k, v in (map_prediction or {}).items()},
        )
        extras = Extras(boundary=boundary, panoptic=panoptic)
        return comparison_json(run_compare(comparer, extras, progress))


def _is_same(prediction: Masks, ground_truth: Masks) -> bool:
    """Whether one source is given twice: two layers of it are meant, and it is opened once."""
    if isinstance(prediction, str | PathLike) and isinstance(ground_truth, str | PathLike):
        return Path(prediction).resolve() == Path(ground_truth).resolve()
    return False


@contextmanager
def _side(masks: Masks, key: str, label_map: LabelMap | None) -> Iterator[OpenedDataset]:
    if isinstance(masks, str | PathLike):
        request = masks_request(Path(masks), None, label_map)
    else:
        samples = [MemorySample(name, None, {key: mask}) for name, mask in _named(masks)]
        source = MemorySource(key, samples, {key: label_map or LabelMap()})
        request = OpenRequest(sources=(source,))
    with opened(request) as found:
        yield found


def _named(
    masks: IndexMask | Sequence[IndexMask] | Mapping[str, IndexMask],
) -> Iterator[tuple[str, IndexMask]]:
    """Masks by name, checked; those of a list are called by their position."""
    if isinstance(masks, np.ndarray) and masks.ndim == 2:
        masks = [masks]
    pairs = masks.items() if isinstance(masks, Mapping) else enumerate(masks)
    for name, mask in pairs:
        check_mask_data({MASK_DATA: mask})
        yield str(name), whole_numbers(mask)

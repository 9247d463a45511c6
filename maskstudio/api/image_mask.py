"""`ImageMask`: one mask of a picture as people log it to W&B, with the same checks.

Source: the reference page of `wandb.data_types.ImageMask`, and what its package does.
"""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Number
from pathlib import Path
from typing import Any

import numpy as np

from maskstudio.core.arrays import IndexMask
from maskstudio.core.labels import MAX_INDEX

MASK_DATA, PATH, CLASS_LABELS = "mask_data", "path", "class_labels"
HIGHEST = 255
"""Highest class id that W&B keeps."""


class ImageMask:
    """A mask with the name of its layer.

    Args:
        val: `mask_data`, a 2-D array of class ids 0 to 255, or `path`, a file with such a mask;
            and, if you like, `class_labels`, names by id. Without names the ids that occur are
            called `class_0`, `class_1`, ...
        key: name of the layer, such as `predictions` or `ground_truth`.

    Raises:
        TypeError: neither `mask_data` nor `path` is there, or one is not what it must be.
        ValueError: the array is empty.

    Example:
        >>> mask = ImageMask({"mask_data": np.zeros((4, 6), np.uint8)}, "predictions")
        >>> mask.class_labels
        {0: 'class_0'}
    """

    def __init__(self, val: Mapping[str, Any], key: str) -> None:
        self.key = key
        self.path: Path | None = None
        self.mask: IndexMask | None = None
        self.class_labels: dict[Any, str] = {}
        if PATH in val:
            self.path = Path(val[PATH])
        elif MASK_DATA in val:
            self.validate(val)
            self.mask = whole_numbers(val[MASK_DATA])
            self.class_labels = {int(i): f"class_{i}" for i in np.unique(self.mask)}
        else:
            raise TypeError(f"The mask {key} needs {MASK_DATA}, a 2-D array, or {PATH}, a file.")
        if CLASS_LABELS in val:
            self.class_labels = dict(val[CLASS_LABELS])

    @classmethod
    def type_name(cls) -> str:
        """What W&B calls this type: `mask`."""
        return "mask"

    @classmethod
    def validate(cls, val: Mapping[str, Any]) -> bool:
        """Whether a dictionary holds a mask as an array; True, or it raises.

        Raises:
            TypeError: `mask_data` is missing, has not two dimensions or values beyond 0 to 255,
                or `class_labels` is no dictionary of numbers to texts.
            ValueError: the array is empty.
        """
        check_mask_data(val, HIGHEST)
        return True


def check_mask_data(val: Mapping[str, Any], highest: int = MAX_INDEX) -> None:
    """Check an array of class indices and its names. Raises as `ImageMask.validate`."""
    if MASK_DATA not in val:
        raise TypeError(f"{MASK_DATA} is missing: a 2-D array with a class for each pixel.")
    values = np.asarray(val[MASK_DATA])
    if values.ndim != 2:
        raise TypeError(f"{MASK_DATA} must be a 2D array, not one of {values.ndim} dimensions.")
    if values.size == 0:
        raise ValueError(f"{MASK_DATA} is empty: its shape is {values.shape}.")
    # not "out of range", which NaN would pass
    if values.dtype.kind not in "buif" or not bool(((values >= 0) & (values <= highest)).all()):
        raise TypeError(f"Mask data must be integers between 0 and {highest}.")
    labels = val.get(CLASS_LABELS, {})
    if not isinstance(labels, Mapping) or not all(
        isinstance(index, Number) and isinstance(name, str) for index, name in labels.items()
    ):
        raise TypeError("Class labels must be a dictionary of numbers to strings.")


def whole_numbers(values: Any) -> IndexMask:
    """(H, W) class indices of checked values: fractions are cut down; uint8, or uint16."""
    array = np.asarray(values)
    dtype = np.uint8 if int(array.max()) <= HIGHEST else np.uint16
    return np.ascontiguousarray(array.astype(dtype))

"""Pictures and masks as people have them in Python, made into samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from maskstudio.core.arrays import IndexMask, Pixels
from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError, Kind
from maskstudio.formats import registry
from maskstudio.formats.base import OpenOptions
from maskstudio.formats.label_json import label_map_of_names
from maskstudio.formats.memory import MemorySample, MemorySource

from .image_mask import CLASS_LABELS, PATH, ImageMask, check_mask_data, whole_numbers

Classes = Mapping[int, str] | Sequence[Mapping[str, Any]] | Sequence[str] | LabelMap
"""Names by index, W&B's list of `{"id": ..., "name": ...}`, names in order, or a label map."""


def memory_source(
    images: Sequence[Any],
    masks: Sequence[Mapping[str, Any]],
    classes: Classes | None,
    title: str,
) -> MemorySource:
    """A source of pictures with their masks.

    Args:
        images: arrays, anything numpy can make one of, or paths; None for masks alone.
        masks: for each image, by layer key: a dictionary as `ImageMask` takes it, an `ImageMask`,
            or an array.

    Raises:
        DataError: a mask file cannot be read.
        TypeError, ValueError: an array is no picture or no mask, or an index has two names.
    """
    samples, names = [], dict[str, dict[int, str]]()
    for number, (image, layers) in enumerate(zip(images, masks, strict=True)):
        for key, found in layers.items():
            _add_names(names.setdefault(key, {}), found, key)
        read = {key: _mask(found, key) for key, found in layers.items()}
        name = Path(image).stem if isinstance(image, str | PathLike) else f"image {number + 1}"
        samples.append(MemorySample(name, _picture(image), read))
    unique = {sample.name: sample for sample in samples}
    if len(unique) != len(samples):
        samples = [
            MemorySample(f"{number + 1} {s.name}", s.image, s.masks)
            for number, s in enumerate(samples)
        ]
    given = _class_names(classes)
    label_maps = {key: _label_map({**given, **own}, classes) for key, own in names.items()}
    return MemorySource(title, samples, label_maps)


def _add_names(known: dict[int, str], found: Any, key: str) -> None:
    labels = found.class_labels if isinstance(found, ImageMask) else None
    if isinstance(found, Mapping):
        labels = found.get(CLASS_LABELS)
    for index, name in (labels or {}).items():
        if known.setdefault(int(index), name) != name:
            said = f"`{known[int(index)]}` and `{name}`"
            raise ValueError(f"Class {index} of {key} has two names: {said}.")


def _mask(found: Any, key: str) -> IndexMask:
    if isinstance(found, ImageMask):
        if found.mask is not None:
            return found.mask
        return _mask_file(found.path, key)
    if isinstance(found, Mapping):
        if PATH in found:
            return _mask_file(found[PATH], key)
    else:
        found = {"mask_data": found}
    check_mask_data(found)
    return whole_numbers(found["mask_data"])


def _mask_file(path: Any, key: str) -> IndexMask:
    """The one mask of a file. Raises DataError."""
    with closing(registry.open_source(Path(path), OpenOptions(key), as_masks=True)) as source:
        if len(source.items) != 1 or key not in source.items[0].keys:
            found = f"{len(source.items)} samples are in it"
            raise DataError(Kind.FORMAT_UNKNOWN, str(path), found, "a file with one mask")
        return source.read_mask(source.items[0], key).pixels


def _picture(image: Any) -> Pixels | Path | None:
    """(H, W), (H, W, 3) or (H, W, 4) of uint8, uint16 or float32."""
    if image is None:
        return None
    if isinstance(image, str | PathLike):
        return Path(image)
    pixels = np.asarray(image)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.size == 0 or not (
        pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (3, 4))
    ):
        raise ValueError(
            f"An image has the shape (H, W), (H, W, 3) or (H, W, 4), not {pixels.shape}."
        )
    if pixels.dtype.kind not in "buif":
        raise TypeError(f"An image holds numbers, not {pixels.dtype}.")
    if pixels.dtype == np.bool_:
        pixels = pixels * np.uint8(255)
    if pixels.dtype not in (np.uint8, np.uint16):
        pixels = pixels.astype(np.float32)
    return np.ascontiguousarray(pixels)


def _class_names(classes: Classes | None) -> dict[int, str]:
    if classes is None:
        return {}
    if isinstance(classes, LabelMap):
        return {c.index: c.name for c in classes}
    if isinstance(classes, Mapping):
        return {int(index): name for index, name in classes.items()}
    entries: Iterable[Any] = enumerate(classes)
    return {
        (int(found["id"]) if isinstance(found, Mapping) else number): (
            found["name"] if isinstance(found, Mapping) else found
        )
        for number, found in entries
    }


def _label_map(names: Mapping[int, str], classes: Classes | None) -> LabelMap:
    if isinstance(classes, LabelMap) and names == _class_names(classes):
        return classes
    return label_map_of_names(names, "class_labels") if names else LabelMap()

"""Pixels that have no class at all: files know none such, so they are written as background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from maskstudio.core.labels import BACKGROUND_NAME, LabelClass, LabelMap, find_background
from maskstudio.core.layer import MaskData

from .mask_snapshot import MaskSnapshot


def without_nothing(data: MaskData, label_map: LabelMap) -> tuple[MaskData, LabelMap, bool]:
    """Write pixels that have no class at all as background, which is added last where missing.

    A mask of instances alone stays without a class mask until a class is painted into it.
    """
    nothing = label_map.class_for_nothing().index
    if data.has_classes and nothing > np.iinfo(data.pixels.dtype).max:
        return data, label_map, False
    has_none = data.pixels == nothing
    if not has_none.any():
        return replace(data, has_classes=True), label_map, False
    if not data.has_classes and has_none.all():
        return data, label_map, False
    label_map = with_background(label_map)
    assert label_map.background is not None
    pixels = np.where(has_none, label_map.background, data.pixels)
    dtype = np.uint8 if int(pixels.max()) < 256 else np.uint16
    return replace(data, pixels=pixels.astype(dtype), has_classes=True), label_map, True


def with_background(label_map: LabelMap) -> LabelMap:
    """The map with a background class, the last one, black if black is free."""
    if label_map.background is not None:
        return label_map
    named = find_background(label_map)
    if named is not None:
        return label_map.with_background(named)
    index = max((c.index for c in label_map), default=-1) + 1
    black = (0, 0, 0)
    color = label_map.free_color(index) if black in label_map.colors() else black
    added = label_map.with_class(LabelClass(index, BACKGROUND_NAME, color))
    return added.with_background(index)


def with_background_if_needed(label_map: LabelMap, masks: Sequence[MaskSnapshot]) -> LabelMap:
    """The map that every mask of an export is written with."""
    needs = any(mask.ref is None and mask.tiles for mask in masks)
    return with_background(label_map) if needs else label_map

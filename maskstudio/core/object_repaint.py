"""Objects whose flattened class mask was painted into."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .arrays import BinaryMask, IndexMask
from .geometry import Size
from .objects import MaskObject, cropped


def new_uid() -> str:
    """A name for a new object: a v4 uuid."""
    return str(uuid.uuid4())


def repainted(
    objects: Sequence[MaskObject], before: IndexMask, after: IndexMask, background: int
) -> tuple[MaskObject, ...]:
    """Objects whose flattened mask is another one now; those that no changed pixel touches stay.

    A changed pixel leaves every object of another class, and belongs to one of its new class: the
    one that lies there, else the last of that class, else a new one.

    Args:
        before: (H, W), what `objects` flatten to.
        after: (H, W), what the result flattens to.
    """
    changed = before != after
    result = [_without(found, changed, after) for found in objects]
    size = Size.of(after)
    for index in np.unique(after[changed]).tolist():
        if index == background:
            continue
        missing = changed & (after == index)
        own = [i for i, found in enumerate(result) if found.index == index and not found.fault]
        for place in own:
            missing[result[place].rect.slices] &= ~result[place].pixels
        if not missing.any():
            continue
        if own:
            whole = result[own[-1]].drawn(size) | missing
            result[own[-1]] = _with_pixels(result[own[-1]], whole)
        else:
            result.append(MaskObject(new_uid(), index, *cropped(missing)))
    return tuple(result)


def _without(found: MaskObject, changed: BinaryMask, after: IndexMask) -> MaskObject:
    """An object without the changed pixels that have another class now."""
    lost = found.pixels & changed[found.rect.slices] & (after[found.rect.slices] != found.index)
    if not lost.any():
        return found
    whole = np.zeros(after.shape, np.bool_)
    whole[found.rect.slices] = found.pixels & ~lost
    return _with_pixels(found, whole)


def _with_pixels(found: MaskObject, whole: BinaryMask) -> MaskObject:
    rect, pixels = cropped(whole)
    return replace(found, rect=rect, pixels=pixels)

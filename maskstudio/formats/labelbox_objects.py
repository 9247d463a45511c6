"""Objects out of class masks: of other formats, and of a flattened mask that was painted into."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from maskstudio.core.arrays import BinaryMask, IndexMask
from maskstudio.core.geometry import Size
from maskstudio.core.layer import MaskData
from maskstudio.core.objects import MaskObject, cropped


def new_uid() -> str:
    """A name for a new object, which is the uuid it is written with."""
    return str(uuid.uuid4())


def objects_of(data: MaskData, background: int | None) -> tuple[MaskObject, ...]:
    """One object for each class of a mask, or for each instance where it has instances.

    An instance over several classes becomes an object in each of them, so that flattening gives
    the same pixels; the background class becomes none.
    """
    if data.instances is None:
        return tuple(_by_class(data.pixels, background, None))
    found: list[MaskObject] = []
    for number in np.unique(data.instances):
        found += _by_class(data.pixels, background, data.instances == number)
    return tuple(found)


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


def _by_class(
    pixels: IndexMask, background: int | None, within: BinaryMask | None
) -> Iterator[MaskObject]:
    """An object for each class of some pixels."""
    for index in _present(pixels if within is None else pixels[within]):
        if index != background:
            found = pixels == index
            mask = found if within is None else found & within
            yield MaskObject(new_uid(), index, *cropped(mask))


def _present(pixels: IndexMask) -> Iterable[int]:
    return [int(index) for index in np.unique(pixels)]


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

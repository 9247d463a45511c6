"""The objects that the class mask of another format becomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from maskstudio.core.arrays import BinaryMask, IndexMask
from maskstudio.core.layer import MaskData
from maskstudio.core.object_repaint import new_uid
from maskstudio.core.objects import MaskObject, cropped


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

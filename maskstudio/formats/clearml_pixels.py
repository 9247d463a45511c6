"""What the pixels of ClearML masks mean, both ways, for all masks of one id.

Stored colors are looked up exactly in pictures and as the nearest declared one in films, which are
lossy. One channel of value v is the color (v, v, v), unless the mask is one of opacity.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import ColorMask, IndexMask, Rgb
from maskstudio.core.labels import MAX_INDEX, LabelClass, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .clearml_classes import KeyClasses
from .clearml_nearest import NearestColors, main_colors
from .color_codec import ColorCodec, MetColor
from .pictures import RawMask


class KeyPixels:
    """Decodes and encodes the masks of one id. Safe from several threads.

    Args:
        before: the same before the file was read again; colors that no class declares go on to
            mean what they meant.

    Attributes:
        classes: what colors mean.
    """

    def __init__(self, classes: KeyClasses, before: KeyPixels | None = None) -> None:
        self.classes = classes
        self._lent = before.stand_ins() if before else ()
        self._codec: ColorCodec | None = None
        self._lock = Lock()
        self._met: list[Rgb] = before._met if before else []
        self._nearest: NearestColors | None = None

    @property
    def codec(self) -> ColorCodec:
        """The colors of the classes, and stand-ins for others; made when it is first needed."""
        with self._lock:
            if self._codec is None:
                self._codec = _codec_of(self.classes, self._lent)
            return self._codec

    def stand_ins(self) -> tuple[LabelClass, ...]:
        """Classes lent to colors that none declares."""
        return self._codec.stand_ins() if self._codec else self._lent

    def of_picture(self, raw: RawMask, frame: int, where: str) -> MaskData:
        """Class indices of a decoded mask of a frame.

        Raises:
            DataError: value_out_of_range for gray values above 255; undeclared_color for more
                colors than can be told apart.
        """
        if raw.pixels.ndim == 3:
            found = self.codec.decode(raw.pixels, where)
            return self._data(found.pixels, found.undeclared, frame)
        if raw.palette is None and int(raw.pixels.max(initial=0)) > 255:
            said = f"the gray value {int(raw.pixels.max())}"
            raise DataError(Kind.VALUE_OUT_OF_RANGE, where, said, "values from 0 to 255")
        if raw.palette is None and self.classes.label_map.is_opacity:
            return MaskData(raw.pixels.astype(np.uint8))
        return self._of_one_channel(raw, frame, where)

    def of_film(self, rgb: ColorMask, frame: int, where: str) -> MaskData:
        """Class indices of a frame of a film, with a warning of how many colors were not exact.

        Raises:
            DataError: as `of_picture`.
        """
        exact, n_inexact = self._nearest_for(rgb).snap(rgb)
        found = self.codec.decode(exact, where)
        data = self._data(found.pixels, found.undeclared, frame)
        if not n_inexact:
            return data
        said = (
            f"{n_inexact} of {data.pixels.size} pixels of the film are of no exact color; each"
            " counts as the nearest"
        )
        problem = Problem(Kind.INEXACT_COLORS, Severity.WARNING, Scope.ITEM, where, said)
        return MaskData(data.pixels, undeclared=data.undeclared, problems=(problem,))

    def encode(self, mask: IndexMask, after: KeyClasses, frame: int, where: str) -> ColorMask:
        """The stored colors of a mask of a frame, (H, W, 3).

        Args:
            after: what colors mean once everything is saved.

        Raises:
            DataError: cannot_hold, a class whose color is another's in this frame;
                undeclared_index, one without a color.
        """
        usual = {own: index for index, own in after.own.get(frame, {}).items()}
        shared = _shared_values(after.label_map, after)
        present = set(np.flatnonzero(np.bincount(mask.ravel())).tolist())
        for index in present & shared.keys():
            value = shared[index]
            if after.index_in(frame, value) != index:
                other = after.label_map.name_of(after.index_in(frame, value) or 0)
                name = after.label_map.name_of(index)
                said = f"`{name}` is stored as {value}, which is `{other}` in this frame"
                raise DataError(Kind.CANNOT_HOLD, where, said, "a class of its own color")
        codec = _codec_of(after, self.stand_ins())
        return codec.encode(_mapped(mask, usual), where)

    def _of_one_channel(self, raw: RawMask, frame: int, where: str) -> MaskData:
        """Look up the values that occur, each as its color."""
        used = np.flatnonzero(np.bincount(raw.pixels.ravel(), minlength=256))
        colors = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
        if raw.palette is not None:
            if int(used.max(initial=0)) >= len(raw.palette):
                said = f"a pixel uses entry {int(used.max())} of a palette of {len(raw.palette)}"
                raise DataError(Kind.IMAGE_CORRUPT, where, said)
            colors = raw.palette
        found = self.codec.decode(np.ascontiguousarray(colors[used])[np.newaxis], where)
        table = np.zeros(256, found.pixels.dtype)
        table[used] = found.pixels[0]
        return self._data(table.take(raw.pixels), found.undeclared, frame)

    def _data(self, pixels: IndexMask, met: tuple[MetColor, ...], frame: int) -> MaskData:
        pixels = _mapped(pixels, self.classes.own.get(frame, {}))
        return MaskData(pixels, undeclared=tuple(m.label_class for m in met))

    def _nearest_for(self, rgb: ColorMask) -> NearestColors:
        """What is declared; without that the main colors of the frames met so far."""
        with self._lock:
            if not self.classes.index_of:
                colors = main_colors(rgb, self._met)
                if self._nearest is None or len(colors) > len(self._met):
                    self._met, self._nearest = colors, NearestColors(colors)
            elif self._nearest is None:
                self._nearest = NearestColors(list(self.classes.index_of))
            return self._nearest


def _codec_of(classes: KeyClasses, lent: tuple[LabelClass, ...]) -> ColorCodec:
    """The colors of the classes; the index of pixels without any class is never lent."""
    taken = set(classes.label_map.declared)
    if len(taken) <= MAX_INDEX:
        taken.add(classes.label_map.class_for_nothing().index)
    return ColorCodec(classes.index_of, taken, lent)


def as_gray(colors: ColorMask) -> NDArray[np.uint8] | None:
    """One channel of a mask whose three channels are equal everywhere, else None."""
    red = colors[:, :, 0]
    if (red != colors[:, :, 1]).any() or (red != colors[:, :, 2]).any():
        return None
    return np.ascontiguousarray(red)


def _mapped(pixels: IndexMask, changes: dict[int, int]) -> IndexMask:
    """With some indices as others, at once."""
    if not changes:
        return pixels
    table: NDArray[Any] = np.arange(1 << 16, dtype=np.uint16)
    table[list(changes)] = list(changes.values())
    mapped = table.take(pixels)
    return mapped.astype(np.uint8) if int(mapped.max(initial=0)) < 256 else mapped


def _shared_values(label_map: LabelMap, classes: KeyClasses) -> dict[int, Rgb]:
    """Classes whose stored color is another class's too, in another frame."""
    in_doubt = {v for v, i in classes.index_of.items() for own in classes.own.values() if i in own}
    return {c.index: c.value for c in label_map if c.value is not None and c.value in in_doubt}

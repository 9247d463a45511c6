"""Arrays as a source: samples that lie in memory and in no file.

Nothing is saved to it in place; what is edited is read from the data set, or exported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
import PIL.Image

from maskstudio.core.arrays import IndexMask, Pixels
from maskstudio.core.geometry import Size
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelMap, generated_class
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind

from .base import Item, Source
from .pictures import read_image, read_size, window_of

FORMAT = "memory"


@dataclass(frozen=True)
class MemorySample:
    """One sample.

    Args:
        image: (H, W), (H, W, 3) or (H, W, 4) of uint8, uint16 or float32; a file; or None.
        masks: (H, W) uint8 or uint16 class indices by layer key; never written to.
    """

    name: str
    image: Pixels | Path | None = None
    masks: Mapping[str, IndexMask] = field(default_factory=dict)
    caption: str = ""


class MemorySource(Source):
    """Samples in memory; masks are copied when they are read, so that the arrays stay as they are.

    Args:
        label_maps: one for each layer key; an empty one for masks whose indices nothing names.
    """

    format = FORMAT

    def __init__(
        self, title: str, samples: Iterable[MemorySample], label_maps: Mapping[str, LabelMap]
    ) -> None:
        self.path = Path(title)
        self.label_maps = dict(label_maps)
        self.problems = []
        self._samples = {sample.name: sample for sample in samples}
        self.items = [
            Item(s.name, (), s.image is not None, tuple(s.masks), caption=s.caption)
            for s in self._samples.values()
        ]

    def image_size(self, item: Item) -> Size:
        image = self._picture(item)
        if isinstance(image, Path):
            return read_size(_bytes(image), image.name)
        return Size.of(image)

    def read_image(self, item: Item) -> Image:
        image = self._picture(item)
        if isinstance(image, Path):
            return read_image(_bytes(image), image.name)
        return Image(image, window_of(image))

    def image_bytes(self, item: Item) -> bytes:
        """The file, or the array as PNG. Raises DataError (cannot_hold) where that cannot be."""
        image = self._picture(item)
        return _bytes(image) if isinstance(image, Path) else _png(image, item.name)

    def image_where(self, item: Item) -> str:
        image = self._samples[item.name].image
        return image.name if isinstance(image, Path) else f"{item.name}.png"

    def mask_size(self, item: Item, key: str) -> Size:
        return Size.of(self._samples[item.name].masks[key])

    def read_mask(self, item: Item, key: str) -> MaskData:
        pixels = self._samples[item.name].masks[key]
        declared = self.label_maps[key].declared
        met = (int(index) for index in np.unique(pixels))
        undeclared = tuple(generated_class(index) for index in met if index not in declared)
        return MaskData(pixels.copy(), undeclared=undeclared)

    def mask_where(self, item: Item, key: str) -> str:
        return f"{key} of {item.name}"

    def makes_classes_in(self, key: str) -> bool:
        return not self.label_maps[key].classes

    def _picture(self, item: Item) -> Pixels | Path:
        image = self._samples[item.name].image
        if image is None:
            raise DataError(Kind.FILE_MISSING, item.name, "there is no picture")
        return image


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        found = f"the picture cannot be read ({error.strerror})"
        raise DataError(Kind.FILE_MISSING, str(path), found) from error


def _png(pixels: Pixels, where: str) -> bytes:
    is_gray = pixels.ndim == 2
    if not (pixels.dtype == np.uint8 or (pixels.dtype == np.uint16 and is_gray)):
        found = f"a picture of {pixels.dtype} with {1 if is_gray else pixels.shape[2]} channels"
        raise DataError(Kind.CANNOT_HOLD, where, found, "8 bit, or 16 bit gray")
    file = BytesIO()
    PIL.Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()

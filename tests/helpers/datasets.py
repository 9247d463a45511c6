"""Data sets made of arrays, for tests that need no files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample, load_sample
from maskstudio.core.events import Event
from maskstudio.core.geometry import Size
from maskstudio.core.history import History
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import GROUND_TRUTH, MaskData
from maskstudio.errors import DataError, Kind

E = TypeVar("E")

THREE_CLASSES = LabelMap(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(1, "road", (128, 0, 0)),
        LabelClass(2, "car", (0, 128, 0)),
    ),
    background=0,
)


@dataclass
class MaskInMemory:
    """A mask whose file is an array; `pixels` None is a file that cannot be read."""

    pixels: NDArray[Any] | None
    instances: NDArray[Any] | None = None
    where: str = "memory.png"

    def size(self) -> Size:
        return Size.of(self._stored())

    def read(self) -> MaskData:
        instances = None if self.instances is None else self.instances.copy()
        return MaskData(self._stored().copy(), instances)

    def _stored(self) -> NDArray[Any]:
        if self.pixels is None:
            raise DataError(Kind.IMAGE_CORRUPT, self.where, "the file ends too early")
        return self.pixels


@dataclass
class ImageInMemory:
    """A picture whose file is an array; `pixels` None is a file that cannot be read."""

    pixels: NDArray[Any] | None
    turned: bool = False
    where: str = "memory.jpg"
    suffix: str = ".jpg"

    def size(self) -> Size:
        return self.read().size

    def read(self) -> Image:
        if self.pixels is None:
            raise DataError(Kind.IMAGE_CORRUPT, self.where, "the file ends too early")
        return Image(self.pixels, turned=self.turned)

    def stored_bytes(self) -> bytes:
        return self.read().pixels.tobytes()


@dataclass
class Heard:
    """Everything a data set announced."""

    events: list[Event] = field(default_factory=list)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]


def dataset_of(
    masks: Mapping[str, NDArray[Any] | MaskInMemory],
    *,
    label_map: LabelMap = THREE_CLASSES,
    history: History | None = None,
) -> Dataset:
    """A data set with one layer, `ground_truth`, and one sample for each mask."""
    refs = {n: MaskInMemory(m) if isinstance(m, np.ndarray) else m for n, m in masks.items()}
    samples = [Sample(name, masks={GROUND_TRUTH: ref}) for name, ref in refs.items()]
    return Dataset(samples, {GROUND_TRUTH: label_map}, history=history)


def open_sample(dataset: Dataset, name: str) -> None:
    """Load and open a sample."""
    dataset.open_document(load_sample(dataset.sample(name)))


def open_dataset_of(pixels: NDArray[Any], instances: NDArray[Any] | None = None) -> Dataset:
    """A data set with one open sample, `a`."""
    dataset = dataset_of({"a": MaskInMemory(pixels, instances)})
    open_sample(dataset, "a")
    return dataset


def listen(dataset: Dataset) -> Heard:
    """Collect what a data set announces from now on."""
    heard = Heard()
    dataset.events.connect(heard.events.append)
    return heard

"""The masks of a data set as they are now, unsaved changes included, for workers to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from maskstudio.core.arrays import IndexMask, InstanceMask
from maskstudio.core.dataset import Dataset
from maskstudio.core.edits import Target
from maskstudio.core.geometry import TILE, Size
from maskstudio.core.labels import LabelClass
from maskstudio.core.layer import MaskData, MaskLayer, MaskRef
from maskstudio.core.slices import Between, go_on
from maskstudio.core.tiles import PackedTile, Tile, restore_tiles
from maskstudio.errors import DataError, Kind
from maskstudio.metrics.confusion import Confusion, confusion_matrix


@dataclass(frozen=True)
class CurrentMask:
    """One mask: the open layer, or what its file holds with unsaved tiles over it.

    Args:
        where: its file, for messages.
        pixels: (H, W) of an open layer, a live view.
        instances: of the same layer, likewise, where it has some.
        revision: of the open layer; read again if it is another one afterwards.
        file: None where no file holds the mask yet; `unsaved` then is all of it.
    """

    where: str
    pixels: IndexMask | None = None
    instances: InstanceMask | None = None
    revision: int = 0
    file: MaskRef | None = None
    unsaved: Mapping[Tile, PackedTile] = field(default_factory=dict)

    def read(self) -> MaskData:
        """The whole mask. Raises DataError."""
        if self.pixels is not None:
            return MaskData(self.pixels, self.instances)
        if self.file is not None:
            data = self.file.read()
        else:
            size = _size_of(self.unsaved)
            data = MaskData(np.zeros((size.height, size.width), np.uint8))
        if not self.unsaved:
            return data
        layer = MaskLayer("", data)
        restore_tiles(layer, self.unsaved)
        return MaskData(layer.pixels, layer.instances, data.undeclared)


@dataclass(frozen=True)
class CurrentPair:
    """Both masks of a sample that is compared."""

    sample: str
    prediction: CurrentMask
    ground_truth: CurrentMask

    def read(self) -> PairOfMasks:
        """Both masks.

        Raises:
            DataError: one cannot be read, or their sizes differ (size_mismatch).
        """
        prediction, truth = self.prediction.read(), self.ground_truth.read()
        sizes = Size.of(prediction.pixels), Size.of(truth.pixels)
        if sizes[0] != sizes[1]:
            raise DataError(
                Kind.SIZE_MISMATCH,
                self.prediction.where,
                f"the prediction is {sizes[0]}",
                f"{sizes[1]}, the size of the ground truth",
            )
        return PairOfMasks(prediction, truth)


@dataclass(frozen=True)
class PairOfMasks:
    """Masks of one size, in the class indices of their own layers."""

    prediction: MaskData
    ground_truth: MaskData

    def confusion(self, between: Between = go_on) -> Confusion:
        """Pixels by pair of those indices."""
        return confusion_matrix(self.prediction.pixels, self.ground_truth.pixels, between)


@dataclass(frozen=True)
class CountedPair:
    """What a worker hands over of a pair; the pixels stay behind.

    Args:
        confusion: in the class indices of the layers.
        of_prediction, of_ground_truth: classes met that no label map declares.
    """

    confusion: Confusion
    of_prediction: tuple[LabelClass, ...] = ()
    of_ground_truth: tuple[LabelClass, ...] = ()


def current_mask(dataset: Dataset, sample: str, key: str) -> CurrentMask | None:
    """The mask of a sample, or None where it has none; call it in the thread of the data set."""
    target, ref = Target(sample, key), dataset.sample(sample).masks.get(key)
    if ref is None and not _is_begun(dataset, target):
        return None
    where = ref.where if ref is not None else f"{key} of {sample}"
    if dataset.is_open(sample):
        layer = dataset.document(sample).layer(key)
        if not layer.is_locked:
            return CurrentMask(where, layer.pixels, layer.instances, layer.revision)
    return CurrentMask(where, file=ref, unsaved=dict(dataset.put_aside(target)))


def is_current(mask: CurrentMask, dataset: Dataset, target: Target) -> bool:
    """Whether a mask is as it was read."""
    if mask.pixels is None or not dataset.is_open(target.sample):
        return True
    return dataset.document(target.sample).layer(target.key).revision == mask.revision


def current_pair(
    dataset: Dataset, sample: str, prediction: str, ground_truth: str
) -> CurrentPair | None:
    """Both masks of a sample, or None where a side has none; in the thread of the data set."""
    predicted = current_mask(dataset, sample, prediction)
    truth = current_mask(dataset, sample, ground_truth)
    if predicted is None or truth is None:
        return None
    return CurrentPair(sample, predicted, truth)


def count_pair(pair: CurrentPair, between: Between = go_on) -> CountedPair:
    """Count a pair; slow, for any thread. Raises DataError, as `CurrentPair.read`."""
    masks = pair.read()
    return CountedPair(
        masks.confusion(between), masks.prediction.undeclared, masks.ground_truth.undeclared
    )


def _is_begun(dataset: Dataset, target: Target) -> bool:
    """Whether a mask that no file holds has changes that a save would write."""
    if dataset.is_open(target.sample):
        touched = bool(dataset.document(target.sample).layer(target.key).changed_tiles)
    else:
        touched = bool(dataset.put_aside(target))
    return touched and target in dataset.history.modified()


def _size_of(tiles: Mapping[Tile, PackedTile]) -> Size:
    """Size of a mask of which every tile is there."""
    shapes = {tile: packed.pixels.shape for tile, packed in tiles.items()}
    return Size(
        max(column * TILE + shape[1] for (column, _), shape in shapes.items()),
        max(row * TILE + shape[0] for (_, row), shape in shapes.items()),
    )

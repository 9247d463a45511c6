"""A data set as it is at one moment, unsaved changes included: what is exported, and beside what
the work goes on.

A mask of it is the file with the changed tiles over it, as in a save; nothing counts as saved by
being written from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from maskstudio.core.dataset import Dataset
from maskstudio.core.geometry import Size
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.metrics.histogram import count_indices

from .classless_pixels import with_background, without_nothing
from .instance_ids import with_ids
from .mask_snapshot import MaskSnapshot, snapshot
from .open_dataset import OpenedDataset


@dataclass(frozen=True)
class FrozenMask:
    """One mask at that moment; a `MaskRef` whose file is what the snapshot is made of.

    Args:
        label_map: the one it is written with.
        is_modified: it has unsaved changes.
    """

    snapshot: MaskSnapshot
    label_map: LabelMap
    is_modified: bool

    @property
    def where(self) -> str:
        """File or entry, or the layer where there is none yet."""
        ref, target = self.snapshot.ref, self.snapshot.target
        return ref.where if ref is not None else f"{target.key} of {target.sample}"

    def size(self) -> Size:
        """Width and height. Raises DataError."""
        if self.snapshot.size is not None:
            return self.snapshot.size
        ref = self.snapshot.ref
        return ref.size() if ref is not None else Size.of(self.read().pixels)

    def read(self) -> MaskData:
        """Decode the file and put the changed tiles over it. Raises DataError."""
        data = self.snapshot.read()
        if self.is_modified:
            data, _, _ = without_nothing(data, self.label_map)
        data = replace(data, undeclared=self._met(data))
        has_ids = self.is_modified and data.instances is not None
        return with_ids(data, self.label_map) if has_ids else data

    def _met(self, data: MaskData) -> tuple[LabelClass, ...]:
        """Classes without a declaration that occur; the file's own may be painted over by now."""
        known = {c.index: c for c in (*data.undeclared, *self.label_map.undeclared)}
        if not known:
            return ()
        counts = count_indices(data.pixels)
        held = set(np.flatnonzero(counts).tolist()) - self.label_map.declared.keys()
        return tuple(c for index, c in sorted(known.items()) if index in held)


def frozen_copy(opened: OpenedDataset) -> OpenedDataset:
    """The data set as it is now. In the window's thread; reading it may happen in any thread."""
    dataset = opened.dataset
    modified = dataset.history.modified()
    taken = {
        key: [snapshot(dataset, sample, key) for sample in dataset.samples] for key in dataset.keys
    }
    label_maps = {key: _label_map(dataset, key, masks) for key, masks in taken.items()}
    samples = [
        replace(
            sample,
            masks={
                key: FrozenMask(masks[at], label_maps[key], masks[at].target in modified)
                for key, masks in taken.items()
                if not masks[at].is_empty
            },
        )
        for at, sample in enumerate(dataset.samples)
    ]
    frozen = Dataset(samples, label_maps)
    return replace(opened, dataset=frozen, layer_sources=dict(opened.layer_sources))


def _label_map(dataset: Dataset, key: str, masks: list[MaskSnapshot]) -> LabelMap:
    """With a background where a mask that no file holds may need one."""
    label_map = dataset.label_maps[key]
    has_nothing = label_map.class_for_nothing() in label_map.undeclared
    is_begun = any(mask.tiles and (mask.ref is None or has_nothing) for mask in masks)
    return with_background(label_map) if is_begun else label_map

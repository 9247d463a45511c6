"""A change of many samples and of their label map at once: one step of undo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .edits import Edit, LabelMapEdit, Target
from .events import EditCommitted, PixelsChanged
from .geometry import Rect
from .labels import LabelMap
from .layer import MaskLayer
from .object_layer import ObjectLayer
from .tiles import UnsavedTiles, do_fit, write_tile

if TYPE_CHECKING:
    from .dataset import Dataset


@dataclass(frozen=True)
class BulkChange:
    """What changes in the mask of one sample.

    Args:
        before: the tiles that change, as they were.
        after: the same tiles, as they become.
    """

    before: UnsavedTiles
    after: UnsavedTiles


class BulkEdit(Edit):
    """Tiles of many samples, and the label map that belongs to them.

    The tiles lie in a file, not in the history's memory; samples need not be open.
    """

    def __init__(
        self,
        label: str,
        key: str,
        changes: Mapping[str, BulkChange],
        *,
        before: LabelMap,
        after: LabelMap,
    ) -> None:
        """Remember both states.

        Args:
            changes: by the name of the sample.
            before, after: the label map of the key.
        """
        self.label = label
        self.key = key
        self.changes = dict(changes)
        self._label_map = LabelMapEdit(label, key, before=before, after=after)
        self.targets = frozenset({Target(name, key) for name in changes} | self._label_map.targets)

    @property
    def label_maps(self) -> tuple[LabelMap, LabelMap]:
        """The label map of the key before and after."""
        return self._label_map.before, self._label_map.after

    @property
    def size_bytes(self) -> int:
        """Memory of what points into the file."""
        n_tiles = sum(len(change.after) for change in self.changes.values())
        return self._label_map.size_bytes + 500 * len(self.changes) + 250 * n_tiles

    @property
    def needs_open(self) -> frozenset[str]:
        """None: samples that are not open are changed where they are put aside."""
        return frozenset()

    def fits(self, dataset: Dataset) -> bool:
        """Whether the open ones among its samples can be edited and have the size they had."""
        return all(
            not layer.is_locked and do_fit(change.after, layer)
            for layer, change in self._open_layers(dataset)
        )

    def undo(self, dataset: Dataset) -> None:
        """Bring back tiles and label map from before."""
        for _ in self.steps(dataset, is_undone=True):
            pass

    def redo(self, dataset: Dataset) -> None:
        """Make the change again."""
        for _ in self.steps(dataset, is_undone=False):
            pass

    def steps(self, dataset: Dataset, *, is_undone: bool) -> Iterator[None]:
        """Undo or redo sample by sample."""
        for name, change in self.changes.items():
            tiles = change.before if is_undone else change.after
            if dataset.is_open(name):
                self._write(dataset, name, tiles)
                yield
            else:
                dataset.put_more_aside(Target(name, self.key), tiles)
        if is_undone:
            self._label_map.undo(dataset)
        else:
            self._label_map.redo(dataset)
        dataset.announce(EditCommitted(self))

    def _write(self, dataset: Dataset, name: str, tiles: UnsavedTiles) -> None:
        layer = dataset.document(name).layer(self.key)
        changed = Rect(0, 0, 0, 0)
        for tile, packed in tiles.items():
            changed |= write_tile(layer, tile, packed.unpack())
        objects = tiles.objects
        if isinstance(layer, ObjectLayer) and objects is not None:
            changed |= layer.replace_objects(found.unpack() for found in objects)
        dataset.announce(PixelsChanged(name, self.key, changed))

    def _open_layers(self, dataset: Dataset) -> Iterator[tuple[MaskLayer, BulkChange]]:
        for name, change in self.changes.items():
            if dataset.is_open(name):
                yield dataset.document(name).layer(self.key), change

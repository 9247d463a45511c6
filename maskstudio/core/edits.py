"""Reversible changes, one small class each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from .events import EditCommitted, LabelMapChanged, PixelsChanged
from .labels import LabelMap
from .tiles import PackedTile, RawTile, Tile, read_tile, write_tile

if TYPE_CHECKING:
    from .dataset import Dataset


class Target(NamedTuple):
    """What an edit changes: a layer of a sample, or the label map of a key when `sample` is ""."""

    sample: str
    key: str


class Edit(ABC):
    """One entry of the history. Made already when it is pushed; `undo` and `redo` alternate."""

    label: str
    targets: frozenset[Target]

    @property
    @abstractmethod
    def size_bytes(self) -> int:
        """Memory it holds."""

    @abstractmethod
    def undo(self, dataset: Dataset) -> None:
        """Bring back what was there before; announces what it changes."""

    @abstractmethod
    def redo(self, dataset: Dataset) -> None:
        """Make the change again; announces what it changes."""

    @property
    def samples(self) -> frozenset[str]:
        """Names of the samples it touches; empty for a label map."""
        return frozenset(t.sample for t in self.targets if t.sample)


class PixelEdit(Edit):
    """Changed pixels and instances of one layer, as the tiles of the state that is not shown.

    Undo and redo are the same deed: the tiles change places with what the layer holds, so each
    edit keeps one version only.
    """

    def __init__(self, label: str, target: Target, tiles: Mapping[Tile, PackedTile]) -> None:
        """Take the tiles as they were before the change."""
        self.label = label
        self.targets = frozenset({target})
        self.target = target
        self.tiles = dict(tiles)

    @property
    def size_bytes(self) -> int:
        """Memory of the packed tiles; undo and redo change it."""
        return 300 + sum(tile.size_bytes for tile in self.tiles.values())

    def undo(self, dataset: Dataset) -> None:
        """Exchange the tiles; the sample must be open."""
        layer = dataset.document(self.target.sample).layer(self.target.key)
        shown: dict[Tile, RawTile] = {tile: read_tile(layer, tile) for tile in self.tiles}
        for tile, packed in self.tiles.items():
            rect = write_tile(layer, tile, packed.unpack())
            dataset.announce(PixelsChanged(*self.target, rect))
        self.tiles = {tile: PackedTile.of(raw) for tile, raw in shown.items()}
        dataset.announce(EditCommitted(self, shown))

    redo = undo


class LabelMapEdit(Edit):
    """Another label map for a key; no pixel changes."""

    def __init__(self, label: str, key: str, *, before: LabelMap, after: LabelMap) -> None:
        """Remember both maps."""
        self.label = label
        self.key = key
        self.targets = frozenset({Target("", key)})
        self.before = before
        self.after = after

    @property
    def size_bytes(self) -> int:
        """A rough share: most classes are shared between the two maps."""
        return 500 + 120 * abs(len(self.after) - len(self.before))

    def undo(self, dataset: Dataset) -> None:
        """Show the map from before."""
        self._put(dataset, self.before)

    def redo(self, dataset: Dataset) -> None:
        """Show the changed map."""
        self._put(dataset, self.after)

    def _put(self, dataset: Dataset, label_map: LabelMap) -> None:
        met = dataset.label_maps[self.key].undeclared
        dataset.label_maps[self.key] = label_map.with_undeclared(met)
        dataset.announce(LabelMapChanged(self.key))
        dataset.announce(EditCommitted(self))

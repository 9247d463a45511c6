"""Reversible changes, one small class each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from .events import EditCommitted, LabelMapChanged, PixelsChanged
from .geometry import Rect, Size
from .labels import LabelMap
from .tiles import PackedTile, RawTile, Tile, TileDelta, read_tile, write_tile

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
        """Memory it holds; stays the same."""

    @abstractmethod
    def undo(self, dataset: Dataset) -> None:
        """Bring back what was there before; announces what it changes."""

    @abstractmethod
    def redo(self, dataset: Dataset) -> None:
        """Make the change again; announces what it changes."""

    def steps(self, dataset: Dataset, *, is_undone: bool) -> Iterator[None]:
        """Undo or redo in parts, between which nothing else may change the data set."""
        self.undo(dataset) if is_undone else self.redo(dataset)
        yield from ()

    def fits(self, dataset: Dataset) -> bool:
        """Whether what it changes is there as it knows it; its samples must be open."""
        return True

    @property
    def samples(self) -> frozenset[str]:
        """Names of the samples it touches; empty for a label map."""
        return frozenset(t.sample for t in self.targets if t.sample)

    @property
    def needs_open(self) -> frozenset[str]:
        """Names of the samples that have to be open for it to be undone or redone."""
        return self.samples


class PixelEdit(Edit):
    """Changed pixels and instances of one layer, as differences of tiles.

    A difference leads both ways, and it is small: what a stroke does not touch is all zero.
    """

    def __init__(
        self,
        label: str,
        target: Target,
        tiles: Mapping[Tile, TileDelta],
        *,
        makes_instances: bool = False,
    ) -> None:
        """Take what the tiles from before and after differ in.

        Args:
            makes_instances: whether the layer had no instances before, and has some after.
        """
        self.label = label
        self.targets = frozenset({target})
        self.target = target
        self.tiles = dict(tiles)
        self.makes_instances = makes_instances
        self._size_bytes = 300 + sum(delta.size_bytes for delta in self.tiles.values())

    @property
    def size_bytes(self) -> int:
        """Memory of the packed tiles."""
        return self._size_bytes

    def fits(self, dataset: Dataset) -> bool:
        """Whether the layer can be edited and still has the size it had."""
        layer = dataset.document(self.target.sample).layer(self.target.key)
        sizes = ((layer.tile(tile).size, delta.pixels.size) for tile, delta in self.tiles.items())
        return not layer.is_locked and all(now == then for now, then in sizes)

    def undo(self, dataset: Dataset) -> None:
        """Bring back the tiles from before; the sample must be open."""
        deque(self.steps(dataset, is_undone=True), maxlen=0)

    def redo(self, dataset: Dataset) -> None:
        """Bring back the tiles from after; the sample must be open."""
        deque(self.steps(dataset, is_undone=False), maxlen=0)

    def steps(self, dataset: Dataset, *, is_undone: bool) -> Iterator[None]:
        """Undo or redo some tiles at a time."""
        step = TileDelta.backwards if is_undone else TileDelta.forwards
        drops_instances = is_undone and self.makes_instances
        layer = dataset.document(self.target.sample).layer(self.target.key)
        shown: dict[Tile, RawTile] = {tile: read_tile(layer, tile) for tile in self.tiles}
        for n_done, run in enumerate(self._runs()):
            if n_done:
                yield
            for tile in run:
                raw = step(self.tiles[tile], shown[tile])
                write_tile(layer, tile, RawTile(raw.pixels, None) if drops_instances else raw)
            first, last = layer.tile(run[0]), layer.tile(run[-1])
            rect = Rect(first.x0, first.y0, last.x1, last.y1)
            dataset.announce(PixelsChanged(*self.target, rect))
        dataset.announce(EditCommitted(self, shown))

    def _runs(self) -> list[list[Tile]]:
        """Tiles side by side, row by row."""
        runs: list[list[Tile]] = []
        for column, row in sorted(self.tiles, key=lambda tile: (tile[1], tile[0])):
            if runs and runs[-1][-1] == (column - 1, row):
                runs[-1].append((column, row))
            else:
                runs.append([(column, row)])
        return runs


class ScaleEdit(Edit):
    """Another size for a mask layer: the whole mask from before and the whole from after."""

    def __init__(
        self, label: str, target: Target, *, before: PackedTile, after: PackedTile
    ) -> None:
        """Remember both; see `PackedTile.of` for packing a mask."""
        self.label = label
        self.target = target
        self.targets = frozenset({target})
        self.before = before
        self.after = after

    @property
    def size_bytes(self) -> int:
        """Memory of both masks."""
        return 500 + self.before.size_bytes + self.after.size_bytes

    def fits(self, dataset: Dataset) -> bool:
        """Whether the layer has one of the two sizes; what cannot be read stays as it is."""
        document = dataset.document(self.target.sample)
        layer = document.layer(self.target.key)
        sizes = {packed.pixels.shape for packed in (self.before, self.after)}
        is_readable = not layer.is_locked or layer.size != document.size
        return is_readable and layer.pixels.shape in sizes

    def undo(self, dataset: Dataset) -> None:
        """Bring back the mask from before; the sample must be open."""
        self._put(dataset, self.before)

    def redo(self, dataset: Dataset) -> None:
        """Bring back the mask from after; the sample must be open."""
        self._put(dataset, self.after)

    def _put(self, dataset: Dataset, packed: PackedTile) -> None:
        document = dataset.document(self.target.sample)
        layer = document.layer(self.target.key)
        raw = packed.unpack()
        layer.put_arrays(raw.pixels.copy(), None if raw.instances is None else raw.instances.copy())
        layer.is_locked = layer.size != document.size
        rect = Rect.of_size(Size(*map(max, layer.size, document.size)))
        dataset.announce(PixelsChanged(*self.target, rect))
        dataset.announce(EditCommitted(self))


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
        current = dataset.label_maps[self.key]
        known = {*self.before.declared, *self.after.declared}
        met = [c for c in current if c.index not in known]
        label_map = label_map.with_classes(met).with_undeclared(current.undeclared)
        if current.background in {c.index for c in met}:
            label_map = label_map.with_background(current.background)
        dataset.label_maps[self.key] = label_map
        if label_map.background != current.background:
            dataset.fill_untouched(self.key)
        dataset.announce(LabelMapChanged(self.key))
        dataset.announce(EditCommitted(self))

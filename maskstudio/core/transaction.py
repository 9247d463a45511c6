"""The one door for pixels: clips, honours what is protected, keeps what was there, announces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from .arrays import BinaryMask, IndexMask
from .edits import PixelEdit, Target
from .events import EditCommitted, PixelsChanged
from .geometry import Rect, bounding_rect
from .labels import MAX_INDEX, LabelMap
from .layer import MaskLayer
from .tiles import PackedTile, RawTile, Tile, read_tile, write_tile

if TYPE_CHECKING:
    from .dataset import Dataset


class Over(Enum):
    """What painting may cover."""

    EVERYTHING = "everything"
    EMPTY = "empty"
    ONE_CLASS = "one_class"


@dataclass(frozen=True)
class PaintRule:
    """What a transaction may change.

    Args:
        over: everything, only background and undeclared classes, or only the class `only`.
        protected: indices that are never changed, whatever `over` says.
    """

    over: Over = Over.EVERYTHING
    only: int | None = None
    protected: frozenset[int] = frozenset()

    def allowed(self, label_map: LabelMap) -> BinaryMask | None:
        """(65 536,) true for each index that may be overwritten, or None when all may."""
        if self.over is Over.EVERYTHING and not self.protected:
            return None
        table = np.full(MAX_INDEX + 1, self.over is not Over.ONE_CLASS)
        if self.over is Over.EMPTY:
            table[[c.index for c in label_map]] = False
            if label_map.background is not None:
                table[label_map.background] = True
        elif self.over is Over.ONE_CLASS and self.only is not None:
            table[self.only] = True
        table[sorted(self.protected)] = False
        return table


class Transaction:
    """Changes of one layer that become one edit, or none.

    Made by `Dataset.begin`; ended once, by `commit` or `rollback`. While it is open the layer
    changes at once, so that the screen can follow; each tile is kept before its first change.
    """

    def __init__(
        self, dataset: Dataset, target: Target, layer: MaskLayer, *, label: str, rule: PaintRule
    ) -> None:
        """Begin; nothing is copied before the first change."""
        self.label = label
        self._dataset = dataset
        self._target = target
        self._layer = layer
        self._allowed = rule.allowed(dataset.label_maps[target.key])
        self._kept: dict[Tile, RawTile] = {}

    @property
    def layer(self) -> MaskLayer:
        """The layer it changes."""
        return self._layer

    def paint(self, rect: Rect, shape: BinaryMask, index: int) -> Rect | None:
        """Give the pixels of a shape a class.

        Args:
            rect: where the shape lies; may reach over the border, which clips it.
            shape: (rect.height, rect.width) true where to paint.

        Returns:
            The smallest rectangle around the pixels that changed, or None.
        """
        return self._change(rect, shape, np.uint16(index))

    def write(self, rect: Rect, values: IndexMask, where: BinaryMask | None = None) -> Rect | None:
        """Copy class indices into a rectangle, or only where a shape is true.

        Args:
            rect: where the values lie; may reach over the border, which clips it.
            values: (rect.height, rect.width) class indices.
        """
        shape = np.ones(values.shape, np.bool_) if where is None else where
        return self._change(rect, shape, values)

    def write_instances(self, rect: Rect, ids: IndexMask, where: BinaryMask) -> None:
        """Give pixels instance ids; their class stays."""
        self._keep(rect)
        part = self._layer.writable_instances(int(ids.max()))[rect.slices]
        np.copyto(part, ids, where=where, casting="same_kind")
        self._layer.note_change(rect)

    def commit(self) -> PixelEdit | None:
        """End it; the tiles that really changed become one edit of the history."""
        before = {
            tile: raw for tile, raw in self._kept.items() if not self._is_as_before(tile, raw)
        }
        self._dataset.end(self)
        if not before:
            return None
        packed = {tile: PackedTile.of(raw) for tile, raw in before.items()}
        edit = PixelEdit(self.label, self._target, packed)
        self._dataset.push(edit)
        self._dataset.announce(EditCommitted(edit, before))
        return edit

    def rollback(self) -> None:
        """End it and put every tile back as it was."""
        for tile, raw in self._kept.items():
            rect = write_tile(self._layer, tile, raw)
            self._dataset.announce(PixelsChanged(*self._target, rect))
        self._dataset.end(self)

    def _change(self, rect: Rect, shape: BinaryMask, values: IndexMask | np.uint16) -> Rect | None:
        inside = rect & self._layer.rect
        if inside.is_empty:
            return None
        crop = inside.moved(-rect.x0, -rect.y0).slices
        shape = shape[crop]
        if isinstance(values, np.ndarray):
            values = values[crop]
        highest = int(values.max())
        part = self._layer.writable_pixels(highest)[inside.slices]
        changed = shape & (part != values)
        if self._allowed is not None:
            changed &= self._allowed[part]
        box = bounding_rect(changed).moved(inside.x0, inside.y0)
        if box.is_empty:
            return None
        self._keep(box)
        np.copyto(part, values, where=changed, casting="unsafe")
        if self._layer.instances is not None:
            self._layer.writable_instances()[inside.slices][changed] = 0
        self._layer.note_change(box)
        self._dataset.announce(PixelsChanged(*self._target, box))
        return box

    def _keep(self, rect: Rect) -> None:
        for tile in rect.tiles():
            if tile not in self._kept:
                self._kept[tile] = read_tile(self._layer, tile)

    def _is_as_before(self, tile: Tile, raw: RawTile) -> bool:
        now = read_tile(self._layer, tile)
        if not np.array_equal(now.pixels, raw.pixels):
            return False
        if now.instances is None or raw.instances is None:
            return now.instances is None or not now.instances.any()
        return np.array_equal(now.instances, raw.instances)

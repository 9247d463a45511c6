"""The one door for pixels: clips, honours what is protected, keeps what was there, announces."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from .arrays import BinaryMask, IndexMask, InstanceMask
from .edits import Edit, PixelEdit, Target
from .events import EditCommitted, PixelsChanged
from .geometry import Rect, bounding_rect
from .labels import MAX_INDEX, LabelMap
from .layer import MaskLayer
from .pixel_source import PixelSource
from .tiles import RawTile, Tile, TileDelta, read_tile, write_tile

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
        self._had_instances = layer.instances is not None
        self._kept: dict[Tile, RawTile] = {}
        self._as_in_file: set[Tile] = set()
        self._settled: dict[Tile, TileDelta | None] = {}

    @property
    def layer(self) -> MaskLayer:
        """The layer it changes."""
        return self._layer

    def paint(self, rect: Rect, shape: BinaryMask, source: int | PixelSource) -> Rect | None:
        """Give the pixels of a shape a class, or each the one that a source has for it.

        Args:
            rect: where the shape lies; may reach over the border, which clips it.
            shape: (rect.height, rect.width) true where to paint.
            source: one class index, or where they come from; what it has none for stays.

        Returns:
            The smallest rectangle around the pixels that changed, or None.
        """
        if isinstance(source, int):
            assert 0 <= source <= MAX_INDEX
            return self._change(rect, shape, source)
        inside, crop = self._clip(rect)
        if inside.is_empty:
            return None
        values, where = source.read(inside, shape[crop])
        return self._change(inside, where, values)

    def write(self, rect: Rect, values: IndexMask, where: BinaryMask | None = None) -> Rect | None:
        """Copy class indices into a rectangle, or only where a shape is true.

        Args:
            rect: where the values lie; may reach over the border, which clips it.
            values: (rect.height, rect.width) class indices.
        """
        shape = np.ones(values.shape, np.bool_) if where is None else where
        return self._change(rect, shape, values)

    def write_instances(self, rect: Rect, ids: InstanceMask, where: BinaryMask) -> Rect | None:
        """Give pixels instance ids; their class stays, so protected classes may get them too.

        Args:
            rect: where the ids lie; may reach over the border, which clips it.
            ids: (rect.height, rect.width) instance ids; 0 takes pixels out of their instance.
            where: of the same shape, true where to write.

        Returns:
            The smallest rectangle around the pixels that changed, or None.
        """
        assert ids.shape == where.shape == (rect.height, rect.width)
        inside, crop = self._clip(rect)
        if inside.is_empty:
            return None
        ids = ids[crop]
        held = self._layer.instances
        changed = where[crop] & (ids != (0 if held is None else held[inside.slices]))
        box = bounding_rect(changed).moved(inside.x0, inside.y0)
        if box.is_empty:
            return None
        self._keep(box)
        part = self._layer.writable_instances(int(ids[changed].max()))[inside.slices]
        np.copyto(part, ids, where=changed, casting="unsafe")
        return self._note(box)

    def settle(self, rect: Rect) -> None:
        """Pack what differs in a rectangle already, so that `commit` of a large change is short.

        It may still change afterwards.
        """
        self._pack(self._kept.keys() & set(rect.tiles()))

    def commit(self) -> Edit | None:
        """End it; the tiles that really changed become one edit of the history."""
        self._pack(self._kept.keys())
        deltas = {tile: delta for tile, delta in self._settled.items() if delta is not None}
        self._layer.changed_tiles -= self._as_in_file - deltas.keys()
        edit = self._edit(deltas)
        self._dataset.end(self)
        if edit is None:
            return None
        self._dataset.push(edit)
        before = {tile: self._kept[tile] for tile in deltas}
        self._dataset.announce(EditCommitted(edit, before))
        return edit

    def _edit(self, deltas: Mapping[Tile, TileDelta]) -> Edit | None:
        """What enters the history, or None where nothing changed."""
        has_new_instances = any(delta.instances for delta in deltas.values())
        if not self._had_instances and not has_new_instances:
            self._layer.drop_instances()
        if not deltas:
            return None
        makes_instances = has_new_instances and not self._had_instances
        return PixelEdit(self.label, self._target, deltas, makes_instances=makes_instances)

    def rollback(self) -> None:
        """End it and put every tile back as it was; nothing counts as changed by it."""
        rects = [write_tile(self._layer, tile, raw) for tile, raw in self._kept.items()]
        self._layer.changed_tiles -= self._as_in_file
        self._dataset.end(self)
        for rect in rects:
            self._dataset.announce(PixelsChanged(*self._target, rect))

    def _change(self, rect: Rect, shape: BinaryMask, values: IndexMask | int) -> Rect | None:
        assert shape.shape == (rect.height, rect.width)
        inside, crop = self._clip(rect)
        if inside.is_empty:
            return None
        if isinstance(values, np.ndarray):
            values = values[crop]
        held = self._layer.pixels[inside.slices]
        changed = shape[crop] & (held != values)
        if self._allowed is not None:
            changed &= self._allowed[held]
        box = bounding_rect(changed).moved(inside.x0, inside.y0)
        if box.is_empty:
            return None
        self._keep(box)
        highest = int(values[changed].max()) if isinstance(values, np.ndarray) else values
        part = self._layer.writable_pixels(highest)[inside.slices]
        np.copyto(part, values, where=changed, casting="unsafe")
        if self._layer.instances is not None:
            self._layer.writable_instances()[inside.slices][changed] = 0
        return self._note(box)

    def _clip(self, rect: Rect) -> tuple[Rect, tuple[slice, slice]]:
        """The part of a rectangle inside the layer, and where that lies in the rectangle."""
        inside = rect & self._layer.rect
        return inside, inside.moved(-rect.x0, -rect.y0).slices

    def _pack(self, tiles: Set[Tile]) -> None:
        for tile in tiles - self._settled.keys():
            after = read_tile(self._layer, tile)
            self._settled[tile] = TileDelta.between(self._kept[tile], after)

    def _keep(self, rect: Rect) -> None:
        for tile in rect.tiles():
            self._settled.pop(tile, None)
            if tile in self._kept:
                continue
            raw = read_tile(self._layer, tile)
            self._kept[tile] = raw if self._had_instances else RawTile(raw.pixels, None)
            if tile not in self._layer.changed_tiles:
                self._as_in_file.add(tile)

    def _note(self, box: Rect) -> Rect:
        self._layer.note_change(box)
        self._dataset.announce(PixelsChanged(*self._target, box))
        return box

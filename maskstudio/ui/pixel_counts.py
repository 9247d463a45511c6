"""Pixels per class of the active layer: counted once beside the window, then kept true by edits."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from maskstudio.core.edits import Target
from maskstudio.core.events import EditCommitted
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskLayer
from maskstudio.metrics.histogram import Counts, count_indices, exchange

from .workbench import Workbench

MANY_TILES = 64
"""Changed tiles above which counting everything anew, beside the window, is the shorter wait."""


class PixelCounts(QObject):
    """Follows the active layer of the shown sample.

    Signals:
        changed(): other figures, or none while they are being counted.
    """

    changed = Signal()

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """Count what is shown."""
        super().__init__(parent)
        self._workbench = workbench
        self._layer: MaskLayer | None = None
        self._counts: Counts | None = None
        self._waits_for_quiet = False
        workbench.opened_changed.connect(self._follow)
        workbench.document_changed.connect(self._follow)
        workbench.choices.layer_changed.connect(self._follow)
        workbench.bridge.edit_committed.connect(self._on_edit_committed)
        workbench.bridge.pixels_changed.connect(self._count_if_quiet)
        self._follow()

    @property
    def is_known(self) -> bool:
        """Whether there are figures."""
        return self._counts is not None

    def count(self, index: int) -> int | None:
        """Pixels of a class, or None while they are not known."""
        if self._counts is None:
            return None
        return int(self._counts[index]) if index < self._counts.size else 0

    def share(self, index: int) -> float | None:
        """Share of a class in all pixels, 0 to 1, or None while it is not known."""
        return self._share(self.count(index))

    def undeclared_share(self, label_map: LabelMap) -> float | None:
        """Share of pixels that no class, or the void class, has; None while it is not known."""
        if self._counts is None:
            return None
        known = (index for index in label_map.declared if index != label_map.void)
        declared = [index for index in known if index < self._counts.size]
        return self._share(int(self._counts.sum() - self._counts[declared].sum()))

    def _share(self, count: int | None) -> float | None:
        if count is None or self._layer is None:
            return None
        return count / max(1, self._layer.pixels.size)

    def _follow(self) -> None:
        layer = self._workbench.active_layer
        if layer is not self._layer:
            self._layer = layer
            self._count_anew()

    def _count_anew(self) -> None:
        self._counts, self._waits_for_quiet = None, False
        self.changed.emit()
        layer = self._layer
        if layer is None:
            return
        revision, pixels = layer.revision, layer.pixels
        self._workbench.tasks.start(
            "Counting pixels",
            lambda task: count_indices(pixels, task.give_way),
            done=lambda counts: self._take(layer, revision, counts),
            is_shown=False,
            priority=1,
        )

    def _take(self, layer: MaskLayer, revision: int, counts: Counts) -> None:
        """Keep the figures, unless the layer was painted on while they were counted."""
        if layer is not self._layer:
            return
        if layer.revision == revision:
            self._counts = counts
            self.changed.emit()
        else:
            self._waits_for_quiet = True
            self._count_if_quiet()

    def _count_if_quiet(self) -> None:
        """Count again once no stroke is under way; in the middle of one it would be in vain."""
        dataset = self._workbench.dataset
        if self._waits_for_quiet and dataset is not None and not dataset.has_open_transaction:
            self._count_anew()

    def _on_edit_committed(self, event: EditCommitted) -> None:
        document, layer = self._workbench.document, self._layer
        if document is None or layer is None:
            return
        if Target(document.name, layer.key) not in event.edit.targets:
            return
        before = event.before
        if self._counts is None or before is None or len(before) > MANY_TILES:
            self._waits_for_quiet = self._waits_for_quiet or self._counts is not None
            self._count_if_quiet()
            return
        now = ((raw.pixels, layer.pixels[layer.tile(tile).slices]) for tile, raw in before.items())
        self._counts = exchange(self._counts, now)
        self.changed.emit()

"""Confusions of the compared layers, sample by sample: counted once, then kept true by edits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QObject, Signal

from maskstudio.core.edits import Target
from maskstudio.core.events import EditCommitted
from maskstudio.core.tiles import RawTile, Tile
from maskstudio.errors import Problem
from maskstudio.metrics.confusion import Confusion, confusion_change
from maskstudio.workflows.current_masks import CountedPair, count_pair

from .pair_scan import Look, PairScan, Results
from .workbench import Workbench


class PairCounts(PairScan):
    """Follows the compared pair. The shown sample is counted by itself, all of them by `start`.

    Confusions are in the class indices of the layers: another label map leaves them true.

    Signals:
        counted(set): these samples were counted anew, or cannot be compared any more.
        adjusted(name, change): an edit changed the counts of this sample by a `Confusion`.
    """

    counted = Signal(set)
    adjusted = Signal(object, object)
    label = "Comparing"

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """Know nothing."""
        super().__init__(workbench, delay_ms=0, parent=parent)
        self._confusions: dict[str, Confusion] = {}
        self._faults: dict[str, Problem] = {}
        self._together: set[str] | None = None
        workbench.document_changed.connect(self._count_shown)
        workbench.compared.changed.connect(self._count_shown)
        workbench.bridge.history_changed.connect(self._on_history_changed)

    @property
    def confusions(self) -> dict[str, Confusion]:
        """Counts of every sample that was counted, by name."""
        return self._confusions

    @property
    def faults(self) -> dict[str, Problem]:
        """Why samples cannot be compared, by name."""
        return self._faults

    # results

    def _look(self) -> Look:
        return count_pair

    def _is_known(self, name: str) -> bool:
        return name in self._confusions or name in self._faults

    def _drop_all(self) -> None:
        self._confusions.clear()
        self._faults.clear()

    def _keep(self, name: str, result: CountedPair | None, fault: Problem | None) -> None:
        dataset, keys = self._workbench.dataset, self._workbench.compared.keys
        assert dataset is not None
        assert keys is not None
        gone = self._faults.pop(name, None)
        self._confusions.pop(name, None)
        if gone is not None and gone != fault:
            dataset.forget_problems([gone])
        if result is not None:
            dataset.meet_undeclared(keys.prediction, result.of_prediction)
            dataset.meet_undeclared(keys.ground_truth, result.of_ground_truth)
            self._confusions[name] = result.confusion
        if fault is not None:
            self._faults[name] = fault
            dataset.note_problems([fault])
        if self._together is None:
            self.counted.emit({name})
        else:
            self._together.add(name)

    def _take(self, results: Results) -> None:
        """Tell of all samples at once: there may be thousands."""
        self._together = set()
        super()._take(results)
        names, self._together = self._together, None
        if names:
            self.counted.emit(names)

    # following changes

    def _count_shown(self) -> None:
        """Count the shown sample, unless that was done; what was at fault may be mended."""
        document = self._workbench.document
        if document is not None and document.name not in self._confusions:
            self._stale.add(document.name)
            self._look_again()

    def _on_history_changed(self) -> None:
        """A mask that no file holds is gone once its first edit was undone."""
        document = self._workbench.document
        if document is None or document.name not in self._confusions:
            return
        if not self._pairs([document.name]):
            self._keep(document.name, None, None)

    def _follow_edit(self, target: Target, event: EditCommitted) -> None:
        name = target.sample
        if event.before is None or not self._is_known(name):
            self._stale.add(name)
        elif event.before and name in self._confusions and name not in self._stale:
            change = self._change(target, event.before)
            self._confusions[name] += change
            self.adjusted.emit(name, change)

    def _change(self, target: Target, before_tiles: Mapping[Tile, RawTile]) -> Confusion:
        """What an edit adds to the counts, from the tiles it touched alone."""
        dataset, keys = self._workbench.dataset, self._workbench.compared.keys
        assert dataset is not None
        assert keys is not None
        is_prediction = target.key == keys.prediction
        document = dataset.document(target.sample)
        layer = document.layer(target.key)
        other = document.layer(keys.ground_truth if is_prediction else keys.prediction)
        parts = []
        for tile, raw in before_tiles.items():
            rect = layer.tile(tile).slices
            now = layer.pixels[rect]
            differs = raw.pixels != now
            parts.append((raw.pixels[differs], now[differs], other.pixels[rect][differs]))
        before, now, beside = (np.concatenate(column) for column in zip(*parts, strict=True))
        return confusion_change(before, now, beside, of_prediction=is_prediction)

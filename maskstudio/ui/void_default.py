"""The void class of the ground truth is left out of figures, until the user says otherwise."""

from __future__ import annotations

from PySide6.QtCore import QObject

from .workbench import Workbench


class VoidDefault(QObject):
    """Follows the compared pair; what the user ticks afterwards stays."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self._workbench = workbench
        self._seen: tuple[object, object, int | None] = (None, None, None)
        workbench.opened_changed.connect(self._look)
        workbench.choices.pair_changed.connect(self._look)
        workbench.bridge.label_map_changed.connect(self._look)

    def _look(self) -> None:
        """Where another class is void: leave it out, and count the one that was."""
        dataset, keys = self._workbench.dataset, self._workbench.compared.keys
        if dataset is None or keys is None:
            self._seen = (dataset, keys, None)
            return
        void = dataset.label_maps[keys.ground_truth].void
        last_dataset, last_keys, last_void = self._seen
        self._seen = (dataset, keys, void)
        if last_dataset is not dataset:  # what is ignored was kept with the void class
            return
        was = last_void if last_keys == keys else None
        if void != was:
            choices = self._workbench.choices
            left = choices.ignored - ({was} if was is not None else set())
            choices.set_ignored(left | ({void} if void is not None else set()))

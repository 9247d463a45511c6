"""The classes of a layer that is painted with: Enter takes the pixels of one class alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.widgets.pick_list import PickRow
from maskstudio.ui.workbench import Workbench

from .class_popup import matching_classes
from .pick_popup import PickPopup

_WIDTH = 320


class SourceClassPopup(PickPopup):
    """All classes at first, then each by itself.

    Signals:
        class_chosen(object): an index of the layer, or None for all classes.
    """

    class_chosen = Signal(object)

    def __init__(self, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(
            self.tr("Find class"), self.tr("No class of this name"), width=_WIDTH, parent=parent
        )
        self.setObjectName("source_class_popup")
        self._workbench = workbench
        self._key = ""
        self._targets: dict[int, int] = {}

    def set_layer(self, key: str) -> None:
        """List the classes of a layer."""
        self._key = key
        self._targets = self._workbench.compared.translated(key, self._active)

    def rows_for(self, text: str) -> Sequence[PickRow]:
        if self._workbench.dataset is None:
            return ()
        label_map = self._workbench.dataset.label_maps[self._key]
        rows = [self._row(c, label_map) for c in matching_classes(label_map, text)]
        if text:
            return rows
        everything = PickRow(
            self.tr("All classes"), partial(self.class_chosen.emit, None), icon=Icon.LAYERS
        )
        return [everything, *rows]

    @property
    def _active(self) -> str:
        return self._workbench.choices.active_key

    def _row(self, found: LabelClass, label_map: LabelMap) -> PickRow:
        lacks = "" if found.index in self._targets else self.tr("not in {}").format(self._active)
        return PickRow(
            found.name,
            partial(self.class_chosen.emit, found.index),
            lacks,
            class_index=found.index,
            rgb=label_map.color_of(found.index),
        )

"""The list of classes: type a name or an index, Enter makes the class the painted one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.ui.widgets.pick_list import PickRow
from maskstudio.ui.workbench import Workbench

from .matching import rank
from .pick_popup import PickPopup

_WIDTH = 280


class ClassPopup(PickPopup):
    """Classes of the active layer in the order of its label map.

    Signals:
        class_chosen(int): a class was picked; nothing else happened yet.
    """

    class_chosen = Signal(int)

    def __init__(self, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(
            self.tr("Find class"), self.tr("No class of this name"), width=_WIDTH, parent=parent
        )
        self.setObjectName("class_popup")
        self._workbench = workbench

    def rows_for(self, text: str) -> Sequence[PickRow]:
        label_map = self._workbench.active_label_map
        return [self._row(c, label_map) for c in matching_classes(label_map, text)]

    def first_position(self) -> int:
        current = self._workbench.choices.current_class
        indices = [c.index for c in self._workbench.active_label_map.visible_classes]
        return indices.index(current) if current in indices else 0

    def _row(self, label_class: LabelClass, label_map: LabelMap) -> PickRow:
        index = label_class.index
        kind = self.tr("background") if index == label_map.background else ""
        return PickRow(
            label_class.name,
            partial(self.class_chosen.emit, index),
            kind if label_class.name.lower() != kind else "",
            class_index=index,
            rgb=label_map.color_of(index),
        )


def matching_classes(label_map: LabelMap, text: str) -> list[LabelClass]:
    """Classes whose name or index fits a text, best first; all of them for an empty text."""
    ranked = []
    for label_class in label_map.visible_classes:
        fit = class_rank(label_class, text)
        if fit is not None:
            ranked.append((fit, label_class))
    return [label_class for _, label_class in sorted(ranked, key=lambda pair: pair[0])]


def class_rank(label_class: LabelClass, text: str) -> int | None:
    """How well a class fits; an index counts as typed from its first digit on."""
    if text and str(label_class.index).startswith(text):
        return 0 if str(label_class.index) == text else 1
    return rank(f"{label_class.index} {label_class.name}", text)

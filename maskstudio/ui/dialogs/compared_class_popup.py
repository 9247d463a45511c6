"""The classes of the compared pair: type a name or an index, Enter looks at its errors alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from maskstudio.core.labels import LabelClass
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.widgets.pick_list import PickRow
from maskstudio.ui.workbench import Workbench

from .class_popup import class_rank
from .pick_popup import PickPopup

_WIDTH = 280


class ComparedClassPopup(PickPopup):
    """All classes at first, then each of either side's.

    Signals:
        class_chosen(object): a joint index, or None for all classes.
    """

    class_chosen = Signal(object)

    def __init__(self, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(
            self.tr("Find class"), self.tr("No class of this name"), width=_WIDTH, parent=parent
        )
        self.setObjectName("compared_class_popup")
        self._workbench = workbench

    def rows_for(self, text: str) -> Sequence[PickRow]:
        if self._workbench.compared.keys is None:
            return ()
        ranked = [(class_rank(c, text), c) for c in self._classes()]
        fitting = sorted((rank, c.index, c) for rank, c in ranked if rank is not None)
        rows = [self._row(c) for _, _, c in fitting]
        if text:
            return rows
        everything = PickRow(
            self.tr("All classes"), partial(self.class_chosen.emit, None), icon=Icon.DIFFERENCE
        )
        return [everything, *rows]

    def first_position(self) -> int:
        indices = [c.index for c in self._classes()]
        shown = self._workbench.choices.views.shown_class
        return 1 + indices.index(shown) if shown in indices else 0

    def _classes(self) -> tuple[LabelClass, ...]:
        compared = self._workbench.compared
        return () if compared.keys is None else compared.alignment.classes()

    def _row(self, found: LabelClass) -> PickRow:
        deed = partial(self.class_chosen.emit, found.index)
        rgb = found.color or (128, 128, 128)
        return PickRow(found.name, deed, class_index=found.index, rgb=rgb)

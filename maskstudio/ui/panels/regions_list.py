"""The list of regions of disagreement; a click shows one on the picture."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent

from maskstudio.ui.models.regions_model import RegionsModel
from maskstudio.ui.region_crops import RegionCrops
from maskstudio.ui.region_walk import RegionWalk
from maskstudio.ui.theme.current import current_density
from maskstudio.ui.widgets.row_list import RowList
from maskstudio.ui.workbench import Workbench

from .region_delegate import RegionDelegate, crop_size

LOOK_DELAY_MS = 30
"""Time for scrolling to come to rest before crops are asked for."""


class RegionsList(RowList):
    """The row of the current region is the chosen one."""

    def __init__(self, workbench: Workbench, model: RegionsModel, walk: RegionWalk) -> None:
        super().__init__("regions_list", "Regions of disagreement")
        self._model = model
        self._walk = walk
        self._crops = RegionCrops(workbench, self)
        self._timer = QTimer(self, singleShot=True, interval=LOOK_DELAY_MS)
        self._timer.timeout.connect(self._want_visible)
        self.setAutoScroll(
            False
        )  # a region that sinks when it is done does not take the view along
        self.setModel(model)
        self.setItemDelegate(RegionDelegate(self._crops, workbench.compared, self))
        self.clicked.connect(self._go_to)
        self.activated.connect(self._go_to)
        self._crops.changed.connect(self.viewport().update)
        self.verticalScrollBar().valueChanged.connect(self._look_later)
        model.modelReset.connect(self._show_current)
        model.modelReset.connect(self._look_later)
        walk.current_changed.connect(self._show_current)

    def _go_to(self, index: QModelIndex) -> None:
        self._walk.show(self._model.region_at(index.row()))

    def _show_current(self) -> None:
        current = self._walk.current
        row = self._model.row_of(current)
        index = self._model.index(row) if row >= 0 else QModelIndex()
        self.setCurrentIndex(index)
        if current is not None and index.isValid() and not self._model.decision_of(current):
            self.scrollTo(index)

    # crops

    def _look_later(self) -> None:
        self._timer.start()

    def _want_visible(self) -> None:
        if not self.isVisible():
            return
        self._crops.set_size(crop_size() * self.devicePixelRatioF())
        height, top = current_density().disagreement_row, self.verticalScrollBar().value()
        last = (top + self.viewport().height() - 1) // height
        rows = range(top // height, min(last + 1, self._model.rowCount()))
        self._crops.want([self._model.region_at(row) for row in rows])

    # events of Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look_later()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look_later()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self.scheduleDelayedItemsLayout()
            self._look_later()

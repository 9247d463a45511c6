"""Keeps the list of regions in step with what is compared, chosen and shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from .models.regions_model import RegionFilter, RegionsModel
from .region_scan import RegionScan
from .workbench import Workbench

LIST_DELAY_MS = 30
"""Changes that come together are listed once."""


class RegionLister(QObject):
    """Looks for regions from the first time somebody asks for them.

    Signals:
        changed(): other regions are listed, or a search began or ended.
    """

    changed = Signal()

    def __init__(self, workbench: Workbench, parent: QObject) -> None:
        """List nothing yet."""
        super().__init__(parent)
        self._workbench = workbench
        self.scan = RegionScan(workbench, self)
        self.model = RegionsModel(workbench, self)
        self._is_wanted = False
        self._timer = QTimer(self, singleShot=True, interval=LIST_DELAY_MS)
        self._timer.timeout.connect(self._list)
        self.scan.found.connect(self._timer.start)
        self.scan.forgotten.connect(self._on_forgotten)
        self.scan.progressed.connect(self._list)
        workbench.document_changed.connect(self._on_document_changed)
        workbench.choices.shown_cell_changed.connect(self._list)
        workbench.choices.ignored_changed.connect(self._list)
        workbench.choices.views.shown_class_changed.connect(self._list)
        workbench.choices.views.scope_changed.connect(self._on_scope_changed)

    @property
    def is_of_dataset(self) -> bool:
        """Whether regions of all samples are listed, or those of the shown one alone."""
        return self._workbench.choices.views.is_of_dataset

    @property
    def is_searching(self) -> bool:
        """Whether there may be more than is listed, and somebody is looking for it."""
        return self.scan.is_running if self.is_of_dataset else not self.is_complete

    @property
    def is_complete(self) -> bool:
        """Whether every sample in question was looked at."""
        document = self._workbench.document
        if self.is_of_dataset:
            return not self.scan.missing()
        return document is not None and document.name in self.scan.regions

    def want(self) -> None:
        """Look for what is listed, unless that was done."""
        self._is_wanted = True
        self._search()
        self.changed.emit()

    def search_again(self, *, min_area: int) -> None:
        """Look for regions from another size on."""
        self.scan.set_min_area(min_area)

    def _search(self) -> None:
        document = self._workbench.document
        if not self._is_wanted or self._workbench.compared.keys is None:
            return
        if self.is_of_dataset:
            self.scan.start()
        elif document is not None:
            self.scan.look_at(document.name)

    def _on_forgotten(self) -> None:
        self._search()
        self._list()

    def _on_scope_changed(self) -> None:
        self._search()
        self._list()

    def _on_document_changed(self) -> None:
        if not self.is_of_dataset:
            self._search()
            self._list()

    def _list(self) -> None:
        self._timer.stop()
        choices, document = self._workbench.choices, self._workbench.document
        name = document.name if document is not None else ""
        wanted = RegionFilter(
            sample=None if self.is_of_dataset else name,
            class_index=choices.views.shown_class,
            cell=choices.shown_cell,
            ignored=choices.ignored,
        )
        self.model.show_regions(self.scan.regions, wanted)
        self.changed.emit()

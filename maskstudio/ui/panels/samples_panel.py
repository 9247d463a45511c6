"""The list of samples: thumbnails, marks, filter; the chosen one is the shown one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QListView, QStackedLayout, QWidget

from maskstudio.ui.class_scan import ClassScan
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.dialogs.class_popup import ClassPopup
from maskstudio.ui.models.sample_filter import SampleFilter, filter_as_json, filter_from
from maskstudio.ui.models.sample_order import SampleOrder, order_as_json, order_from
from maskstudio.ui.models.samples_model import SamplesModel
from maskstudio.ui.theme.current import current_density
from maskstudio.ui.thumbnails import Thumbnails
from maskstudio.ui.widgets.empty_note import EmptyNote
from maskstudio.ui.widgets.foot import Foot
from maskstudio.ui.widgets.row_list import RowList
from maskstudio.ui.workbench import Workbench

from .filter_row import FilterRow
from .sample_delegate import STRIP_ITEM, SampleDelegate

LEAST_WIDTH = 172
"""Below this names cannot be told apart."""

STRIP_SIDE = 200
"""Width of filter and foot where they stand beside a strip of samples."""

QWIDGETSIZE_MAX = (1 << 24) - 1
"""No limit, as Qt has it."""

STRIP_AREAS = (Qt.DockWidgetArea.TopDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea)

LOOK_DELAY_MS = 30
"""Time for scrolling to come to rest before thumbnails are asked for."""


class SamplesPanel(QWidget):
    """Decides the order in which the workbench steps through samples.

    Signals:
        count_changed(str): how many are listed, for the title of the dock.
    """

    count_changed = Signal(str)

    def __init__(
        self, workbench: Workbench, figures: ComparisonFigures, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("samples_panel")
        self._workbench = workbench
        self._figures = figures
        self._is_strip = False
        self._scan = ClassScan(workbench, self)
        self.model = SamplesModel(workbench, self._scan, figures, self)
        self.thumbnails = Thumbnails(workbench, self)
        self._look_timer = QTimer(self, singleShot=True, interval=LOOK_DELAY_MS)
        self._look_timer.timeout.connect(self._want_visible)
        self._filter_row = FilterRow()
        self._class_popup = ClassPopup(workbench, self)
        self.view = self._make_view()
        self._note = EmptyNote("clear_filter")
        self._foot = Foot()
        self._lay_out()
        self._connect()
        self._update()

    def set_filter(self, wanted: SampleFilter) -> None:
        """List other samples."""
        if wanted.class_index is not None:
            self._scan.start()
        self.model.set_filter(wanted)
        self._update()

    def set_order(self, order: SampleOrder) -> None:
        """Sort by a figure, which is computed for all samples then, or as in the data set."""
        if order.figure is not None:
            self._figures.counts.start()
        self.model.set_order(order)
        self._update()

    def state(self) -> dict[str, Any]:
        """Filter and order, to be kept with the data set."""
        return filter_as_json(self.model.filter) | {"order": order_as_json(self.model.order)}

    def restore_state(self, kept: Any) -> None:
        """List what was listed when the data set was closed."""
        wanted = filter_from(kept, self.model.subsets)
        if wanted.class_index not in self._workbench.active_label_map.declared:
            wanted = replace(wanted, class_index=None)
        self.set_filter(wanted)
        self.set_order(order_from(kept.get("order") if isinstance(kept, dict) else None))

    def _make_view(self) -> RowList:
        view = RowList("samples_list", "Samples")
        view.setModel(self.model)
        view.setItemDelegate(SampleDelegate(self.thumbnails, view))
        view.setHorizontalScrollMode(RowList.ScrollMode.ScrollPerPixel)
        for bar in (view.verticalScrollBar(), view.horizontalScrollBar()):
            bar.setSingleStep(current_density().sample_row // 2)
        return view

    def _lay_out(self) -> None:
        self._list = QWidget()
        self._stack = QStackedLayout(self._list)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._note)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._place_parts()

    def _place_parts(self) -> None:
        """Filter, list and foot in a column, or the list as a strip beside the two others."""
        is_strip, grid = self._is_strip, self._grid
        for part in (self._filter_row, self._list, self._foot):
            grid.removeWidget(part)
        grid.addWidget(self._filter_row, 0, 0)
        if is_strip:
            grid.addWidget(self._list, 0, 1, 3, 1)
        else:
            grid.addWidget(self._list, 1, 0)
        grid.addWidget(self._foot, 2, 0)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(0, 0 if is_strip else 1)
        grid.setColumnStretch(1, 1 if is_strip else 0)
        grid.setColumnMinimumWidth(0, STRIP_SIDE if is_strip else 0)
        self._list.setMinimumHeight(1 if is_strip else 0)  # a view asks for more than one row

    def follow_dock(self, area: Qt.DockWidgetArea) -> None:
        """Be a strip of one row above or below the canvas, and a list beside it."""
        is_strip = area in STRIP_AREAS
        if is_strip == self._is_strip:
            return
        self._is_strip = is_strip
        flow, never = QListView.Flow, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        needed = Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.view.setFlow(flow.LeftToRight if is_strip else flow.TopToBottom)
        self.view.setHorizontalScrollBarPolicy(needed if is_strip else never)
        self.view.setVerticalScrollBarPolicy(never if is_strip else needed)
        self._place_parts()
        self._limit_height()
        self._show_current()
        self._look_later()

    def _connect(self) -> None:
        workbench = self._workbench
        workbench.sample_order = self.model.neighbours
        workbench.loader.requested.connect(self._show_current)
        workbench.loader.given_up.connect(self._show_current)
        workbench.document_changed.connect(self._show_current)
        workbench.document_changed.connect(self._look_later)
        workbench.bridge.marks_changed.connect(self._update)
        workbench.choices.layer_changed.connect(self._on_layer_changed)
        self.model.modelReset.connect(self._on_model_reset)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.view.verticalScrollBar().valueChanged.connect(self._look_later)
        self.view.horizontalScrollBar().valueChanged.connect(self._look_later)
        self.thumbnails.changed.connect(self._repaint_row)
        self.thumbnails.forgotten.connect(self._look_later)
        self._filter_row.filter_changed.connect(self.set_filter)
        self._filter_row.menu_opening.connect(self._build_menu)
        self._filter_row.order_opening.connect(self._build_order_menu)
        self._filter_row.order_menu.chosen.connect(self.set_order)
        self._figures.counts.progressed.connect(self._update)
        self._filter_row.menu.class_requested.connect(self._choose_class)
        self._class_popup.class_chosen.connect(self._ask_for_class)
        self._note.button.clicked.connect(self._clear_filter)
        self._scan.cancelled.connect(self._drop_class)
        self._scan.changed.connect(self._update)

    # the shown sample

    def _show_current(self) -> None:
        """Choose the row of the shown sample, and bring it into view."""
        row = self.model.row_of(self._workbench.loader.wanted)
        index = self.model.index(row) if row >= 0 else QModelIndex()
        if index != self.view.currentIndex():
            self.view.setCurrentIndex(index)
        if index.isValid():
            self.view.scrollTo(index)

    def _on_current_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self._workbench.show_sample(self.model.name_at(current.row()))

    # filter

    def _build_menu(self) -> None:
        self._filter_row.menu.build(self.model.filter, self.model.subsets)

    def _build_order_menu(self) -> None:
        has_figures = self._workbench.compared.keys is not None
        self._filter_row.order_menu.build(self.model.order, has_figures=has_figures)

    def _choose_class(self) -> None:
        below = self._filter_row.rect().bottomLeft()
        self._class_popup.open_at(self._filter_row.mapToGlobal(below))

    def _ask_for_class(self, index: int) -> None:
        self.set_filter(replace(self.model.filter, class_index=index))

    def _clear_filter(self) -> None:
        self.set_filter(SampleFilter())

    def _drop_class(self) -> None:
        """The scan was stopped: ask for everything but the class."""
        self.set_filter(replace(self.model.filter, class_index=None))

    def _on_layer_changed(self) -> None:
        """The indices of another layer mean other classes."""
        if self.model.filter.class_index is not None:
            self._drop_class()

    # words

    def _on_model_reset(self) -> None:
        self._update()
        self._show_current()
        self._look_later()

    def _update(self) -> None:
        """Show filter, counts, and a sentence where the list is empty."""
        asked, label_map = self.model.filter, self._workbench.active_label_map
        index = asked.class_index
        self._filter_row.show_filter(asked, "" if index is None else label_map.name_of(index))
        dataset = self._workbench.dataset
        n, n_listed = self.model.n_samples, self.model.rowCount()
        n_checked = len(dataset.checked) if dataset is not None else 0
        self._foot.left.setText(
            self.tr("{n_checked} of {n} checked").format(n_checked=n_checked, n=n) if n else ""
        )
        self._filter_row.show_order(self.model.order)
        listed = f"{n_listed} listed" if asked.is_active else ""
        counting = "counting …" if self._figures.counts.is_running else self.model.order.words
        words = counting if self.model.order.figure is not None else ""
        self._foot.right.setText(" · ".join(filter(None, (listed, words))))
        self._say_why_empty(n, is_scanning=index is not None and not self._scan.is_known)
        self._stack.setCurrentWidget(self.view if n_listed else self._note)
        if self._is_strip:
            self._limit_height()  # the filter may have more chips
        self.count_changed.emit(str(n) if n else "")

    def _say_why_empty(self, n_samples: int, *, is_scanning: bool) -> None:
        if is_scanning:
            self._note.say(self.tr("Looking for the class in all masks …"))
        elif n_samples:
            self._note.say(self.tr("No sample matches the filter."), self.tr("Clear filter"))
        else:
            self._note.say(self.tr("Samples are listed here once something is open."))

    # thumbnails

    def _look_later(self) -> None:
        self._look_timer.start()

    def _want_visible(self) -> None:
        """Ask for thumbnails of the rows that are seen, the shown sample first.

        The sample that the user waits for is decoded before them.
        """
        if not self.isVisible() or self._workbench.loader.is_decoding:
            return
        self.thumbnails.set_box(current_density().thumbnail * self.devicePixelRatioF())
        names = [self.model.name_at(row) for row in self._visible_rows()]
        names.sort(key=lambda name: name != self._workbench.loader.wanted)
        self.thumbnails.want(names)

    def _visible_rows(self) -> range:
        seen, row = self.view.viewport(), current_density().sample_row
        if self._is_strip:
            step, begin, room = STRIP_ITEM, self.view.horizontalScrollBar().value(), seen.width()
        else:
            step, begin, room = row, self.view.verticalScrollBar().value(), seen.height()
        last = (begin + room - 1) // step
        return range(begin // step, min(last + 1, self.model.rowCount()))

    def _repaint_row(self, name: str) -> None:
        row = self.model.row_of(name)
        if row >= 0:
            self.view.update(self.model.index(row))

    # events of Qt

    def sizeHint(self) -> QSize:
        if self._is_strip:
            return QSize(4 * STRIP_ITEM, self._strip_height())
        return QSize(current_density().samples_dock, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        if self._is_strip:
            return QSize(STRIP_SIDE + STRIP_ITEM, self._strip_height())
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def _limit_height(self) -> None:
        """A strip takes no more of the canvas than its one row needs."""
        self.setMaximumHeight(self._strip_height() if self._is_strip else QWIDGETSIZE_MAX)
        self.updateGeometry()

    def _strip_height(self) -> int:
        """One row with its scroll bar, or filter and foot above each other."""
        bar = self.view.horizontalScrollBar().sizeHint().height()
        beside = self._filter_row.heightForWidth(STRIP_SIDE) + self._foot.sizeHint().height()
        return max(current_density().sample_row + bar, beside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look_later()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look_later()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self.view.scheduleDelayedItemsLayout()
            self._limit_height()
            self._look_later()

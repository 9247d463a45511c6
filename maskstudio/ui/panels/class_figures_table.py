"""The table of compared classes: sorted by its header, a tick to count a class or not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTreeView

from maskstudio.ui.models.class_figures_model import ClassFiguresModel, Column

from .class_figures_delegate import ClassFiguresDelegate, tick_rect

WIDTHS = {
    Column.CLASS: 150,
    Column.PRECISION: 70,
    Column.RECALL: 58,
    Column.DICE: 52,
    Column.SUPPORT: 82,
}
ROOM_NEEDED = {
    Column.DICE: 640,
    Column.SUPPORT: 560,
    Column.RECALL: 360,
    Column.PRECISION: 300,
}
"""Width of the table from which a column is shown, so that bars stay long enough to be read."""


class ClassFiguresTable(QTreeView):
    """Columns that do not fit go one after the other; class and IoU stay.

    Signals:
        class_chosen(index): the user chose a class by its joint index, or None for no class.
        class_toggled(index): the user wants a class counted, or not any more.
        menu_requested(index, place): the user wants to see what can be done with a class.
    """

    class_chosen = Signal(object)
    class_toggled = Signal(int)
    menu_requested = Signal(int, QPoint)

    def __init__(self, model: ClassFiguresModel) -> None:
        super().__init__()
        self.setObjectName("class_figures")
        self.setAccessibleName(self.tr("Figures of each class"))
        self._model = model
        self.setModel(model)
        self.setItemDelegate(ClassFiguresDelegate(self))
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._dress_header()
        model.modelReset.connect(self._choose_again)
        self.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self._chosen: int | None = None

    def choose(self, index: int | None) -> None:
        """Choose the row of a class, or none, without a signal."""
        self._chosen = index
        self._choose_again()

    def _dress_header(self) -> None:
        header = self.header()
        header.setObjectName("class_figures_header")
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(False)
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.IOU, QHeaderView.ResizeMode.Stretch)
        for column, width in WIDTHS.items():
            header.resizeSection(column, width)
        header.sectionClicked.connect(self._sort_by)

    def _sort_by(self, section: int) -> None:
        """Sort by a column; the other way round where it is the one already."""
        model = self._model
        ascending, descending = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        order = descending if section == Column.SUPPORT else ascending
        if section == model.sorted_by:
            order = descending if model.order is ascending else ascending
        model.sort(section, order)

    def _choose_again(self) -> None:
        row = self._model.row_of(self._chosen)
        with QSignalBlocker(self.selectionModel()):
            self.setCurrentIndex(self._model.index(row, 0) if row >= 0 else QModelIndex())
            if row < 0:
                self.clearSelection()
        self.viewport().update()

    def _on_row_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self._choose(self._model.rows[current.row()].index)

    def _choose(self, index: int | None) -> None:
        if index != self._chosen:
            self._chosen = index
            self.class_chosen.emit(index)

    # events of Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A tick is toggled; a click on the chosen row chooses none."""
        index = self.indexAt(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if not index.isValid():
            self.choose(None)
            self.class_chosen.emit(None)
            return
        row = self._model.rows[index.row()]
        cell = self.visualRect(index.siblingAtColumn(0))
        if tick_rect(cell).adjusted(-4, -4, 4, 4).contains(event.position().toPoint()):
            self.class_toggled.emit(row.index)
        elif row.index == self._chosen:
            self.choose(None)
            self.class_chosen.emit(None)
        else:
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the class under the pointer or, by key, of the chosen one."""
        is_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_by_key else self.indexAt(event.pos())
        if index.isValid():
            place = self.visualRect(index).center() if is_by_key else event.pos()
            shown = self.viewport().mapToGlobal(place)
            self.menu_requested.emit(self._model.rows[index.row()].index, shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space toggles the tick; Escape chooses no class."""
        current = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and current.isValid():
            self.class_toggled.emit(self._model.rows[current.row()].index)
        elif event.key() == Qt.Key.Key_Escape and self._chosen is not None:
            self.choose(None)
            self.class_chosen.emit(None)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QEvent) -> None:
        """Show the columns there is room for."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        width = self.viewport().width()
        for column, room in ROOM_NEEDED.items():
            self.setColumnHidden(column, width < room)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self.scheduleDelayedItemsLayout()

"""The table of classes: several can be chosen, dragged, typed into; Enter and F2 rename."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTreeView

from .classes_delegate import COLOR_WIDTH, ClassesDelegate
from .classes_model import ClassesModel, Column
from .draft_keeper import DraftKeeper

_WIDTHS = {
    Column.COLOR: COLOR_WIDTH,
    Column.INDEX: 58,
    Column.PARTS: 110,
    Column.ACTIONS: 110,
    Column.PIXELS: 104,
    Column.SAMPLES: 72,
    Column.CHANGE: 190,
}
_ROOM_NEEDED = {Column.PARTS: 860, Column.ACTIONS: 860, Column.CHANGE: 420, Column.SAMPLES: 340}
"""Width of the table from which a column is shown."""


class ClassesTable(QTreeView):
    """Signals:
    chosen_changed(): other classes are chosen.
    color_requested(key): the color of a class was double-clicked.
    menu_requested(place): the user wants to see what can be done with the chosen classes.
    remove_requested(): Delete was pressed.
    sort_requested(column): a header was clicked.
    """

    chosen_changed = Signal()
    color_requested = Signal(int)
    menu_requested = Signal(QPoint)
    remove_requested = Signal()
    sort_requested = Signal(int)

    def __init__(self, model: ClassesModel, keeper: DraftKeeper) -> None:
        super().__init__()
        self.setObjectName("draft_classes")
        self.setAccessibleName(self.tr("Classes of the label map"))
        self._model = model
        self._keeper = keeper
        self._kept: list[int] = []
        self.setModel(model)
        self.setItemDelegate(ClassesDelegate(keeper, self))
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self._dress_header()
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen_changed.emit())
        model.modelAboutToBeReset.connect(self._keep_chosen)
        model.modelReset.connect(self._choose_again)
        self.doubleClicked.connect(self._on_double_clicked)

    @property
    def chosen(self) -> list[int]:
        """Keys of the chosen classes, in the order of the list."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._model.key_at(row) for row in rows]

    def choose(self, keys: list[int]) -> None:
        """Choose these alone, and show the first."""
        selection = QItemSelection()
        rows = [row for row in map(self._model.row_of, keys) if row >= 0]
        for row in rows:
            selection.select(self._model.index(row, 0), self._model.index(row, len(Column) - 1))
        if rows:
            self.selectionModel().setCurrentIndex(
                self._model.index(rows[0], Column.NAME), QItemSelectionModel.SelectionFlag.NoUpdate
            )
            self.scrollTo(self._model.index(rows[0], 0))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def edit_cell(self, key: int, column: Column) -> None:
        """Let the user type into a cell."""
        row = self._model.row_of(key)
        if row >= 0:
            index = self._model.index(row, column)
            self.setCurrentIndex(index)
            self.edit(index)

    def _dress_header(self) -> None:
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(30)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.sectionClicked.connect(self.sort_requested)

    def _keep_chosen(self) -> None:
        self._kept = self.chosen

    def _choose_again(self) -> None:
        self.choose(self._kept)

    def _on_double_clicked(self, index: object) -> None:
        column, row = index.column(), index.row()  # type: ignore[attr-defined]
        if column == Column.COLOR:
            self.color_requested.emit(self._model.key_at(row))

    # events of Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes; Alt with Up and Down moves the chosen classes in the list."""
        is_alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_Delete:
            self.remove_requested.emit()
        elif is_alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_F2 and self.chosen:
            self.edit_cell(self.chosen[0], Column.NAME)
        else:
            super().keyPressEvent(event)

    def _move(self, step: int) -> None:
        keys = self.chosen
        if not keys:
            return
        first, last = self._model.row_of(keys[0]), self._model.row_of(keys[-1])
        place = first - 1 if step < 0 else last + 2
        if place < 0 or place > self._model.rowCount():
            return
        before = self._model.key_at(place) if place < self._model.rowCount() else None
        self._keeper.do(lambda draft: draft.moved(keys, before))
        self.choose(keys)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the chosen classes."""
        if self.chosen:
            self.menu_requested.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the columns there is room for."""
        super().resizeEvent(event)
        width = self.viewport().width()
        for column, room in _ROOM_NEEDED.items():
            self.setColumnHidden(column, width < room)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self.scheduleDelayedItemsLayout()

"""The list of classes: mouse and keys. What a row looks like is in `models.labels_delegate`."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from maskstudio.ui.class_deeds import ClassDeeds
from maskstudio.ui.models.labels_delegate import LabelsDelegate, Zone
from maskstudio.ui.models.labels_model import AnyIndex, LabelsModel
from maskstudio.ui.workbench import Workbench

from .class_menu import ClassMenu


class LabelsList(QListView):
    """The row with the focus is the class that is painted, unless nothing can paint with it.

    Signals:
        recolor_requested(class index).
        left(): the user is done here; the canvas may have the focus.
    """

    recolor_requested = Signal(int)
    left = Signal()

    def __init__(
        self, workbench: Workbench, model: LabelsModel, deeds: ClassDeeds, parent: QWidget
    ) -> None:
        """Show a model."""
        super().__init__(parent)
        self._choices = workbench.choices
        self._model = model
        self._deeds = deeds
        self._current: int | None = None
        self.setObjectName("labelsList")
        self.setAccessibleName(self.tr("Classes"))
        self.setModel(model)
        delegate = LabelsDelegate(self)
        delegate.zone_clicked.connect(self._on_zone_clicked)
        self._zones = delegate
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(
            QListView.EditTrigger.DoubleClicked | QListView.EditTrigger.EditKeyPressed
        )
        model.modelReset.connect(self._restore_current)
        self._choices.class_changed.connect(self.show_chosen)
        self.show_chosen()

    def show_chosen(self) -> None:
        """Bring the class that is painted into view and make it current."""
        self._current = self._choices.current_class
        self._restore_current()

    def rename(self, class_index: int) -> None:
        """Open the editor on the name of a class."""
        row = self._model.row_of(class_index)
        if row >= 0:
            self.edit(self._model.index(row))

    def open_menu(self, class_index: int) -> ClassMenu:
        """Open what can be done to a class, below its row or at the pointer."""
        row = self._model.row(self._model.row_of(class_index))
        menu = ClassMenu(self._deeds, row, self)
        menu.rename_requested.connect(lambda: self.rename(class_index))
        menu.recolor_requested.connect(lambda: self.recolor_requested.emit(class_index))
        return menu

    # events

    def keyboardSearch(self, search: str) -> None:
        """Nothing: letters are the window's, and a filter stands above."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self._model.class_at(self.currentIndex().row())
        match event.key():
            case Qt.Key.Key_Space if current is not None:
                self._deeds.toggle_hidden(current)
            case Qt.Key.Key_Delete if current is not None:
                self._deeds.delete(current)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Escape:
                self.left.emit()
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Begin with the first class again where there is more room now."""
        super().resizeEvent(event)
        if event.size().height() > event.oldSize().height():
            self.scrollToTop()
            self.scrollTo(self.currentIndex())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._press_zone(event):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._press_zone(event):
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        class_index = self._model.class_at(index.row())
        if class_index is None:
            return
        at = self.visualRect(index).bottomLeft() if by_key else event.pos()
        self.open_menu(class_index).popup(self.viewport().mapToGlobal(at))

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Paint with the class of the row, where anything can."""
        super().currentChanged(current, previous)
        class_index = self._model.class_at(current.row())
        if class_index is None:
            return
        self._current = class_index
        if self._model.label_map.is_declared(class_index):
            self._choices.set_class(class_index)

    def _press_zone(self, event: QMouseEvent) -> bool:
        """Let lock and eye have their click without choosing the class."""
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() is not Qt.MouseButton.LeftButton:
            return False
        layout = self._zones.layout_of(index, self.visualRect(index), self.font())
        if layout.zone_at(event.position()) is None:
            return False
        self.edit(index, QListView.EditTrigger.NoEditTriggers, event)
        event.accept()
        return True

    def _on_zone_clicked(self, class_index: int, zone: Zone) -> None:
        if zone is Zone.EYE:
            self._deeds.toggle_hidden(class_index)
        else:
            self._deeds.toggle_protected(class_index)

    def _restore_current(self) -> None:
        row = self._model.row_of(self._current)
        if row >= 0 and row != self.currentIndex().row():
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._model.index(row), flag)

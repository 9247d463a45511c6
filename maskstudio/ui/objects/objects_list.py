"""The list of objects: mouse and keys. What a row looks like is in `objects_delegate`."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent

from maskstudio.ui.texts import tr
from maskstudio.ui.widgets.row_list import AnyIndex, RowList

from .object_choice import ObjectChoice
from .object_deeds import ObjectDeeds
from .objects_delegate import ObjectLayout, ObjectsDelegate
from .objects_model import ObjectsModel


class ObjectsList(RowList):
    """The current row is the chosen object.

    Signals:
        menu_requested(QPoint): what can be done to the chosen object, at a place of the screen.
        left(): the user is done here; the canvas may have the focus.
    """

    menu_requested = Signal(object)
    left = Signal()

    def __init__(self, model: ObjectsModel, choice: ObjectChoice, deeds: ObjectDeeds) -> None:
        """Show a model."""
        super().__init__("objectsList", tr("Objects"))
        self._model = model
        self._choice = choice
        self._deeds = deeds
        self._is_showing = False
        self.setModel(model)
        self.setItemDelegate(ObjectsDelegate(self))
        model.modelReset.connect(self.show_chosen)
        choice.changed.connect(self.show_chosen)
        self.show_chosen()

    def show_chosen(self) -> None:
        """Bring the chosen object into view and make it current."""
        index = self._model.index(self._model.row_of(self._choice.active_uid))
        self._is_showing = True
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, flag)
        self._is_showing = False
        if index.isValid():
            self.scrollTo(index)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: letters are the window's."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        uid = self._model.uid_at(self.currentIndex().row())
        match event.key():
            case Qt.Key.Key_Space if uid is not None:
                self._choice.toggle_hidden(uid)
            case Qt.Key.Key_Delete:
                self._deeds.delete()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Escape:
                self.left.emit()
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let the eye have its click without choosing the object."""
        index = self.indexAt(event.position().toPoint())
        uid = self._model.uid_at(index.row())
        if uid is not None and event.button() is Qt.MouseButton.LeftButton:
            layout = ObjectLayout.of(self.visualRect(index), self._model.rowCount())
            if layout.eye.contains(event.position()):
                self._choice.toggle_hidden(uid)
                return
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        uid = self._model.uid_at(index.row())
        if uid is not None:
            self._choice.choose(uid)
            at = self.visualRect(index).bottomLeft() if by_key else event.pos()
            self.menu_requested.emit(self.viewport().mapToGlobal(at))

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Let tools change the object of the row."""
        super().currentChanged(current, previous)
        uid = self._model.uid_at(current.row())
        if uid is not None and not self._is_showing:
            self._choice.choose(uid)

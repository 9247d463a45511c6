"""The objects of the active layer: chosen, hidden, shown alone, moved, deleted."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QStackedLayout, QVBoxLayout, QWidget

from maskstudio.ui.actions import Actions
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import LEAST_RIGHT_DOCK
from maskstudio.ui.widgets.empty_note import EmptyNote
from maskstudio.ui.widgets.foot import Foot
from maskstudio.ui.workbench import Workbench

from .object_choice import ObjectChoice
from .object_commands import MENU_OF_OBJECT
from .object_deeds import ObjectDeeds
from .objects_list import ObjectsList
from .objects_model import ObjectsModel

_LEAST_ROWS = 3


class ObjectsPanel(QWidget):
    """Content of the dock Objects.

    Signals:
        count_changed(str): how many objects there are, for the title of the dock.
    """

    count_changed = Signal(str)

    def __init__(
        self, workbench: Workbench, choice: ObjectChoice, deeds: ObjectDeeds, actions: Actions
    ) -> None:
        """Follow the choice."""
        super().__init__()
        self.setObjectName("objectsPanel")
        self._workbench = workbench
        self._choice = choice
        self._actions = actions
        self.model = ObjectsModel(workbench, choice, self)
        self.list = ObjectsList(self.model, choice, deeds)
        self.list.menu_requested.connect(self._open_menu)
        self.note = EmptyNote("objectsNote")
        self.foot = Foot()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.note)
        column.addWidget(self.foot)
        self.model.modelReset.connect(self._update)
        choice.changed.connect(self._update)
        workbench.choices.class_changed.connect(self._update)
        self._update()

    def sizeHint(self) -> QSize:
        return QSize(current_density().right_docks, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        density = current_density()
        return QSize(LEAST_RIGHT_DOCK, _LEAST_ROWS * density.row + density.control)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), current_theme().panel)

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("objectMenu")
        for action_id in MENU_OF_OBJECT:
            menu.addAction(self._actions[action_id])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _update(self) -> None:
        layer, n_objects = self._choice.layer, self.model.rowCount()
        self._stack.setCurrentWidget(self.list if n_objects else self.note)
        if layer is None:
            key = self._workbench.choices.active_key
            is_open = self._workbench.document is not None
            words = self.tr("{key} is a class mask: it has no objects.").format(key=key)
            self.note.say(words if is_open else self.tr("Nothing is open."))
        else:
            self.note.say(self.tr("No object yet: choose a class and paint one."))
        self.foot.left.setText(self._what_is_painted() if layer is not None else "")
        self.count_changed.emit(str(n_objects) if n_objects else "")

    def _what_is_painted(self) -> str:
        """What the next stroke changes."""
        label_map, active = self._workbench.active_label_map, self._choice.active
        if active is not None:
            name = label_map.name_of(active.index)
            if active.fault is not None:
                return self.tr("{name} cannot be read, and is not edited").format(name=name)
            return self.tr("Painting goes on with this {name}").format(name=name)
        index = self._workbench.choices.current_class
        if index is None or index == label_map.background:
            return self.tr("Choose an object, or a class for a new one")
        return self.tr("Painting begins a new {name}").format(name=label_map.name_of(index))

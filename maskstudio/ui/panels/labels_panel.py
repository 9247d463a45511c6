"""The classes of the active layer: found, chosen, changed, hidden, protected, counted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from maskstudio.ui.class_deeds import ClassDeeds
from maskstudio.ui.figures import share_text
from maskstudio.ui.models.labels_model import LabelsModel
from maskstudio.ui.pixel_counts import PixelCounts
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import LEAST_RIGHT_DOCK, PADDING_LEFT, PADDING_RIGHT, SPACING
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.widgets.buttons import ActionButton
from maskstudio.ui.widgets.empty_note import EmptyNote
from maskstudio.ui.widgets.foot import Foot
from maskstudio.ui.workbench import Workbench

from .class_editor import ClassEditor
from .labels_list import LabelsList

QWIDGETSIZE_MAX = (1 << 24) - 1
"""Qt's word for no limit."""


class LabelsPanel(QWidget):
    """Content of the dock Labels; `title_actions` are for its title.

    Signals:
        count_changed(str): how many classes there are, for the title of the dock.
        left(): the user is done here; the canvas may have the focus.
    """

    count_changed = Signal(str)
    left = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        """Follow the workbench."""
        super().__init__(parent)
        self.setObjectName("labelsPanel")
        self.setAccessibleName(self.tr("Labels"))
        self._workbench = workbench
        self.counts = PixelCounts(workbench, self)
        self.deeds = ClassDeeds(workbench, self)
        self.model = LabelsModel(workbench, self.counts, self.deeds, self)
        self.filter = self._make_filter()
        self.editor = ClassEditor(self.deeds, self)
        self.list = LabelsList(workbench, self.model, self.deeds, self)
        self.note = EmptyNote("addFirstClass")
        self._foot = Foot()
        self.add_action = self._make_action("add_class", "Add Class", Icon.ADD, self.add_class)
        self.more_action = self._make_action(
            "class_menu", "More for the Chosen Class", Icon.MORE, self._open_menu
        )
        self._arrange()
        self._connect()
        self._update()

    @property
    def title_actions(self) -> tuple[QAction, ...]:
        """Buttons for the title of the dock."""
        return self.add_action, self.more_action

    def add_beside_filter(self, action: QAction) -> None:
        """Put one more button at the top, where the title has no room."""
        self._head.addWidget(ActionButton(action))

    def find_class(self) -> None:
        """Let the user type to find a class."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def add_class(self) -> None:
        """Ask for a new class."""
        if self._workbench.dataset is not None:
            self.filter.clear()
            self.editor.open_to_add()

    # building

    def _make_filter(self) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName("labelsFilter")
        field.setAccessibleName(self.tr("Find class"))
        field.setToolTip(self.tr("Find class\nPart of a name, or an index"))
        field.setPlaceholderText(self.tr("Find class (/)"))
        field.setClearButtonEnabled(True)
        field.addAction(icon(Icon.FIND, "text3"), QLineEdit.ActionPosition.LeadingPosition)
        field.installEventFilter(self)
        return field

    def _make_action(
        self, name: str, text: str, glyph: Icon, deed: Callable[[], object]
    ) -> QAction:
        action = QAction(icon(glyph), text, self)
        action.setObjectName(name)
        action.triggered.connect(lambda _checked=False: deed())
        return action

    def _arrange(self) -> None:
        self._head = head = QHBoxLayout()
        head.setContentsMargins(PADDING_LEFT, 4, PADDING_RIGHT, SPACING)
        head.setSpacing(4)
        head.addWidget(self.filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.editor)
        column.addWidget(self.list, 100)  # all rows before anything is left for the note
        column.addWidget(self.note, 1)
        column.addWidget(self._foot)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self.model.set_filter)
        self.filter.returnPressed.connect(self._choose_found)
        self.list.left.connect(self.left)
        self.list.recolor_requested.connect(self.editor.open_to_recolor)
        self.editor.closed.connect(self.list.setFocus)
        self.note.button.clicked.connect(self._on_note_clicked)
        self.model.listed.connect(self._update)
        self.model.listed.connect(self.editor.refresh)
        self.counts.changed.connect(self._update_foot)
        self._workbench.opened_changed.connect(self._on_opened_changed)
        self._workbench.choices.layer_changed.connect(self.editor.close_editor)

    # events

    def sizeHint(self) -> QSize:
        return QSize(current_density().right_docks, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_RIGHT_DOCK, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), current_theme().panel)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._update_note()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the filter into the list, Escape clears it and leaves."""
        if watched is self.filter and isinstance(event, QKeyEvent):
            is_press = event.type() is QEvent.Type.KeyPress
            if is_press and event.key() == Qt.Key.Key_Down:
                self.list.setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if is_press and event.key() == Qt.Key.Key_Escape:
                self.filter.clear()
                self.left.emit()
                return True
        return super().eventFilter(watched, event)

    def _choose_found(self) -> None:
        """Paint with the first class that was found."""
        for number in range(self.model.rowCount()):
            row = self.model.row(number)
            if row.is_declared:
                self._workbench.choices.set_class(row.index)
                self.filter.clear()
                self.left.emit()
                return

    def _open_menu(self) -> None:
        chosen = self._workbench.choices.current_class
        row = self.model.row_of(chosen)
        if chosen is not None and row >= 0:
            rect = self.list.visualRect(self.model.index(row))
            menu = self.list.open_menu(chosen)
            menu.popup(self.list.viewport().mapToGlobal(rect.bottomLeft()))

    def _on_note_clicked(self) -> None:
        if self.model.is_filtered:
            self.filter.clear()
        else:
            self.add_class()

    def _on_opened_changed(self) -> None:
        self.filter.clear()
        self.editor.close_editor()
        self._update()

    # showing

    def _update(self) -> None:
        is_open = self._workbench.dataset is not None
        for widget in (self.filter, self.list):
            widget.setEnabled(is_open)
        for action in self.title_actions:
            action.setEnabled(is_open)
        self._update_note()
        self._update_foot()
        self.count_changed.emit(str(self.model.n_classes) if is_open else "")

    def _update_note(self) -> None:
        if self._workbench.dataset is None:
            self.note.say(self.tr("Nothing is open."))
        elif self.model.is_filtered and self.model.rowCount() == 0:
            self.note.say(
                self.tr("No class matches “{text}”.").format(text=self.filter.text().strip()),
                self.tr("Show all classes"),
            )
        elif self._has_nothing_to_paint() and not self.model.is_filtered:
            self.note.say(
                self.tr("There is nothing to paint with yet."), self.tr("Add your first class")
            )
        else:
            self.note.hide()
            self.list.setMaximumHeight(QWIDGETSIZE_MAX)
            return
        self.list.setMaximumHeight(self.model.rowCount() * current_density().row)
        self.note.show()

    def _has_nothing_to_paint(self) -> bool:
        label_map = self._workbench.active_label_map
        return all(c.index == label_map.background for c in label_map.visible_classes)

    def _update_foot(self) -> None:
        share = self.counts.undeclared_share(self._workbench.active_label_map)
        if share is None:
            self._foot.left.setText("")
            self._foot.right.setText("")
        else:
            undecided = "nothing" if share == 0 else f"{share_text(share)} %"
            self._foot.left.setText(self.tr("{undecided} undecided").format(undecided=undecided))
            self._foot.right.setText(self.tr("% of pixels"))

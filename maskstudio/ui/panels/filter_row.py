"""What narrows the list of samples: a field, a menu, and a chip for each filter in force."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from maskstudio.ui.models.sample_filter import SampleFilter
from maskstudio.ui.models.sample_order import SampleOrder
from maskstudio.ui.theme.density import PADDING_LEFT, PADDING_RIGHT
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.widgets.buttons import ActionButton
from maskstudio.ui.widgets.chip import Chip
from maskstudio.ui.widgets.flow import Flow

from .filter_menu import FilterMenu
from .order_menu import OrderMenu

_GAP = 4


class FilterRow(QWidget):
    """Shows a filter and lets the user change it.

    Signals:
        filter_changed(SampleFilter): the user asks for something else.
        menu_opening(): fill `menu`.
        order_opening(): fill `order_menu`.
    """

    filter_changed = Signal(SampleFilter)
    menu_opening = Signal()
    order_opening = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._filter = SampleFilter()
        self._class_name = ""
        self.field = QLineEdit()
        self.field.setObjectName("sample_name_filter")
        self.field.setPlaceholderText(self.tr("Filter by name"))
        self.field.setAccessibleName(self.tr("Filter samples by name"))
        self.field.setToolTip(self.tr("Filter by name\nPart of a name, in capitals or not"))
        self.field.setClearButtonEnabled(True)
        self.field.addAction(
            QAction(icon(Icon.FIND), "", self.field), QLineEdit.ActionPosition.LeadingPosition
        )
        self.field.textChanged.connect(self._on_text_changed)
        self.field.installEventFilter(self)
        self.menu = FilterMenu(self)
        self.menu.aboutToShow.connect(self.menu_opening)
        self.menu.chosen.connect(self._on_menu_chosen)
        self._button = ActionButton(self._menu_action(), parent=self)
        self._button.setMenu(self.menu)
        self._button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.order_menu = OrderMenu(self)
        self.order_menu.aboutToShow.connect(self.order_opening)
        self._order_button = ActionButton(self._order_action(), parent=self)
        self._order_button.setMenu(self.order_menu)
        self._order_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._chips = Flow(_GAP)
        self._lay_out()

    def show_filter(self, shown: SampleFilter, class_name: str = "") -> None:
        """Show a filter without a signal.

        Args:
            class_name: name of the class that is asked for, if one is.
        """
        self._filter, self._class_name = shown, class_name
        if self.field.text() != shown.text:
            with QSignalBlocker(self.field):
                self.field.setText(shown.text)
        self._button.defaultAction().setChecked(replace(shown, text="") != SampleFilter())
        self._show_chips()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape empties the field."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
            and self.field.text()
        ):
            self.field.clear()
            return True
        return super().eventFilter(watched, event)

    def _menu_action(self) -> QAction:
        action = QAction(icon(Icon.FILTER), self.tr("Filter"), self)
        action.setObjectName("sample_filter")
        action.setToolTip(self.tr("Filter\nBy state, subset, or class"))
        action.setCheckable(True)
        return action

    def _order_action(self) -> QAction:
        action = QAction(icon(Icon.SORT), self.tr("Order"), self)
        action.setObjectName("sample_order")
        action.setToolTip(self.tr("Order\nBy a figure of the comparison, worst first"))
        action.setCheckable(True)
        return action

    def show_order(self, order: SampleOrder) -> None:
        """Show by the button whether samples are sorted."""
        self._order_button.defaultAction().setChecked(order.figure is not None)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(_GAP)
        row.addWidget(self.field, 1)
        row.addWidget(self._button)
        row.addWidget(self._order_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING_LEFT, 6, PADDING_RIGHT, 8)
        column.setSpacing(_GAP)
        column.addLayout(row)
        column.addLayout(self._chips)

    def _show_chips(self) -> None:
        while item := self._chips.takeAt(0):
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        shown = self._filter
        for field, value, words in (
            ("subset", shown.subset, shown.subset or ""),
            ("state", shown.state, (shown.state or "").capitalize()),
            ("class_index", shown.class_index, f"{shown.class_index} {self._class_name}"),
        ):
            if value is not None:
                chip = Chip(words, f"filter_chip_{field}")
                chip.setProperty("field", field)
                chip.clicked.connect(self._on_chip_clicked)
                self._chips.addWidget(chip)

    def _on_chip_clicked(self) -> None:
        chip = self.sender()
        assert isinstance(chip, Chip)
        change: dict[str, Any] = {chip.property("field"): None}
        self.filter_changed.emit(replace(self._filter, **change))

    def _on_text_changed(self, text: str) -> None:
        self.filter_changed.emit(replace(self._filter, text=text))

    def _on_menu_chosen(self, wanted: SampleFilter) -> None:
        self.filter_changed.emit(wanted)

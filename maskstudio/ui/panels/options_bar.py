"""The bar below the menu: class, options of the active tool, and at the right end the view."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QWidget,
)

from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.canvas.canvas import Canvas
from maskstudio.ui.commands.source_commands import PAINT_SOURCE
from maskstudio.ui.dialogs.class_popup import ClassPopup
from maskstudio.ui.dialogs.source_class_popup import SourceClassPopup
from maskstudio.ui.pages.error_words import problem_of
from maskstudio.ui.source_choices import PaintSource
from maskstudio.ui.theme.current import current_density
from maskstudio.ui.theme.density import PADDING_LEFT, PADDING_RIGHT, SPACING
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.tool_box import ToolBox
from maskstudio.ui.widgets.buttons import ActionButton
from maskstudio.ui.widgets.class_button import ClassButton
from maskstudio.ui.widgets.rule import Rule
from maskstudio.ui.workbench import Workbench

from .adjust_popup import AdjustPopup
from .source_menu import SourceMenu
from .tool_options import FillRow, OptionRow, PolygonRow, brush_row, pick_row
from .view_switch import ViewSwitch
from .zoom_box import ZoomBox

FIND_CLASS = ActionSpec("class.find", "Find Class…", "Labels", ("/",), Icon.FIND)
ADJUST = ActionSpec(
    "view.adjust", "Brightness and Contrast…", "View", (), Icon.LEVELS, "Changes no pixel"
)
PRESSURE = ActionSpec(
    "brush.pressure",
    "Pen Pressure",
    "Tools",
    (),
    Icon.PRESSURE,
    "The pen's pressure changes the size",
    is_checkable=True,
)

WORDS_FROM_WIDTH = 1500
"""Window width from which segmented controls show words beside their icons."""

_LEAST_WIDTH = 640


class OptionsBar(QToolBar):
    """Nothing moves when the tool changes: only the row in the middle is another one.

    Uses the actions `class.swap`, `paint.source` and `view.fit`, which are declared before it.
    """

    def __init__(
        self,
        workbench: Workbench,
        tools: ToolBox,
        actions: Actions,
        canvas: Canvas,
        parent: QWidget | None = None,
    ) -> None:
        """Declare its actions and show the active tool."""
        super().__init__(self.tr("Tool Options"), parent)
        self.setObjectName("optionsBar")
        self.setAccessibleName(self.tr("Tool options"))
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._workbench = workbench
        self._tools = tools
        self._canvas = canvas
        self._add_actions(actions)
        self._make_class_button()
        self._make_source_button(actions)
        self._rows = self._make_rows(actions)
        self._levels = ActionButton(actions[ADJUST.id])
        self._adjust_popup: AdjustPopup | None = None
        self._views = ViewSwitch(workbench)
        self._zoom = ZoomBox(canvas)
        self._content = self._lay_out(actions)
        self._connect()
        self.apply_density()
        self._show_tool()
        self._show_class()
        self._update_enabled()

    def open_class_popup(self) -> None:
        """Let the user type to find a class."""
        if self._class_button.isEnabled():
            self._class_button.open_popup()

    def open_adjust_popup(self) -> None:
        """Open brightness, contrast and gamma below their button."""
        popup = self._adjust_popup
        if popup is None:
            popup = self._adjust_popup = AdjustPopup(self._workbench, self)
        corner = self._levels.mapToGlobal(QPoint(self._levels.width(), self._levels.height() + 2))
        popup.adjustSize()
        popup.move(corner - QPoint(popup.width(), 0))
        popup.show()

    def apply_density(self) -> None:
        """Take the sizes of the density in force."""
        self.setFixedHeight(current_density().options_bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words where there is room for them, else icons."""
        super().resizeEvent(event)
        icons_only = self.width() < WORDS_FROM_WIDTH
        self._views.set_icons_only(icons_only)
        for row in self._rows.values():
            row.set_icons_only(icons_only)

    def _add_actions(self, actions: Actions) -> None:
        def is_shown() -> bool:
            return self._workbench.document is not None

        actions.add(FIND_CLASS, self.open_class_popup, is_shown)
        actions.add(ADJUST, self.open_adjust_popup, is_shown)
        self._pressure = actions.add(PRESSURE, self._choose_pressure)

    def _make_class_button(self) -> None:
        self._class_button = ClassButton(self.tr("Class"))
        self._class_popup = ClassPopup(self._workbench, self)
        self._class_popup.class_chosen.connect(self._choose_class)
        self._class_button.set_popup(self._class_popup)

    def _make_source_button(self, actions: Actions) -> None:
        source = self._tools.source
        menu = SourceMenu(source, self)
        menu.chosen.connect(self._choose_source)
        menu.class_requested.connect(self._open_source_popup)
        self._source_popup = SourceClassPopup(self._workbench, self)
        self._source_popup.class_chosen.connect(self._choose_source_class)
        self._source_button = ActionButton(actions[PAINT_SOURCE.id])
        self._source_button.setMenu(menu)
        self._source_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _make_rows(self, actions: Actions) -> dict[str, OptionRow]:
        """The row of each tool by its id; brush and eraser share one."""
        choices = self._workbench.choices
        brush = brush_row(choices, actions[PRESSURE.id])
        return {
            "brush": brush,
            "eraser": brush,
            "fill": FillRow(choices),
            "polygon": PolygonRow(choices, self._tools),
            "pick_class": pick_row(choices),
        }

    def _lay_out(self, actions: Actions) -> QWidget:
        self._stack = QStackedWidget()
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for row in dict.fromkeys(self._rows.values()):
            self._stack.addWidget(row)
        content = QWidget()
        line = QHBoxLayout(content)
        line.setContentsMargins(PADDING_LEFT - 2, 0, PADDING_RIGHT, 0)
        line.setSpacing(SPACING)
        line.addWidget(self._class_button)
        line.addWidget(ActionButton(actions["class.swap"]))
        line.addWidget(self._source_button)
        line.addWidget(Rule())
        line.addWidget(self._stack, 1)
        line.addWidget(self._views)
        line.addWidget(self._levels)
        line.addWidget(ActionButton(actions["view.fit"]))
        line.addWidget(self._zoom)
        content.setMinimumWidth(_LEAST_WIDTH)  # words never keep the window wide
        self.addWidget(content)
        return content

    def _connect(self) -> None:
        workbench = self._workbench
        self._tools.tool_changed.connect(self._show_tool)
        self._tools.tool_changed.connect(self._show_class)
        workbench.choices.class_changed.connect(self._show_class)
        workbench.choices.sources.changed.connect(self._show_class)
        workbench.bridge.label_map_changed.connect(self._show_class)
        workbench.choices.options_changed.connect(self._show_pressure)
        workbench.document_changed.connect(self._update_enabled)
        workbench.opened_changed.connect(self._update_enabled)
        workbench.opened_changed.connect(self._show_class)
        self._show_pressure()

    def _update_enabled(self) -> None:
        document = self._workbench.document
        self._content.setEnabled(document is not None and problem_of(document) is None)

    def _show_tool(self) -> None:
        self._stack.setCurrentWidget(self._rows[self._tools.active.id])

    def _show_class(self) -> None:
        """What is painted; with the eraser the class it leaves behind."""
        words = self._tools.source_words
        if words and self._tools.active.copy_hint:
            self._class_button.set_layer(words)
            return
        label_map = self._workbench.active_label_map
        erases = self._tools.active.id == "eraser"
        index = label_map.background if erases else self._workbench.choices.current_class
        if index is None:
            self._class_button.clear_class()
            return
        self._class_button.set_class(
            index,
            label_map.name_of(index),
            label_map.color_of(index),
            hatched=label_map.is_undecided(index),
        )
        if erases:
            name = label_map.name_of(index)
            self._class_button.setToolTip(
                self.tr("{index} {name}\nWhat the eraser leaves behind").format(
                    index=index, name=name
                )
            )

    def _choose_class(self, index: int) -> None:
        self._workbench.choices.set_class(index)
        if self._tools.active.id == "eraser":
            name = self._workbench.active_label_map.name_of(index)
            self._workbench.said.emit(
                self.tr("{name} is painted next; the eraser stays as it is").format(name=name)
            )
        self._canvas.setFocus()

    def _choose_source(self, source: PaintSource | None) -> None:
        choices = self._workbench.choices
        choices.sources.choose(choices.active_key, source)
        self._canvas.setFocus()

    def _open_source_popup(self, key: str) -> None:
        self._source_key = key
        self._source_popup.set_layer(key)
        below = self._source_button.rect().bottomLeft() + QPoint(0, 2)
        self._source_popup.open_at(self._source_button.mapToGlobal(below))

    def _choose_source_class(self, index: int | None) -> None:
        self._choose_source(PaintSource(self._source_key, index))

    def _choose_pressure(self) -> None:
        self._workbench.choices.change_options(pressure=self._pressure.isChecked())

    def _show_pressure(self) -> None:
        self._pressure.setChecked(self._workbench.choices.options.pressure)

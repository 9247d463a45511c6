"""The strip of tools at the left edge of the window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QToolBar, QWidget

from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.theme.current import current_density
from maskstudio.ui.theme.density import ICON_STRIP
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.tool_box import ToolBox


class ToolStrip(QToolBar):
    """One checkable button for each tool; declares the tools' actions."""

    def __init__(self, actions: Actions, tools: ToolBox, parent: QWidget) -> None:
        """Declare the actions and show them."""
        super().__init__("Tools", parent)
        self.setObjectName("toolStrip")
        self.setAccessibleName(self.tr("Tools"))
        self.setOrientation(Qt.Orientation.Vertical)
        self.setMovable(False)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._tools = tools
        self._group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        for tool in tools.tools:
            glyph = Icon(tool.icon)
            spec = ActionSpec(
                f"tool.{tool.id}", tool.label, "Tools", (tool.key,), glyph, tool.hint, True
            )
            action = actions.add(spec, partial(tools.choose, tool.id))
            action.setIcon(icon(glyph))
            self._group.addAction(action)
            self.addAction(action)
            self._actions[tool.id] = action
            self.widgetForAction(action).setObjectName(spec.id)
        tools.tool_changed.connect(self._show_active)
        self._show_active()
        self.apply_density()

    def apply_density(self) -> None:
        """Take the sizes of the density in force."""
        density = current_density()
        self.setIconSize(QSize(ICON_STRIP, ICON_STRIP))
        self.setFixedWidth(density.tool_strip)
        for action in self._actions.values():
            button = self.widgetForAction(action)
            button.setFixedSize(density.tool_button, density.tool_button)

    def _show_active(self) -> None:
        self._actions[self._tools.active.id].setChecked(True)

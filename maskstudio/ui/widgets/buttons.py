"""Push buttons by rank, and tool buttons with the sizes of the theme."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from maskstudio.ui.theme.current import current_density
from maskstudio.ui.theme.density import ICON_BAR, ICON_STRIP
from maskstudio.ui.theme.icons import Icon, icon


def primary_button(text: str, name: str) -> QPushButton:
    """The one filled button of a page; the text names the deed and its size.

    Args:
        name: object name.
    """
    return _push_button(text, name, "primary")


def link_button(text: str, name: str, glyph: Icon | None = None) -> QPushButton:
    """A quiet button without an edge, for deeds beside the way.

    Args:
        name: object name.
    """
    button = _push_button(text, name, "link")
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    if glyph:
        button.setIcon(icon(glyph, "accent"))
    return button


class Place(Enum):
    """Where a tool button stands, which decides its size."""

    STRIP = "strip"
    BAR = "bar"


class ActionButton(QToolButton):
    """A tool button of an action; square, or as wide as its words where they are asked for."""

    def __init__(
        self,
        action: QAction,
        place: Place = Place.BAR,
        *,
        with_words: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._place = place
        self._with_words = with_words
        self.setAutoRaise(True)
        self.setDefaultAction(action)
        self.setObjectName(f"{action.objectName()}_button")
        side = ICON_STRIP if place is Place.STRIP else ICON_BAR
        self.setIconSize(QSize(side, side))
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if with_words else style.ToolButtonIconOnly
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        density = current_density()
        side = density.tool_button if self._place is Place.STRIP else density.control
        width = super().sizeHint().width() + 4 if self._with_words else side
        return QSize(width, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def _push_button(text: str, name: str, kind: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setProperty("kind", kind)
    button.setAutoDefault(True)  # Enter presses it, also outside of dialogs
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button

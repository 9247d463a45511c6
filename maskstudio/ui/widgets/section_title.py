"""The title of a part of a panel: a name, words behind it, and what belongs to the right end."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from maskstudio.ui.theme.current import current_density
from maskstudio.ui.theme.density import PADDING_LEFT, PADDING_RIGHT, SPACING
from maskstudio.ui.theme.typography import Type, font

from .elided_label import ElidedLabel


class SectionTitle(QWidget):
    """Words give way where there is no room."""

    def __init__(self, title: str, *at_right: QWidget) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = ElidedLabel(title)
        self.words = ElidedLabel(color="text3")
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING_LEFT, 0, PADDING_RIGHT, 0)
        row.setSpacing(SPACING)
        row.addWidget(self._title)
        row.addWidget(self.words, 1)
        for widget in at_right:
            row.addWidget(widget)
        self._choose_fonts()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), current_density().dock_title)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._choose_fonts()

    def _choose_fonts(self) -> None:
        self._title.setFont(font(Type.PANEL_TITLE))
        self.words.setFont(font(Type.SMALL))

"""The title of a dock: name, count, and at most two buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QSizePolicy, QWidget

from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import PADDING_LEFT, PADDING_RIGHT, SPACING
from maskstudio.ui.theme.typography import Type, font

from .buttons import ActionButton
from .elided_label import ElidedLabel

_MOST_BUTTONS = 2


class DockTitle(QWidget):
    """Title bar widget of a dock; dragging it moves the dock, as Qt does.

    It has a size hint and no fixed height: a dock cuts its content by the difference otherwise.
    """

    def __init__(self, title: str, dock: QDockWidget | None = None) -> None:
        super().__init__(dock)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = ElidedLabel(title)
        self._count = ElidedLabel(color="text3")
        self._count.setObjectName("count")
        self._buttons: list[ActionButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(PADDING_LEFT, 0, PADDING_RIGHT - 4, 0)
        self._row.setSpacing(SPACING)
        self._row.addWidget(self._title)
        self._row.addWidget(self._count)
        self._row.addStretch(1)
        self.setAccessibleName(title)
        self._choose_fonts()

    def set_count(self, count: str) -> None:
        """Write how many there are behind the title; nothing where it is empty."""
        self._count.setText(count)
        self.setAccessibleName(" ".join(filter(None, (self._title.text(), count))))

    def add_button(self, action: QAction) -> ActionButton:
        """Add a button at the right end. Two are the most a title can carry."""
        assert len(self._buttons) < _MOST_BUTTONS, "a dock title carries at most two buttons"
        button = ActionButton(action, parent=self)
        self._buttons.append(button)
        self._row.addWidget(button)
        return button

    def add_widgets(self, *widgets: QWidget) -> None:
        """Add what chooses the content of the dock, before the buttons."""
        for widget in widgets:
            self._row.insertWidget(self._row.count() - len(self._buttons), widget)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), current_density().dock_title)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), current_density().dock_title)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(QRectF(self.rect()), current_theme().panel)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._choose_fonts()

    def _choose_fonts(self) -> None:
        self._title.setFont(font(Type.PANEL_TITLE))
        self._count.setFont(font(Type.SMALL))

"""What is not seen at first is made later: a start need not wait for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class Late(QWidget):
    """Holds a widget that is made when it is first shown, or before, when there is time."""

    def __init__(self, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._make = make
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def fill(self) -> None:
        """Make the widget, unless it is there."""
        if self._column.isEmpty():
            self._column.addWidget(self._make())

    def showEvent(self, event: QShowEvent) -> None:
        self.fill()
        super().showEvent(event)

"""The card of the start page that lists what was opened before."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import RADIUS_CARD
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.buttons import link_button
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.painting import box

from .recent_row import RecentItem, RecentRow

_HEAD = 48
_MOST = 6
"""As many as fit the smallest window."""
_EMPTY = "Nothing yet. What you open will be listed here."


class RecentList(QWidget):
    """Newest first, as it is given.

    Signals:
        chosen(RecentItem): the user wants one opened.
        clear_requested(): the user wants the list emptied.
    """

    chosen = Signal(object)
    clear_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("recent_list")
        self.setAccessibleName(self.tr("Recent"))
        self._title = ElidedLabel(self.tr("Recent"))
        self._clear = link_button(self.tr("Clear list"), "clear_recent")
        self._clear.clicked.connect(self.clear_requested)
        self._empty = ElidedLabel(_EMPTY, color="text2")
        self._empty.setContentsMargins(16, 10, 16, 10)
        self._rows: list[RecentRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 8)
        self._column.setSpacing(0)
        self._column.addWidget(self._head())
        self._column.addSpacing(7)
        self._column.addWidget(self._empty)
        self._choose_fonts()
        self.show_items(())

    def show_items(self, items: Sequence[RecentItem]) -> None:
        """Replace the list; the first six are shown."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [RecentRow(item) for item in items[:_MOST]]
        for row in self._rows:
            row.chosen.connect(self.chosen)
            self._column.addWidget(row)
            row.show()
        self._empty.setVisible(not self._rows)
        self._clear.setVisible(bool(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box(painter, QRectF(self.rect()), fill=theme.panel, edge=theme.line, radius=RADIUS_CARD)
        painter.fillRect(QRectF(1, _HEAD - 1, self.width() - 2, 1), theme.line)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._choose_fonts()

    def _head(self) -> QWidget:
        head = QWidget()
        head.setFixedHeight(_HEAD)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 10, 0)
        row.addWidget(self._title)
        row.addStretch(1)
        row.addWidget(self._clear)
        return head

    def _choose_fonts(self) -> None:
        self._title.setFont(font(Type.PANEL_TITLE))

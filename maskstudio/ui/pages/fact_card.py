"""A small table of names and values on a card; the values can be selected."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import RADIUS_CARD
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.painting import box

MOST_WIDTH = 520
"""Of the values; longer ones go on in the next line, paths are elided in the middle."""

PATH_NAME = "File"


class FactCard(QWidget):
    """As wide as its longest value, within a limit."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: list[QLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 12, 16, 12)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Replace what stands on the card."""
        for label in self._labels:
            self._grid.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._labels = []
        for row, (name, value) in enumerate(facts):
            is_path = name == PATH_NAME
            shown = (ElidedLabel(name, color="text3"), _path(value) if is_path else _value(value))
            for column, label in enumerate(shown):
                self._grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
                self._labels.append(label)
        self._choose_fonts()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box(painter, QRectF(self.rect()), fill=theme.panel, edge=theme.line, radius=RADIUS_CARD)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._choose_fonts()

    def _choose_fonts(self) -> None:
        values = self._labels[1::2]
        for label in self._labels:
            label.setFont(font(Type.SMALL))
        widths = [v.fontMetrics().horizontalAdvance(v.text()) + 2 for v in values]
        for value in values:
            value.setFixedWidth(min(MOST_WIDTH, max(widths)))


def _path(text: str) -> QLabel:
    return ElidedLabel(text, Qt.TextElideMode.ElideMiddle)


def _value(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label

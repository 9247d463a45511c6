"""A line above the picture that tells something once and offers what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QPushButton, QVBoxLayout, QWidget

from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import ICON_BAR, PADDING_LEFT, PADDING_RIGHT, SPACING
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.widgets.elided_label import ElidedLabel


class NoticeBar(QWidget):
    """Words and buttons on a ground that tells how grave it is; it never takes the focus."""

    def __init__(self, name: str, glyph: Icon, tone: str, buttons: list[QPushButton]) -> None:
        """Make it, hidden.

        Args:
            name: object name.
            tone: `warn` or `info`, whose ground it has.
            buttons: the way on first.
        """
        super().__init__()
        self.setObjectName(name)
        self._glyph = glyph
        self._tone = tone
        self.words = ElidedLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING_LEFT + ICON_BAR + SPACING, 0, PADDING_RIGHT, 0)
        row.setSpacing(SPACING)
        row.addWidget(self.words, 1)
        for button in buttons:
            row.addWidget(button)
        self.hide()

    def place_above(self, window: QMainWindow) -> None:
        """Stand above what the middle of the window holds."""
        whole = window.centralWidget()
        assert whole is not None
        column = whole.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(0, self)

    def say(self, words: str) -> None:
        """Be seen, with these words."""
        self.words.setText(words)
        self.setAccessibleName(words)
        self.show()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), current_density().options_bar)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = current_theme(), QPainter(self)
        painter.fillRect(self.rect(), theme.color(f"{self._tone}_bg"))
        top = (self.height() - ICON_BAR) / 2
        place = QRectF(PADDING_LEFT, top, ICON_BAR, ICON_BAR)
        paint_icon(painter, place, self._glyph, theme.color(self._tone))

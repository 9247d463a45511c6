"""What stands in the place of an empty list: one sentence and, where it helps, one quiet button."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import PADDING_LEFT, SPACING

from .buttons import link_button


class EmptyNote(QWidget):
    """Says why there is nothing; never a blank panel."""

    def __init__(self, name: str) -> None:
        """Make it.

        Args:
            name: object name of the button.
        """
        super().__init__()
        self._words = _Words()
        self.button = link_button("", name)
        self.button.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING_LEFT, PADDING_LEFT, PADDING_LEFT, PADDING_LEFT)
        column.setSpacing(SPACING)
        column.addWidget(self._words)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def say(self, words: str, deed: str = "") -> None:
        """Show a sentence, and a button where a deed is named."""
        self._words.setText(words)
        self.button.setText(deed)
        self.button.setVisible(bool(deed))

    def text(self) -> str:
        """The sentence."""
        return self._words.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(QRectF(self.rect()), current_theme().panel)


class _Words(QLabel):
    """A sentence over as many lines as it needs."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(current_theme().text2)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(self.rect(), flags | Qt.TextFlag.TextWordWrap, self.text())

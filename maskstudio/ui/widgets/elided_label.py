"""A label that gives way: it shortens its text to the room there is and keeps it in the tooltip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

from maskstudio.ui.theme.current import current_theme

_LEAST_WIDTH = 24


class ElidedLabel(QLabel):
    """Right elision for names of classes, middle elision for names of files.

    `text()` stays whole, so screen readers read all of it.
    """

    def __init__(
        self,
        text: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        *,
        color: str = "text",
        ground: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make it.

        Args:
            color: token of the text's color.
            ground: token of the color it stands on. Where the text changes all the time: a label
                that paints its ground itself spares the window behind it the repaint.
        """
        super().__init__(text, parent)
        self._mode = mode
        self._color = color
        self._ground = ground
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, ground is not None)

    def set_color(self, token: str) -> None:
        """Write in the color of another token."""
        if token != self._color:
            self._color = token
            self.update()

    def shown_text(self) -> str:
        """The text as it fits."""
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(_LEAST_WIDTH, self.sizeHint().width()), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        if self._ground is not None:
            painter.fillRect(self.rect(), theme.color(self._ground))
        painter.setPen(theme.color(self._color) if self.isEnabled() else theme.disabled)
        painter.drawText(self.contentsRect(), self.alignment(), self.shown_text())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and not self.toolTip():
            cut = self.shown_text() != self.text()
            QToolTip.showText(event.globalPos(), self.text() if cut else "", self)
            return True
        return super().event(event)

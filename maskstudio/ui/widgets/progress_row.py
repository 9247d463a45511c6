"""What runs beside the window: words, a thin bar, and Cancel. Made for the status bar."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from maskstudio.ui.theme.density import SPACING
from maskstudio.ui.theme.icons import Icon, icon

from .buttons import ActionButton
from .elided_label import ElidedLabel

_BAR_WIDTH = 112


class ProgressRow(QWidget):
    """Shows one task; hidden while there is none, but its room stays, so that nothing jumps.

    Signals:
        cancel_requested(): the user wants the task stopped.
    """

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ElidedLabel(color="text2")
        self._count = ElidedLabel(color="text2")
        self._bar = QProgressBar()
        self._bar.setObjectName("progress_bar")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(_BAR_WIDTH)
        self._cancel = QAction(icon(Icon.CANCEL), self.tr("Cancel"), self)
        self._cancel.setObjectName("cancel_task")
        self._cancel.triggered.connect(self._on_cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        for widget in (self._words, self._count, self._bar, ActionButton(self._cancel)):
            row.addWidget(widget)
        keeping = self.sizePolicy()
        keeping.setRetainSizeWhenHidden(True)
        self.setSizePolicy(keeping)
        self.hide()

    def show_progress(self, words: str, done: int, total: int) -> None:
        """Show how far a task is.

        Args:
            words: what is done, such as "Scanning masks".
            total: 0 where it is not known; the bar then only moves.
        """
        self._words.setText(words)
        self._count.setText(
            self.tr("{done} of {total}").format(done=done, total=total) if total else ""
        )
        self._count.setMinimumWidth(self._room_for(total))
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.setAccessibleName(words)
        self._cancel.setEnabled(True)
        self.show()

    def finish(self) -> None:
        """Show that nothing runs."""
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(max(super().sizeHint().width(), 2 * _BAR_WIDTH), super().sizeHint().height())

    def _room_for(self, total: int) -> int:
        """Width of the longest count, so that the bar stays where it is."""
        return self.fontMetrics().horizontalAdvance(f"{total} of {total}") if total else 0

    def _on_cancel(self) -> None:
        """Ask once; the task may take a moment to stop."""
        self._cancel.setEnabled(False)
        self.cancel_requested.emit()

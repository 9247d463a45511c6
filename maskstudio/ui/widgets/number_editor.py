"""The typing part of a number field: opens over the value, judges each key, commits or forgets."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from .number_scale import NumberScale


class NumberEditor(QLineEdit):
    """A line without an edge of its own. Enter commits, Escape forgets, leaving commits if right.

    Signals:
        committed(float): a number of the range was typed.
        ended(): it closed, either way.
        validity_changed(): what is typed became right or wrong.
    """

    committed = Signal(float)
    ended = Signal()
    validity_changed = Signal()

    def __init__(self, name: str, scale: NumberScale, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("kind", "inline")
        self.setObjectName("typed")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.hide()
        self._scale = scale
        self._focus_before: QWidget | None = None
        self.is_open = False
        self.is_valid = True
        self.textChanged.connect(self._judge)

    def set_scale(self, scale: NumberScale) -> None:
        """Change what counts as right."""
        self._scale = scale

    def open(self, number: float) -> None:
        """Show the number, all of it selected, and take the focus."""
        self._focus_before = QApplication.focusWidget()
        self.is_open = True
        self.setText(f"{number:.{self._scale.decimals}f}")
        self.show()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close(give_back_focus=True)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.is_valid:
                self._commit()
                self._close(give_back_focus=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.is_open and event.reason() is not Qt.FocusReason.PopupFocusReason:
            if self.is_valid:
                self._commit()
            self._close(give_back_focus=False)

    def _judge(self) -> None:
        is_valid = self._scale.parse(self.text()) is not None
        if is_valid != self.is_valid:
            self.is_valid = is_valid
            self.validity_changed.emit()

    def _commit(self) -> None:
        number = self._scale.parse(self.text())
        if number is not None:
            self.committed.emit(number)

    def _close(self, *, give_back_focus: bool) -> None:
        self.is_open = False
        self.hide()
        if give_back_focus and self._focus_before:
            self._focus_before.setFocus()
        self._focus_before = None
        self.ended.emit()

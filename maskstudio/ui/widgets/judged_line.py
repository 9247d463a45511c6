"""A field that judges each key: the edge turns red at once, and the reason is there to be shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

Judge = Callable[[str], str]
"""Says in one clause why a text cannot be; "" is fine."""


class JudgedLine(QLineEdit):
    """Signals:
    fault_changed(str): another reason, or none.
    """

    fault_changed = Signal(str)

    def __init__(self, name: str, judge: Judge, parent: QWidget | None = None) -> None:
        """Make it empty and unjudged: nobody typed anything wrong yet.

        Args:
            name: what is typed, for screen readers.
        """
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._judge = judge
        self._fault = ""
        self.textChanged.connect(self.judge_again)

    @property
    def fault(self) -> str:
        """Why the text cannot be, or ""."""
        return self._fault

    def judge_again(self) -> None:
        """Judge the text as it stands, such as after what it is judged by changed."""
        fault = self._judge(self.text())
        if fault != self._fault:
            self._fault = fault
            self.setAccessibleDescription(fault)
            self._show_edge(wrong=bool(fault))
            self.fault_changed.emit(fault)

    def _show_edge(self, *, wrong: bool) -> None:
        if self.property("wrong") != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)

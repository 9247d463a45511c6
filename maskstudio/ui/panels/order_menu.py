"""The menu that sorts a list of samples by a figure."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from maskstudio.ui.models.sample_order import FIGURES, SampleOrder


class OrderMenu(QMenu):
    """Built anew each time it opens.

    Signals:
        chosen(SampleOrder): the user asks for another order.
    """

    chosen = Signal(SampleOrder)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sample_order_menu")

    def build(self, current: SampleOrder, *, has_figures: bool) -> None:
        """Show what can be sorted by.

        Args:
            has_figures: whether two layers are compared; else there is nothing to sort by.
        """
        self.clear()
        figures = QActionGroup(self)
        plain = self._add("As in the data set", "none", replace(current, figure=None), figures)
        plain.setChecked(current.figure is None)
        self.addSeparator()
        for figure, words in FIGURES.items():
            order = replace(current, figure=figure)
            action = self._add(words, figure, order, figures)
            action.setChecked(figure == current.figure)
            action.setEnabled(has_figures)
        self.addSeparator()
        directions = QActionGroup(self)
        for words, worst_first in (("Worst first", True), ("Best first", False)):
            order = replace(current, worst_first=worst_first)
            action = self._add(words, words.split()[0].lower(), order, directions)
            action.setChecked(worst_first == current.worst_first)
            action.setEnabled(current.figure is not None)

    def _add(self, words: str, name: str, order: SampleOrder, group: QActionGroup) -> QAction:
        action = self.addAction(words)
        action.setObjectName(f"order_samples_{name}")
        action.setCheckable(True)
        action.setData(order)
        action.triggered.connect(self._on_triggered)
        group.addAction(action)
        return action

    def _on_triggered(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.chosen.emit(action.data())

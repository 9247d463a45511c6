"""The menu that narrows a list of samples by state and subset, and leads to a choice of class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from maskstudio.ui.models.sample_filter import SampleFilter, SampleState


class FilterMenu(QMenu):
    """Built anew each time it opens.

    Signals:
        chosen(SampleFilter): the user asks for something else.
        class_requested(): the user wants to choose a class.
    """

    chosen = Signal(SampleFilter)
    class_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sample_filter_menu")
        self._filter = SampleFilter()

    def build(self, current: SampleFilter, subsets: Sequence[str]) -> None:
        """Show what can be asked and what is asked now."""
        self.clear()
        self._filter = current
        states = [(state.capitalize(), state) for state in SampleState]
        self._add_choices(self, states, "state", current.state)
        self.addSeparator()
        if len(subsets) > 1:
            menu = self.addMenu(self.tr("Subset"))
            self._add_choices(menu, [(s, s) for s in subsets], "subset", current.subset)
        by_class = self.addAction(self.tr("Holds class…"))
        by_class.setObjectName("filter_class")
        by_class.setCheckable(True)
        by_class.setChecked(current.class_index is not None)
        by_class.triggered.connect(self.class_requested)
        self.addSeparator()
        clear = self.addAction(self.tr("Clear filter"))
        clear.setObjectName("clear_sample_filter")
        clear.setEnabled(current.is_active)
        clear.triggered.connect(self._clear)

    def _add_choices(
        self, menu: QMenu, choices: Iterable[tuple[str, str]], field: str, now: str | None
    ) -> None:
        """Entries that ask for a value, or for it no more when it is asked for already."""
        for words, value in choices:
            action = menu.addAction(words.replace("&", "&&"))
            action.setObjectName(f"filter_{field}_{value}")
            action.setCheckable(True)
            action.setChecked(value == now)
            change: dict[str, Any] = {field: None if value == now else value}
            action.setData(replace(self._filter, **change))
            action.triggered.connect(self._on_triggered)

    def _on_triggered(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.chosen.emit(action.data())

    def _clear(self) -> None:
        self.chosen.emit(SampleFilter())

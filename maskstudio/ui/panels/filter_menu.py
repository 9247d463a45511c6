"""The menu that narrows a list of samples by subset, state and class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.ui.models.sample_filter import SampleFilter, SampleState
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import SWATCH
from maskstudio.ui.widgets.swatch import paint_swatch

MOST_CLASSES = 200
"""Classes a menu lists; of a longer label map the class that is painted with stands first."""


class FilterMenu(QMenu):
    """Built anew each time it opens.

    Signals:
        chosen(SampleFilter): the user asks for something else.
    """

    chosen = Signal(SampleFilter)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sample_filter_menu")
        self._filter = SampleFilter()

    def build(
        self,
        current: SampleFilter,
        subsets: Sequence[str],
        label_map: LabelMap,
        painted: int | None,
        ratio: float,
    ) -> None:
        """Show what can be asked and what is asked now.

        Args:
            painted: index that is painted with, which long label maps list first.
            ratio: device pixels per logical pixel.
        """
        self.clear()
        self._filter = current
        self._add_choices(
            self, [(str(s).capitalize(), s) for s in SampleState], "state", current.state
        )
        self.addSeparator()
        if len(subsets) > 1:
            menu = self.addMenu("Subset")
            self._add_choices(menu, [(s, s) for s in subsets], "subset", current.subset)
        classes = self.addMenu("Holds class")
        for label_class in _listed(label_map, painted):
            words = f"{label_class.index}  {label_class.name}"
            self._add(classes, words, "class_index", label_class.index, current.class_index)
            classes.actions()[-1].setIcon(_swatch(label_map, label_class.index, ratio))
        classes.setEnabled(bool(classes.actions()))
        self.addSeparator()
        clear = self.addAction("Clear filter")
        clear.setObjectName("clear_sample_filter")
        clear.setEnabled(current.is_active)
        clear.triggered.connect(self._clear)

    def _add_choices(
        self, menu: QMenu, choices: Iterable[tuple[str, str]], field: str, now: str | None
    ) -> None:
        for words, value in choices:
            self._add(menu, words, field, value, now)

    def _add(self, menu: QMenu, words: str, field: str, value: object, now: object) -> None:
        """An entry that asks for a value, or for it no more when it is asked for already."""
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


def _listed(label_map: LabelMap, painted: int | None) -> list[LabelClass]:
    classes = [*label_map.visible_classes, *label_map.undeclared]
    if len(classes) > MOST_CLASSES:
        first = [c for c in classes if c.index == painted]
        classes = first + [c for c in classes if c.index != painted]
    return classes[:MOST_CLASSES]


def _swatch(label_map: LabelMap, index: int, ratio: float) -> QIcon:
    pixmap = QPixmap(QSize(SWATCH, SWATCH) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    is_hatched = not label_map.is_declared(index)
    rect = QRectF(0, 0, SWATCH, SWATCH)
    paint_swatch(painter, rect, label_map.color_of(index), current_theme(), hatched=is_hatched)
    painter.end()
    return QIcon(pixmap)

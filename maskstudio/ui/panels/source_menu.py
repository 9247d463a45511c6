"""The menu that says what is painted: the chosen class, or the pixels of another layer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from maskstudio.ui.layer_source import LayerSource
from maskstudio.ui.source_choices import PaintSource


class SourceMenu(QMenu):
    """Built anew each time it opens.

    Signals:
        chosen(object): a `PaintSource`, or None for the chosen class.
        class_requested(str): one class of this layer is wanted; ask which.
    """

    chosen = Signal(object)
    class_requested = Signal(str)

    def __init__(self, source: LayerSource, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("source_menu")
        self._source = source
        self._group = QActionGroup(self)
        self.aboutToShow.connect(self.build)

    def build(self) -> None:
        """Show what can be painted with now."""
        self.clear()
        chosen = self._source.chosen
        self._add("Paint the Chosen Class", "class", None, is_checked=chosen is None)
        self.addSeparator()
        for key in self._source.others:
            is_checked = chosen is not None and chosen.key == key
            words = f"Paint with {key}"
            self._add(words, f"layer_{key}", PaintSource(key), is_checked=is_checked)
        self.addSeparator()
        for key in self._source.others:
            action = self.addAction(self.tr("Only One Class of {key}…").format(key=key))
            action.setObjectName(f"paint_only_{key}")
            action.triggered.connect(partial(self.class_requested.emit, key))

    def _add(
        self, words: str, name: str, source: PaintSource | None, *, is_checked: bool
    ) -> QAction:
        action = self.addAction(words)
        action.setObjectName(f"paint_{name}")
        action.setCheckable(True)
        action.setChecked(is_checked)
        self._group.addAction(action)
        action.triggered.connect(lambda: self.chosen.emit(source))
        return action

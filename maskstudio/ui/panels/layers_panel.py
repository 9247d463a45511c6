"""The mask layers, top one first: which is active, what is seen of each, and how."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import LEAST_RIGHT_DOCK
from maskstudio.ui.widgets.empty_note import EmptyNote
from maskstudio.ui.workbench import Workbench

from .layer_row import LayerRow

_MOST_ROWS = 4
"""More layers than these scroll, unless the user gives them the room."""
_LEAST_ROWS = 2
"""So many stay in view however low the window is."""


class LayersPanel(QScrollArea):
    """Content of the dock Layers.

    Signals:
        count_changed(str): how many layers there are where there are many, for the dock's title.
    """

    count_changed = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        """Follow the workbench."""
        super().__init__(parent)
        self.setObjectName("layersPanel")
        self.setAccessibleName(self.tr("Layers"))
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._workbench = workbench
        self.rows: tuple[LayerRow, ...] = ()
        content = _Ground()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._note = EmptyNote("layersNote")
        self._note.say(self.tr("Nothing is open."))
        self._column.addWidget(self._note)
        self._column.addStretch(1)
        self.setWidget(content)
        for signal in (workbench.opened_changed, workbench.bridge.label_map_changed):
            signal.connect(self._take_keys)
        for signal in (
            workbench.document_changed,
            workbench.choices.layer_changed,
            workbench.choices.looks_changed,
        ):
            signal.connect(self._refresh)
        workbench.bridge.history_changed.connect(self._show_unsaved)
        self._take_keys()

    def row(self, key: str) -> LayerRow:
        """The row of a layer. Raises StopIteration where there is none."""
        return next(row for row in self.rows if row.key == key)

    def sizeHint(self) -> QSize:
        n_rows = min(max(1, len(self.rows)), _MOST_ROWS)
        return QSize(current_density().right_docks, n_rows * current_density().layer_row)

    def minimumSizeHint(self) -> QSize:
        n_rows = min(max(1, len(self.rows)), _LEAST_ROWS)
        return QSize(LEAST_RIGHT_DOCK, n_rows * current_density().layer_row)

    def _take_keys(self) -> None:
        """Have a row for each layer of the data set."""
        dataset = self._workbench.dataset
        keys = tuple(reversed(dataset.keys)) if dataset is not None else ()
        if keys != tuple(row.key for row in self.rows):
            self._make_rows(keys)
        self._refresh()
        self._show_unsaved()

    def _make_rows(self, keys: tuple[str, ...]) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = tuple(LayerRow(self._workbench, key) for key in keys)
        for place, row in enumerate(self.rows):
            row.stepped.connect(self._step)
            self._column.insertWidget(place, row)
        self._note.setVisible(not keys)
        self.updateGeometry()
        self.count_changed.emit(str(len(keys)) if len(keys) > _MOST_ROWS else "")

    def _step(self, step: int) -> None:
        """Make the layer below or above the active one active; the ends do not wrap."""
        keys = [row.key for row in self.rows]
        active = self._workbench.choices.active_key
        place = keys.index(active) + step if active in keys else 0
        if 0 <= place < len(keys):
            self._workbench.choices.set_active_key(keys[place])
            self.rows[place].setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(self.rows[place])

    def _refresh(self) -> None:
        for row in self.rows:
            row.refresh()

    def _show_unsaved(self) -> None:
        dataset = self._workbench.dataset
        unsaved = {t.key for t in dataset.history.modified()} if dataset is not None else set()
        for row in self.rows:
            row.set_unsaved(row.key in unsaved)
            row.refresh()


class _Ground(QWidget):
    """What lies behind the rows."""

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), current_theme().panel)

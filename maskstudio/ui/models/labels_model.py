"""The classes of the active layer as a list: declared ones first, then undeclared, no fillers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from maskstudio.core.arrays import Rgb
from maskstudio.core.events import LabelMapChanged
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import UsageError
from maskstudio.ui.class_deeds import ClassDeeds
from maskstudio.ui.figures import count_text, share_text
from maskstudio.ui.pixel_counts import PixelCounts
from maskstudio.ui.workbench import Workbench

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class Role(IntEnum):
    """What a class is asked for beside its name."""

    ROW = Qt.ItemDataRole.UserRole + 1
    """A `ClassRow`."""


@dataclass(frozen=True)
class ClassRow:
    """One class as it is shown.

    Args:
        share: of the pixels of the shown sample, 0 to 1, or None while it is not known.
        is_chosen: it is what tools paint.
    """

    index: int
    name: str
    color: Rgb
    is_declared: bool
    is_background: bool
    is_void: bool
    is_hidden: bool
    is_protected: bool
    is_chosen: bool
    share: float | None

    @property
    def states(self) -> tuple[str, ...]:
        """What else there is to say, in words."""
        said = {
            "undeclared": not self.is_declared,
            "background": self.is_background,
            "void, not decided yet": self.is_void,
            "hidden": self.is_hidden,
            "protected": self.is_protected,
        }
        return tuple(state for state, holds in said.items() if holds)


class LabelsModel(QAbstractListModel):
    """Follows the workbench; renaming in place is the one change made through it.

    Signals:
        listed(): label map, layer or filter is another one; rows may be the same.
    """

    listed = Signal()

    def __init__(
        self,
        workbench: Workbench,
        counts: PixelCounts,
        deeds: ClassDeeds,
        parent: QObject | None = None,
    ) -> None:
        """List what is open.

        Attributes:
            n_classes: listed with no filter set.
            largest_index: of the classes listed, for the room that indices need.
        """
        super().__init__(parent)
        self._workbench = workbench
        self._counts = counts
        self._deeds = deeds
        self._filter = ""
        self._rows: tuple[LabelClass, ...] = ()
        self._row_of: dict[int, int] = {}
        self.n_classes = 0
        self.largest_index = 0
        choices = workbench.choices
        workbench.opened_changed.connect(self._list_anew)
        choices.layer_changed.connect(self._list_anew)
        workbench.bridge.label_map_changed.connect(self._on_label_map_changed)
        for signal in (
            choices.class_changed,
            choices.looks_changed,
            choices.protection_changed,
            counts.changed,
        ):
            signal.connect(self._refresh)
        self._list_anew()

    @property
    def label_map(self) -> LabelMap:
        """Label map of the active layer."""
        return self._workbench.active_label_map

    def set_filter(self, text: str) -> None:
        """List only classes whose name holds this text, or whose index begins with it."""
        text = text.strip().casefold()
        if text != self._filter:
            self._filter = text
            self._list_anew()

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is set."""
        return bool(self._filter)

    def class_at(self, row: int) -> int | None:
        """Class index of a row, or None."""
        return self._rows[row].index if 0 <= row < len(self._rows) else None

    def row_of(self, class_index: int | None) -> int:
        """Row of a class, or -1."""
        return -1 if class_index is None else self._row_of.get(class_index, -1)

    def row(self, number: int) -> ClassRow:
        """What a row shows."""
        label_class = self._rows[number]
        index, label_map, choices = label_class.index, self.label_map, self._workbench.choices
        key = choices.active_key
        return ClassRow(
            index=index,
            name=label_class.name,
            color=label_map.color_of(index),
            is_declared=label_map.is_declared(index),
            is_background=index == label_map.background,
            is_void=index == label_map.void,
            is_hidden=index in choices.hidden(key),
            is_protected=index in choices.protected(key),
            is_chosen=index == choices.current_class,
            share=self._counts.share(index),
        )

    # Qt

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        is_declared = index.isValid() and self.label_map.is_declared(self._rows[index.row()].index)
        return flags | Qt.ItemFlag.ItemIsEditable if is_declared else flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._rows[index.row()].name
            case Qt.ItemDataRole.ToolTipRole:
                return self._described(index.row(), "\n")
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._described(index.row(), ", ")
            case Role.ROW:
                return self.row(index.row())
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename; False where the name cannot be."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        try:
            self._deeds.rename(self._rows[index.row()].index, str(value))
        except UsageError:
            return False
        return True

    def _described(self, number: int, between: str) -> str:
        row = self.row(number)
        count = self._counts.count(row.index)
        share = "" if row.share is None else f"{share_text(row.share)} % of pixels"
        pixels = "" if count is None else f"{share} ({count_text(count)})"
        return between.join(filter(None, (f"{row.index} {row.name}", pixels, *row.states)))

    # following changes

    def _on_label_map_changed(self, event: LabelMapChanged) -> None:
        if event.key == self._workbench.choices.active_key:
            self._list_anew()

    def _list_anew(self) -> None:
        """Reset only where other classes are listed, so that an editor that is open stays."""
        label_map = self.label_map
        classes = (*label_map.visible_classes, *label_map.undeclared)
        rows = tuple(c for c in classes if self._fits(c))
        is_other = len(classes) != self.n_classes or [c.index for c in rows] != [*self._row_of]
        if is_other:
            self.beginResetModel()
        self.n_classes = len(classes)
        self._rows = rows
        self._row_of = {c.index: number for number, c in enumerate(rows)}
        self.largest_index = max(self._row_of, default=0)
        if is_other:
            self.endResetModel()
        else:
            self._refresh()
        self.listed.emit()

    def _fits(self, label_class: LabelClass) -> bool:
        named = self._filter in label_class.name.casefold()
        return named or str(label_class.index).startswith(self._filter)

    def _refresh(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

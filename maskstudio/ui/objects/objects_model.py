"""The objects of the active layer as a list, topmost first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from maskstudio.core.arrays import Rgb
from maskstudio.core.events import EditCommitted
from maskstudio.core.objects import MaskObject
from maskstudio.ui.figures import count_text
from maskstudio.ui.texts import tr
from maskstudio.ui.workbench import Workbench

from .object_choice import ObjectChoice

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class ObjectRole(IntEnum):
    """What an object is asked for beside its name."""

    ROW = Qt.ItemDataRole.UserRole + 1
    """An `ObjectRow`."""


@dataclass(frozen=True)
class ObjectRow:
    """One object as it is shown.

    Args:
        number: its place in the list of the file, from 1 for the lowest.
        area: its pixels, those under other objects too.
        fault: why it cannot be read, in a sentence; empty where it can.
    """

    uid: str
    number: int
    name: str
    color: Rgb
    area: int
    is_active: bool
    is_hidden: bool
    fault: str

    @property
    def spoken(self) -> str:
        """The row in words."""
        said = [f"{self.number} {self.name}", self.fault or f"{self.area} px"]
        said += [tr("chosen")] if self.is_active else []
        said += [tr("hidden")] if self.is_hidden else []
        return ", ".join(said)


class ObjectsModel(QAbstractListModel):
    """Follows the workbench and the choice of objects."""

    def __init__(
        self, workbench: Workbench, choice: ObjectChoice, parent: QObject | None = None
    ) -> None:
        """List what is open."""
        super().__init__(parent)
        self._workbench = workbench
        self._choice = choice
        self._objects: tuple[MaskObject, ...] = ()
        for signal in (
            workbench.opened_changed,
            workbench.document_changed,
            workbench.choices.layer_changed,
        ):
            signal.connect(self._list_anew)
        workbench.bridge.edit_committed.connect(self._on_edit_committed)
        workbench.bridge.label_map_changed.connect(self._refresh)
        choice.changed.connect(self._refresh)
        self._list_anew()

    def uid_at(self, row: int) -> str | None:
        """The object of a row, or None."""
        return self._objects[row].uid if 0 <= row < len(self._objects) else None

    def row_of(self, uid: str | None) -> int:
        """The row of an object; -1 where it is not listed."""
        uids = [found.uid for found in self._objects]
        return uids.index(uid) if uid is not None and uid in uids else -1

    def row(self, number: int) -> ObjectRow:
        """What a row shows."""
        found, label_map = self._objects[number], self._workbench.active_label_map
        return ObjectRow(
            found.uid,
            len(self._objects) - number,
            label_map.name_of(found.index),
            label_map.color_of(found.index),
            found.area,
            found.uid == self._choice.active_uid,
            not self._choice.is_seen(found.uid),
            found.fault.found if found.fault is not None else "",
        )

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._objects)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name
            case Qt.ItemDataRole.ToolTipRole:
                words = row.fault or self.tr("{area} px").format(area=count_text(row.area))
                return f"{row.number}  {row.name}\n{words}\n{row.uid}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken
            case ObjectRole.ROW:
                return row
        return None

    def _on_edit_committed(self, event: EditCommitted) -> None:
        if self._choice.target in event.edit.targets:
            self._list_anew()

    def _list_anew(self) -> None:
        layer = self._choice.layer
        self.beginResetModel()
        self._objects = tuple(reversed(layer.objects)) if layer is not None else ()
        self.endResetModel()

    def _refresh(self) -> None:
        """The same objects look otherwise, or are others after another layer became active."""
        if self._objects:
            self.dataChanged.emit(self.index(0), self.index(len(self._objects) - 1))

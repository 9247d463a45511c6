"""The classes of a draft as a table, as they are and as they become."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import voc_color
from maskstudio.ui.figures import count_text
from maskstudio.workflows.label_map_draft import Entry

from .draft_keeper import DraftKeeper
from .edit_words import change_words

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
_MIME = "application/x-maskstudio-classes"


class Column(IntEnum):
    """What stands where."""

    COLOR = 0
    INDEX = 1
    NAME = 2
    PARTS = 3
    ACTIONS = 4
    PIXELS = 5
    SAMPLES = 6
    CHANGE = 7


@dataclass(frozen=True)
class ClassRow:
    """One class as it is shown.

    Args:
        old_name, old_color: where they change, else None.
    """

    key: int
    index: int
    name: str
    color: Rgb
    old_name: str | None
    old_color: Rgb | None
    is_declared: bool
    is_gone: bool
    is_background: bool
    is_void: bool
    is_new: bool
    change: str


class ClassesModel(QAbstractTableModel):
    """Follows a keeper; typing into cells takes steps of its draft.

    Signals:
        listed(): other rows, or the same ones changed.
    """

    listed = Signal()

    def __init__(self, keeper: DraftKeeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._filter = ""
        self._rows: list[Entry] = []
        self._samples: dict[int, int] = {}
        self._pixels: dict[int, int] = {}
        self.headers = {
            Column.COLOR: "",
            Column.INDEX: self.tr("Index"),
            Column.NAME: self.tr("Name"),
            Column.PARTS: self.tr("Parts"),
            Column.ACTIONS: self.tr("Actions"),
            Column.PIXELS: self.tr("Pixels"),
            Column.SAMPLES: self.tr("Samples"),
            Column.CHANGE: self.tr("Change"),
        }
        keeper.changed.connect(self._list_anew)
        keeper.counted.connect(self._count_anew)
        self._count_anew()

    # what is shown

    def set_filter(self, text: str) -> None:
        """List only classes whose name holds this text, or whose index begins with it."""
        self._filter = text.strip().casefold()
        self._list_anew()

    def key_at(self, row: int) -> int:
        """Key of the class in a row."""
        return self._rows[row].key

    def row_of(self, key: int) -> int:
        """Row of a class, or -1."""
        return next((n for n, entry in enumerate(self._rows) if entry.key == key), -1)

    def row(self, number: int) -> ClassRow:
        """What a row shows."""
        entry, draft = self._rows[number], self._keeper.draft
        found, was = entry.found, draft.base.by_index.get(entry.key)
        is_other = was is not None and not entry.is_gone
        return ClassRow(
            key=entry.key,
            index=found.index,
            name=found.name,
            color=found.color or voc_color(found.index),
            old_name=was.name if was and is_other and was.name != found.name else None,
            old_color=was.color if was and is_other and was.color != found.color else None,
            is_declared=entry.is_declared,
            is_gone=entry.is_gone,
            is_background=entry.key == draft.background,
            is_void=entry.key == draft.void,
            is_new=entry.is_new,
            change=change_words(entry, draft),
        )

    def pixels(self, key: int) -> int | None:
        """Pixels a class has now, or None where nobody counted."""
        return None if self._keeper.census is None else self._pixels.get(key, 0)

    def samples(self, key: int) -> int | None:
        """Samples that hold a class now, or None where nobody counted."""
        return None if self._keeper.census is None else self._samples.get(key, 0)

    def _list_anew(self) -> None:
        entries = [e for e in self._keeper.draft.entries if self._fits(e)]
        if [e.key for e in entries] == [e.key for e in self._rows]:
            self._rows = entries
            if entries:
                self.dataChanged.emit(self.index(0, 0), self.index(len(entries) - 1, 7))
        else:
            self.beginResetModel()
            self._rows = entries
            self.endResetModel()
        self.listed.emit()

    def _count_anew(self) -> None:
        census = self._keeper.census
        self._samples, self._pixels = {}, {}
        if census is not None:
            self._pixels = census.totals
            for held in census.by_sample.values():
                for index, n in held.items():
                    self._samples[index] = self._samples.get(index, 0) + bool(n)
        self._list_anew()

    def _fits(self, entry: Entry) -> bool:
        names = {entry.found.name.casefold(), self._keeper.draft.old_name(entry.key).casefold()}
        is_named = any(self._filter in name for name in names)
        return is_named or str(entry.found.index).startswith(self._filter)

    # Qt: reading

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.headers[Column(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            is_figure = section in (Column.INDEX, Column.PIXELS, Column.SAMPLES)
            side = Qt.AlignmentFlag.AlignRight if is_figure else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(index.row(), Column(index.column()))
            case Qt.ItemDataRole.EditRole:
                return self._edited(index.row(), Column(index.column()))
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._described(index.row())
            case _ if role == ROW_ROLE:
                return self.row(index.row())
        return None

    def _text(self, number: int, column: Column) -> str:
        row = self.row(number)
        found = self._rows[number].found
        match column:
            case Column.COLOR:
                return "#{:02x}{:02x}{:02x}".format(*row.color)
            case Column.INDEX:
                return str(row.index)
            case Column.NAME:
                return row.name
            case Column.PARTS:
                return ", ".join(found.parts)
            case Column.ACTIONS:
                return ", ".join(found.actions)
            case Column.PIXELS:
                return _figure(self.pixels(row.key), row.is_new)
            case Column.SAMPLES:
                return _figure(self.samples(row.key), row.is_new)
            case Column.CHANGE:
                return row.change

    def _edited(self, number: int, column: Column) -> str:
        return self._text(number, column)

    def _described(self, number: int) -> str:
        row = self.row(number)
        said = [f"{row.index} {row.name}"]
        if row.old_name is not None:
            said.append(self.tr("now {name}").format(name=row.old_name))
        if row.is_background:
            said.append(self.tr("background"))
        if row.is_void:
            said.append(self.tr("void: not decided yet"))
        if not row.is_declared:
            said.append(self.tr("masks hold it, and no class names it"))
        if row.change:
            said.append(row.change)
        return "\n".join(said)

    # Qt: changing

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = super().flags(index) | Qt.ItemFlag.ItemIsDropEnabled
        if not index.isValid():
            return flags
        flags |= Qt.ItemFlag.ItemIsDragEnabled
        editable = (Column.INDEX, Column.NAME, Column.PARTS, Column.ACTIONS)
        is_listed = self._rows[index.row()].is_listed
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in editable and is_listed \
            else flags  # fmt: skip

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a step of the draft; False, and said why, where it cannot be."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        key, text, do = self._rows[index.row()].key, str(value).strip(), self._keeper.do
        match Column(index.column()):
            case Column.INDEX if text.isascii() and text.isdecimal():
                return do(lambda draft: draft.reindexed(key, int(text)))
            case Column.NAME:
                return do(lambda draft: draft.renamed(key, text))
            case Column.PARTS:
                return do(lambda draft: draft.detailed(key, parts=text.split(",")))
            case Column.ACTIONS:
                return do(lambda draft: draft.detailed(key, actions=text.split(",")))
        return False

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [_MIME]

    def mimeData(self, indexes: Any) -> QMimeData:
        keys = dict.fromkeys(str(self.key_at(index.row())) for index in indexes)
        data = QMimeData()
        data.setData(_MIME, QByteArray(",".join(keys).encode()))
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex
    ) -> bool:
        """Rows that were dragged stand elsewhere in the list; no index moves."""
        if not data.hasFormat(_MIME):
            return False
        keys = [int(key) for key in bytes(data.data(_MIME).data()).decode().split(",")]
        place = parent.row() if parent.isValid() else row
        before = self.key_at(place) if 0 <= place < len(self._rows) else None
        self._keeper.do(lambda draft: draft.moved(keys, before))
        return False  # else the view takes the rows away, which the draft has moved


def _figure(n: int | None, is_new: bool) -> str:
    if is_new:
        return "–"
    return "…" if n is None else count_text(n)

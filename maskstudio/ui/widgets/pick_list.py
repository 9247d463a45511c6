"""Rows to pick from: swatch or icon, index, text, kind and keys; painted alike in every popup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from maskstudio.core.arrays import Rgb
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import ICON_BAR, PADDING_LEFT, RADIUS_ITEM, SPACING, SWATCH
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font

from .painting import rounded
from .swatch import paint_swatch

Index = QModelIndex | QPersistentModelIndex

_EDGE = 2


@dataclass(frozen=True)
class PickRow:
    """One thing to pick.

    Args:
        deed: called when it is picked.
        kind: one word that says what it is.
        keys: key sequences, as people read them.
        class_index, rgb: of a class, shown in place of an icon.
    """

    text: str
    deed: Callable[[], object]
    kind: str = ""
    keys: str = ""
    icon: Icon | None = None
    class_index: int | None = None
    rgb: Rgb | None = None


class PickModel(QAbstractListModel):
    """The rows that match; replaced as a whole."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[PickRow] = ()

    def set_rows(self, rows: Sequence[PickRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, position: int) -> PickRow:
        """A row by its place."""
        return self._rows[position]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            number = "" if row.class_index is None else str(row.class_index)
            return " ".join(filter(None, (number, row.text)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            number = "" if row.class_index is None else str(row.class_index)
            return " ".join(filter(None, (row.kind, number, row.text, row.keys)))
        return None


class PickList(QListView):
    """A list of `PickRow`; all rows have one height, the pointer marks the row it is over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = PickModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_PickDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def choose(self, position: int) -> None:
        """Make a row the current one, moved into the list."""
        last = self.rows.rowCount() - 1
        if last >= 0:
            self.setCurrentIndex(self.rows.index(min(max(position, 0), last)))

    def current_row(self) -> PickRow | None:
        """The row that Enter picks."""
        current = self.currentIndex()
        return self.rows.row(current.row()) if current.isValid() else None


class _PickDelegate(QStyledItemDelegate):
    """Paints a row from left to right: sign, index, text; from the right: keys, kind."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, current_density().row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, PickModel)
        row = model.row(index.row())
        state = option.state
        area = QRectF(option.rect)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, area, chosen=chosen, hovered=hovered)
        content = area.adjusted(PADDING_LEFT, 0, -PADDING_LEFT, 0)
        content = _paint_right(painter, content, row, chosen=chosen)
        _paint_left(painter, content, row, chosen=chosen)
        painter.restore()


def _paint_ground(painter: QPainter, area: QRectF, *, chosen: bool, hovered: bool) -> None:
    theme = current_theme()
    if chosen:
        painter.fillPath(rounded(area, RADIUS_ITEM), theme.select)
        edge = QRectF(area.left(), area.top() + 4, _EDGE, area.height() - 8)
        painter.fillRect(edge, theme.accent)
    elif hovered:
        painter.fillPath(rounded(area, RADIUS_ITEM), theme.hover)


def _paint_right(painter: QPainter, area: QRectF, row: PickRow, *, chosen: bool) -> QRectF:
    """Paint keys and kind; returns what is left of the row."""
    theme = current_theme()
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.setFont(font(Type.SMALL))
    painter.setPen(theme.text2 if chosen else theme.text3)
    for words in (row.keys, row.kind):
        if words:
            painter.drawText(area, right, words)
            width = painter.fontMetrics().horizontalAdvance(words)
            area = area.adjusted(0, 0, -width - 2 * SPACING, 0)
    return area


def _paint_left(painter: QPainter, area: QRectF, row: PickRow, *, chosen: bool) -> None:
    theme = current_theme()
    painter.setFont(font(Type.BODY))
    metrics = painter.fontMetrics()
    square = QRectF(area.left(), area.center().y() - SWATCH / 2, SWATCH, SWATCH)
    left = square.right() + SPACING
    if row.rgb is not None:
        paint_swatch(painter, square, row.rgb, theme)
    elif row.icon is not None:
        glyph = QRectF(0, 0, ICON_BAR, ICON_BAR)
        glyph.moveCenter(square.center())
        paint_icon(painter, glyph, row.icon, theme.text if chosen else theme.text2)
    if row.class_index is not None:
        number = str(row.class_index)
        digits = max(metrics.horizontalAdvance(each) for each in ("000", number))
        painter.setPen(theme.text2 if chosen else theme.text3)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, area.top(), digits, area.height()), right, number)
        left += digits + SPACING
    words = area.adjusted(left - area.left(), 0, 0, 0)
    painter.setPen(theme.text)
    shown = metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, int(words.width()))
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)

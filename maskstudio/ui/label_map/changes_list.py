"""What will change: one block for each edit of a draft; each can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from maskstudio.ui.texts import tr
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import ICON_BAR, ICON_ROW, PADDING_LEFT, SPACING
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.row_list import RowList
from maskstudio.ui.widgets.rows import paint_row_ground
from maskstudio.workflows.draft_edits import DraftEdit

from .edit_words import EditWords

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
_WORDS_ROLE = Qt.ItemDataRole.UserRole + 1
_BUTTON = 24


@dataclass(frozen=True)
class _Row:
    edit: DraftEdit
    words: EditWords


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[_Row] = []

    def show_rows(self, rows: list[_Row]) -> None:
        """List these."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        words = self.rows[index.row()].words
        if role == _WORDS_ROLE:
            return words
        if role == Qt.ItemDataRole.DisplayRole:
            return words.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{words.title}\n{words.detail}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{words.title}, {words.figure}, {words.detail}"
        return None


class ChangesList(RowList):
    """Signals:
    take_back_requested(DraftEdit): the user wants to do without one edit.
    chosen(DraftEdit or None): the user looks at one edit, or at all of them.
    """

    take_back_requested = Signal(object)
    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__("draft_edits", "")
        self.setAccessibleName(self.tr("What will change"))
        self._model = _Model()
        self.setModel(self._model)
        delegate = _Delegate(self)
        delegate.take_back_clicked.connect(self._take_back)
        self.setItemDelegate(delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit(self.edit_shown))

    def show_edits(self, edits: Sequence[DraftEdit], words: Sequence[EditWords]) -> None:
        """List these edits; the one that is looked at stays."""
        looked_at = self.edit_shown
        self._model.show_rows([_Row(*pair) for pair in zip(edits, words, strict=True)])
        self.setMaximumHeight(self.sizeHint().height())
        self.updateGeometry()
        if looked_at is not None and looked_at in edits:
            self.setCurrentIndex(self._model.index(list(edits).index(looked_at)))

    @property
    def edit_shown(self) -> DraftEdit | None:
        """The edit that is chosen, or None."""
        rows = self.selectionModel().selectedRows() if self._model.rows else []
        return self._model.rows[rows[0].row()].edit if rows else None

    def _take_back(self, row: int) -> None:
        self.take_back_requested.emit(self._model.rows[row].edit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the chosen edit back."""
        edit = self.edit_shown
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and edit is not None:
            self.take_back_requested.emit(edit)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(320, self._row_height() * max(1, len(self._model.rows)))

    def minimumSizeHint(self) -> QSize:
        n_shown = min(3, max(1, len(self._model.rows)))
        return QSize(200, self._row_height() * n_shown)

    @staticmethod
    def _row_height() -> int:
        return 2 * current_density().row - 6


class _Delegate(QStyledItemDelegate):
    take_back_clicked = Signal(int)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, 2 * current_density().row - 6)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        theme, rect = current_theme(), QRectF(option.rect)
        words: EditWords = index.data(_WORDS_ROLE)
        painter.save()
        paint_row_ground(painter, option.rect, option.state)
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), theme.line)
        half = rect.height() / 2
        square = QRectF(rect.left() + PADDING_LEFT, rect.top() + half - 16, ICON_BAR, ICON_BAR)
        paint_icon(painter, square, words.icon, theme.color(words.color))
        text = rect.adjusted(PADDING_LEFT + ICON_BAR + SPACING + 4, 5, 0, -6)
        text.setRight(_button(option.rect).left() - SPACING)
        upper, lower = QRectF(text), QRectF(text)
        upper.setHeight(text.height() / 2)
        lower.setTop(text.top() + text.height() / 2)
        strong = font(Type.PANEL_TITLE)
        width = QFontMetricsF(strong).horizontalAdvance(words.figure)
        painter.setFont(strong)
        painter.setPen(theme.text)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(upper, Qt.AlignmentFlag.AlignRight | middle, words.figure)
        upper.setRight(upper.right() - width - SPACING)
        _elided(painter, upper, words.title, "text", Type.BODY)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        _elided(painter, lower, words.detail, "text2" if chosen else "text3", Type.SMALL)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        glyph = QRectF(0, 0, ICON_ROW, ICON_ROW)
        glyph.moveCenter(QRectF(_button(option.rect)).center())
        paint_icon(painter, glyph, Icon.UNDO, theme.text if hovered or chosen else theme.text3)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: object, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        is_click = isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseButtonPress
        if is_click and QRectF(_button(option.rect)).contains(QPointF(event.position())):  # type: ignore[attr-defined]
            self.take_back_clicked.emit(index.row())
            return True
        return False

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        if index.isValid() and _button(option.rect).contains(event.pos()):
            QToolTip.showText(event.globalPos(), tr("Take this edit back  (Del)"), view)
            return True
        return super().helpEvent(event, view, option, index)


def _button(rect: QRect) -> QRect:
    top = rect.top() + (rect.height() - _BUTTON) // 2
    return QRect(rect.right() - _BUTTON - 6, top, _BUTTON, _BUTTON)


def _elided(painter: QPainter, area: QRectF, text: str, token: str, kind: Type) -> None:
    painter.setFont(font(kind))
    painter.setPen(current_theme().color(token))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

"""Paints a class of a draft: old and new color, index, old name struck through, figures."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from maskstudio.ui.texts import tr
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import ICON_ROW, PADDING_LEFT, SPACING, SWATCH
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.judged_line import JudgedLine
from maskstudio.ui.widgets.rows import is_chosen, paint_row_ground
from maskstudio.ui.widgets.swatch import paint_swatch
from maskstudio.workflows.edit_label_map import name_fault

from .classes_model import ROW_ROLE, ClassRow, Column
from .draft_keeper import DraftKeeper

AnyIndex = QModelIndex | QPersistentModelIndex

COLOR_WIDTH = 82
_GONE_OPACITY = 0.5
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ClassesDelegate(QStyledItemDelegate):
    """The first column paints the ground of the whole row."""

    def __init__(self, keeper: DraftKeeper, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._keeper = keeper
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(40, current_density().row + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: ClassRow = index.data(ROW_ROLE)
        column, cell = Column(index.column()), QRect(option.rect)
        painter.save()
        if column is Column.COLOR:
            whole = QRect(cell)
            whole.setLeft(0)
            whole.setRight(self._view.viewport().width() - 1)
            paint_row_ground(painter, whole, option.state & ~QStyle.StateFlag.State_HasFocus)
            _paint_colors(painter, cell, row)
        elif column is Column.NAME:
            _paint_name(painter, cell, row)
        else:
            _paint_text(painter, cell, row, column, str(index.data()), chosen=is_chosen(option))
        painter.restore()

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        row: ClassRow = index.data(ROW_ROLE)
        headers = dict(zip(Column, index.model().headers.values(), strict=True))  # type: ignore[attr-defined]
        editor = JudgedLine(
            headers[Column(index.column())],
            lambda text: self._fault(row, Column(index.column()), text),
            parent,
        )
        editor.setObjectName("draft_cell")
        return editor

    def _fault(self, row: ClassRow, column: Column, text: str) -> str:
        """Why a cell cannot hold this; a taken index is none, for two classes can swap."""
        if column is Column.NAME:
            return name_fault(self._keeper.draft.result, text.strip(), index=row.index)
        if column is Column.INDEX:
            is_index = text.isascii() and text.isdecimal() and int(text) <= 65_535
            return "" if is_index else self.tr("0 to 65535")
        return ""


def _paint_colors(painter: QPainter, cell: QRect, row: ClassRow) -> None:
    """Old color, arrow, new color; one swatch where it stays."""
    theme = current_theme()
    top = cell.top() + (cell.height() - SWATCH) / 2
    handle = QRectF(cell.left() + 8, top + 1, ICON_ROW, ICON_ROW)
    paint_icon(painter, handle, Icon.HANDLE, theme.text3)
    square = QRectF(cell.right() - SWATCH - 2, top, SWATCH, SWATCH)
    if row.old_color is not None:
        old = QRectF(square).translated(-SWATCH - 18, 0)
        paint_swatch(painter, old, row.old_color, theme)
        arrow = QRectF(old.right() + 4, top + 3, 10, 10)
        paint_icon(painter, arrow, Icon.ARROW, theme.text3)
    painter.setOpacity(_GONE_OPACITY if row.is_gone else 1.0)
    is_hatched = row.is_void or not row.is_declared
    paint_swatch(painter, square, row.color, theme, hatched=is_hatched)


def _paint_name(painter: QPainter, cell: QRect, row: ClassRow) -> None:
    """The old name struck through, then the new one, then what it means."""
    theme = current_theme()
    area = QRectF(cell).adjusted(SPACING, 0, -SPACING, 0)
    old = row.name if row.is_gone else row.old_name
    if old is not None:
        letters = font(Type.BODY)
        letters.setStrikeOut(True)
        area.setLeft(_word(painter, area, old, letters, "text3") + SPACING)
    if not row.is_gone:
        letters = font(Type.BODY)
        letters.setItalic(not row.is_declared)
        area.setLeft(_word(painter, area, row.name, letters, "text") + SPACING)
    if row.is_background or row.is_void:
        said = tr("background") if row.is_background else tr("void")
        _word(painter, area, said, font(Type.CAPTION), "text3")
    painter.setPen(theme.text)


def _word(painter: QPainter, area: QRectF, text: str, letters: object, token: str) -> float:
    """Write one word as far as there is room; returns where it ends."""
    painter.setFont(letters)  # type: ignore[arg-type]
    painter.setPen(current_theme().color(token))
    width = max(0.0, area.width())
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))
    painter.drawText(area, _LEFT, shown)
    return area.left() + QFontMetricsF(painter.font()).horizontalAdvance(shown)


def _paint_text(
    painter: QPainter, cell: QRect, row: ClassRow, column: Column, text: str, *, chosen: bool
) -> None:
    theme = current_theme()
    token = "text2" if chosen or column in (Column.PIXELS, Column.SAMPLES) else "text3"
    if column is Column.INDEX and not row.is_gone:
        token = "text"
    if column is Column.CHANGE:
        token = "warn" if row.is_gone or not row.is_declared else "accent"
        if chosen:
            token = "text"
    figures = column in (Column.INDEX, Column.PIXELS, Column.SAMPLES)
    painter.setFont(font(Type.BODY if column is Column.INDEX else Type.SMALL))
    painter.setPen(theme.color(token))
    area = QRectF(cell).adjusted(0 if figures else PADDING_LEFT, 0, -SPACING, 0)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
    painter.drawText(area, _RIGHT if figures else _LEFT, shown)

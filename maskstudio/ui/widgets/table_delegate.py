"""Cells of a table of words: no grid, a quiet hover, and an edge that marks the chosen row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import SPACING

_EDGE = 2
_ON_SELECT = {"text3": "text2", "error": "text2"}
"""Words that would be too faint on the ground of a chosen row."""


class TableDelegate(QStyledItemDelegate):
    """Paints the display role of a cell in the color that a role of the model names."""

    def __init__(self, token_role: int, parent: QObject) -> None:
        """Make it.

        Args:
            token_role: role under which the model gives the token of a cell's color.
        """
        super().__init__(parent)
        self._token_role = token_role

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return super().sizeHint(option, index) + QSize(2 * SPACING, 0)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        theme = current_theme()
        area = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(area, theme.select)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, theme.hover)
        if chosen and index.column() == 0:
            painter.fillRect(QRectF(area.left(), area.top(), _EDGE, area.height()), theme.accent)
        token = str(index.data(self._token_role))
        painter.setPen(theme.color(_ON_SELECT.get(token, token) if chosen else token))
        words = area.adjusted(SPACING, 0, -SPACING, 0)
        shown = option.fontMetrics.elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

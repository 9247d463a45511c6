"""The ground of a row in a list or table: chosen, under the pointer, or plain."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import FOCUS_WIDTH

from .painting import ring

EDGE_WIDTH = 2
"""Accent at the left of a chosen row, so that it is not told by its ground alone."""


def paint_row_ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
    """Paint what lies behind a row; a chosen row that has the focus gets its ring."""
    theme = current_theme()
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(rect, theme.select)
        painter.fillRect(QRect(rect.left(), rect.top(), EDGE_WIDTH, rect.height()), theme.accent)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, theme.hover)
    if state & QStyle.StateFlag.State_HasFocus:
        ring(painter, QRectF(rect), theme.focus, width=FOCUS_WIDTH, radius=0)


def is_chosen(option: QStyleOptionViewItem) -> bool:
    """Whether the row is chosen: faint words are then painted in `text2`."""
    return bool(option.state & QStyle.StateFlag.State_Selected)

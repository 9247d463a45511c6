"""The field at the right end of the menu bar; it looks like a line to type in and opens one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import (
    ICON_ROW,
    MENU_BAR,
    RADIUS,
    RADIUS_SMALL,
    SEARCH_FIELD,
    SPACING,
)
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font

from .painting import box, focus_ring, ring

_CHIP_HEIGHT = 16
_RIGHT = 8
"""Room to the edge of the window."""


class SearchField(QAbstractButton):
    """Shows the key of what it opens, and triggers that when it is clicked.

    It is as high as the menu bar and paints a lower box into it. It asks for no height of its own:
    a menu bar adds the padding of its items to what its corner widget asks for.
    """

    def __init__(self, words: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search_field")
        self.setText(words)
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(MENU_BAR)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._key = key
        self._action: QAction | None = None

    def follow(self, action: QAction) -> None:
        """Trigger this action from now on, and show its key and tip."""
        self._action = action
        self.clicked.connect(action.trigger)
        action.changed.connect(self._on_action_changed)
        self._on_action_changed()

    def sizeHint(self) -> QSize:
        return QSize(SEARCH_FIELD.width() + _RIGHT, 1)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(0, 0, self.width() - _RIGHT, SEARCH_FIELD.height())
        area.moveTop((self.height() - SEARCH_FIELD.height()) // 2)
        edge = theme.line_strong if self.underMouse() else theme.line
        box(painter, area, fill=theme.field, edge=edge, radius=RADIUS)
        content = area.adjusted(SPACING, 0, -SPACING / 2, 0)
        glyph = QRectF(0, 0, ICON_ROW, ICON_ROW)
        glyph.moveCenter(QPointF(content.left() + ICON_ROW / 2, content.center().y()))
        paint_icon(painter, glyph, Icon.FIND, theme.text2)
        content.setRight(self._paint_keys(painter, content) - SPACING)
        content.setLeft(glyph.right() + SPACING)
        painter.setFont(font(Type.SMALL))
        painter.setPen(theme.text3)
        elide = Qt.TextElideMode.ElideRight
        words = painter.fontMetrics().elidedText(self.text(), elide, int(content.width()))
        painter.drawText(content, Qt.AlignmentFlag.AlignVCenter, words)
        focus_ring(painter, self, area, radius=RADIUS)

    def _paint_keys(self, painter: QPainter, content: QRectF) -> float:
        """Paint the key at the right end, framed as a key is; returns its left edge."""
        theme = current_theme()
        if not self._key:
            return content.right()
        painter.setFont(font(Type.CAPTION))
        width = painter.fontMetrics().horizontalAdvance(self._key) + SPACING
        chip = QRectF(content.right() - width, 0, width, _CHIP_HEIGHT)
        chip.moveTop(content.center().y() - _CHIP_HEIGHT / 2)
        ring(painter, chip, theme.track, width=1, radius=RADIUS_SMALL)
        painter.setPen(theme.text2)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, self._key)
        return chip.left()

    def _on_action_changed(self) -> None:
        assert self._action is not None
        self._key = self._action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(self._action.toolTip())
        self.update()

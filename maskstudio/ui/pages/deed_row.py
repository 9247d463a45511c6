"""A way to begin, as a row of the start page: icon, name, one line of use, key."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import FOCUS_WIDTH, ICON_STRIP, RADIUS_CARD
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.painting import box, ring

_HEIGHT = 60
_PADDING = 16
_TEXT_LEFT = 58
_ICON_CENTER = 30


class DeedRow(QPushButton):
    """A large button; one of a page is primary."""

    def __init__(self, name: str, glyph: Icon, title: str, use: str, *, primary: bool) -> None:
        """Make it.

        Args:
            name: object name.
            use: what it is for, one line.
        """
        super().__init__(title)
        self._glyph = glyph
        self._use = use
        self._key = ""
        self._primary = primary
        self.setObjectName(name)
        self.setAutoDefault(True)  # Enter presses it
        self.setAccessibleName(title)
        self.setAccessibleDescription(use)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_key(self, key: str) -> None:
        """Write the key that does the same at the right end."""
        self._key = key
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width() + _TEXT_LEFT, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        ground = self._ground()
        edge = ground if self._primary else theme.line
        box(painter, area, fill=ground, edge=edge, radius=RADIUS_CARD)
        square = QRectF(0, 0, ICON_STRIP, ICON_STRIP)
        square.moveCenter(QPointF(_ICON_CENTER, area.center().y()))
        paint_icon(painter, square, self._glyph, self._ink(theme.accent))
        self._paint_words(painter, area.adjusted(_TEXT_LEFT, 13, -_PADDING, -13))
        if self.hasFocus():
            color = theme.text if self._primary else theme.focus
            ring(painter, area, color, width=FOCUS_WIDTH, radius=RADIUS_CARD)

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        theme = current_theme()
        painter.setPen(self._ink(theme.text))
        painter.setFont(font(Type.PANEL_TITLE))
        painter.drawText(area, Qt.AlignmentFlag.AlignTop, self.text())
        painter.setPen(self._ink(theme.text2))
        painter.setFont(font(Type.SMALL))
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom, self._use)
        painter.setPen(self._ink(theme.text3))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, right, self._key)

    def _ink(self, color: QColor) -> QColor:
        return current_theme().on_accent if self._primary else color

    def _ground(self) -> QColor:
        theme = current_theme()
        lifted = self.underMouse() or self.isDown()
        if self._primary:
            return theme.accent_hover if lifted else theme.accent_fill
        return theme.hover if lifted else theme.panel

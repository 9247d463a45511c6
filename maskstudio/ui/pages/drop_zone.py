"""The dashed place of the start page that says files can be dropped."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import FOCUS_WIDTH, ICON_STRIP, RADIUS_CARD
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font

_HEIGHT = 104
_WORDS = "Drop a folder, pictures, masks or an archive here"
_FORMATS = "PNG · JPEG · TIFF · CVAT · W&B · Labelbox · ClearML"


class DropZone(QWidget):
    """Only shows; the page takes the drop, wherever on the page it lands."""

    def __init__(self) -> None:
        super().__init__()
        self._is_target = False
        self.setObjectName("drop_zone")
        self.setAccessibleName(_WORDS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def is_target(self) -> bool:
        """Whether something that can be dropped is over the page."""
        return self._is_target

    def set_target(self, is_target: bool) -> None:
        """Show, or stop showing, that letting go now would open something."""
        self._is_target = is_target
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = FOCUS_WIDTH if self._is_target else 1.5
        edge = theme.accent if self._is_target else theme.line_strong
        painter.setPen(QPen(edge, width, Qt.PenStyle.DashLine))
        inset = width / 2
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(area, RADIUS_CARD, RADIUS_CARD)
        square = QRectF(0, 0, ICON_STRIP, ICON_STRIP)
        square.moveCenter(QPointF(area.center().x(), area.top() + 32))
        paint_icon(painter, square, Icon.DROP, theme.accent if self._is_target else theme.text2)
        centered = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.setPen(theme.text2)
        painter.drawText(area.adjusted(8, 51, -8, 0), centered, _WORDS)
        painter.setFont(font(Type.SMALL))
        painter.setPen(theme.text3)
        painter.drawText(area.adjusted(8, 73, -8, 0), centered, _FORMATS)

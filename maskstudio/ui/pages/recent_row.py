"""What was opened before, as a row of the start page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import ICON_STRIP, RADIUS_ITEM
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.painting import focus_ring, ring, rounded

_HEIGHT = 64
_PADDING = 14
_THUMBNAIL = QSize(64, 48)
_KEPT = Qt.AspectRatioMode.KeepAspectRatio


@dataclass(frozen=True, eq=False)
class RecentItem:
    """One line of the list of recent things, in words that are ready to be shown.

    Args:
        place: where it lies and what it is: "~/data/camvid · CVAT masks".
        progress: how far the work is: "14 of 60 checked"; may be empty.
        when: when it was open last: "today, 10:42".
        thumbnail: file of a small picture, read when it is first painted; None where there is none.
    """

    path: Path
    name: str
    place: str
    progress: str = ""
    when: str = ""
    thumbnail: Path | None = None


class RecentRow(QPushButton):
    """Opens one recent thing.

    Signals:
        chosen(RecentItem): the user wants it opened.
    """

    chosen = Signal(object)

    def __init__(self, item: RecentItem) -> None:
        super().__init__(item.name)
        self._item = item
        self._thumbnail: QImage | None = None
        self.setObjectName("recent_row")
        self.setAutoDefault(True)  # Enter presses it
        self.setAccessibleName(item.name)
        self.setAccessibleDescription(", ".join(filter(None, (item.place, item.progress))))
        self.setToolTip(str(item.path))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)

    def sizeHint(self) -> QSize:
        return QSize(300, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(4, 2, -4, -2)
        if self.underMouse() or self.isDown():
            painter.fillPath(rounded(area, RADIUS_ITEM), theme.hover)
        picture = QRectF(_PADDING, 0, _THUMBNAIL.width(), _THUMBNAIL.height())
        picture.moveCenter(QPointF(picture.center().x(), area.center().y()))
        self._paint_thumbnail(painter, picture)
        left = picture.right() + _PADDING
        words = QRectF(left, area.top() + 12, self.width() - left - _PADDING, area.height() - 24)
        self._paint_words(painter, words)
        focus_ring(painter, self, area, radius=RADIUS_ITEM)

    def _paint_thumbnail(self, painter: QPainter, rect: QRectF) -> None:
        theme = current_theme()
        painter.fillPath(rounded(rect, 2), theme.field)
        picture = self._picture()
        if not picture.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            fitted = QRectF(QPointF(), QSizeF(picture.size()).scaled(rect.size(), _KEPT))
            fitted.moveCenter(rect.center())
            painter.drawImage(fitted, picture)
        else:
            square = QRectF(0, 0, ICON_STRIP, ICON_STRIP)
            square.moveCenter(rect.center())
            paint_icon(painter, square, Icon.SAMPLES, theme.text3)
        ring(painter, rect, theme.picture_edge, width=1, radius=2)

    def _picture(self) -> QImage:
        """The thumbnail; a null image where there is none."""
        if self._thumbnail is None:
            path = self._item.thumbnail
            self._thumbnail = QImage() if path is None else QImage(str(path))
        return self._thumbnail

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        """Name and place at the left, progress and time at the right."""
        theme = current_theme()
        top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        right = Qt.AlignmentFlag.AlignRight
        painter.setFont(font(Type.SMALL))
        painter.setPen(theme.text2)
        painter.drawText(area, right | top, self._item.progress)
        painter.setPen(theme.text3)
        painter.drawText(area, right | bottom, self._item.when)
        metrics = painter.fontMetrics()
        taken = max(metrics.horizontalAdvance(t) for t in (self._item.progress, self._item.when))
        room = int(area.width()) - taken - _PADDING
        middle = Qt.TextElideMode.ElideMiddle
        painter.drawText(area, bottom, metrics.elidedText(self._item.place, middle, room))
        painter.setFont(font(Type.PANEL_TITLE))
        painter.setPen(theme.text)
        name = painter.fontMetrics().elidedText(self._item.name, middle, room)
        painter.drawText(area, top, name)

    def _on_clicked(self) -> None:
        self.chosen.emit(self._item)

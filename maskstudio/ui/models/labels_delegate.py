"""Paints a class as one row: swatch, index, name, bar of its share, percent, lock, eye."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QObject,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from maskstudio.ui.figures import share_text
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import ICON_BAR, PADDING_LEFT, SPACING, SWATCH
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.judged_line import JudgedLine
from maskstudio.ui.widgets.painting import rounded
from maskstudio.ui.widgets.rows import paint_row_ground
from maskstudio.ui.widgets.swatch import paint_swatch
from maskstudio.workflows.edit_label_map import name_fault

from .labels_model import AnyIndex, ClassRow, LabelsModel, Role

NARROW = 280
"""Below this width the bar goes."""
HIDDEN_OPACITY = 0.45
_BAR, _BAR_HEIGHT = 44, 4
_ZONE = 22
_PERCENT = 36


class Zone(Enum):
    """What of a row answers a click by itself."""

    LOCK = "lock"
    EYE = "eye"


@dataclass(frozen=True)
class RowLayout:
    """Where the parts of a row lie."""

    swatch: QRectF
    index: QRectF
    name: QRectF
    bar: QRectF | None
    percent: QRectF
    lock: QRectF
    eye: QRectF

    @classmethod
    def of(cls, area: QRectF, digits_width: float) -> RowLayout:
        """Lay a row out from both ends; the name gets the rest.

        Args:
            digits_width: room for the widest index.
        """
        top, height = area.top(), area.height()
        swatch = QRectF(area.left() + PADDING_LEFT, area.center().y() - SWATCH / 2, SWATCH, SWATCH)
        index = QRectF(swatch.right() + SPACING, top, digits_width, height)
        eye = QRectF(area.right() - 6 - _ZONE, top, _ZONE, height)
        lock = QRectF(eye.left() - _ZONE, top, _ZONE, height)
        percent = QRectF(lock.left() - 6 - _PERCENT, top, _PERCENT, height)
        end, bar = percent.left(), None
        if area.width() >= NARROW:
            bar = QRectF(end - _BAR, area.center().y() - _BAR_HEIGHT / 2, _BAR, _BAR_HEIGHT)
            end = bar.left() - SPACING
        left = index.right() + SPACING
        name = QRectF(left, top, max(0.0, end - left), height)
        return cls(swatch, index, name, bar, percent, lock, eye)

    def zone_at(self, point: QPointF) -> Zone | None:
        """Which clickable part lies under a point."""
        if self.lock.contains(point):
            return Zone.LOCK
        return Zone.EYE if self.eye.contains(point) else None


class LabelsDelegate(QStyledItemDelegate):
    """Clicks on lock and eye go out as a signal; renaming judges each key.

    Signals:
        zone_clicked(class index, Zone).
    """

    zone_clicked = Signal(int, object)

    def layout_of(self, index: AnyIndex, rect: QRect, widget_font: QFont) -> RowLayout:
        """Where the parts of a row lie inside its rectangle."""
        model = index.model()
        assert isinstance(model, LabelsModel)
        metrics = QFontMetricsF(widget_font)
        widest = max(metrics.horizontalAdvance(t) for t in ("00", str(model.largest_index)))
        return RowLayout.of(QRectF(rect), widest)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, current_density().row)

    # painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: ClassRow = index.data(Role.ROW)
        state = option.state & ~QStyle.StateFlag.State_Selected
        if row.is_chosen:
            state |= QStyle.StateFlag.State_Selected
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        rect = option.rect
        layout = self.layout_of(index, rect, font(Type.BODY))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_ground(painter, rect, state)
        painter.setOpacity(HIDDEN_OPACITY if row.is_hidden else 1.0)
        _paint_class(painter, layout, row)
        _paint_share(painter, layout, row)
        _paint_signs(painter, layout, row, hovered=hovered)
        painter.restore()

    # clicks

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        pressed = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if not isinstance(event, QMouseEvent) or event.button() is not Qt.MouseButton.LeftButton:
            return False
        rect = option.rect
        zone = self.layout_of(index, rect, font(Type.BODY)).zone_at(event.position())
        if zone is None:
            return False
        if event.type() in pressed:
            self.zone_clicked.emit(index.data(Role.ROW).index, zone)
        return True

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        if not index.isValid():
            return super().helpEvent(event, view, option, index)
        row: ClassRow = index.data(Role.ROW)
        rect = option.rect
        zone = self.layout_of(index, rect, font(Type.BODY)).zone_at(QPointF(event.pos()))
        text = index.data(Qt.ItemDataRole.ToolTipRole) if zone is None else zone_tip(row, zone)
        QToolTip.showText(event.globalPos(), text, view)
        return True

    # renaming in place

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        model = index.model()
        assert isinstance(model, LabelsModel)
        class_index = index.data(Role.ROW).index
        label_map = model.label_map
        editor = JudgedLine(
            f"Name of class {class_index}",
            lambda text: name_fault(label_map, text, index=class_index),
            parent,
        )
        editor.setObjectName("className")
        editor.fault_changed.connect(lambda fault: _say_below(editor, fault))
        return editor

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        """Keep what is being typed when figures or other classes change."""
        if not (isinstance(editor, JudgedLine) and editor.isModified()):
            super().setEditorData(editor, index)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        rect: QRect = option.rect
        name = self.layout_of(index, rect, font(Type.BODY)).name
        left = round(name.left()) - 5
        editor.setGeometry(left, rect.top(), rect.right() - left - SPACING + 1, rect.height())

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Keep the editor open on Enter while the name cannot be."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            confirms = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
            if confirms and isinstance(editor, JudgedLine) and editor.fault:
                _say_below(editor, editor.fault)
                return True
        return super().eventFilter(editor, event)


def zone_tip(row: ClassRow, zone: Zone) -> str:
    """What a click on lock or eye does, with its key."""
    if zone is Zone.EYE:
        return f"{'Show' if row.is_hidden else 'Hide'} {row.name}  (Space)"
    if row.is_protected:
        return f"Let tools change {row.name} again  (K)"
    return f"Protect {row.name}  (K)\nNo tool changes its pixels"


def _say_below(editor: QWidget, fault: str) -> None:
    QToolTip.showText(editor.mapToGlobal(QPointF(0, editor.height() - 12).toPoint()), fault, editor)


def _paint_class(painter: QPainter, layout: RowLayout, row: ClassRow) -> None:
    theme = current_theme()
    is_hatched = row.is_void or not row.is_declared
    paint_swatch(painter, layout.swatch, row.color, theme, hatched=is_hatched)
    painter.setFont(font(Type.BODY))
    painter.setPen(theme.text2 if row.is_chosen else theme.text3)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(layout.index, right, str(row.index))
    painter.setFont(font(Type.PANEL_TITLE if row.is_chosen else Type.BODY))
    painter.setPen(theme.text)
    width = int(layout.name.width())
    shown = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, width)
    painter.drawText(layout.name, Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_share(painter: QPainter, layout: RowLayout, row: ClassRow) -> None:
    """The bar has a square-root scale, so that one percent is seen."""
    if row.share is None:
        return
    theme = current_theme()
    if layout.bar is not None:
        painter.fillPath(rounded(layout.bar, _BAR_HEIGHT / 2), theme.track)
        filled = QRectF(layout.bar)
        filled.setWidth(max(_BAR_HEIGHT, layout.bar.width() * row.share**0.5))
        if row.share > 0:
            painter.fillPath(rounded(filled, _BAR_HEIGHT / 2), theme.text2)
    painter.setFont(font(Type.SMALL))
    painter.setPen(theme.text2)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(layout.percent, right, share_text(row.share))


def _paint_signs(painter: QPainter, layout: RowLayout, row: ClassRow, *, hovered: bool) -> None:
    theme = current_theme()
    if row.is_protected:
        paint_icon(painter, _icon_in(layout.lock), Icon.LOCKED, theme.warn)
    elif hovered or row.is_chosen:
        paint_icon(painter, _icon_in(layout.lock), Icon.UNLOCKED, theme.text2)
    eye = Icon.HIDDEN if row.is_hidden else Icon.SEEN
    paint_icon(painter, _icon_in(layout.eye), eye, theme.text if hovered else theme.text2)


def _icon_in(zone: QRectF) -> QRectF:
    square = QRectF(0, 0, ICON_BAR, ICON_BAR)
    square.moveCenter(zone.center())
    return square

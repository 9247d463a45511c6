"""The confusion matrix as a heat map: names at the left and above, cells that can be chosen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleValueChangeEvent,
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip

from maskstudio.render.ramps import cell_color, ink_on
from maskstudio.ui.choices import Cell
from maskstudio.ui.figures import count_text
from maskstudio.ui.models.matrix_cells import MatrixCells
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import FOCUS_WIDTH, PADDING_LEFT, PADDING_RIGHT
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.painting import focus_ring, ring

LEAST_NUMBER = 0.005
"""Share from which on a cell carries a number."""

_SLANT = 55.0
_WIDEST, _HIGHEST = 46, 22
_LEAST_WIDTH, _LEAST_HEIGHT = 26, 14
_SMALL = 14
_NAMES_AT_MOST = 120
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ConfusionView(QAbstractScrollArea):
    """Only cells that are seen are drawn; the names stay while the cells scroll.

    Signals:
        cell_chosen(cell): the user chose a `Cell`, or None.
    """

    cell_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("confusion_matrix")
        self.setAccessibleName(self.tr("Confusion matrix"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._cells: MatrixCells | None = None
        self._chosen: Cell | None = None
        self._shown_class: int | None = None

    def show_cells(self, cells: MatrixCells) -> None:
        """Draw another matrix; the chosen cell stays chosen."""
        self._cells = cells
        self._lay_out()
        self._say_value()

    def choose(self, cell: Cell | None) -> None:
        """Mark a cell, or none, without a signal."""
        if cell != self._chosen:
            self._chosen = cell
            self._say_value()
            self.viewport().update()

    def mark_class(self, index: int | None) -> None:
        """Write the names of a class in `text`, or of none."""
        self._shown_class = index
        self.viewport().update()

    def rect_of(self, cell: Cell) -> QRect:
        """Where a cell lies in the viewport; empty where it is not drawn."""
        place = self._cells.place_of(cell) if self._cells is not None else None
        return self._cell_rect(*place).toAlignedRect() if place is not None else QRect()

    # layout

    def _names_width(self) -> float:
        metrics = QFontMetricsF(font(Type.CAPTION))
        names = [c.name for c in self._cells.rows] if self._cells else []
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
        return PADDING_LEFT + min(widest, _NAMES_AT_MOST) + PADDING_RIGHT

    def _names_height(self) -> float:
        metrics = QFontMetricsF(font(Type.CAPTION))
        names = [c.name for c in self._cells.columns] if self._cells else []
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
        return 0.82 * min(widest, _NAMES_AT_MOST) + 14

    def _cell_size(self) -> tuple[float, float]:
        """Width and height of a cell: as large as fits, within what can be read."""
        assert self._cells is not None
        if not self._cells.has_numbers:
            return _SMALL, _SMALL
        room = self.viewport().size()
        wide = (room.width() - self._names_width() - 40) / max(1, len(self._cells.columns))
        high = (room.height() - self._names_height() - 6) / max(1, len(self._cells.rows))
        return (
            min(max(wide, _LEAST_WIDTH), _WIDEST),
            min(max(high, _LEAST_HEIGHT), _HIGHEST),
        )

    def _lay_out(self) -> None:
        if self._cells is None:
            return
        width, height = self._cell_size()
        room = self.viewport().size()
        wide = self._names_width() + width * len(self._cells.columns) + 36
        high = self._names_height() + height * len(self._cells.rows) + 2
        for bar, needed, there, step in (
            (self.horizontalScrollBar(), wide, room.width(), width),
            (self.verticalScrollBar(), high, room.height(), height),
        ):
            bar.setRange(0, max(0, round(needed - there)))
            bar.setPageStep(there)
            bar.setSingleStep(round(step))
        self.viewport().update()

    def _cell_rect(self, row: int, column: int) -> QRectF:
        width, height = self._cell_size()
        left = self._names_width() + column * width - self.horizontalScrollBar().value()
        top = self._names_height() + row * height - self.verticalScrollBar().value()
        return QRectF(left, top, width, height)

    def _place_at(self, point: QPointF) -> tuple[int, int] | None:
        cells = self._cells
        if cells is None or point.x() < self._names_width() or point.y() < self._names_height():
            return None
        first, (width, height) = self._cell_rect(0, 0), self._cell_size()
        row = int((point.y() - first.top()) // height)
        column = int((point.x() - first.left()) // width)
        if 0 <= row < len(cells.rows) and 0 <= column < len(cells.columns):
            return row, column
        return None

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells, then names over them, then the frame of the chosen cell."""
        theme = current_theme()
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.panel)
        if self._cells is not None:
            left, top = self._names_width(), self._names_height()
            view = QRectF(self.viewport().rect())
            painter.setClipRect(view.adjusted(left - 2, top - 2, 0, 0))
            self._paint_cells(painter)
            painter.setClipRect(view.adjusted(0, top, 0, 0))
            self._paint_row_names(painter, left)
            painter.setClipRect(view.adjusted(left - 8, 0, 0, top - view.height()))
            self._paint_column_names(painter, top)
            painter.setClipping(False)
        focus_ring(painter, self, QRectF(self.viewport().rect()), radius=0)

    def _paint_cells(self, painter: QPainter) -> None:
        assert self._cells is not None
        cells, theme = self._cells, current_theme()
        painter.setFont(font(Type.CAPTION))
        for row in range(len(cells.rows)):
            first = self._cell_rect(row, 0)
            if first.bottom() < 0 or first.top() > self.viewport().height():
                continue
            for column in range(len(cells.columns)):
                self._paint_cell(painter, row, column)
        place = cells.place_of(self._chosen)
        if place is not None:
            frame = self._cell_rect(*place).adjusted(-1, -1, 0, 0)
            ring(painter, frame, theme.focus, width=FOCUS_WIDTH, radius=0)

    def _paint_cell(self, painter: QPainter, row: int, column: int) -> None:
        assert self._cells is not None
        cells, share = self._cells, float(self._cells.shares[row, column])
        area = self._cell_rect(row, column)
        if area.right() < 0 or area.left() > self.viewport().width():
            return
        area = QRectF(
            round(area.left()),
            round(area.top()),
            round(area.right()) - round(area.left()) - 1,
            round(area.bottom()) - round(area.top()) - 1,
        )
        is_right = cells.rows[row].index == cells.columns[column].index
        color = cell_color(share, is_right=is_right, is_dark=current_theme().is_dark)
        painter.fillRect(area, QColor(*color))
        if cells.has_numbers and share >= LEAST_NUMBER:
            painter.setPen(QColor(*ink_on(color)))
            text = f"{100 * share:.0f}" if share >= 0.01 else "<1"
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_row_names(self, painter: QPainter, width: float) -> None:
        assert self._cells is not None
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row, label_class in enumerate(self._cells.rows):
            area = self._cell_rect(row, 0)
            area = QRectF(PADDING_LEFT, area.top(), width - PADDING_LEFT - 6, area.height())
            self._choose_ink(painter, label_class.index, is_row=True)
            painter.drawText(area, right, _elided(painter, label_class.name, area.width()))

    def _paint_column_names(self, painter: QPainter, height: float) -> None:
        assert self._cells is not None
        for column, label_class in enumerate(self._cells.columns):
            area = self._cell_rect(0, column)
            painter.save()
            painter.translate(area.center().x() + 3, height - 5)
            painter.rotate(-_SLANT)
            self._choose_ink(painter, label_class.index, is_row=False)
            painter.drawText(QPointF(0, 0), _elided(painter, label_class.name, _NAMES_AT_MOST))
            painter.restore()

    def _choose_ink(self, painter: QPainter, index: int, *, is_row: bool) -> None:
        theme, chosen = current_theme(), self._chosen
        is_chosen = chosen is not None and index == (
            chosen.ground_truth if is_row else chosen.prediction
        )
        is_marked = is_chosen or index == self._shown_class
        letters = font(Type.CAPTION)
        letters.setWeight(QFont.Weight.DemiBold if is_marked else QFont.Weight.Normal)
        painter.setFont(letters)
        painter.setPen(theme.text if is_marked else theme.text2)

    # choosing

    def _choose_place(self, place: tuple[int, int] | None) -> None:
        """Choose a cell that has pixels; the chosen one again chooses none."""
        cells = self._cells
        cell = None
        if cells is not None and place is not None and cells.counts[place]:
            cell = cells.cell(*place)
        if cell == self._chosen:
            cell = None
        if cell != self._chosen:
            self.choose(cell)
            self.cell_chosen.emit(cell)

    def _say_value(self) -> None:
        """Let a screen reader read the chosen cell."""
        words = self._words(self._cells.place_of(self._chosen)) if self._cells else ""
        self.setAccessibleDescription(words)
        QAccessible.updateAccessibility(QAccessibleValueChangeEvent(self, words))

    def _words(self, place: tuple[int, int] | None) -> str:
        if self._cells is None or place is None:
            return ""
        true, predicted = self._cells.rows[place[0]], self._cells.columns[place[1]]
        count, share = int(self._cells.counts[place]), float(self._cells.shares[place])
        verb = "right" if true.index == predicted.index else f"predicted as {predicted.name}"
        return f"{true.name} {verb}: {count_text(count)} px, {100 * share:.1f} %"

    # events of Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._choose_place(self._place_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show by the pointer what can be chosen."""
        place = self._place_at(event.position())
        can = self._cells is not None and place is not None and bool(self._cells.counts[place])
        shape = Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to the next cell with pixels in their direction; Escape chooses none."""
        step = _STEPS.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape and self._chosen is not None:
            self._choose_place(None)
        elif step is not None and self._cells is not None:
            self._step(*step)
        else:
            super().keyPressEvent(event)

    def _step(self, down: int, right: int) -> None:
        cells = self._cells
        assert cells is not None
        place = cells.place_of(self._chosen)
        row, column = (-1 if down else 0, -1 if right else 0) if place is None else place
        row, column = row + down, column + right
        while 0 <= row < len(cells.rows) and 0 <= column < len(cells.columns):
            if cells.counts[row, column]:
                self._choose_place((row, column))
                return
            row, column = row + down, column + right

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what a cell means."""
        if isinstance(event, QHelpEvent):
            words = self._words(self._place_at(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the cells to the room."""
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._lay_out()

    def sizeHint(self) -> QSize:
        return QSize(520, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 100)


def _elided(painter: QPainter, words: str, width: float) -> str:
    return painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(width))

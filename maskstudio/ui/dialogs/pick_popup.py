"""A popup with one line to type in and the rows that match below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import RADIUS_CARD
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.painting import box
from maskstudio.ui.widgets.pick_list import PickList, PickRow

_MARGIN = 6
_MOST_ROWS = 14
_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -_MOST_ROWS,
    Qt.Key.Key_PageDown: _MOST_ROWS,
}


class PickPopup(QFrame):
    """Typing filters, arrows move, Enter or a click picks, Escape closes.

    A subclass says which rows match and which of them is marked first.
    """

    def __init__(self, prompt: str, nothing: str, *, width: int, parent: QWidget) -> None:
        """Make it, hidden; what it holds is made when it is first shown.

        Args:
            prompt: stands in the empty line, and is its name for screen readers.
            nothing: said when no row matches.
        """
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setFixedWidth(width)
        self._prompt = prompt
        self._words_for_nothing = nothing

    def _fill(self) -> None:
        prompt = self._prompt
        self.line = QLineEdit()
        self.line.setObjectName("filter")
        self.line.setPlaceholderText(prompt)
        self.line.setAccessibleName(prompt)
        self.line.setToolTip(
            self.tr("{prompt}\nPart of a name; Enter takes the chosen row").format(prompt=prompt)
        )
        self.line.addAction(
            QAction(icon(Icon.FIND), "", self.line), QLineEdit.ActionPosition.LeadingPosition
        )
        self.line.textChanged.connect(self._filter)
        self.line.installEventFilter(self)
        self.list = PickList()
        self.list.setObjectName("matches")
        self.list.setAccessibleName(prompt)
        self.list.clicked.connect(self._on_clicked)
        self.list.viewport().setAutoFillBackground(False)
        self._nothing = ElidedLabel(self._words_for_nothing, color="text2")
        self._nothing.setObjectName("nothing")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(_MARGIN)
        for widget in (self.line, self.list, self._nothing):
            column.addWidget(widget)
        column.addStretch(1)

    def rows_for(self, text: str) -> Sequence[PickRow]:
        """Rows that match what was typed, best first."""
        raise NotImplementedError

    def first_position(self) -> int:
        """Which row is marked while nothing was typed."""
        return 0

    def open_at(self, place: QPoint) -> None:
        """Open with an empty line, the top-left corner at a place of the screen."""
        self.move(place)
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box(painter, QRectF(self.rect()), fill=theme.panel, edge=theme.track, radius=RADIUS_CARD)

    def setVisible(self, visible: bool) -> None:
        """Fill before the first showing: what is added while it is shown cannot take the focus."""
        if visible and self.layout() is None:
            self._fill()
        super().setVisible(visible)

    def showEvent(self, event: QShowEvent) -> None:
        self.line.clear()
        self._filter("")
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)
        super().showEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the line that belong to the list."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self.list.choose(self.list.currentIndex().row() + step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self.list.current_row())
        else:
            return super().eventFilter(watched, event)
        return True

    def _filter(self, text: str) -> None:
        rows = self.rows_for(text.strip())
        self.list.rows.set_rows(rows)
        self.list.choose(0 if text else self.first_position())
        self.list.setFixedHeight(min(len(rows), _MOST_ROWS) * current_density().row)
        self.list.setVisible(bool(rows))
        self._nothing.setVisible(not rows)
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.adjustSize()

    def _on_clicked(self, index: QModelIndex) -> None:
        self._pick(self.list.rows.row(index.row()))

    def _pick(self, row: PickRow | None) -> None:
        """Close first, so that the deed finds the window as it was."""
        if row is not None:
            self.close()
            row.deed()

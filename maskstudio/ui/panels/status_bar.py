"""The line at the bottom: what is under the pointer, what runs, whether the work is saved."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStatusBar, QToolButton, QWidget

from maskstudio.core.geometry import Point
from maskstudio.errors import Problem, Severity
from maskstudio.ui.canvas.canvas import Canvas
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.saver import Saver
from maskstudio.ui.theme.density import (
    ICON_BAR,
    PADDING_LEFT,
    PADDING_RIGHT,
    SPACING,
    STATUS_BAR,
)
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.tool_box import ToolBox
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.rule import Rule
from maskstudio.ui.workbench import Workbench

from .class_readout import ClassReadout
from .figure_button import FigureButton
from .saved_state import SavedState
from .task_row import TaskRow

HINT_FROM_WIDTH = 1500
"""Window width from which the hint of the tool is shown."""

MESSAGE_MS = 6_000
_PLACE_MS = 50
"""While a stroke is under way, what is under the pointer is told so often: it costs a repaint."""

_BUTTON_HEIGHT = 22
_LEAST_DIGITS = 4


class StatusBar(QStatusBar):
    """Fixed widths for everything that changes, so nothing jumps.

    Signals:
        problems_requested(): the user wants to read the problems.
        history_requested(): the user wants to see the history.
        comparison_requested(): the user wants to see the figures.
    """

    problems_requested = Signal()
    history_requested = Signal()
    comparison_requested = Signal()

    def __init__(
        self,
        workbench: Workbench,
        saver: Saver,
        tools: ToolBox,
        canvas: Canvas,
        figures: ComparisonFigures,
        parent: QWidget | None = None,
    ) -> None:
        """Follow all of them."""
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setAccessibleName(self.tr("Status"))
        self.setSizeGripEnabled(False)
        self.setFixedHeight(STATUS_BAR)
        self._workbench = workbench
        self._tools = tools
        self._place = ElidedLabel(color="text2", ground="window")
        self._place.setObjectName("place")
        self._classes = ClassReadout(workbench)
        self._words = ElidedLabel(color="text2")
        self._words.setObjectName("words")
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._message = ""
        self._message_timer = QTimer(self)
        self._message_timer.setSingleShot(True)
        self._message_timer.setInterval(MESSAGE_MS)
        self._point: Point | None = None
        self._place_timer = QTimer(self, singleShot=True, interval=_PLACE_MS)
        self._place_timer.timeout.connect(self._show_place)
        self._saved = SavedState(workbench, saver)
        self._figure = FigureButton(workbench, figures)
        self._problems = _ProblemsButton(workbench)
        self._history = _button("history", Icon.HISTORY, self.tr("History"))
        self._lay_out()
        self._connect(canvas)
        self._on_document_changed()
        self._show_words()

    def say(self, text: str) -> None:
        """Show a line for some seconds, in place of the hint."""
        self._message = text
        self._message_timer.start()
        self._show_words()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A wider window has room for the hint."""
        super().resizeEvent(event)
        self._show_words()

    def _lay_out(self) -> None:
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(PADDING_LEFT - 2, 0, PADDING_RIGHT - 2, 0)
        row.setSpacing(SPACING)
        self._rules = (Rule(), Rule(), Rule(), Rule())
        left: tuple[QWidget, ...] = (self._place, self._rules[0], self._classes, self._rules[1])
        task = TaskRow(self._workbench.tasks)
        right: tuple[QWidget, ...] = (
            task, self._rules[2], self._saved, self._rules[3],
            self._figure, self._problems, self._history,
        )  # fmt: skip
        for widget in left:
            row.addWidget(widget)
        row.addWidget(self._words, 1)
        for widget in right:
            row.addWidget(widget)
        self.addWidget(content, 1)

    def _connect(self, canvas: Canvas) -> None:
        canvas.pointer_moved.connect(self._on_pointer_moved)
        for signal in (self._workbench.document_changed, self._workbench.opened_changed):
            signal.connect(self._on_document_changed)
        self._workbench.said.connect(self.say)
        self._tools.tool_changed.connect(self._show_words)
        self._workbench.choices.sources.changed.connect(self._show_words)
        self._workbench.choices.layer_changed.connect(self._show_words)
        self._workbench.choices.class_changed.connect(self._show_words)
        self._tools.objects.changed.connect(self._show_words)
        self._message_timer.timeout.connect(self._end_message)
        self._saved.clicked.connect(self.problems_requested)
        self._problems.clicked.connect(self.problems_requested)
        self._history.clicked.connect(self.history_requested)
        self._figure.clicked.connect(self.comparison_requested)

    def _on_document_changed(self) -> None:
        document = self._workbench.document
        longest = max(document.size) if document else 0
        figure = "0" * max(_LEAST_DIGITS, len(str(longest)))
        room = self.fontMetrics().horizontalAdvance(_place_words(figure, figure))
        # With both sides fixed a new text lays nothing out anew, which would cost every move 1 ms.
        self._place.setFixedSize(room + 2, self._classes.sizeHint().height())
        self._history.setEnabled(document is not None)
        is_open = self._workbench.opened is not None
        for widget in (*self._rules, self._problems, self._history):
            widget.setVisible(is_open)
        self._on_pointer_moved(None)
        self._show_words()

    def _on_pointer_moved(self, point: Point | None) -> None:
        self._point = point
        dataset = self._workbench.dataset
        if dataset is None or not dataset.has_open_transaction:
            self._show_place()
        elif not self._place_timer.isActive():
            self._place_timer.start()

    def _show_place(self) -> None:
        document, point = self._workbench.document, self._point
        if document is None or point is None or not document.rect.holds(point):
            point = None
        words = ""
        if point is not None:
            words = _place_words(str(math.floor(point.x)), str(math.floor(point.y)))
        self._place.setText(words)
        self._classes.show_point(point)

    def _show_words(self) -> None:
        """The message while there is one, else the hint where there is room for it.

        That pixels come from another layer is said in any window: painting does something else.
        """
        has_room = self.width() >= HINT_FROM_WIDTH or bool(self._tools.source_words)
        hint = self._tools.hint if self._workbench.document is not None and has_room else ""
        self._words.setText(self._message or hint)

    def _end_message(self) -> None:
        self._message = ""
        self._show_words()


class _ProblemsButton(QToolButton):
    """The worst of the problems, and how many there are."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        _dress(self, "problems", Icon.PROBLEMS, "Problems")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._workbench = workbench
        workbench.opened_changed.connect(self._show_problems)
        workbench.bridge.problems_changed.connect(self._show_problems)
        self._show_problems()

    def sizeHint(self) -> QSize:
        room = self.fontMetrics().horizontalAdvance("0000")
        return QSize(room + ICON_BAR + 2 * SPACING, _BUTTON_HEIGHT)

    def _show_problems(self) -> None:
        dataset = self._workbench.dataset
        problems = dataset.problems if dataset else []
        worst = worst_severity(problems)
        glyph, token = _SIGNS[worst]
        self.setIcon(icon(glyph, token))
        self.setText(str(len(problems)) if problems else "")
        words = f"{len(problems)} problems, the worst: {worst}" if worst else "No problems"
        self.setToolTip(words)
        self.setAccessibleName(words)


_SIGNS = {
    Severity.ERROR: (Icon.ERROR, "error"),
    Severity.WARNING: (Icon.WARNING, "warn"),
    Severity.INFO: (Icon.INFO, "info"),
    None: (Icon.PROBLEMS, "text2"),
}


def worst_severity(problems: list[Problem]) -> Severity | None:
    """How bad the worst problem is."""
    found = {problem.severity for problem in problems}
    return next((severity for severity in Severity if severity in found), None)


def _button(name: str, glyph: Icon, words: str) -> QToolButton:
    button = QToolButton()
    _dress(button, name, glyph, words)
    return button


def _dress(button: QToolButton, name: str, glyph: Icon, words: str) -> None:
    button.setObjectName(name)
    button.setAutoRaise(True)
    button.setIcon(icon(glyph))
    button.setIconSize(QSize(ICON_BAR, ICON_BAR))
    button.setToolTip(words)
    button.setAccessibleName(words)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setFixedHeight(_BUTTON_HEIGHT)


def _place_words(x: str, y: str) -> str:
    return f"x {x}  y {y}"

"""What stands in the place of the canvas when a sample cannot be shown or nothing was opened."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from maskstudio.ui.reveal import folder_of, show_folder
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import ICON_PAGE, SPACING
from maskstudio.ui.theme.icons import Icon, icon, paint_icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.buttons import link_button, primary_button
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.open_dataset import OpenRequest

from .error_words import ErrorWords, problem_of, words_for_document, words_for_failure
from .fact_card import FactCard

_MARGIN = 24


class ErrorPage(QWidget):
    """Follows the shown sample; of a source that did not open it is told.

    Signals:
        open_requested(): the user wants to open something else.
        back_requested(): the user is done with a source that did not open.
    """

    open_requested = Signal()
    back_requested = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error_page")
        self._workbench = workbench
        self._words = ErrorWords("", "", ())
        self._step = 1
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._choose_fonts()

    @property
    def words(self) -> ErrorWords:
        """What the page says."""
        return self._words

    def show_failure(self, request: OpenRequest, error: Exception) -> None:
        """Say why nothing was opened."""
        is_open = self._workbench.opened is not None
        self._say(words_for_failure(request, error, is_open=is_open))
        self._show_buttons(self._open, self._back)
        self._back.setText(self.tr("Back to the samples") if is_open else self.tr("Back to start"))

    def show_document(self) -> None:
        """Say why the shown sample is not to be seen, if it is not."""
        document, dataset = self._workbench.document, self._workbench.dataset
        problem = problem_of(document) if document is not None else None
        if document is None or dataset is None or problem is None:
            return
        n_samples = len(dataset.samples)
        self._say(words_for_document(document, problem, n_samples))
        is_last = dataset.position_of(document.name) == n_samples - 1
        self._step = -1 if is_last else 1
        self._next.setText(self.tr("Previous sample") if is_last else self.tr("Next sample"))
        self._next.setIcon(icon(Icon.PREVIOUS if is_last else Icon.NEXT, "on_accent"))
        self._reveal.setEnabled(folder_of(document.sample) is not None)
        buttons = [self._reveal, self._read_again]
        self._show_buttons(*([self._next] if n_samples > 1 else []), *buttons)

    def _make_widgets(self) -> None:
        centered = Qt.AlignmentFlag.AlignCenter
        self._sign = _Sign()
        self._heading = ElidedLabel()
        self._heading.setAlignment(centered)
        self._safe = ElidedLabel(color="text2")
        self._safe.setAlignment(centered)
        self._card = FactCard()
        self._next = primary_button(self.tr("Next sample"), "error_next")
        self._open = primary_button(self.tr("Open something else"), "error_open")
        self._open.setIcon(icon(Icon.OPEN_FOLDER, "on_accent"))
        self._reveal = _button("Show in folder", "error_reveal", Icon.OPEN_FOLDER)
        self._read_again = _button("Read again", "error_read_again", Icon.REDO)
        self._back = _button("Back to start", "error_back", Icon.PREVIOUS)
        self._copy = link_button(self.tr("Copy details"), "error_copy", Icon.COPY)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACING)
        row.addStretch(1)
        for button in (
            self._next,
            self._open,
            self._reveal,
            self._read_again,
            self._back,
            self._copy,
        ):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(0)
        column.addStretch(4)
        column.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(20)
        column.addWidget(self._heading)
        column.addSpacing(SPACING)
        column.addWidget(self._safe)
        column.addSpacing(16)
        column.addWidget(self._card, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(20)
        column.addLayout(row)
        column.addStretch(5)

    def _connect(self) -> None:
        self._workbench.document_changed.connect(self.show_document)
        self._next.clicked.connect(self._go_on)
        self._open.clicked.connect(self.open_requested)
        self._reveal.clicked.connect(self._show_in_folder)
        self._read_again.clicked.connect(self._read)
        self._back.clicked.connect(self.back_requested)
        self._copy.clicked.connect(self._copy_details)

    def _say(self, words: ErrorWords) -> None:
        self._words = words
        self._heading.setText(words.heading)
        self._safe.setText(words.safe)
        self._card.show_facts(words.facts)
        self.setAccessibleName(words.heading)

    def _show_buttons(self, *shown: QPushButton) -> None:
        for button in (self._next, self._open, self._reveal, self._read_again, self._back):
            button.setVisible(button in shown)

    # deeds

    def _go_on(self) -> None:
        self._workbench.step_sample(self._step)

    def _show_in_folder(self) -> None:
        document = self._workbench.document
        folder = folder_of(document.sample) if document is not None else None
        if folder is not None:
            show_folder(folder)

    def _read(self) -> None:
        document = self._workbench.document
        if document is not None:
            self._workbench.read_again(document.name)

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self._words.details)

    # events of Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(QRectF(self.rect()), current_theme().canvas)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._choose_fonts()

    def _choose_fonts(self) -> None:
        self._heading.setFont(font(Type.HEADING))


class _Sign(QWidget):
    """The icon of a broken file."""

    def sizeHint(self) -> QSize:
        return QSize(ICON_PAGE, ICON_PAGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_icon(painter, QRectF(self.rect()), Icon.BROKEN_FILE, current_theme().error)


def _button(text: str, name: str, glyph: Icon) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setIcon(icon(glyph))
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button

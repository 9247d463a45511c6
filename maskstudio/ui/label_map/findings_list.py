"""What is wrong with a label map, or what a target says to it; each with its mend, if any."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QWidget,
)

from maskstudio.errors import Severity
from maskstudio.ui.theme.density import ICON_BAR, PADDING_LEFT, SPACING
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.widgets.buttons import link_button

_ICONS = {
    Severity.ERROR: (Icon.ERROR, "error"),
    Severity.WARNING: (Icon.WARNING, "warn"),
    Severity.INFO: (Icon.INFO, "info"),
}


@dataclass(frozen=True)
class Said:
    """One line.

    Args:
        keys: of the classes it is about.
        mend: what a click on the button does; None without a button.
        deed: words of the button.
    """

    severity: Severity
    words: str
    keys: tuple[int, ...] = ()
    mend: Callable[[], object] | None = None
    deed: str = ""


class FindingsList(QListWidget):
    """Signals:
    chosen(keys): the user wants to see the classes of a line.
    """

    chosen = Signal(list)

    def __init__(self, name: str, spoken: str, fine: str) -> None:
        """Empty.

        Args:
            name: object name.
            fine: what stands there when there is nothing to say.
        """
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self._fine = fine
        self._said: list[Said] = []
        self.setSelectionMode(QListWidget.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._on_clicked)

    @property
    def lines(self) -> list[Said]:
        """What is listed."""
        return self._said

    def show_lines(self, lines: Iterable[Said]) -> None:
        """List these alone, worst first."""
        self.clear()
        self._said = sorted(lines, key=lambda said: list(_ICONS).index(said.severity))
        for said in self._said:
            glyph, color = _ICONS[said.severity]
            self._add(said.words, glyph, color, said)
        if not self._said:
            self._add(self._fine, Icon.FINE, "ok", None)

    def _add(self, words: str, glyph: Icon, color: str, said: Said | None) -> None:
        item, row = QListWidgetItem(self), _Line(words, glyph, color)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
        if said is not None and said.mend is not None:
            button = link_button(said.deed, f"mend_{self.count() - 1}", Icon.FIX)
            mend = said.mend
            button.clicked.connect(lambda _checked=False: mend())
            row.add(button)
        item.setSizeHint(row.size_for(self.viewport().width()))
        self.setItemWidget(item, row)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        row = self.row(item)
        if row < len(self._said):
            self.chosen.emit(list(self._said[row].keys))

    def resizeEvent(self, event: object) -> None:
        """Words take as many lines as they need."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        for number in range(self.count()):
            row = self.itemWidget(self.item(number))
            if isinstance(row, _Line):
                self.item(number).setSizeHint(row.size_for(self.viewport().width()))


class _Line(QWidget):
    def __init__(self, words: str, glyph: Icon, color: str) -> None:
        super().__init__()
        self._buttons: list[QWidget] = []
        sign = QLabel()
        sign.setPixmap(icon(glyph, color).pixmap(QSize(ICON_BAR, ICON_BAR)))
        self._words = QLabel(words)
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(PADDING_LEFT, 6, SPACING, 6)
        self._row.setSpacing(SPACING)
        self._row.addWidget(sign)
        self._row.addWidget(self._words, 1)

    def add(self, button: QWidget) -> None:
        """A button at the right end."""
        self._row.addWidget(button)
        self._buttons.append(button)

    def size_for(self, width: int) -> QSize:
        """Height of all lines at a width."""
        taken = ICON_BAR + SPACING + sum(b.sizeHint().width() + SPACING for b in self._buttons)
        room = max(60, width - taken - PADDING_LEFT - SPACING)
        heights = [b.sizeHint().height() for b in self._buttons]
        return QSize(width, max([self._words.heightForWidth(room), ICON_BAR, *heights]) + 12)

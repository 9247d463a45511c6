"""What a copy loses or changes, worst first; one sentence each, or one that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from maskstudio.errors import Problem, Severity
from maskstudio.ui.theme.density import ICON_BAR
from maskstudio.ui.theme.icons import Icon, icon

_ICONS = {
    Severity.ERROR: (Icon.ERROR, "error"),
    Severity.WARNING: (Icon.WARNING, "warn"),
    Severity.INFO: (Icon.INFO, "info"),
}


class LossesList(QListWidget):
    """Sentences over as many lines as they need."""

    def __init__(self, spoken: str) -> None:
        """Empty.

        Args:
            spoken: what a screen reader calls it.
        """
        super().__init__()
        self.setObjectName("losses")
        self.setAccessibleName(spoken)
        self.setWordWrap(True)
        self.setIconSize(QSize(ICON_BAR, ICON_BAR))
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """List these alone."""
        self.clear()
        for problem in sorted(problems, key=lambda p: list(_ICONS).index(p.severity)):
            glyph, color = _ICONS[problem.severity]
            self.addItem(QListWidgetItem(icon(glyph, color), problem.message))
        if not self.count():
            fine = self.tr("Nothing is lost: the copy holds every pixel, index and name.")
            self.addItem(QListWidgetItem(icon(Icon.FINE, "ok"), fine))

"""Opening the window that edits the label map of the active layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.workbench import Workbench

if TYPE_CHECKING:
    from maskstudio.ui.label_map.window import LabelMapWindow

LABEL_MAP = ActionSpec(
    "class.label_map",
    "Label Map…",
    "Labels",
    ("Ctrl+L",),
    Icon.LABEL_MAP,
    "Merge, renumber, rename and recolor classes over the whole data set",
)


class LabelMapCommands:
    """One window at a time; lives as long as the main window."""

    def __init__(self, actions: Actions, workbench: Workbench, window: QWidget) -> None:
        """Declare."""
        self._workbench = workbench
        self._window = window
        self._shown: LabelMapWindow | None = None
        actions.add(LABEL_MAP, self.open, lambda: workbench.dataset is not None)

    def open(self) -> None:
        """Show the window of the active layer; one that is open for it comes to the front."""
        from maskstudio.ui.label_map.window import LabelMapWindow  # no start-up needs it

        key = self._workbench.choices.active_key
        shown = self._shown
        if shown is not None and shown.keeper.key != key:
            shown.close()
            shown = None
        if shown is None:
            shown = self._shown = LabelMapWindow(self._workbench, key, self._window)
            shown.finished.connect(lambda _code, closed=shown: self._forget(closed))
        shown.show()
        shown.raise_()
        shown.activateWindow()

    def _forget(self, closed: LabelMapWindow) -> None:
        if self._shown is closed:
            self._shown = None

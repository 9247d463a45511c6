"""The views of the compared layers, side by side in the options bar."""

from __future__ import annotations

from maskstudio.ui.commands.compare_commands import VIEWS, show_view
from maskstudio.ui.view_choices import View
from maskstudio.ui.widgets.segmented import Choice, Segmented
from maskstudio.ui.workbench import Workbench

_WORDS = {
    View.OVERLAY: "Overlay",
    View.SIDE_BY_SIDE: "Side by side",
    View.SWIPE: "Swipe",
    View.DIFFERENCE: "Difference",
}


class ViewSwitch(Segmented):
    """Follows the choice of view; rests while there are fewer than two layers."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(
            "View",
            [
                Choice(view.value, _WORDS[view], spec.icon, f"{spec.text}\n{spec.tip}")
                for view, spec in VIEWS.items()
            ],
        )
        self.setObjectName("view_switch")
        self._workbench = workbench
        self.choice_changed.connect(self._choose)
        workbench.choices.views.view_changed.connect(self._show)
        workbench.compared.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self.set_value(self._workbench.choices.view.value)
        self.setEnabled(self._workbench.compared.keys is not None)

    def _choose(self, value: str) -> None:
        show_view(self._workbench.choices, View(value))

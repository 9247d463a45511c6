"""How the compared layers are laid out, and which two they are. Nothing here is an edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup

from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.choices import Choices, Pair
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.view_choices import View
from maskstudio.ui.workbench import Workbench

MENU = "Compare"
VIEWS = {
    View.OVERLAY: ActionSpec(
        "compare.overlay",
        "Overlay",
        MENU,
        (),
        Icon.OVERLAY,
        "All layers over the picture",
        is_checkable=True,
    ),
    View.SIDE_BY_SIDE: ActionSpec(
        "compare.side_by_side",
        "Side by Side",
        MENU,
        (),
        Icon.SIDE_BY_SIDE,
        "The prediction left, the ground truth right",
        is_checkable=True,
    ),
    View.SWIPE: ActionSpec(
        "compare.swipe",
        "Swipe",
        MENU,
        (),
        Icon.SWIPE,
        "A divider between prediction and ground truth",
        is_checkable=True,
    ),
    View.DIFFERENCE: ActionSpec(
        "compare.difference",
        "Difference",
        MENU,
        (),
        Icon.DIFFERENCE,
        "What is missed, spurious or confused",
        is_checkable=True,
    ),
}
PAIR = ActionSpec(
    "compare.pair", "Compared Layers…", MENU, (), Icon.LAYERS, "Which two layers are compared"
)
EXCHANGE = ActionSpec("compare.exchange", "Exchange Prediction and Ground Truth", MENU)

AskPair = Callable[[tuple[str, ...], Pair], Pair | None]
"""Asks which of some layers are compared; None leaves the pair as it is."""


class CompareCommands(QObject):
    """Declares its actions; lives as long as the window."""

    def __init__(
        self, actions: Actions, workbench: Workbench, ask_pair: AskPair, parent: QObject
    ) -> None:
        """Declare."""
        super().__init__(parent)
        self._workbench = workbench
        self._ask_pair = ask_pair
        group = QActionGroup(self)
        self._actions = {
            view: actions.add(spec, partial(show_view, workbench.choices, view), self._has_pair)
            for view, spec in VIEWS.items()
        }
        for action in self._actions.values():
            group.addAction(action)
        actions.add(PAIR, self._choose_pair, self._has_pair)
        actions.add(EXCHANGE, self._exchange, self._has_pair)
        workbench.choices.views.view_changed.connect(self._show_view)
        workbench.compared.changed.connect(self._show_view)
        workbench.compared.changed.connect(actions.update_enabled)
        workbench.choices.shown_cell_changed.connect(self._show_cell)
        self._show_view()

    def _has_pair(self) -> bool:
        return self._workbench.compared.keys is not None

    def _show_view(self) -> None:
        self._actions[self._workbench.choices.view].setChecked(True)

    def _show_cell(self) -> None:
        """Pixels of a cell are pointed out in the difference view."""
        if self._workbench.choices.shown_cell is not None:
            show_view(self._workbench.choices, View.DIFFERENCE)

    def _choose_pair(self) -> None:
        dataset, pair = self._workbench.dataset, self._workbench.compared.keys
        assert dataset is not None
        assert pair is not None
        chosen = self._ask_pair(dataset.keys, pair)
        if chosen is not None:
            self._workbench.choices.set_pair(chosen)

    def _exchange(self) -> None:
        pair = self._workbench.compared.keys
        assert pair is not None
        self._workbench.choices.set_pair(Pair(pair.ground_truth, pair.prediction))


def show_view(choices: Choices, view: View) -> None:
    """Lay the layers out otherwise; those of the pair are shown, for the view is about them."""
    choices.views.set_view(view)
    if view is not View.OVERLAY and choices.pair is not None:
        for key in choices.pair:
            choices.set_look(key, replace(choices.look(key), is_visible=True))

"""Going from sample to sample, and marking them as checked."""

from __future__ import annotations

from functools import partial

from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.workbench import Workbench

MENU = "View"
NEXT = ActionSpec("sample.next", "Next Sample", MENU, ("D", "PgDown"), Icon.NEXT)
PREVIOUS = ActionSpec("sample.previous", "Previous Sample", MENU, ("A", "PgUp"), Icon.PREVIOUS)
NEXT_UNCHECKED = ActionSpec(
    "sample.next_unchecked", "Next Unchecked Sample", MENU, ("Ctrl+Shift+D",)
)
PREVIOUS_UNCHECKED = ActionSpec(
    "sample.previous_unchecked", "Previous Unchecked Sample", MENU, ("Ctrl+Shift+A",)
)
CHECK = ActionSpec("sample.check", "Mark as Checked", MENU, ("Ctrl+Alt+K",), Icon.CHECKED)


def add_sample_commands(actions: Actions, workbench: Workbench) -> None:
    """Declare them."""

    def has_samples() -> bool:
        return workbench.dataset is not None and len(workbench.dataset.samples) > 0

    step = workbench.step_sample
    actions.add(NEXT, partial(step, 1), has_samples)
    actions.add(PREVIOUS, partial(step, -1), has_samples)
    actions.add(NEXT_UNCHECKED, partial(step, 1, only_unchecked=True), has_samples)
    actions.add(PREVIOUS_UNCHECKED, partial(step, -1, only_unchecked=True), has_samples)
    actions.add(CHECK, workbench.toggle_checked, lambda: workbench.document is not None)

"""Walking through regions of disagreement and deciding on them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.region_lister import RegionLister
from maskstudio.ui.region_walk import RegionWalk
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.disagreement import Decision

MENU = "Compare"
NEXT = ActionSpec("region.next", "Next Disagreement", MENU, ("J",), Icon.NEXT_REGION)
PREVIOUS = ActionSpec(
    "region.previous", "Previous Disagreement", MENU, ("Shift+J",), Icon.PREVIOUS_REGION
)
ACCEPT = ActionSpec(
    "region.accept",
    "Accept Prediction",
    MENU,
    ("Y",),
    Icon.ACCEPT,
    "Writes the predicted class into the ground truth, in this region alone",
)
KEEP = ActionSpec(
    "region.keep",
    "Keep Ground Truth",
    MENU,
    ("G",),
    Icon.REJECT,
    "Marks this region as done and changes nothing",
)
LATER = ActionSpec(
    "region.later", "Mark for Later", MENU, ("M",), Icon.FLAGGED, "Lists this region after others"
)


class RegionCommands(QObject):
    """Declares its actions; lives as long as the window."""

    def __init__(
        self, actions: Actions, workbench: Workbench, lister: RegionLister, walk: RegionWalk
    ) -> None:
        """Declare."""
        super().__init__(workbench)
        self._workbench = workbench
        self._lister = lister
        self._walk = walk
        self._step_when_found = 0
        actions.add(NEXT, partial(self._go, 1), self._has_pair)
        actions.add(PREVIOUS, partial(self._go, -1), self._has_pair)
        actions.add(ACCEPT, self._accept, lambda: not walk.why_not_accept())
        actions.add(KEEP, partial(walk.decide, Decision.KEPT), self._has_region)
        actions.add(LATER, partial(walk.decide, Decision.LATER), self._has_region)
        walk.current_changed.connect(actions.update_enabled)
        walk.shown.connect(actions.update_enabled)
        workbench.decisions.changed.connect(actions.update_enabled)
        lister.changed.connect(self._go_when_found)

    def _has_pair(self) -> bool:
        return self._workbench.compared.keys is not None

    def _has_region(self) -> bool:
        return self._walk.current is not None

    def _accept(self) -> None:
        self._walk.accept()

    def _go(self, step: int) -> None:
        """Go on in the list; the first time it has to be made."""
        self._step_when_found = 0
        self._lister.want()
        if self._walk.go(step):
            return
        if self._lister.is_searching:
            self._step_when_found = step
            self._workbench.said.emit(self.tr("Looking for disagreements …"))
        else:
            where = "" if self._lister.is_of_dataset else " in this sample"
            which = "" if self._lister.model.n_open else "open "
            more = "more " if self._lister.model.n_open else ""
            self._workbench.said.emit(
                self.tr("No {more}{which}disagreements{where}").format(
                    more=more, which=which, where=where
                )
            )

    def _go_when_found(self) -> None:
        step = self._step_when_found
        if step and not self._lister.is_searching:
            self._step_when_found = 0
            self._go(step)

"""Performs random actions of a user on the real window and checks what must hold."""

from __future__ import annotations

import logging
import math
import random
import resource
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from . import keeping, painting, wandering
from .made_data import write_dataset
from .panels import check_panels
from .stage import Stage
from .watch import Faults, own_threads, resident_bytes

log = logging.getLogger(__name__)

Action = Callable[[Stage, random.Random], None]

WEIGHTS: dict[Action, float] = {
    painting.brush: 20,
    painting.erase: 6,
    painting.escape: 4,
    painting.polygon: 6,
    painting.fill: 5,
    painting.pick: 3,
    painting.copy_previous: 2,
    painting.copy_layer: 2,
    painting.toggle_source: 2,
    painting.options: 5,
    wandering.undo: 10,
    wandering.redo: 8,
    wandering.jump: 2,
    wandering.step: 9,
    wandering.show: 3,
    wandering.check: 1,
    wandering.activate: 3,
    wandering.look: 5,
    wandering.choose_class: 6,
    wandering.edit_class: 4,
    wandering.protect: 2,
    wandering.hide: 3,
    wandering.view: 7,
    wandering.zoom: 7,
    wandering.dock: 3,
    wandering.region: 5,
    keeping.save: 1.2,
    keeping.relabel: 0.8,
    keeping.add_layer: 0.4,
    keeping.reopen: 0.4,
    keeping.restart: 0.1,
    keeping.walk: 0.2,
}
"""How often each is done, relative to the others."""

N_LAST = 30
CHECK_EVERY = 100
BUDGET_BYTES = 900 << 20


class Soak:
    """One run; the same seed does the same, but for what workers do meanwhile."""

    def __init__(self, seed: int, app: QApplication, folder: Path) -> None:
        self.seed = seed
        self._last: deque[str] = deque(maxlen=N_LAST)
        self._done: Counter[str] = Counter()
        self._faults = Faults()
        self._faults.install()
        self._threads = set(own_threads())
        self._stage = Stage(app, folder, write_dataset(folder / "data"))
        self._memory: list[int] = []
        self._peak = 0

    def run(
        self, n_actions: int, chosen: Collection[int] | None = None, *, limit_s: float = math.inf
    ) -> dict[str, Any]:
        """Do so many actions, or of those only the ones chosen; stops at the first fault.

        Args:
            limit_s: the time after which no other action begins.

        Returns:
            What was done and measured, and under `faults` what was found.
        """
        begun, number = time.monotonic(), -1
        for number in range(n_actions):
            if chosen is None or number in chosen:
                self._do(number)
                is_late = time.monotonic() - begun > limit_s
                if is_late or self._faults.met or self._stage.complaints:
                    break
            if number % 1000 == 999:
                log.info("%d actions, %d MiB", number + 1, resident_bytes() >> 20)
        faults = self._all_faults()
        faults += self._end(is_whole=not faults)
        return {
            "seed": self.seed,
            "actions": number + 1,
            "seconds": round(time.monotonic() - begun, 1),
            "faults": faults,
            "last_actions": list(self._last) if faults else [],
            "times_opened": self._stage.n_opened,
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
            "resident_mib": [found >> 20 for found in self._memory],
            "longest_blocked": self._stage.beat.longest[:10],
            "done": dict(self._done.most_common()),
        }

    def _do(self, number: int) -> None:
        dice = random.Random(f"{self.seed}:{number}")
        action = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if self._stage.workbench.document is None:
            self._stage.settle()
        self._last.append(f"{number}: {action.__name__} {self._where()}")
        self._done[action.__name__] += 1
        self._stage.beat.begin(action.__name__)
        try:
            action(self._stage, dice)
        except Exception:  # noqa: BLE001
            self._stage.complain(traceback.format_exc())
            return
        self._stage.turn()
        if dice.random() < 0.7:
            self._stage.settle()
        if number % CHECK_EVERY == CHECK_EVERY - 1:
            self._check()
        self._stage.beat.pause()

    def _where(self) -> str:
        workbench = self._stage.workbench
        name = workbench.document.name if workbench.document else "nothing"
        position = self._stage.dataset.history.position
        return f"on {name}, {self._stage.choices.active_key}, after {position} edits"

    def _check(self) -> None:
        self._stage.settle()
        self._stage.beat.pause()
        self._stage.twin.check_all("checking all masks")
        self._stage.beat.begin("figures of panels")
        check_panels(self._stage)
        self._memory.append(resident_bytes())
        if self._memory[-1] > BUDGET_BYTES:
            self._stage.complain(f"{self._memory[-1] >> 20} MiB of memory are in use")

    def _end(self, *, is_whole: bool) -> list[str]:
        """Undo and redo everything, save, open again, close."""
        if is_whole:
            dice = random.Random(self.seed)
            self._stage.beat.begin("the end")
            self._check()
            keeping.walk(self._stage, dice)
            keeping.reopen(self._stage, dice)
            self._stage.beat.pause()
        self._stage.end()
        self._stage.beat.end()
        left = set(own_threads()) - self._threads
        if left:
            self._stage.complain(f"threads that go on: {sorted(left)}")
        return self._all_faults() if is_whole else []

    def _all_faults(self) -> list[str]:
        return [*self._faults.met, *self._stage.complaints]

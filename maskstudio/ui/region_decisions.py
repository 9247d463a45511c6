"""What the user decided on regions of disagreement. Marks, not edits; kept with the data set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from maskstudio.workflows.disagreement import Decision, Region

from .choices import Pair
from .compared_pair import ComparedPair


class RegionDecisions(QObject):
    """Decisions belong to the compared pair on which they were made; owned by the workbench.

    Signals:
        changed(): a decision was made or taken back, or others are there.
    """

    changed = Signal()

    def __init__(self, compared: ComparedPair, parent: QObject) -> None:
        """Nothing is decided."""
        super().__init__(parent)
        self._compared = compared
        self._made: dict[Pair, dict[Region, Decision]] = {}

    @property
    def made(self) -> Mapping[Region, Decision]:
        """Decisions on the compared pair."""
        keys = self._compared.keys
        return self._made.get(keys, {}) if keys is not None else {}

    def decide(self, region: Region, decision: Decision | None) -> None:
        """Decide on a region of the compared pair, or take a decision back."""
        keys = self._compared.keys
        assert keys is not None
        made = self._made.setdefault(keys, {})
        if made.get(region) is decision:
            return
        if decision is None:
            del made[region]
        else:
            made[region] = decision
        self.changed.emit()

    def clear(self) -> None:
        """Forget all: another data set is open."""
        self._made.clear()
        self.changed.emit()

    def as_json(self) -> list[dict[str, Any]]:
        """Every decision, for a workspace."""
        return [
            {**region.as_json(), "layers": list(keys), "decision": decision.value}
            for keys, made in self._made.items()
            for region, decision in made.items()
        ]

    def restore(self, kept: Iterable[Mapping[str, Any]]) -> None:
        """Take over what was kept; entries that make no sense are passed over."""
        decisions = {decision.value: decision for decision in Decision}
        for entry in kept:
            region, keys = Region.from_json(entry), entry.get("layers")
            decision = decisions.get(str(entry.get("decision")))
            is_pair = isinstance(keys, list) and [type(key) for key in keys] == [str, str]
            if region is not None and decision is not None and is_pair:
                self._made.setdefault(Pair(*entry["layers"]), {})[region] = decision
        self.changed.emit()

"""Decisions on regions belong to a pair of layers and come back with the data set."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from maskstudio.core.geometry import Rect
from maskstudio.formats.workspace import read_workspace
from maskstudio.ui.choices import Pair
from maskstudio.ui.state_keeper import StateKeeper
from maskstudio.workflows.disagreement import Decision, Region
from tests.ui.bench import Bench, street_dataset
from tests.ui.panels.conftest import bench, empty_bench

__all__ = ["bench", "empty_bench"]

REGION = Region("street_000", 8, 3, 100, Rect(10, 10, 20, 20), (10, 10))


def test_a_decision_is_made_and_taken_back(bench: Bench, qtbot: QtBot) -> None:
    decisions = bench.workbench.decisions
    for decision in (Decision.LATER, Decision.KEPT, None):
        with qtbot.waitSignal(decisions.changed):
            decisions.decide(REGION, decision)
        assert decisions.made.get(REGION) is decision


def test_another_pair_has_decisions_of_its_own(bench: Bench) -> None:
    decisions = bench.workbench.decisions
    decisions.decide(REGION, Decision.KEPT)
    bench.workbench.choices.set_pair(Pair("ground_truth", "predictions"))
    assert not decisions.made
    bench.workbench.choices.set_pair(Pair("predictions", "ground_truth"))
    assert decisions.made == {REGION: Decision.KEPT}


def test_decisions_come_back_and_nonsense_is_passed_over(bench: Bench) -> None:
    decisions = bench.workbench.decisions
    decisions.decide(REGION, Decision.ACCEPTED)
    kept = decisions.as_json()
    decisions.clear()
    good = kept[0]
    nonsense = [{}, {**good, "layers": "ab"}, {**good, "decision": "?"}, {**good, "seed": []}]
    decisions.restore(nonsense)
    assert not decisions.made
    decisions.restore(kept)
    assert decisions.made == {REGION: Decision.ACCEPTED}


def test_another_data_set_begins_without_decisions(bench: Bench) -> None:
    bench.workbench.decisions.decide(REGION, Decision.KEPT)
    bench.open(street_dataset())
    assert not bench.workbench.decisions.made


def test_a_workspace_holds_them(bench: Bench, tmp_path: Path) -> None:
    bench.workbench.decisions.decide(REGION, Decision.LATER)
    keeper = StateKeeper(bench.workbench, bench.canvas)
    keeper.write_workspace(tmp_path / "a.maskstudio")
    workspace, _ = read_workspace(tmp_path / "a.maskstudio")
    assert [entry["decision"] for entry in workspace.regions] == ["later"]

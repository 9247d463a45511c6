"""Views and pair are chosen from the options bar and from the menu Compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QRadioButton

from maskstudio.core.dataset import Dataset
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.ui.choices import Cell, Pair
from maskstudio.ui.commands.compare_commands import VIEWS, CompareCommands
from maskstudio.ui.panels.view_switch import ViewSwitch
from maskstudio.ui.view_choices import View
from tests.helpers.datasets import dataset_of
from tests.helpers.masks import mask
from tests.ui.bench import Bench, street_dataset
from tests.ui.helpers import child


@dataclass
class Answer:
    """A user who is asked for the pair."""

    pair: Pair | None = None
    asked: list[tuple[tuple[str, ...], Pair]] = field(default_factory=list)

    def ask(self, keys: tuple[str, ...], pair: Pair) -> Pair | None:
        self.asked.append((keys, pair))
        return self.pair


@pytest.fixture
def answer(empty_bench: Bench) -> Answer:
    found = Answer()
    CompareCommands(empty_bench.actions, empty_bench.workbench, found.ask, empty_bench.window)
    return found


@pytest.fixture
def switch(answer: Answer, empty_bench: Bench) -> Iterator[ViewSwitch]:
    found = ViewSwitch(empty_bench.workbench)
    found.show()
    empty_bench.open(street_dataset())
    yield found
    found.close()
    found.deleteLater()


def one_layer() -> Dataset:
    return dataset_of({"a": mask("01", "10")})


def click(switch: ViewSwitch, view: View) -> None:
    QTest.mouseClick(child(switch, QRadioButton, view.value), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("view", [View.SWIPE, View.SIDE_BY_SIDE, View.DIFFERENCE])
def test_a_segment_and_a_command_choose_the_view(
    bench: Bench, switch: ViewSwitch, view: View
) -> None:
    actions, choices = bench.actions, bench.workbench.choices
    click(switch, view)
    assert choices.view is view
    assert actions[VIEWS[view].id].isChecked()
    actions["compare.overlay"].trigger()
    assert choices.view is View.OVERLAY
    assert switch.value() == "overlay"
    assert [actions[spec.id].isChecked() for spec in VIEWS.values()] == [True, False, False, False]


def test_with_fewer_than_two_layers_there_is_nothing_to_choose(
    bench: Bench, switch: ViewSwitch
) -> None:
    assert switch.isEnabled()
    click(switch, View.SWIPE)
    bench.open(one_layer())
    assert not switch.isEnabled()
    assert switch.value() == "overlay"
    assert not bench.actions["compare.swipe"].isEnabled()
    assert not bench.actions["compare.pair"].isEnabled()
    bench.workbench.close_dataset()
    assert not switch.isEnabled()


def test_a_shown_cell_of_the_matrix_leads_to_the_difference(
    bench: Bench, switch: ViewSwitch
) -> None:
    bench.workbench.choices.set_shown_cell(Cell(8, 3))
    assert switch.value() == "difference"


def test_the_user_is_asked_which_layers_are_compared(
    bench: Bench, switch: ViewSwitch, answer: Answer
) -> None:
    assert switch.isEnabled()
    choices = bench.workbench.choices
    bench.actions["compare.pair"].trigger()
    ours = Pair(PREDICTIONS, GROUND_TRUTH)
    assert answer.asked == [((GROUND_TRUTH, PREDICTIONS), ours)]
    assert choices.pair == ours
    answer.pair = Pair(GROUND_TRUTH, PREDICTIONS)
    bench.actions["compare.pair"].trigger()
    assert choices.pair == answer.pair
    bench.actions["compare.exchange"].trigger()
    assert choices.pair == ours

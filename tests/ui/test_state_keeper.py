"""What was chosen in a data set comes back when it is opened again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.ui.state_keeper import StateKeeper
from tests.ui.bench import Bench, bench_of, street_dataset


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    for found in bench_of(tmp_path):
        StateKeeper(found.workbench, found.canvas)
        yield found


def test_class_and_looks_come_back(bench: Bench) -> None:
    bench.open(street_dataset())
    bench.workbench.choices.set_class(8)
    bench.workbench.choices.set_hidden(GROUND_TRUTH, [3])
    bench.open(street_dataset())
    assert bench.workbench.choices.current_class == 8
    assert bench.workbench.choices.hidden(GROUND_TRUTH) == {3}


def test_a_class_that_is_gone_is_not_chosen_again(bench: Bench) -> None:
    bench.open(street_dataset())
    bench.workbench.choices.set_class(8)
    without_car = street_dataset()
    for key, label_map in without_car.label_maps.items():
        without_car.label_maps[key] = label_map.without_class(8)
    bench.open(without_car)
    assert bench.workbench.choices.current_class == 1


def test_state_lies_beside_settings_of_their_own(bench: Bench, tmp_path: Path) -> None:
    bench.open(street_dataset())
    bench.workbench.close_dataset()
    assert list(tmp_path.rglob("*.maskstudio"))
    assert not list(Path.home().rglob("*.maskstudio"))

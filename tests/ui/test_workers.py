"""Work beside the window leaves the machine to a user who draws."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from maskstudio.core.geometry import Rect
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.ui import workers
from maskstudio.ui.workers import Task, TaskRunner
from tests.ui.bench import Bench, bench_of, street_dataset


class Slices:
    """Work of two slices."""

    def __init__(self) -> None:
        self.n_done = 0
        self.first_done = threading.Event()

    def __call__(self, task: Task) -> None:
        for _ in range(2):
            self.n_done += 1
            self.first_done.set()
            task.give_way()


@pytest.fixture
def runner(qtbot: QtBot) -> TaskRunner:
    return TaskRunner()


def test_work_waits_between_slices_while_the_user_draws(
    qtbot: QtBot, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_QUIET_S", 600.0)
    monkeypatch.setattr(workers, "_PATIENCE_S", 600.0)
    runner.hold_back()
    work = Slices()
    task = runner.start("Counting", work)
    assert work.first_done.wait(10)
    with qtbot.waitSignal(task.ended):
        task.cancel()
    assert work.n_done == 1


def test_what_nobody_waits_for_begins_after_what_the_user_waits_for(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    done: list[str] = []
    runner.put_off()
    later = runner.start("Thumbnail", lambda task: done.append("thumbnail"), is_shown=False)
    with qtbot.waitSignal(runner.start("Opening", lambda task: done.append("sample")).ended):
        pass
    assert done == ["sample"]
    assert runner.tasks == (later,)
    with qtbot.waitSignal(later.ended):
        runner.go_on()
    assert done == ["sample", "thumbnail"]


def test_work_that_waited_long_enough_does_a_slice(
    qtbot: QtBot, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_QUIET_S", 600.0)
    monkeypatch.setattr(workers, "_PATIENCE_S", 0.01)
    runner.hold_back()
    work = Slices()
    with qtbot.waitSignal(runner.start("Counting", work).ended):
        pass
    assert work.n_done == 2


def test_what_nobody_waits_for_is_not_begun_while_the_user_draws(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bench in bench_of(tmp_path):
        bench.open(street_dataset())
        paint(bench, monkeypatch)
        work = Slices()
        task = bench.workbench.tasks.start("Counting", work, is_shown=False)
        with qtbot.waitSignal(task.ended):
            task.cancel()
        assert work.n_done == 0


def paint(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paint on, with pauses that are taken to be short."""
    monkeypatch.setattr(workers, "_QUIET_S", 600.0)
    monkeypatch.setattr(workers, "_PATIENCE_S", 600.0)
    assert bench.workbench.dataset is not None
    stroke = bench.workbench.dataset.begin("street_000", GROUND_TRUTH, label="Brush")
    stroke.paint(Rect(0, 0, 2, 2), np.ones((2, 2), np.bool_), 8)
    stroke.rollback()

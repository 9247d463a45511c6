from __future__ import annotations

import threading

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from maskstudio.core.geometry import Point, Rect
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.errors import Kind, Problem, Scope, Severity
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.panels.class_readout import ClassReadout
from maskstudio.ui.panels.saved_state import SavedState
from maskstudio.ui.panels.status_bar import StatusBar
from maskstudio.ui.panels.task_row import TaskRow
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.workers import Task
from tests.ui.bench import Bench, street_dataset
from tests.ui.helpers import child


def add_bar(bench: Bench, width: int = 1600) -> StatusBar:
    figures = ComparisonFigures(bench.workbench)
    bar = StatusBar(bench.workbench, bench.saver, bench.tools, bench.canvas, figures)
    bench.window.setStatusBar(bar)
    bench.window.resize(width, 400)
    bench.window.show()
    return bar


@pytest.fixture
def bar(bench: Bench) -> StatusBar:
    return add_bar(bench)


def label(bar: StatusBar, name: str) -> str:
    return str(child(bar, ElidedLabel, name).text())


def saved(bar: StatusBar) -> SavedState:
    return child(bar, SavedState)


def paint_one_pixel(bench: Bench, sample: str) -> None:
    dataset = bench.workbench.dataset
    assert dataset is not None
    transaction = dataset.begin(sample, GROUND_TRUTH, label="Brush")
    transaction.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), 8)
    transaction.commit()


def test_the_place_is_the_pixel_under_the_pointer(bench: Bench, bar: StatusBar) -> None:
    bench.canvas.pointer_moved.emit(Point(12.99, 3.0))
    assert label(bar, "place") == "x 12  y 3"
    bench.canvas.pointer_moved.emit(Point(-0.01, 3.0))
    assert label(bar, "place") == ""
    bench.canvas.pointer_moved.emit(Point(12.0, 3.0))
    bench.canvas.pointer_moved.emit(None)
    assert label(bar, "place") == ""


def test_every_layer_names_its_class(bench: Bench, bar: StatusBar) -> None:
    bench.canvas.pointer_moved.emit(Point(12.0, 12.0))
    readout = child(bar, ClassReadout)
    assert readout.words() == "predictions  3 Road\nground_truth  8 Car"
    bench.canvas.pointer_moved.emit(None)
    assert readout.words() == "predictions  –\nground_truth  –"


def test_a_smaller_layer_is_read_at_the_same_place(empty_bench: Bench) -> None:
    empty_bench.open(street_dataset(predictions_scale=2))
    bar = add_bar(empty_bench)
    empty_bench.canvas.pointer_moved.emit(Point(39.5, 29.5))
    assert child(bar, ClassReadout).words() == "predictions  3 Road\nground_truth  3 Road"
    empty_bench.canvas.pointer_moved.emit(Point(39.5, 13.5))
    assert child(bar, ClassReadout).words() == "predictions  1 Building\nground_truth  1 Building"


def test_nothing_moves_with_the_pointer(bench: Bench, bar: StatusBar) -> None:
    readout = child(bar, ClassReadout)
    before = readout.geometry()
    for point in (Point(0, 0), Point(12, 12), None):
        bench.canvas.pointer_moved.emit(point)
        bench.window.grab()
        assert readout.geometry() == before


def test_the_hint_of_the_tool_needs_a_wide_window(bench: Bench) -> None:
    bar = add_bar(bench, 1600)
    assert label(bar, "words") == bench.tools.active.hint
    bench.window.resize(1280, 400)
    bench.window.grab()
    assert label(bar, "words") == ""


def test_a_message_takes_the_place_of_the_hint(bench: Bench, bar: StatusBar) -> None:
    bench.workbench.said.emit("Undid Brush")
    assert label(bar, "words") == "Undid Brush"
    bar._message_timer.timeout.emit()
    assert label(bar, "words") == bench.tools.active.hint


def test_the_saved_state_counts_samples(bench: Bench, bar: StatusBar) -> None:
    assert saved(bar).text() == "Saved"
    paint_one_pixel(bench, "street_000")
    assert saved(bar).text() == "Unsaved: 1 sample"
    bench.workbench.undo()
    assert saved(bar).text() == "Saved"


def test_a_failed_save_leads_to_the_problems(qtbot: QtBot, bench: Bench, bar: StatusBar) -> None:
    bench.saver.failure = "Not saved: disk full"
    bench.saver.state_changed.emit()
    assert saved(bar).text() == "Not saved: disk full"
    with qtbot.waitSignal(bar.problems_requested):
        saved(bar).click()


def test_the_worst_problem_and_the_count_are_told(
    qtbot: QtBot, bench: Bench, bar: StatusBar
) -> None:
    dataset = bench.workbench.dataset
    assert dataset is not None
    for severity in (Severity.INFO, Severity.ERROR, Severity.WARNING):
        dataset.note_problems(
            [Problem(Kind.LABEL_GAP, severity, Scope.FILE, "labelmap.txt", severity.value)]
        )
    assert bar._problems.text() == "3"
    assert bar._problems.accessibleName() == "3 problems, the worst: error"
    with qtbot.waitSignal(bar.problems_requested):
        bar._problems.click()
    with qtbot.waitSignal(bar.history_requested):
        bar._history.click()


def test_a_task_is_shown_with_its_progress_and_can_be_cancelled(
    qtbot: QtBot, bench: Bench, bar: StatusBar
) -> None:
    row = child(bar, TaskRow)
    go_on = threading.Event()

    def work(task: Task) -> None:
        task.report(41, 60)
        go_on.wait(5)
        task.report(42, 60)

    task = bench.workbench.tasks.start("Scanning masks", work)
    assert not row.isVisible()
    qtbot.waitUntil(row.isVisible)
    assert [w.text() for w in row.findChildren(ElidedLabel)] == ["Scanning masks", "41 of 60"]
    row.cancel_requested.emit()
    with qtbot.waitSignal(task.ended):
        go_on.set()
    assert not row.isVisible()


def test_work_that_is_not_to_be_shown_is_not(qtbot: QtBot, bench: Bench, bar: StatusBar) -> None:
    row = child(bar, TaskRow)
    task = bench.workbench.tasks.start("Fetching ahead", lambda _: None, is_shown=False)
    with qtbot.waitSignal(task.ended):
        assert not row._timer.isActive()


def test_the_bar_keeps_its_height(bar: StatusBar) -> None:
    assert bar.height() == 28

"""Changes of whole layers: made beside the window, as one step, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.geometry import Point, Rect
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.tools.base import Pointer
from maskstudio.ui import long_change, tool_box
from maskstudio.ui.long_change import Patch
from tests.helpers.datasets import dataset_of
from tests.ui.bench import Bench, bench_of

WAIT_MS = 5000


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(tool_box, "LARGE", 1000)
    monkeypatch.setattr(long_change, "STRIP", 1000)
    yield from bench_of(tmp_path)


def opened(bench: Bench, pixels: NDArray[Any]) -> Dataset:
    dataset = dataset_of({"a": pixels})
    bench.open(dataset)
    return dataset


def pixels_of(dataset: Dataset) -> NDArray[Any]:
    return dataset.document("a").layer(GROUND_TRUTH).pixels


def striped() -> NDArray[np.uint8]:
    """Three rows of tiles; class 2 in the middle of them, from border to border."""
    pixels = np.zeros((700, 300), np.uint8)
    pixels[100:650] = 2
    return pixels


def wait_for_end(qtbot: QtBot, dataset: Dataset) -> None:
    qtbot.waitUntil(lambda: not dataset.has_open_transaction, timeout=WAIT_MS)


def test_a_large_fill_is_one_step_that_undo_takes_back(bench: Bench, qtbot: QtBot) -> None:
    dataset = opened(bench, striped())
    bench.tools.choose("fill")
    bench.tools.active.press(Pointer(Point(10, 300)))
    assert dataset.has_open_transaction
    wait_for_end(qtbot, dataset)
    np.testing.assert_array_equal(pixels_of(dataset), striped() // 2)
    assert [edit.label for edit in dataset.history.edits] == ["Fill road"]
    dataset.undo()
    np.testing.assert_array_equal(pixels_of(dataset), striped())


def test_the_layer_cannot_be_changed_meanwhile(bench: Bench, qtbot: QtBot) -> None:
    dataset = opened(bench, striped())
    bench.tools.choose("fill")
    bench.tools.active.press(Pointer(Point(10, 300)))
    said: list[str] = []
    bench.workbench.said.connect(said.append)
    bench.tools.active.press(Pointer(Point(10, 10)))
    assert "Wait" in said[-1]
    wait_for_end(qtbot, dataset)
    assert len(dataset.history.edits) == 1


def cancel_all(bench: Bench, _event: object) -> None:
    for task in bench.workbench.tasks.tasks:
        task.cancel()


@pytest.mark.parametrize("when", ["searching", "writing"])
def test_cancel_leaves_no_trace(bench: Bench, qtbot: QtBot, when: str) -> None:
    dataset = opened(bench, striped())
    layer = dataset.document("a").layer(GROUND_TRUTH)
    may_go_on = Event()

    def find() -> Patch:
        assert may_go_on.wait(10)
        return Patch(Rect(0, 0, 300, 700), None, np.ones((700, 300), np.uint8))

    tasks = bench.workbench.tasks
    change = bench.tools.long_change
    change.start(dataset.begin("a", GROUND_TRUTH, label="All"), find)
    if when == "searching":
        tasks.tasks[0].cancel()
        may_go_on.set()
    else:
        bench.workbench.bridge.pixels_changed.connect(partial(cancel_all, bench))
        may_go_on.set()
    wait_for_end(qtbot, dataset)
    qtbot.waitUntil(lambda: not tasks.tasks, timeout=WAIT_MS)
    np.testing.assert_array_equal(pixels_of(dataset), striped())
    assert not dataset.history.edits
    assert not layer.changed_tiles
    assert (layer.revision > 0) == (when == "writing")


def test_a_failed_search_is_told_and_leaves_no_trace(
    bench: Bench, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    dataset = opened(bench, striped())
    said: list[str] = []
    bench.workbench.said.connect(said.append)

    def find() -> Patch:
        raise MemoryError("no room")

    bench.tools.long_change.start(dataset.begin("a", GROUND_TRUTH, label="All"), find)
    wait_for_end(qtbot, dataset)
    assert "no room" in said[-1]
    assert not dataset.history.edits


def test_closing_the_data_set_ends_it(bench: Bench, qtbot: QtBot) -> None:
    dataset = opened(bench, striped())
    bench.tools.choose("fill")
    bench.tools.active.press(Pointer(Point(10, 300)))
    bench.workbench.close_dataset()
    assert not dataset.has_open_transaction
    qtbot.waitUntil(lambda: not bench.workbench.tasks.tasks, timeout=WAIT_MS)
    assert not dataset.history.edits


def test_what_must_wait_is_done_when_it_has_ended(bench: Bench, qtbot: QtBot) -> None:
    dataset = opened(bench, striped())
    bench.tools.choose("fill")
    bench.tools.active.press(Pointer(Point(10, 300)))
    edits: list[int] = []
    bench.workbench.when_idle(lambda: edits.append(len(dataset.history.edits)))
    assert edits == []
    qtbot.waitUntil(lambda: bool(edits), timeout=WAIT_MS)
    assert edits == [1]

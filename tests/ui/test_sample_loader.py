"""Samples that do not come: cancelled, or broken in a way nobody foresaw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.geometry import Rect
from maskstudio.core.layer import GROUND_TRUTH, MaskData
from maskstudio.ui import sample_loader, workbench
from tests.helpers.datasets import THREE_CLASSES, MaskInMemory, dataset_of
from tests.ui.bench import Bench, bench_of

WAIT_MS = 5000


@dataclass
class TroubledMask(MaskInMemory):
    """A mask whose reading waits for a sign, and may fail as no reader should."""

    may_go_on: Event = field(default_factory=Event)
    error: Exception | None = None

    def read(self) -> MaskData:
        assert self.may_go_on.wait(10)
        if self.error is not None:
            raise self.error
        return super().read()


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    yield from bench_of(tmp_path)


def opened(bench: Bench) -> TroubledMask:
    """Three samples, `a` is shown; the mask of `b` is trouble."""
    pixels = np.zeros((4, 4), np.uint8)
    trouble = TroubledMask(pixels)
    refs = {"a": MaskInMemory(pixels), "between": MaskInMemory(pixels), "b": trouble}
    samples = [Sample(name, masks={GROUND_TRUTH: ref}) for name, ref in refs.items()]
    bench.open(Dataset(samples, {GROUND_TRUTH: THREE_CLASSES}))
    return trouble


def shown(bench: Bench) -> str:
    document = bench.workbench.document
    return document.name if document else ""


def test_a_sample_whose_opening_was_cancelled_can_be_opened_again(
    bench: Bench, qtbot: QtBot
) -> None:
    trouble = opened(bench)
    bench.workbench.show_sample("b")
    for task in bench.workbench.tasks.tasks:
        task.cancel()
    trouble.may_go_on.set()
    qtbot.waitUntil(lambda: not bench.workbench.tasks.tasks, timeout=WAIT_MS)
    assert (shown(bench), bench.workbench.loader.wanted) == ("a", "a")
    bench.workbench.show_sample("b")
    qtbot.waitUntil(lambda: shown(bench) == "b", timeout=WAIT_MS)


def test_a_sample_that_failed_is_told_and_can_be_tried_again(
    bench: Bench, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    trouble = opened(bench)
    trouble.error = KeyError("nobody thought of this")
    trouble.may_go_on.set()
    said: list[str] = []
    bench.workbench.said.connect(said.append)
    bench.workbench.show_sample("b")
    qtbot.waitUntil(lambda: not bench.workbench.tasks.tasks, timeout=WAIT_MS)
    assert shown(bench) == "a"
    assert "b" in said[-1]
    trouble.error = None
    bench.workbench.show_sample("b")
    qtbot.waitUntil(lambda: shown(bench) == "b", timeout=WAIT_MS)


def test_an_undo_whose_sample_does_not_come_is_given_up(bench: Bench, qtbot: QtBot) -> None:
    trouble = opened(bench)
    trouble.may_go_on.set()
    bench.workbench.show_sample("b")
    qtbot.waitUntil(lambda: shown(bench) == "b", timeout=WAIT_MS)
    dataset = bench.workbench.dataset
    assert dataset is not None
    transaction = dataset.begin("b", GROUND_TRUTH, label="Brush")
    transaction.paint(dataset.document("b").rect, np.ones((4, 4), np.bool_), 1)
    transaction.commit()
    bench.workbench.show_sample("a")
    qtbot.waitUntil(lambda: shown(bench) == "a", timeout=WAIT_MS)
    dataset.close_document("b")
    trouble.may_go_on.clear()
    bench.workbench.undo()
    for task in bench.workbench.tasks.tasks:
        task.cancel()
    trouble.may_go_on.set()
    qtbot.waitUntil(lambda: not bench.workbench.tasks.tasks, timeout=WAIT_MS)
    bench.workbench.show_sample("b")
    qtbot.waitUntil(lambda: shown(bench) == "b", timeout=WAIT_MS)
    assert dataset.history.position == 1


def test_an_undo_that_cannot_be_made_is_told_and_not_made_later(bench: Bench, qtbot: QtBot) -> None:
    trouble = opened(bench)
    trouble.may_go_on.set()
    dataset = bench.workbench.dataset
    assert dataset is not None
    bench.workbench.show_sample("b")
    qtbot.waitUntil(lambda: shown(bench) == "b", timeout=WAIT_MS)
    transaction = dataset.begin("b", GROUND_TRUTH, label="Brush")
    transaction.paint(dataset.document("b").rect, np.ones((4, 4), np.bool_), 1)
    transaction.commit()
    trouble.pixels = None  # the file is gone
    bench.workbench.read_again("b")
    qtbot.waitUntil(lambda: not bench.workbench.tasks.tasks, timeout=WAIT_MS)
    said: list[str] = []
    bench.workbench.said.connect(said.append)
    bench.workbench.go_to_history(0)
    assert "Brush cannot be undone: b" in said[-1]
    trouble.pixels = np.zeros((4, 4), np.uint8)
    bench.workbench.read_again("b")
    qtbot.waitUntil(lambda: not bench.workbench.tasks.tasks, timeout=WAIT_MS)
    assert (shown(bench), dataset.history.position) == ("b", 1)
    assert (dataset.document("b").layer(GROUND_TRUTH).pixels == 1).all()


def test_going_back_over_edits_of_several_samples_takes_back_just_so_many(
    bench: Bench, qtbot: QtBot
) -> None:
    bench.open(dataset_of({name: np.zeros((4, 4), np.uint8) for name in "abc"}))
    dataset = bench.workbench.dataset
    assert dataset is not None
    for name in "cbab":
        bench.workbench.show_sample(name)
        qtbot.waitUntil(lambda name=name: shown(bench) == name, timeout=WAIT_MS)  # type: ignore[misc]
        transaction = dataset.begin(name, GROUND_TRUTH, label=f"Brush {name}")
        n_steps = dataset.history.n_steps
        transaction.paint(dataset.document(name).rect, np.ones((4, 4), np.bool_), 1 + n_steps)
        transaction.commit()
    n_steps = dataset.history.n_steps
    dataset.close_document("c")
    bench.workbench.go_to_history(1)  # the edit before is one of a sample that is not in memory
    qtbot.waitUntil(lambda: bench.workbench._history_goal is None, timeout=WAIT_MS)
    assert (dataset.history.position, dataset.history.n_steps) == (1, n_steps + 3)


def test_the_way_through_a_long_history_lets_the_user_in_between(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "STEPS_S", 0.0)
    bench.open(dataset_of({"a": np.zeros((4, 4), np.uint8)}))
    dataset = bench.workbench.dataset
    assert dataset is not None
    for index in (1, 2, 1, 2):
        transaction = dataset.begin("a", GROUND_TRUTH, label="Brush")
        transaction.paint(dataset.document("a").rect, np.ones((4, 4), np.bool_), index)
        transaction.commit()
    bench.workbench.go_to_history(0)
    assert dataset.history.position == 3
    qtbot.waitUntil(lambda: dataset.history.position == 0, timeout=WAIT_MS)
    bench.workbench.go_to_history(4)
    assert dataset.history.position == 1
    transaction = dataset.begin("a", GROUND_TRUTH, label="In Between")
    transaction.paint(dataset.document("a").rect, np.ones((4, 4), np.bool_), 3)
    transaction.commit()
    qtbot.waitUntil(lambda: bench.workbench._history_goal is None, timeout=WAIT_MS)
    assert dataset.history.position == 2
    assert (dataset.document("a").layer(GROUND_TRUTH).pixels == 3).all()


def test_samples_in_memory_stay_within_the_limit_and_edits_of_the_others_are_kept(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = np.zeros((100, 100), np.uint8)
    monkeypatch.setattr(sample_loader, "CACHE_LIMIT_BYTES", 3 * pixels.nbytes)
    names = [f"s{i}" for i in range(8)]
    samples = [Sample(name, masks={GROUND_TRUTH: MaskInMemory(pixels)}) for name in names]
    dataset = Dataset(samples, {GROUND_TRUTH: THREE_CLASSES})
    bench.open(dataset)
    for name in names:
        bench.workbench.show_sample(name)
        qtbot.waitUntil(lambda name=name: shown(bench) == name, timeout=WAIT_MS)  # type: ignore[misc]
        transaction = dataset.begin(name, GROUND_TRUTH, label="Brush")
        transaction.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), 1)
        transaction.commit()
        assert len(dataset.documents) <= 4, "three, and the one that is fetched ahead"
    assert not dataset.is_open("s0")
    bench.workbench.show_sample("s0")
    qtbot.waitUntil(lambda: shown(bench) == "s0", timeout=WAIT_MS)
    assert dataset.document("s0").layer(GROUND_TRUTH).pixels[0, 0] == 1

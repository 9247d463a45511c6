"""Figures of the active layer stay true whatever happens while and after they are counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.geometry import Rect
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.ui.pixel_counts import PixelCounts
from tests.ui.bench import Bench, bench_of, street_dataset


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    for bench in bench_of(tmp_path):
        bench.open(street_dataset())
        yield bench


def paint(dataset: Dataset, side: int, index: int) -> None:
    stroke = dataset.begin("street_000", GROUND_TRUTH, label="Brush")
    stroke.paint(Rect(0, 0, side, side), np.ones((side, side), np.bool_), index)
    stroke.commit()


def dataset_of(bench: Bench) -> Dataset:
    dataset = bench.workbench.dataset
    assert dataset is not None
    return dataset


def test_a_stroke_while_counting_is_not_lost(bench: Bench, qtbot: QtBot) -> None:
    counts = PixelCounts(bench.workbench)
    paint(dataset_of(bench), 3, 8)
    qtbot.waitUntil(lambda: counts.is_known)
    assert counts.count(8) == 109


def test_a_stroke_that_outlasts_the_counting_is_not_lost(bench: Bench, qtbot: QtBot) -> None:
    counts = PixelCounts(bench.workbench)
    dataset = dataset_of(bench)
    stroke = dataset.begin("street_000", GROUND_TRUTH, label="Brush")
    stroke.paint(Rect(0, 0, 3, 3), np.ones((3, 3), np.bool_), 8)
    qtbot.waitUntil(lambda: not bench.workbench.tasks.tasks)
    assert not counts.is_known
    stroke.rollback()
    qtbot.waitUntil(lambda: counts.is_known)
    assert counts.count(8) == 100


def test_growing_to_16_bit_keeps_the_figures_true(bench: Bench, qtbot: QtBot) -> None:
    counts = PixelCounts(bench.workbench)
    qtbot.waitUntil(lambda: counts.is_known)
    paint(dataset_of(bench), 4, 300)
    assert counts.count(300) == 16
    bench.workbench.undo()
    assert counts.count(300) == 0
    assert counts.count(1) == 550


def test_another_layer_and_another_sample_are_counted_anew(bench: Bench, qtbot: QtBot) -> None:
    counts = PixelCounts(bench.workbench)
    bench.workbench.choices.set_active_key(PREDICTIONS)
    qtbot.waitUntil(lambda: counts.is_known)
    assert counts.count(8) == 0
    bench.workbench.choices.set_active_key(GROUND_TRUTH)
    bench.workbench.show_sample("street_001")
    qtbot.waitUntil(lambda: counts.is_known and bench.workbench.loader.wanted == "street_001")
    assert counts.count(8) == 100


def test_nothing_is_known_of_nothing(bench: Bench, qtbot: QtBot) -> None:
    counts = PixelCounts(bench.workbench)
    qtbot.waitUntil(lambda: counts.is_known)
    bench.workbench.close_dataset()
    assert counts.count(8) is None
    assert counts.share(8) is None

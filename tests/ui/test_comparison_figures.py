"""Figures are those of a fresh count, whatever was painted, undone or redone meanwhile."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample, load_sample
from maskstudio.core.geometry import Rect
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.errors import Kind
from maskstudio.metrics.confusion import Confusion, confusion_matrix
from maskstudio.metrics.scores import scores_of
from maskstudio.ui import comparison_figures
from maskstudio.ui.comparison_figures import ComparisonFigures
from tests.helpers.datasets import MaskInMemory
from tests.helpers.masks import mask
from tests.ui.bench import STREET, Bench, bench_of, street_dataset


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    yield from bench_of(tmp_path)


def opened(bench: Bench) -> Dataset:
    assert bench.workbench.dataset is not None
    return bench.workbench.dataset


def settle(bench: Bench, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not bench.workbench.tasks.tasks)


def paint(dataset: Dataset, name: str, key: str, rect: Rect, index: int) -> None:
    if not dataset.is_open(name):
        dataset.open_document(load_sample(dataset.sample(name)))
    stroke = dataset.begin(name, key, label="Brush")
    stroke.paint(rect, np.ones((rect.height, rect.width), np.bool_), index)
    stroke.commit()


def fresh(dataset: Dataset, name: str) -> Confusion:
    document = dataset.document(name)
    prediction, truth = document.layer(PREDICTIONS).pixels, document.layer(GROUND_TRUTH).pixels
    return confusion_matrix(prediction, truth)


def test_the_shown_sample_is_counted_by_itself(bench: Bench, qtbot: QtBot) -> None:
    figures = ComparisonFigures(bench.workbench)
    bench.open(street_dataset())
    qtbot.waitUntil(lambda: figures.scores("street_000") is not None)
    scores = figures.scores("street_000")
    assert scores is not None
    # 100 car pixels (8) are predicted as road (3): IoU of road 550 / 650, of building 1, of car 0.
    assert scores.mean_iou == pytest.approx((550 / 650 + 1 + 0) / 3)
    assert list(figures.names) == ["street_000"]


def test_all_samples_are_counted_on_request(bench: Bench, qtbot: QtBot) -> None:
    figures = ComparisonFigures(bench.workbench)
    bench.open(street_dataset(5))
    seen = []
    figures.counts.progressed.connect(lambda: seen.append(figures.counts.is_running))
    figures.counts.start()
    settle(bench, qtbot)
    assert seen == [True, False]
    assert not figures.counts.missing()
    assert figures.total().count(8, 3) == 500
    assert figures.total_scores().n_wrong == 500


def test_what_was_counted_before_cancel_is_kept(bench: Bench, qtbot: QtBot) -> None:
    figures = ComparisonFigures(bench.workbench)
    bench.open(street_dataset(40))
    settle(bench, qtbot)
    figures.counts.start()
    next(task for task in bench.workbench.tasks.tasks if task.label == "Comparing").cancel()
    settle(bench, qtbot)
    assert "street_000" in figures.names
    figures.counts.start()
    settle(bench, qtbot)
    assert figures.total().count(8, 3) == 4000


@pytest.mark.parametrize("seed", range(4))
def test_live_figures_equal_a_fresh_count(bench: Bench, qtbot: QtBot, seed: int) -> None:
    random_ = random.Random(seed)
    figures = ComparisonFigures(bench.workbench)
    dataset = street_dataset(3)
    bench.open(dataset)
    figures.counts.start()
    for step in range(60):
        deed = random_.choice(["paint", "paint", "undo", "redo", "show", "wait"])
        name = f"street_{random_.randrange(3):03}"
        if deed == "paint":
            x, y = random_.randrange(-4, 40), random_.randrange(-4, 30)
            rect = Rect(x, y, x + random_.randrange(1, 20), y + random_.randrange(1, 20))
            index = random_.choice([0, 1, 3, 8, 12, 300])
            paint(dataset, name, random_.choice([GROUND_TRUTH, PREDICTIONS]), rect, index)
        elif deed == "show":
            bench.workbench.show_sample(name)
        elif deed == "wait" or step == 30:
            settle(bench, qtbot)
        else:
            bench.workbench.undo() if deed == "undo" else bench.workbench.redo()
    settle(bench, qtbot)
    for sample in dataset.samples:
        if not dataset.is_open(sample.name):
            dataset.open_document(load_sample(sample))
    counted = [fresh(dataset, sample.name) for sample in dataset.samples]
    assert [figures.confusion(s.name) for s in dataset.samples] == counted
    assert figures.total() == counted[0] + counted[1] + counted[2]
    assert figures.total_scores() == scores_of(counted[0] + counted[1] + counted[2])


def test_a_rolled_back_stroke_leaves_the_figures(bench: Bench, qtbot: QtBot) -> None:
    figures = ComparisonFigures(bench.workbench)
    bench.open(street_dataset())
    stroke = opened(bench).begin("street_000", GROUND_TRUTH, label="Brush")
    stroke.paint(Rect(0, 0, 9, 9), np.ones((9, 9), np.bool_), 8)
    settle(bench, qtbot)
    stroke.rollback()
    settle(bench, qtbot)
    assert figures.confusion("street_000") == fresh(opened(bench), "street_000")


def test_ignored_classes_are_left_out_at_once(bench: Bench, qtbot: QtBot) -> None:
    figures = ComparisonFigures(bench.workbench)
    bench.open(street_dataset())
    settle(bench, qtbot)
    with qtbot.waitSignal(figures.changed):
        bench.workbench.choices.set_ignored({8})
    scores = figures.scores("street_000")
    assert scores is not None
    assert (scores.n_pixels, scores.mean_iou) == (1100, 1.0)


def test_sizes_that_differ_are_a_problem_of_the_sample(bench: Bench, qtbot: QtBot) -> None:
    figures = ComparisonFigures(bench.workbench)
    bench.open(street_dataset(2, predictions_scale=2))
    settle(bench, qtbot)
    assert figures.scores("street_000") is None
    assert Kind.SIZE_MISMATCH in {problem.kind for problem in opened(bench).problems}


def test_a_sample_without_a_prediction_is_counted_from_its_first_stroke(
    bench: Bench, qtbot: QtBot
) -> None:
    figures = ComparisonFigures(bench.workbench)
    samples = [Sample("a", masks={GROUND_TRUTH: MaskInMemory(mask("111", "..."))})]
    dataset = Dataset(samples, {GROUND_TRUTH: STREET, PREDICTIONS: STREET})
    bench.open(dataset)
    settle(bench, qtbot)
    seen = [figures.confusion("a")]
    paint(dataset, "a", PREDICTIONS, Rect(0, 0, 1, 1), 1)
    settle(bench, qtbot)
    seen.append(figures.confusion("a"))
    bench.workbench.undo()
    settle(bench, qtbot)
    seen.append(figures.confusion("a"))
    assert seen[0] is None
    assert seen[1] is not None
    assert seen[1].count(1, 1) == 1
    assert seen[2] is None


def test_another_label_map_renames_without_counting_again(bench: Bench, qtbot: QtBot) -> None:
    figures = ComparisonFigures(bench.workbench)
    bench.open(street_dataset())
    settle(bench, qtbot)
    dataset = opened(bench)
    without_car = dataset.label_maps[PREDICTIONS].without_class(3)
    with qtbot.waitSignal(figures.changed):
        dataset.change_label_map("Delete", PREDICTIONS, without_car)
    assert not bench.workbench.tasks.tasks
    assert figures.confusion("street_000") is not None


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a worker derive the figures of more than two samples."""
    monkeypatch.setattr(comparison_figures, "FEW", 2)


def assert_as_fresh(figures: ComparisonFigures, dataset: Dataset) -> None:
    """Figures of every sample, and of all, are those of counting anew."""
    ignored, total = figures._workbench.choices.ignored, Confusion.empty()
    for sample in dataset.samples:
        if not dataset.is_open(sample.name):
            dataset.open_document(load_sample(sample))
        confusion = fresh(dataset, sample.name)
        total = total + confusion
        assert figures.scores(sample.name) == scores_of(confusion, ignored)
    assert figures.total() == total
    assert figures.total_scores() == scores_of(total, ignored)


def test_a_worker_derives_the_figures_of_many(bench: Bench, few: None, qtbot: QtBot) -> None:
    figures = ComparisonFigures(bench.workbench)
    bench.open(street_dataset(9))
    with qtbot.waitSignal(figures.derived):
        figures.counts.start()
    assert not figures.is_behind
    assert_as_fresh(figures, opened(bench))
    with qtbot.waitSignal(figures.derived):
        bench.workbench.choices.set_ignored({8})
    assert_as_fresh(figures, opened(bench))


def test_what_changes_while_figures_are_derived_counts(
    bench: Bench, few: None, qtbot: QtBot
) -> None:
    figures = ComparisonFigures(bench.workbench)
    bench.open(street_dataset(9))
    with qtbot.waitSignal(figures.derived):
        figures.counts.start()
    bench.workbench.choices.set_ignored({1})
    assert figures.is_behind
    paint(opened(bench), "street_000", GROUND_TRUTH, Rect(0, 0, 9, 9), 8)
    bench.workbench.choices.set_ignored({3})
    paint(opened(bench), "street_001", PREDICTIONS, Rect(5, 5, 9, 30), 3)
    qtbot.waitUntil(lambda: not figures.is_behind)
    settle(bench, qtbot)
    assert_as_fresh(figures, opened(bench))

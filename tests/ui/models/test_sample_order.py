"""Samples are sorted by a figure once it is computed."""

from __future__ import annotations

import json

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.geometry import Rect
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.ui import comparison_figures
from maskstudio.ui.class_scan import ClassScan
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.models.sample_filter import SampleFilter
from maskstudio.ui.models.sample_order import SampleOrder, order_as_json, order_from
from maskstudio.ui.models.samples_model import Role, SamplesModel
from tests.helpers.datasets import MaskInMemory
from tests.ui.bench import STREET, Bench


def graded(*n_wrong: int | None) -> Dataset:
    """Samples `s0`, `s1` ... of 10 x 10 pixels with so many wrong ones; None has no prediction."""
    samples = []
    for number, wrong in enumerate(n_wrong):
        masks = {GROUND_TRUTH: MaskInMemory(np.ones((10, 10), np.uint8))}
        if wrong is not None:
            prediction = np.ones(100, np.uint8)
            prediction[:wrong] = 3
            masks[PREDICTIONS] = MaskInMemory(prediction.reshape(10, 10))
        samples.append(Sample(f"s{number}", masks=masks))
    return Dataset(samples, {GROUND_TRUTH: STREET, PREDICTIONS: STREET})


@pytest.fixture
def model(empty_bench: Bench) -> SamplesModel:
    workbench = empty_bench.workbench
    figures = ComparisonFigures(workbench)
    made = SamplesModel(workbench, ClassScan(workbench, workbench), figures, workbench)
    empty_bench.open(graded(5, 50, None, 0, 20))
    figures.counts.start()
    return made


def names(model: SamplesModel) -> list[str]:
    return [model.name_at(row) for row in range(model.rowCount())]


def settle(bench: Bench, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not bench.workbench.tasks.tasks)


def test_the_order_of_the_data_set_comes_first(
    empty_bench: Bench, model: SamplesModel, qtbot: QtBot
) -> None:
    settle(empty_bench, qtbot)
    assert names(model) == ["s0", "s1", "s2", "s3", "s4"]
    assert model.index(0).data(Role.FIGURE) == "47.5"
    assert model.index(2).data(Role.FIGURE) == ""


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (SampleOrder("pixel_accuracy"), ["s1", "s4", "s0", "s3", "s2"]),
        (SampleOrder("pixel_accuracy", worst_first=False), ["s3", "s0", "s4", "s1", "s2"]),
        (SampleOrder("n_wrong"), ["s1", "s4", "s0", "s3", "s2"]),
        (SampleOrder("mean_iou"), ["s1", "s4", "s0", "s3", "s2"]),
    ],
)
def test_worst_first_and_those_without_a_figure_last(
    empty_bench: Bench,
    model: SamplesModel,
    qtbot: QtBot,
    order: SampleOrder,
    expected: list[str],
) -> None:
    model.set_order(order)
    settle(empty_bench, qtbot)
    assert names(model) == expected
    assert [model.row_of(name) for name in expected] == [0, 1, 2, 3, 4]
    model.set_order(SampleOrder())
    assert names(model) == ["s0", "s1", "s2", "s3", "s4"]


def test_rows_wait_for_figures_that_a_worker_derives(
    empty_bench: Bench, model: SamplesModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison_figures, "FEW", 1)
    settle(empty_bench, qtbot)
    model.set_order(SampleOrder("pixel_accuracy"))
    assert names(model) == ["s1", "s4", "s0", "s3", "s2"]
    empty_bench.workbench.choices.set_ignored({1})
    assert names(model) == ["s1", "s4", "s0", "s3", "s2"]
    settle(empty_bench, qtbot)
    assert names(model) == ["s0", "s1", "s2", "s3", "s4"]


def test_neighbours_follow_the_order(empty_bench: Bench, model: SamplesModel, qtbot: QtBot) -> None:
    settle(empty_bench, qtbot)
    model.set_order(SampleOrder("n_wrong"))
    assert list(model.neighbours("s4", 1)) == ["s0", "s3", "s2"]
    assert list(model.neighbours("s4", -1)) == ["s1"]


def test_a_filter_keeps_the_order(empty_bench: Bench, model: SamplesModel, qtbot: QtBot) -> None:
    settle(empty_bench, qtbot)
    model.set_order(SampleOrder("n_wrong"))
    empty_bench.workbench.dataset.set_checked("s4", True)  # type: ignore[union-attr]
    model.set_filter(SampleFilter("s"))
    assert names(model) == ["s1", "s4", "s0", "s3", "s2"]
    model.set_filter(SampleFilter("3"))
    assert names(model) == ["s3"]


def test_an_edit_changes_the_figure_and_moves_no_row(
    empty_bench: Bench, model: SamplesModel, qtbot: QtBot
) -> None:
    settle(empty_bench, qtbot)
    model.set_order(SampleOrder("n_wrong"))
    dataset = empty_bench.workbench.dataset
    assert dataset is not None
    stroke = dataset.begin("s0", GROUND_TRUTH, label="Brush")
    stroke.paint(Rect(0, 0, 10, 10), np.ones((10, 10), np.bool_), 8)
    with qtbot.waitSignal(model.dataChanged):
        stroke.commit()
    assert names(model) == ["s1", "s4", "s0", "s3", "s2"]
    assert model.index(2).data(Role.FIGURE) == "100"
    assert model.index(2).data(Role.SHARE) == 1.0


def test_another_data_set_begins_in_its_own_order(
    empty_bench: Bench, model: SamplesModel, qtbot: QtBot
) -> None:
    settle(empty_bench, qtbot)
    model.set_order(SampleOrder("n_wrong"))
    empty_bench.open(graded(1, 2))
    assert names(model) == ["s0", "s1"]
    assert model.row_of("s1") == 1


@pytest.mark.parametrize(
    "order", [SampleOrder(), SampleOrder("n_wrong"), SampleOrder("mean_dice", worst_first=False)]
)
def test_an_order_comes_back(order: SampleOrder) -> None:
    assert order_from(json.loads(json.dumps(order_as_json(order)))) == order


@pytest.mark.parametrize(
    "kept", [None, 3, {}, {"figure": "size"}, {"figure": []}, {"worst_first": "yes"}]
)
def test_what_makes_no_sense_is_the_order_of_the_data_set(kept: object) -> None:
    assert order_from(kept) == SampleOrder()

"""Boundary and panoptic figures in the window: asked for, shown, forgotten when a mask changes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.geometry import Rect
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.metrics.panoptic import panoptic_scores
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.more_figures import MoreFiguresKeeper
from maskstudio.ui.panels.more_figures_foot import MoreFiguresFoot, summary
from maskstudio.workflows.open_dataset import OpenRequest, open_dataset
from tests.helpers.datasets import MaskInMemory
from tests.helpers.shared import shared
from tests.ui.bench import STREET, Bench, bench_of
from tests.ui.helpers import child


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    yield from bench_of(tmp_path)


def cars() -> tuple[tuple[NDArray[Any], NDArray[Any]], tuple[NDArray[Any], NDArray[Any]]]:
    """Class indices and ids, true and predicted: two cars (8), one of them taken for road (3)."""
    truth, ids = np.ones((20, 40), np.uint8), np.zeros((20, 40), np.uint16)
    for number, left in ((1, 4), (2, 24)):
        truth[5:13, left : left + 8] = 8
        ids[5:13, left : left + 8] = number
    prediction, predicted_ids = truth.copy(), ids.copy()
    prediction[ids == 2] = 3
    predicted_ids[ids == 2] = 0
    return (truth, ids), (prediction, predicted_ids)


def dataset_of_cars() -> Dataset:
    truth, prediction = cars()
    masks = {GROUND_TRUTH: MaskInMemory(*truth), PREDICTIONS: MaskInMemory(*prediction)}
    samples = [Sample(name, masks=masks) for name in ("a", "b")]
    return Dataset(samples, {GROUND_TRUTH: STREET, PREDICTIONS: STREET})


def measured(keeper: MoreFiguresKeeper, scope: str | None, qtbot: QtBot) -> None:
    keeper.measure(scope)
    qtbot.waitUntil(lambda: not keeper.is_measuring)


@pytest.mark.parametrize("scope", [None, "a"])
def test_instances_and_outlines_are_measured(bench: Bench, qtbot: QtBot, scope: str | None) -> None:
    keeper = MoreFiguresKeeper(bench.workbench, bench.workbench)
    bench.open(dataset_of_cars())
    assert keeper.of(scope) is None
    measured(keeper, scope, qtbot)
    found = keeper.of(scope)
    assert found is not None
    assert found.n_samples == found.panoptic.n_samples == (1 if scope else 2)
    segments = found.panoptic.per_class()
    assert panoptic_scores(segments[8]).pq == pytest.approx(1 / 1.5)
    assert found.boundary.per_class()[1].boundary_iou == 1
    assert found.boundary.per_class()[3].boundary_f == 0
    assert summary(found).endswith("PQ 55.6 · SQ 66.7 · RQ 55.6")


def test_an_edit_forgets_its_sample_and_the_total_alone(bench: Bench, qtbot: QtBot) -> None:
    keeper = MoreFiguresKeeper(bench.workbench, bench.workbench)
    bench.open(dataset_of_cars())
    for scope in (None, "a", "b"):
        measured(keeper, scope, qtbot)
    assert bench.workbench.dataset is not None
    stroke = bench.workbench.dataset.begin("a", GROUND_TRUTH, label="Brush")
    stroke.paint(Rect(0, 0, 3, 3), np.ones((3, 3), np.bool_), 3)
    stroke.commit()
    assert keeper.of(None) is keeper.of("a") is None
    assert keeper.of("b") is not None
    measured(keeper, "a", qtbot)
    assert keeper.of("a") is not None
    bench.workbench.choices.set_ignored({1})
    assert keeper.of("a") is keeper.of("b") is None


def test_a_mask_that_changes_meanwhile_is_told_of(bench: Bench, qtbot: QtBot) -> None:
    keeper = MoreFiguresKeeper(bench.workbench, bench.workbench)
    bench.open(dataset_of_cars())
    said: list[str] = []
    bench.workbench.said.connect(said.append)
    assert bench.workbench.dataset is not None
    stroke = bench.workbench.dataset.begin("a", GROUND_TRUTH, label="Brush")
    keeper.measure(None)
    stroke.paint(Rect(0, 0, 3, 3), np.ones((3, 3), np.bool_), 3)
    qtbot.waitUntil(lambda: not keeper.is_measuring)
    stroke.rollback()
    assert keeper.of(None) is None
    assert said == ["Not measured: a changed meanwhile"]


def test_without_instances_there_is_no_panoptic_quality(bench: Bench, qtbot: QtBot) -> None:
    keeper = MoreFiguresKeeper(bench.workbench, bench.workbench)
    truth, prediction = cars()
    masks = {GROUND_TRUTH: MaskInMemory(truth[0]), PREDICTIONS: MaskInMemory(*prediction)}
    label_maps = {GROUND_TRUTH: STREET, PREDICTIONS: STREET}
    bench.open(Dataset([Sample("a", masks=masks)], label_maps))
    measured(keeper, None, qtbot)
    found = keeper.of(None)
    assert found is not None
    assert "PQ" not in summary(found)


def test_they_equal_those_of_the_command_line(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    source = shared("data/camvid")
    for name, target in (("masks", GROUND_TRUTH), ("predictions/model_b", PREDICTIONS)):
        (tmp_path / target).mkdir()
        for file in sorted((source / name).glob("*.png"))[:3]:
            Image.open(file).save(tmp_path / target / file.name)
    folders = {key: tmp_path / key for key in (GROUND_TRUTH, PREDICTIONS)}
    figures = ComparisonFigures(bench.workbench)
    keeper = figures.more
    bench.workbench.take(open_dataset(OpenRequest(layers=tuple(folders.items()))))
    figures.counts.start()
    qtbot.waitUntil(lambda: not bench.workbench.tasks.tasks)
    measured(keeper, None, qtbot)
    found = keeper.of(None)
    assert found is not None
    words = ("compare", folders[PREDICTIONS], folders[GROUND_TRUTH], "--boundary", "--json", "-")
    command = [sys.executable, "-m", "maskstudio", *map(str, words)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    expected = json.loads(run.stdout)["total"]["boundary"]
    shown = asdict(found.boundary.scores())
    assert shown == {name: expected[name] for name in shown}


def test_the_foot_offers_to_measure_and_shows_what_was_found(bench: Bench, qtbot: QtBot) -> None:
    keeper = MoreFiguresKeeper(bench.workbench, bench.workbench)
    bench.open(dataset_of_cars())
    foot = MoreFiguresFoot(bench.actions["paint.source"])
    qtbot.addWidget(foot)
    button, words = child(foot, QPushButton, "measure_more"), child(foot, QLabel, "more_figures")
    foot.show_figures(None, bench.workbench.compared, is_measuring=False)
    assert not button.isHidden()
    foot.show_figures(None, bench.workbench.compared, is_measuring=True)
    assert button.isHidden()
    measured(keeper, None, qtbot)
    foot.show_figures(keeper.of(None), bench.workbench.compared, is_measuring=False)
    assert words.text().startswith("boundary IoU ")
    assert "Car: boundary IoU" in words.toolTip()
    assert button.isHidden()

"""Whole layers: an empty one is added, one of another size gets that of its picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.labels import LabelClass
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.errors import Kind, Problem, Scope, Severity
from maskstudio.ui.layer_deeds import LayerDeeds
from maskstudio.ui.models.problems_model import Column, Deed
from maskstudio.ui.panels.problems_panel import ProblemsPanel
from tests.helpers.datasets import THREE_CLASSES, ImageInMemory, MaskInMemory
from tests.ui.bench import Bench, bench_of

WAIT_MS = 5000
PICTURE = np.zeros((4, 6, 3), np.uint8)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    yield from bench_of(tmp_path)


def opened(bench: Bench, mask: MaskInMemory) -> Dataset:
    """Two samples with predictions alone."""
    samples = [
        Sample(name, image=ImageInMemory(PICTURE), masks={PREDICTIONS: mask}) for name in "ab"
    ]
    dataset = Dataset(samples, {PREDICTIONS: THREE_CLASSES})
    bench.open(dataset)
    return dataset


def shown(bench: Bench) -> str:
    document = bench.workbench.document
    return document.name if document else ""


def test_a_new_layer_is_empty_active_and_has_the_classes_of_the_active_one(bench: Bench) -> None:
    dataset = opened(bench, MaskInMemory(np.full((4, 6), 2, np.uint8)))
    LayerDeeds(bench.workbench).add(GROUND_TRUTH)
    assert dataset.keys == (PREDICTIONS, GROUND_TRUTH)
    assert dataset.label_maps[GROUND_TRUTH].classes == THREE_CLASSES.classes
    layer = bench.workbench.active_layer
    assert layer is not None
    assert layer.key == GROUND_TRUTH
    assert not layer.pixels.any()
    assert bench.workbench.choices.current_class == 1
    assert bench.workbench.choices.pair == (PREDICTIONS, GROUND_TRUTH)
    assert not dataset.history.modified()


def test_a_new_layer_can_be_painted_on_every_sample(bench: Bench, qtbot: QtBot) -> None:
    dataset = opened(bench, MaskInMemory(np.full((4, 6), 2, np.uint8)))
    LayerDeeds(bench.workbench).add(GROUND_TRUTH)
    bench.workbench.show_sample("b")
    qtbot.waitUntil(lambda: dataset.is_open("b"), timeout=WAIT_MS)
    transaction = dataset.begin("b", GROUND_TRUTH, label="Brush")
    transaction.paint(dataset.document("b").rect, np.ones((4, 6), np.bool_), 1)
    assert transaction.commit() is not None


def deeds(panel: ProblemsPanel) -> dict[str | None, Deed | None]:
    """What can be done about the problem of each sample."""
    model = panel.model
    return {model.problem_at(row).sample: model.deed_at(row) for row in range(model.rowCount())}


def click_deed(panel: ProblemsPanel, deed: Deed) -> None:
    row = list(deeds(panel).values()).index(deed)
    panel.view.clicked.emit(panel.model.index(row, Column.DEED))


def test_a_problem_of_size_is_repaired_by_its_link_and_undone(bench: Bench, qtbot: QtBot) -> None:
    dataset = opened(bench, MaskInMemory(np.array([[1, 2, 0]], np.uint8)))
    panel = ProblemsPanel(bench.workbench)
    qtbot.addWidget(panel)
    layer = dataset.document("a").layer(PREDICTIONS)
    assert layer.is_locked
    assert deeds(panel)["a"] is Deed.SCALE
    click_deed(panel, Deed.SCALE)
    qtbot.waitUntil(lambda: len(dataset.history.edits) == 1, timeout=WAIT_MS)
    assert layer.pixels.tolist() == [[1, 1, 2, 2, 0, 0]] * 4
    assert deeds(panel)["a"] is Deed.SHOW
    bench.workbench.undo()
    assert layer.pixels.tolist() == [[1, 2, 0]]
    assert deeds(panel)["a"] is Deed.SCALE


def test_the_size_of_another_sample_is_not_changed_unseen(bench: Bench, qtbot: QtBot) -> None:
    opened(bench, MaskInMemory(np.array([[1, 2, 0]], np.uint8)))
    panel = ProblemsPanel(bench.workbench)
    qtbot.addWidget(panel)
    bench.workbench.show_sample("b")
    qtbot.waitUntil(lambda: shown(bench) == "b", timeout=WAIT_MS)
    assert deeds(panel) == {"a": Deed.SHOW, "b": Deed.SCALE}


def test_undeclared_classes_are_declared_by_a_link_as_one_edit(bench: Bench, qtbot: QtBot) -> None:
    dataset = opened(bench, MaskInMemory(np.full((4, 6), 7, np.uint8)))
    found = [LabelClass(7, "class_7", (1, 2, 3)), LabelClass(9, "class_9", None)]
    dataset.meet_undeclared(PREDICTIONS, found)
    where = dataset.sample("a").masks[PREDICTIONS].where
    kind, expected = Kind.UNDECLARED_INDEX, "indices that the label map declares"
    problem = Problem(kind, Severity.WARNING, Scope.ITEM, where, "index 7", expected, "a")
    dataset.note_problems([problem])
    panel = ProblemsPanel(bench.workbench)
    qtbot.addWidget(panel)
    click_deed(panel, Deed.DECLARE)
    assert dataset.label_maps[PREDICTIONS].declared.keys() == {0, 1, 2, 7, 9}
    assert [edit.label for edit in dataset.history.edits] == ["Declare 2 classes"]
    assert deeds(panel)["a"] is Deed.SHOW
    bench.workbench.undo()
    assert deeds(panel)["a"] is Deed.DECLARE

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.geometry import Rect
from maskstudio.errors import Kind, Problem, Scope, Severity
from maskstudio.ui.class_scan import ClassScan
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.models.sample_filter import SampleFilter, SampleState
from maskstudio.ui.models.samples_model import Role, SamplesModel
from maskstudio.ui.workbench import Workbench
from tests.helpers.datasets import MaskInMemory, dataset_of
from tests.ui.bench import Bench
from tests.ui.edits import paint


@pytest.fixture
def model(bench: Bench) -> SamplesModel:
    workbench = bench.workbench
    return SamplesModel(
        workbench, ClassScan(workbench, workbench), ComparisonFigures(workbench), workbench
    )


def dataset(bench: Bench) -> Dataset:
    assert bench.workbench.dataset is not None
    return bench.workbench.dataset


def names(model: SamplesModel) -> list[str]:
    return [model.data(model.index(row)) for row in range(model.rowCount())]


def states(model: SamplesModel, name: str) -> tuple[str, ...]:
    found = model.data(model.index(model.row_of(name)), Role.STATES)
    assert isinstance(found, tuple)
    return found


def problem(severity: Severity, sample: str) -> Problem:
    return Problem(Kind.IMAGE_CORRUPT, severity, Scope.ITEM, "a.png", "ends early", sample=sample)


def test_it_is_a_sound_model(bench: Bench, model: SamplesModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.set_filter(SampleFilter("002"))
    dataset(bench).set_checked("street_001", True)
    bench.workbench.close_dataset()


def test_samples_stand_in_the_order_of_the_data_set(model: SamplesModel) -> None:
    assert names(model) == ["street_000", "street_001", "street_002"]
    assert [model.row_of(name) for name in names(model)] == [0, 1, 2]


def test_states_come_in_a_fixed_order(bench: Bench, model: SamplesModel) -> None:
    assert states(model, "street_000") == ()
    dataset(bench).set_checked("street_000", True)
    paint(dataset(bench), "street_000")
    dataset(bench).note_problems([problem(Severity.WARNING, "street_000")])
    assert states(model, "street_000") == ("warning", "checked", "modified")
    dataset(bench).note_problems([problem(Severity.ERROR, "street_000")])
    assert states(model, "street_000") == ("error", "checked", "modified")
    assert states(model, "street_001") == ()


def test_notes_are_no_badge(bench: Bench, model: SamplesModel) -> None:
    dataset(bench).note_problems([problem(Severity.INFO, "street_000")])
    assert states(model, "street_000") == ()


def test_only_rows_that_changed_are_announced(
    bench: Bench, model: SamplesModel, qtbot: QtBot
) -> None:
    rows: list[int] = []
    model.dataChanged.connect(lambda first, last: rows.extend(range(first.row(), last.row() + 1)))
    dataset(bench).set_checked("street_001", True)
    assert rows == [1]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (SampleFilter("_00"), ["000", "001", "002"]),
        (SampleFilter("STREET_002"), ["002"]),
        (SampleFilter(state=SampleState.CHECKED), ["001"]),
        (SampleFilter(state=SampleState.UNCHECKED), ["000", "002"]),
        (SampleFilter(state=SampleState.MODIFIED), ["000"]),
        (SampleFilter(state=SampleState.SAVED), ["001", "002"]),
        (SampleFilter(state=SampleState.WITH_PROBLEMS), ["002"]),
        (SampleFilter("2", state=SampleState.CHECKED), []),
    ],
)
def test_a_filter_lists_what_meets_all_of_it(
    bench: Bench, model: SamplesModel, wanted: SampleFilter, expected: list[str]
) -> None:
    dataset(bench).set_checked("street_001", True)
    paint(dataset(bench), "street_000")
    dataset(bench).note_problems([problem(Severity.ERROR, "street_002")])
    model.set_filter(wanted)
    assert names(model) == [f"street_{digits}" for digits in expected]


def test_the_shown_sample_stays_listed_until_it_is_left(
    bench: Bench, model: SamplesModel, qtbot: QtBot
) -> None:
    model.set_filter(SampleFilter(state=SampleState.UNCHECKED))
    bench.workbench.toggle_checked()
    assert names(model) == ["street_000", "street_001", "street_002"]
    with qtbot.waitSignal(bench.workbench.document_changed):
        bench.workbench.show_sample("street_001")
    assert names(model) == ["street_001", "street_002"]


def test_neighbours_are_those_that_are_listed(bench: Bench, model: SamplesModel) -> None:
    dataset(bench).set_checked("street_001", True)
    model.set_filter(SampleFilter(state=SampleState.UNCHECKED))
    assert list(model.neighbours("street_000", 1)) == ["street_002"]
    assert list(model.neighbours("street_002", -1)) == ["street_000"]
    assert list(model.neighbours("street_001", 1)) == ["street_002"]  # itself not listed
    assert list(model.neighbours("street_001", -1)) == ["street_000"]
    assert list(model.neighbours("street_000", -1)) == []


def test_subsets_can_be_asked_for_where_there_are_several(empty_bench: Bench, qtbot: QtBot) -> None:
    pixels = MaskInMemory(np.zeros((2, 2), np.uint8))
    both = dataset_of({})
    samples = [
        Sample("a", ("train",), masks={"ground_truth": pixels}),
        Sample("b", ("train", "val"), masks={"ground_truth": pixels}),
        Sample("c", ("val",), masks={"ground_truth": pixels}, caption="a night"),
    ]
    workbench = empty_bench.workbench
    model = SamplesModel(
        workbench, ClassScan(workbench, workbench), ComparisonFigures(workbench), workbench
    )
    empty_bench.open(Dataset(samples, both.label_maps))
    assert model.subsets == ("train", "val")
    assert model.data(model.index(1), Role.WORDS) == "train, val"
    assert model.data(model.index(2), Role.WORDS) == "a night, val"
    assert model.data(model.index(2), Qt.ItemDataRole.ToolTipRole) == "c\na night\nval"
    model.set_filter(SampleFilter(subset="val"))
    assert names(model) == ["b", "c"]


def test_a_hundred_thousand_samples_cost_no_objects(empty_bench: Bench) -> None:
    workbench = empty_bench.workbench
    model = SamplesModel(
        workbench, ClassScan(workbench, workbench), ComparisonFigures(workbench), workbench
    )
    label_maps = dataset_of({}).label_maps
    samples = [Sample(f"frame_{i:06}") for i in range(100_000)]
    empty_bench.open(Dataset(samples, label_maps))
    assert model.rowCount() == 100_000
    assert model._rows == range(100_000)
    assert next(iter(model.neighbours("frame_050000", 1))) == "frame_050001"
    model.set_filter(SampleFilter("99999"))
    assert names(model) == ["frame_099999"]


@pytest.fixture
def scan(bench: Bench) -> ClassScan:
    return ClassScan(bench.workbench, bench.workbench)


def test_a_class_is_found_in_the_masks_of_the_active_layer(
    bench: Bench, scan: ClassScan, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(scan.changed):
        scan.start()
    everything = {"street_000", "street_001", "street_002"}
    assert scan.samples_with(8) == everything
    assert scan.samples_with(12) == frozenset()
    bench.workbench.choices.set_active_key("predictions")
    assert not scan.is_known
    with qtbot.waitSignal(scan.changed):
        scan.start()
    assert scan.samples_with(8) == frozenset()  # every car is predicted as road


def test_edits_change_which_samples_hold_a_class(
    bench: Bench, scan: ClassScan, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(scan.changed):
        scan.start()
    with qtbot.waitSignal(scan.changed):
        paint(dataset(bench), "street_000", 12)
    assert scan.samples_with(12) == {"street_000"}
    with qtbot.waitSignal(scan.changed):
        paint(dataset(bench), "street_000", 3, Rect(0, 0, 40, 30))
    assert scan.samples_with(8) == {"street_001", "street_002"}


def test_a_scan_that_is_stopped_knows_nothing(bench: Bench, scan: ClassScan, qtbot: QtBot) -> None:
    with qtbot.waitSignal(scan.cancelled):
        scan.start()
        task = next(t for t in bench.workbench.tasks.tasks if t.label == "Scanning masks")
        task.cancel()
    assert not scan.is_known


def test_a_scan_lists_its_samples(bench: Bench, scan: ClassScan, qtbot: QtBot) -> None:
    workbench: Workbench = bench.workbench
    model = SamplesModel(workbench, scan, ComparisonFigures(workbench), workbench)
    model.set_filter(SampleFilter(class_index=8))
    assert names(model) == []
    with qtbot.waitSignal(scan.changed):
        scan.start()
    assert names(model) == ["street_000", "street_001", "street_002"]
    assert model.data(model.index(0), Qt.ItemDataRole.ToolTipRole) == "street_000"

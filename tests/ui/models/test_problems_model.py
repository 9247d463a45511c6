from __future__ import annotations

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.errors import Kind, Problem, Scope, Severity
from maskstudio.ui.models.problems_model import Column, Deed, ProblemsModel
from tests.helpers.datasets import ImageInMemory
from tests.ui.bench import STREET, Bench, street_dataset


def problem(severity: Severity, where: str, sample: str | None = None) -> Problem:
    found, expected = "value 14 is not in the label map", "0 to 11"
    kind = Kind.UNDECLARED_INDEX
    return Problem(kind, severity, Scope.ITEM, where, found, expected, sample)


ERROR = problem(Severity.ERROR, "b.png", "street_001")
WARNING = problem(Severity.WARNING, "a.png")
NOTE = problem(Severity.INFO, "labelmap.txt:3")


@pytest.fixture
def model(bench: Bench) -> ProblemsModel:
    assert bench.workbench.dataset is not None
    bench.workbench.dataset.note_problems([NOTE, WARNING, ERROR])
    return ProblemsModel(bench.workbench, bench.workbench)


def places(model: ProblemsModel) -> list[str]:
    return [model.problem_at(row).where for row in range(model.rowCount())]


def test_it_is_a_sound_model(
    bench: Bench, model: ProblemsModel, qtmodeltester: ModelTester
) -> None:
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.show_only(Severity.WARNING)
    bench.workbench.close_dataset()


def test_the_worst_come_first(model: ProblemsModel) -> None:
    assert places(model) == ["b.png", "a.png", "labelmap.txt:3"]


def test_one_severity_can_be_listed_and_all_are_counted(model: ProblemsModel) -> None:
    model.show_only(Severity.INFO)
    assert places(model) == ["labelmap.txt:3"]
    assert model.counts == {Severity.ERROR: 1, Severity.WARNING: 1, Severity.INFO: 1}


def test_a_row_says_place_found_expected_and_kind(model: ProblemsModel) -> None:
    words = [model.data(model.index(0, column)) for column in Column]
    assert words == [
        "",
        "b.png",
        "Value 14 is not in the label map",
        "0 to 11",
        "undeclared_index",
        "Show sample",
    ]


def test_what_concerns_no_sample_leads_nowhere(model: ProblemsModel) -> None:
    assert model.deed_at(0) is Deed.SHOW
    assert model.deed_at(1) is None


def test_new_problems_are_listed(bench: Bench, model: ProblemsModel) -> None:
    assert bench.workbench.dataset is not None
    bench.workbench.dataset.note_problems([problem(Severity.ERROR, "c.png")])
    assert places(model) == ["b.png", "c.png", "a.png", "labelmap.txt:3"]


def test_the_shown_sample_can_be_read_again(empty_bench: Bench, qtbot: QtBot) -> None:
    image = ImageInMemory(None, where="broken.jpg")
    samples = [*street_dataset(1).samples, Sample("broken", image=image)]
    empty_bench.open(Dataset(samples, {GROUND_TRUTH: STREET, PREDICTIONS: STREET}))
    workbench = empty_bench.workbench
    model = ProblemsModel(workbench, workbench)
    qtbot.waitUntil(lambda: model.rowCount() == 1)  # fetched ahead
    assert model.deed_at(0) is Deed.SHOW
    workbench.show_sample("broken")
    assert model.deed_at(0) is Deed.READ_AGAIN

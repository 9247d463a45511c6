from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from maskstudio.core.dataset import Dataset
from maskstudio.core.labels import LabelClass
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.ui.models.history_model import HistoryModel, HistoryRole
from maskstudio.ui.widgets.number_format import byte_count
from tests.ui.bench import STREET, Bench
from tests.ui.edits import paint


@pytest.fixture
def dataset(bench: Bench) -> Dataset:
    assert bench.workbench.dataset is not None
    return bench.workbench.dataset


@pytest.fixture
def model(bench: Bench) -> HistoryModel:
    return HistoryModel(bench.workbench, bench.workbench)


def column(model: HistoryModel, role: int = Qt.ItemDataRole.DisplayRole) -> list[object]:
    return [model.data(model.index(row), role) for row in range(model.rowCount())]


def test_it_is_a_sound_model(
    bench: Bench, dataset: Dataset, model: HistoryModel, qtmodeltester: ModelTester
) -> None:
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    paint(dataset, "street_000")
    bench.workbench.undo()
    bench.workbench.close_dataset()


def test_it_begins_with_what_was_opened(model: HistoryModel) -> None:
    assert column(model) == ["Opened"]
    assert model.position == 0


def test_nothing_is_listed_while_nothing_is_open(empty_bench: Bench) -> None:
    model = HistoryModel(empty_bench.workbench, empty_bench.workbench)
    assert (model.rowCount(), model.position) == (0, -1)


def test_edits_stand_below_each_other_with_what_they_touch(
    dataset: Dataset, model: HistoryModel
) -> None:
    paint(dataset, "street_000", label="Brush")
    paint(dataset, "street_001", label="Polygon")
    white = STREET.with_class(LabelClass(1, "Building", (255, 255, 255)))
    dataset.change_label_map("Recolor Building", GROUND_TRUTH, white)
    assert column(model) == ["Opened", "Brush", "Polygon", "Recolor Building"]
    assert column(model, HistoryRole.SAMPLE) == ["", "street_000", "street_001", GROUND_TRUTH]
    assert model.position == 3


def test_undone_edits_stay_listed(bench: Bench, dataset: Dataset, model: HistoryModel) -> None:
    paint(dataset, "street_000")
    paint(dataset, "street_000", 12)
    bench.workbench.undo()
    assert column(model, HistoryRole.IS_UNDONE) == [False, False, True]
    assert model.position == 1


def test_the_saved_state_is_marked(dataset: Dataset, model: HistoryModel) -> None:
    paint(dataset, "street_000")
    assert column(model, HistoryRole.IS_SAVED) == [True, False]
    dataset.mark_saved(dataset.history.begin_save(), dataset.keys)
    paint(dataset, "street_000", 12)
    assert column(model, HistoryRole.IS_SAVED) == [False, True, False]


@pytest.mark.parametrize(
    ("n_bytes", "words"),
    [
        (0, "0 B"),
        (812, "812 B"),
        (1023, "1023 B"),
        (1024, "1.0 KB"),
        (1258291, "1.2 MB"),
        (104_800_000, "99.9 MB"),
        (256 << 20, "256 MB"),
        (1 << 20, "1.0 MB"),
        ((1 << 20) - 1, "1.0 MB"),
        (5000 << 30, "5000 GB"),
    ],
)
def test_sizes_are_written_in_a_few_figures(n_bytes: int, words: str) -> None:
    assert byte_count(n_bytes) == words

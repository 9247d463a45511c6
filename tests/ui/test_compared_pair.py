"""The compared layers follow choices and label maps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.ui.choices import Pair
from tests.helpers.datasets import MaskInMemory
from tests.ui.bench import Bench, street_dataset
from tests.ui.panels.conftest import empty_bench

__all__ = ["empty_bench"]

TRUTH = LabelMap((LabelClass(1, "road", (1, 0, 0)), LabelClass(2, "car", (2, 0, 0))))
PREDICTED = LabelMap((LabelClass(1, "car", (2, 0, 0)), LabelClass(2, "vessel", (9, 0, 0))))


def two_maps() -> Dataset:
    mask = MaskInMemory(np.ones((3, 3), np.uint8))
    keys = ("ground_truth", "predictions", "other")
    sample = Sample("a", masks=dict.fromkeys(keys, mask))
    return Dataset([sample], dict(zip(keys, (TRUTH, PREDICTED, TRUTH), strict=True)))


def test_the_pair_comes_and_goes_with_the_data_set(empty_bench: Bench, qtbot: QtBot) -> None:
    compared = empty_bench.workbench.compared
    seen = [compared.keys]
    with qtbot.waitSignal(compared.changed):
        empty_bench.open(street_dataset())
    seen.append(compared.keys)
    with qtbot.waitSignal(compared.changed):
        empty_bench.workbench.close_dataset()
    seen.append(compared.keys)
    assert seen == [None, Pair("predictions", "ground_truth"), None]


def test_classes_are_the_same_by_name_and_by_hand(empty_bench: Bench, qtbot: QtBot) -> None:
    empty_bench.open(two_maps())
    compared = empty_bench.workbench.compared
    found = compared.of_prediction([1, 2])
    assert found[1] == 2
    assert compared.class_of(found[2]).name == "vessel"
    assert compared.truth_index_of(found[2]) is None
    with qtbot.waitSignal(compared.classes_changed):
        empty_bench.workbench.choices.set_partners({2: 1})
    assert compared.of_prediction([1, 2]) == {1: 2, 2: 1}


def test_another_pair_is_said(empty_bench: Bench, qtbot: QtBot) -> None:
    empty_bench.open(two_maps())
    compared = empty_bench.workbench.compared
    with qtbot.waitSignal(compared.changed):
        empty_bench.workbench.choices.set_pair(Pair("other", "ground_truth"))
    assert compared.of_prediction([1, 2]) == {1: 1, 2: 2}


def test_a_renamed_class_finds_its_partner(empty_bench: Bench, qtbot: QtBot) -> None:
    empty_bench.open(two_maps())
    compared, dataset = empty_bench.workbench.compared, empty_bench.workbench.dataset
    assert dataset is not None
    renamed = TRUTH.with_class(replace(TRUTH.by_index[1], name="vessel"))
    with qtbot.waitSignal(compared.classes_changed):
        dataset.change_label_map("Rename", "ground_truth", renamed)
    assert compared.of_prediction([2]) == {2: 1}


def test_a_class_that_nothing_declares_is_told(empty_bench: Bench) -> None:
    empty_bench.open(two_maps())
    compared = empty_bench.workbench.compared
    assert compared.is_declared(compared.of_prediction([2])[2])
    assert not compared.is_declared(77)

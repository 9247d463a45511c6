"""Painting with another layer in the window: what is copied, what is refused, what is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.geometry import Point
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.tools.base import Pointer
from maskstudio.ui import long_change
from maskstudio.ui.commands import source_commands
from maskstudio.ui.commands.source_commands import CopyRequest, SourceCommands
from maskstudio.ui.source_choices import PaintSource
from tests.helpers.datasets import MaskInMemory
from tests.helpers.masks import mask, text
from tests.ui.bench import Bench, street_dataset
from tests.ui.panels.conftest import bench, empty_bench

__all__ = ["bench", "empty_bench"]

TRUTH = LabelMap(
    tuple(LabelClass(i, n, (i, 9, 9)) for i, n in enumerate(("void", "road", "car"))), 0
)
PREDICTED = LabelMap(
    tuple(LabelClass(i, n, (i, 9, 9)) for i, n in enumerate(("car", "void", "bike", "road")))
)


def two_layers(truth: NDArray[Any], prediction: NDArray[Any] | None) -> Dataset:
    masks = {GROUND_TRUTH: MaskInMemory(truth)}
    if prediction is not None:
        masks[PREDICTIONS] = MaskInMemory(prediction)
    return Dataset([Sample("a", masks=masks)], {GROUND_TRUTH: TRUTH, PREDICTIONS: PREDICTED})


@pytest.fixture
def said(empty_bench: Bench) -> list[str]:
    words: list[str] = []
    empty_bench.workbench.said.connect(words.append)
    return words


def paint_with(bench: Bench, source: PaintSource | None) -> None:
    bench.workbench.choices.sources.choose(GROUND_TRUTH, source)


def drag(bench: Bench, *points: tuple[float, float]) -> None:
    brush = bench.tools.tool("brush")
    bench.workbench.choices.change_options(size=1)
    brush.press(Pointer(Point(*points[0])))
    for point in points[1:]:
        brush.move(Pointer(Point(*point)))
    brush.release(Pointer(Point(*points[-1])))


def truth(bench: Bench) -> tuple[str, ...]:
    document = bench.workbench.document
    assert document is not None
    return text(np.array(document.layer(GROUND_TRUTH).pixels))


def test_a_stroke_copies_by_name_and_tells_what_has_no_partner(
    empty_bench: Bench, said: list[str]
) -> None:
    empty_bench.open(two_layers(mask("111111", "111111"), mask("003321", "003321")))
    paint_with(empty_bench, PaintSource(PREDICTIONS))
    drag(empty_bench, (0.5, 0.5), (5.5, 0.5))
    assert truth(empty_bench) == ("22111.", "111111")
    assert said == ["Not copied, for ground_truth has no such class: bike"]
    dataset = empty_bench.workbench.dataset
    assert dataset is not None
    assert dataset.history.undo_edit is not None
    assert dataset.history.undo_edit.label == "Brush from predictions"
    empty_bench.workbench.undo()
    assert truth(empty_bench) == ("111111", "111111")


def test_one_class_alone(empty_bench: Bench, said: list[str]) -> None:
    empty_bench.open(two_layers(mask("111111", "111111"), mask("003321", "003321")))
    paint_with(empty_bench, PaintSource(PREDICTIONS, 0))
    drag(empty_bench, (0.5, 0.5), (5.5, 0.5))
    assert truth(empty_bench) == ("221111", "111111")
    assert said == []
    paint_with(empty_bench, PaintSource(PREDICTIONS, 2))
    drag(empty_bench, (0.5, 1.5), (5.5, 1.5))
    assert truth(empty_bench) == ("221111", "111111")
    assert said == ["Not copied, for ground_truth has no such class: bike"]


def test_classes_matched_by_hand_are_copied(empty_bench: Bench, said: list[str]) -> None:
    empty_bench.open(two_layers(mask("1111"), mask("2222")))
    empty_bench.workbench.choices.set_partners({2: 2})
    paint_with(empty_bench, PaintSource(PREDICTIONS))
    drag(empty_bench, (0.5, 0.5), (1.5, 0.5))
    assert truth(empty_bench) == ("2211",)
    assert said == []


def test_masks_of_two_sizes_are_refused_in_one_sentence(
    empty_bench: Bench, said: list[str]
) -> None:
    empty_bench.open(street_dataset(predictions_scale=2))
    paint_with(empty_bench, PaintSource(PREDICTIONS))
    before = truth(empty_bench)
    drag(empty_bench, (0.5, 0.5), (5.5, 0.5))
    assert truth(empty_bench) == before
    assert said == ["Not copied: predictions is 20 x 15 here, ground_truth 40 x 30"]


def test_a_layer_without_a_mask_of_the_sample_is_refused(
    empty_bench: Bench, said: list[str]
) -> None:
    empty_bench.open(two_layers(mask("1111"), None))
    paint_with(empty_bench, PaintSource(PREDICTIONS))
    drag(empty_bench, (0.5, 0.5), (1.5, 0.5))
    assert truth(empty_bench) == ("1111",)
    assert said == ["Not copied: predictions has no mask of this sample"]


def test_the_key_goes_to_the_other_layer_and_back(bench: Bench) -> None:
    action, source = bench.actions["paint.source"], bench.tools.source
    action.trigger()
    assert source.chosen == PaintSource(PREDICTIONS)
    assert action.isChecked()
    paint_with(bench, PaintSource(PREDICTIONS, 8))
    action.trigger()
    assert not action.isChecked()
    assert "predictions" not in bench.tools.hint
    action.trigger()
    assert "predictions: Car" in bench.tools.hint


def test_the_other_layer_has_a_choice_of_its_own(bench: Bench) -> None:
    bench.actions["paint.source"].trigger()
    bench.workbench.choices.set_active_key(PREDICTIONS)
    assert bench.tools.source.chosen is None
    assert not bench.actions["paint.source"].isChecked()


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every copy a long change of many strips."""
    monkeypatch.setattr(source_commands, "LARGE", 1)
    monkeypatch.setattr(long_change, "STRIP", 256)


def commands(bench: Bench) -> SourceCommands:
    return next(c for c in bench.commands if isinstance(c, SourceCommands))


def test_a_whole_layer_is_copied_as_one_edit(empty_bench: Bench, said: list[str]) -> None:
    empty_bench.open(two_layers(mask("111111", "111111"), mask("003321", "103321")))
    commands(empty_bench).copy(PaintSource(PREDICTIONS))
    assert truth(empty_bench) == ("22111.", ".2111.")
    assert said == [
        "Copied predictions. Not copied, for ground_truth has no such class: bike",
    ]
    empty_bench.workbench.undo()
    assert truth(empty_bench) == ("111111", "111111")


def test_protected_classes_stay(empty_bench: Bench, said: list[str]) -> None:
    empty_bench.open(two_layers(mask("1122"), mask("3333")))
    empty_bench.workbench.choices.set_protected(GROUND_TRUTH, [2])
    commands(empty_bench).copy(PaintSource(PREDICTIONS))
    assert truth(empty_bench) == ("1122",)
    assert said == ["ground_truth is the same as predictions already"]


def test_a_large_layer_is_copied_in_strips(
    empty_bench: Bench, said: list[str], small_steps: None, qtbot: QtBot
) -> None:
    rng = np.random.default_rng(3)
    prediction = rng.integers(0, 4, (900, 300)).astype(np.uint8)
    before = np.ones((900, 300), np.uint8)
    empty_bench.open(two_layers(before, prediction))
    commands(empty_bench).copy(PaintSource(PREDICTIONS))
    qtbot.waitUntil(lambda: bool(said))
    expected = np.array([2, 0, 255, 1], np.uint8)[prediction]
    expected[prediction == 2] = 1
    document, dataset = empty_bench.workbench.document, empty_bench.workbench.dataset
    assert document is not None
    assert dataset is not None
    np.testing.assert_array_equal(document.layer(GROUND_TRUTH).pixels, expected)
    assert [edit.label for edit in dataset.history.edits] == ["Copy from predictions"]
    for _ in dataset.steps(is_undone=True):
        pass
    np.testing.assert_array_equal(document.layer(GROUND_TRUTH).pixels, before)


def test_a_polygon_may_be_drawn_first(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    request = CopyRequest(PaintSource(PREDICTIONS, 8), in_polygon=True)
    monkeypatch.setattr(commands(bench), "_ask_copy", lambda tools: request)
    bench.actions["edit.copy_layer"].trigger()
    assert bench.tools.active.id == "polygon"
    assert bench.tools.source.chosen == PaintSource(PREDICTIONS, 8)
    assert bench.tools.hint.startswith("Click around what to copy from predictions: Car")

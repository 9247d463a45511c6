"""Saving as a user meets it: marks, failures, files that changed underneath, label maps."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtWidgets import QAbstractButton

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import load_sample
from maskstudio.core.edits import Target
from maskstudio.core.geometry import Rect
from maskstudio.core.labels import LabelClass
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.errors import DataError, Kind
from maskstudio.formats import registry
from maskstudio.ui.class_deeds import ClassDeeds
from maskstudio.ui.layer_deeds import LayerDeeds
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.panels.layers_panel import LayersPanel
from maskstudio.ui.panels.samples_panel import SamplesPanel
from maskstudio.ui.saver import SaveTarget
from maskstudio.workflows.open_dataset import OpenRequest, open_dataset
from tests.ui.helpers import child
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]

SAMPLE = "street_01"
CORNER = Rect(0, 0, 5, 5)


@pytest.fixture
def window(windows: Windows) -> MainWindow:
    return windows.start(windows.request)


def dataset_of(window: MainWindow) -> Dataset:
    dataset = window.workbench.dataset
    assert dataset is not None
    return dataset


def paint(window: MainWindow, key: str, index: int, rect: Rect = CORNER) -> NDArray[Any]:
    """Paint a rectangle of the first sample; returns the whole mask after that."""
    dataset = dataset_of(window)
    if not dataset.is_open(SAMPLE):
        dataset.open_document(load_sample(dataset.sample(SAMPLE)))
    transaction = dataset.begin(SAMPLE, key, label="Brush")
    transaction.paint(rect, np.ones((rect.height, rect.width), np.bool_), index)
    transaction.commit()
    return dataset.document(SAMPLE).layer(key).pixels.copy()


def save(window: MainWindow, windows: Windows) -> None:
    window.actions_["file.save"].trigger()
    windows.qtbot.waitUntil(lambda: not window.saver.is_saving, timeout=10_000)


def saved_words(window: MainWindow) -> str:
    return child(window, QAbstractButton, "saved_state").text()


def read(request: OpenRequest, key: str) -> NDArray[Any]:
    """Class indices of the first sample, as a fresh opening of the files gives them."""
    opened = open_dataset(request)
    pixels = load_sample(opened.dataset.sample(SAMPLE)).masks[key].pixels
    opened.close()
    return pixels


def on_disk(windows: Windows, key: str) -> NDArray[Any]:
    return read(windows.request, key)


def test_modified_marks_are_those_of_the_sample_and_the_layer(
    window: MainWindow, windows: Windows
) -> None:
    paint(window, PREDICTIONS, 3)
    layers, samples = child(window, LayersPanel), child(window, SamplesPanel)
    assert "unsaved" in layers.row(PREDICTIONS).accessibleName()
    assert "unsaved" not in layers.row(GROUND_TRUTH).accessibleName()
    assert samples.model.row_of(SAMPLE) == 0
    assert saved_words(window) == "Unsaved: 1 sample"
    assert window.isWindowModified()
    save(window, windows)
    assert "unsaved" not in layers.row(PREDICTIONS).accessibleName()
    assert saved_words(window) == "Saved"
    assert not window.isWindowModified()


def test_two_layers_go_to_their_two_sources(window: MainWindow, windows: Windows) -> None:
    truth = paint(window, GROUND_TRUTH, 2)
    predictions = paint(window, PREDICTIONS, 3)
    save(window, windows)
    np.testing.assert_array_equal(on_disk(windows, GROUND_TRUTH), truth)
    np.testing.assert_array_equal(on_disk(windows, PREDICTIONS), predictions)


def test_painting_goes_on_while_a_save_runs(window: MainWindow, windows: Windows) -> None:
    first = paint(window, GROUND_TRUTH, 2)
    window.actions_["file.save"].trigger()
    assert window.saver.is_saving
    second = paint(window, GROUND_TRUTH, 3, Rect(9, 9, 12, 12))
    windows.qtbot.waitUntil(lambda: not window.saver.is_saving, timeout=10_000)
    np.testing.assert_array_equal(on_disk(windows, GROUND_TRUTH), first)
    assert saved_words(window) == "Unsaved: 1 sample"
    save(window, windows)
    np.testing.assert_array_equal(on_disk(windows, GROUND_TRUTH), second)


def test_a_save_asked_for_in_the_middle_of_a_stroke_waits_for_its_end(
    window: MainWindow, windows: Windows
) -> None:
    dataset = dataset_of(window)
    transaction = dataset.begin(SAMPLE, GROUND_TRUTH, label="Brush")
    transaction.paint(CORNER, np.ones((5, 5), np.bool_), 2)
    window.actions_["file.save"].trigger()
    assert not window.saver.is_saving
    transaction.commit()
    with windows.qtbot.waitSignal(window.saver.saved, timeout=10_000):
        pass
    assert not dataset.history.modified()


def test_a_failed_save_says_why_keeps_the_edits_and_works_when_tried_again(
    window: MainWindow, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = on_disk(windows, GROUND_TRUTH)
    painted = paint(window, GROUND_TRUTH, 2)

    def full(*_: object) -> None:
        raise DataError(Kind.NOT_WRITABLE, "ground_truth.zip", "the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(registry, "save_in_place", full)
        save(window, windows)
    assert saved_words(window).startswith("Not saved: ")
    assert "the disk is full" in saved_words(window)
    assert [p.found for p in dataset_of(window).problems] == ["the disk is full"]
    assert dataset_of(window).modified_samples() == {SAMPLE}
    np.testing.assert_array_equal(on_disk(windows, GROUND_TRUTH), before)
    save(window, windows)
    assert saved_words(window) == "Saved"
    assert dataset_of(window).problems == []
    np.testing.assert_array_equal(on_disk(windows, GROUND_TRUTH), painted)


@pytest.mark.parametrize("replaces", [False, True])
def test_a_file_that_changed_underneath_is_asked_for(
    window: MainWindow, windows: Windows, replaces: bool
) -> None:
    asked: list[Path] = []

    def answer(path: Path) -> bool:
        asked.append(path)
        return replaces

    window.questions.ask_replace_changed = answer  # type: ignore[method-assign]
    target = windows.folder / "ground_truth.zip"
    paint(window, GROUND_TRUTH, 2)
    with zipfile.ZipFile(target, "a") as other_program:
        other_program.writestr("note.txt", "from another program")
    changed = target.read_bytes()
    save(window, windows)
    assert asked == [target]
    assert bool(dataset_of(window).history.modified()) != replaces
    assert (target.read_bytes() == changed) != replaces
    if replaces:
        assert "note.txt" in zipfile.ZipFile(target).namelist()


def test_cancel_leaves_the_files_and_the_marks(
    window: MainWindow, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (windows.folder / "ground_truth.zip").read_bytes()
    paint(window, GROUND_TRUTH, 2)
    window.actions_["file.save"].trigger()
    for task in window.workbench.tasks.tasks:
        task.cancel()
    windows.qtbot.waitUntil(lambda: not window.saver.is_saving, timeout=10_000)
    assert (windows.folder / "ground_truth.zip").read_bytes() == before
    assert saved_words(window) == "Unsaved: 1 sample"
    save(window, windows)
    assert saved_words(window) == "Saved"


# label maps


def masks_in(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as file:
        return {n: file.read(n) for n in file.namelist() if n.endswith(".png")}


def label_lines(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as file:
        return file.read("labelmap.txt").decode().splitlines()


def test_another_name_rewrites_the_list_and_no_mask(window: MainWindow, windows: Windows) -> None:
    archive = windows.folder / "ground_truth.zip"
    masks, lines = masks_in(archive), label_lines(archive)
    old = dataset_of(window).label_maps[GROUND_TRUTH].name_of(2)
    ClassDeeds(window.workbench).rename(2, "something else")
    assert saved_words(window) == "Unsaved: label map"
    save(window, windows)
    assert masks_in(archive) == masks
    renamed = [line.replace(f"{old}:", "something else:") for line in lines]
    assert label_lines(archive) == renamed


def test_another_color_rewrites_the_masks_that_hold_it_and_says_so(
    window: MainWindow, windows: Windows
) -> None:
    archive = windows.folder / "ground_truth.zip"
    before = masks_in(archive)
    old = dataset_of(window).label_maps[GROUND_TRUTH].color_of(8)
    holds = {n for n, data in before.items() if _holds(data, old)}
    indices = on_disk(windows, GROUND_TRUTH)
    said: list[str] = []
    window.workbench.said.connect(said.append)
    ClassDeeds(window.workbench).recolor(8, (1, 2, 3))
    save(window, windows)
    after = masks_in(archive)
    assert {name for name in after if after[name] != before[name]} == holds
    assert f"{len(holds)} masks rewritten" in " ".join(said)
    np.testing.assert_array_equal(on_disk(windows, GROUND_TRUTH), indices)


def _holds(png: bytes, color: tuple[int, ...]) -> bool:
    pixels = np.asarray(Image.open(BytesIO(png)).convert("RGB"))
    return bool((pixels == color).all(axis=2).any())


# layers without a file


def test_images_alone_get_a_new_layer_and_save_asks_where_it_goes(windows: Windows) -> None:
    window = windows.start(OpenRequest(images=windows.folder / "images"))
    asked: list[str] = []
    target = windows.folder / "new.zip"

    def answer(key: str) -> SaveTarget:
        asked.append(key)
        return SaveTarget(registry.CVAT, target)

    window.questions.ask_target = answer  # type: ignore[method-assign]
    deeds = ClassDeeds(window.workbench)
    deeds.add(LabelClass(1, "car", (9, 9, 9)))
    painted = paint(window, GROUND_TRUTH, 1)
    save(window, windows)
    assert asked == [GROUND_TRUTH]
    assert saved_words(window) == "Saved"
    request = OpenRequest(images=windows.folder / "images", layers=((GROUND_TRUTH, target),))
    np.testing.assert_array_equal(read(request, GROUND_TRUTH), painted)
    paint(window, GROUND_TRUTH, 0)
    save(window, windows)
    assert asked == [GROUND_TRUTH], "it has a file now"
    windows.end(window)
    again = windows.start()
    assert again.recent.items[0].request.layers == ((GROUND_TRUTH, target),)


def test_a_new_layer_beside_predictions_is_saved_to_a_file_of_its_own(windows: Windows) -> None:
    layers = ((PREDICTIONS, windows.folder / "predictions"),)
    window = windows.start(OpenRequest(images=windows.folder / "images", layers=layers))
    window.questions.ask_key = lambda taken: GROUND_TRUTH  # type: ignore[method-assign]
    window.actions_["file.new_layer"].trigger()
    assert window.workbench.choices.active_key == GROUND_TRUTH
    target = windows.folder / "truth"
    window.questions.ask_target = lambda key: SaveTarget(  # type: ignore[method-assign]
        registry.INDEX_PNG, target
    )
    painted = paint(window, GROUND_TRUTH, 2)
    save(window, windows)
    assert not dataset_of(window).history.modified()
    np.testing.assert_array_equal(np.asarray(Image.open(target / f"{SAMPLE}.png")), painted)


def test_a_layer_without_a_target_stays_unsaved(windows: Windows) -> None:
    window = windows.start(OpenRequest(images=windows.folder / "images"))
    window.questions.ask_target = lambda key: None  # type: ignore[method-assign]
    paint(window, GROUND_TRUTH, 1)
    save(window, windows)
    assert dataset_of(window).history.modified() == {Target(SAMPLE, GROUND_TRUTH)}


def test_an_empty_new_layer_is_nothing_to_save(window: MainWindow, windows: Windows) -> None:
    LayerDeeds(window.workbench).add("second_opinion")
    assert saved_words(window) == "Saved"

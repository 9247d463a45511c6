"""The label map's window over the bundled data set: nothing changes before Apply."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QMenu, QPushButton
from scipy import ndimage

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import load_sample
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.formats.label_dialects import DIALECTS
from maskstudio.ui.label_map.before_after import BeforeAfter
from maskstudio.ui.label_map.classes_model import Column
from maskstudio.ui.label_map.split_dialog import SplitDialog
from maskstudio.ui.label_map.window import LabelMapWindow
from maskstudio.ui.main_window import MainWindow
from maskstudio.workflows.palettes import palettes
from tests.ui.helpers import child
from tests.ui.window_helpers import WAIT_MS, Windows, windows  # noqa: F401

PAVEMENT, BUILDING, CAR = 2, 3, 5
TWO = "street_02"


def open_map(found: Windows) -> tuple[MainWindow, LabelMapWindow]:
    window = found.start(found.request)
    window.actions_["class.label_map"].trigger()
    shown = child(window, LabelMapWindow)
    found.wait(window)
    return window, shown


def stored(folder: Path, name: str) -> NDArray[np.uint8]:
    """Class indices in the zip, read with Pillow alone."""
    with zipfile.ZipFile(folder / "ground_truth.zip") as file:
        lines = file.read("labelmap.txt").decode().splitlines()
        with file.open(f"SegmentationClass/{name}.png") as png:
            rgb = np.asarray(Image.open(png).convert("RGB"))
    colors = [line.split(":")[1] for line in lines if line and not line.startswith("#")]
    mask = np.full(rgb.shape[:2], 255, np.uint8)
    for index, color in enumerate(colors):
        mask[(rgb == [int(c) for c in color.split(",")]).all(axis=2)] = index
    return mask


def pixels(window: MainWindow, name: str, key: str = GROUND_TRUTH) -> NDArray[np.unsignedinteger]:
    dataset = window.workbench.dataset
    assert dataset is not None
    was_open = dataset.is_open(name)
    layer = dataset.open_document(load_sample(dataset.sample(name))).layer(key)
    found = layer.pixels.copy()
    if not was_open:
        dataset.close_document(name)
    return found


def is_locked(dataset: Dataset) -> bool:
    return dataset.has_open_transaction


def apply(found: Windows, shown: LabelMapWindow) -> None:
    with found.qtbot.waitSignal(shown.keeper.applied, timeout=WAIT_MS):
        shown.apply.click()


def titles(shown: LabelMapWindow) -> list[str]:
    model = shown.consequences.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_it_counts_and_says_what_would_change_before_it_does(windows: Windows) -> None:  # noqa: F811
    window, shown = open_map(windows)
    before = {n: stored(windows.folder, f"street_{n:02}") for n in range(1, 13)}
    n_pavement = sum(int((mask == PAVEMENT).sum()) for mask in before.values())
    cell = shown.model.index(shown.model.row_of(PAVEMENT), Column.PIXELS).data()
    assert cell.replace("\u2009", "") == str(n_pavement)
    shown.table.choose([PAVEMENT, BUILDING])
    shown.deeds.merge_into(BUILDING)
    assert titles(shown) == ["2 Pavement → 3 Building"]
    assert shown.apply.text() == "Apply one edit"
    assert shown.model.row(shown.model.row_of(PAVEMENT)).change == "Merged into 3"
    assert np.array_equal(pixels(window, TWO), before[2])
    shown.close()
    assert window.workbench.dataset is not None
    assert not window.workbench.dataset.history.modified()


def test_merge_apply_save_undo_gives_the_pixels_back(windows: Windows) -> None:  # noqa: F811
    window, shown = open_map(windows)
    before = stored(windows.folder, TWO)
    shown.table.choose([PAVEMENT])
    shown.deeds.merge_into(BUILDING)
    apply(windows, shown)
    expected = np.where(before == PAVEMENT, BUILDING, before)
    assert np.array_equal(pixels(window, TWO), expected)
    assert shown.keeper.edits == ()
    dataset = window.workbench.dataset
    assert dataset is not None
    assert dataset.history.undo_edit is not None
    assert dataset.history.undo_edit.label == "Merge Pavement into Building"
    windows.wait(window)
    with windows.qtbot.waitSignal(window.saver.saved, timeout=WAIT_MS):
        window.saver.save()
    after = stored(windows.folder, TWO)
    assert np.array_equal(after == BUILDING, expected == BUILDING)
    assert shown.focusWidget() is shown.table
    QTest.keyClick(shown.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    windows.wait(window)
    assert np.array_equal(pixels(window, TWO), before)
    assert dataset.label_maps[GROUND_TRUTH].name_of(PAVEMENT) == "Pavement"
    for step in (shown.keeper.redo, shown.keeper.undo):
        step()
        windows.wait(window)
        windows.qtbot.wait(600)  # counted again
        windows.wait(window)
        rows = [c.index for c in dataset.label_maps[GROUND_TRUTH]]
        assert [shown.model.row(n).index for n in range(shown.model.rowCount())] == rows
    with windows.qtbot.waitSignal(window.saver.saved, timeout=WAIT_MS):
        window.saver.save()
    assert np.array_equal(stored(windows.folder, TWO), before)


def test_another_layer_is_named_and_changes_too_where_that_is_asked_for(
    windows: Windows,  # noqa: F811
) -> None:
    window, shown = open_map(windows)
    truth, predicted = pixels(window, TWO), pixels(window, TWO, PREDICTIONS)
    shown.table.choose([PAVEMENT])
    shown.deeds.merge_into(BUILDING)
    windows.wait(window)
    (other,) = shown.keeper.others()
    assert (other.key, other.n_samples) == (PREDICTIONS, 12)
    child(shown, QCheckBox, f"also_{PREDICTIONS}").click()
    windows.wait(window)
    apply(windows, shown)
    swap = np.where(predicted == PAVEMENT, BUILDING, predicted)
    assert np.array_equal(pixels(window, TWO, PREDICTIONS), swap)
    shown.keeper.undo()
    windows.wait(window)
    assert np.array_equal(pixels(window, TWO), truth)
    assert np.array_equal(pixels(window, TWO, PREDICTIONS), predicted)


def test_cells_take_steps_and_each_is_taken_back(windows: Windows) -> None:  # noqa: F811
    _, shown = open_map(windows)
    model, keeper = shown.model, shown.keeper

    def type_into(key: int, column: Column, text: str) -> bool:
        return model.setData(model.index(model.row_of(key), column), text)

    assert type_into(CAR, Column.NAME, "vehicle")
    assert type_into(CAR, Column.INDEX, "40")
    assert type_into(CAR, Column.PARTS, "wheel, door")
    assert not type_into(CAR, Column.NAME, "Road")
    assert "has this name" in shown.findChild(type(shown._words), "map_words").text()  # type: ignore[union-attr]
    found = keeper.draft.by_key[CAR].found
    assert (found.index, found.name, found.parts) == (40, "vehicle", ("wheel", "door"))
    assert titles(shown) == [
        "5 Car gets index 40", "5 Car is named vehicle", "5 Car has other parts or actions"
    ]  # fmt: skip
    keeper.take_back(keeper.edits[0])
    assert titles(shown)[0] == "5 Car is named vehicle"
    keeper.undo()
    assert len(titles(shown)) == 3
    child(shown, QPushButton, "discard_edits").click()
    assert titles(shown) == []
    keeper.undo()
    assert len(titles(shown)) == 3


def test_pictures_show_now_and_after_of_samples_that_change(windows: Windows) -> None:  # noqa: F811
    window, shown = open_map(windows)
    shown.deeds.recolor(CAR, (1, 255, 1))
    windows.wait(window)
    pictures = child(shown, BeforeAfter)
    windows.qtbot.waitUntil(lambda: pictures.now.image is not None, timeout=WAIT_MS)
    assert pictures.sample == "street_01"
    assert pictures.now.image != pictures.after.image
    pictures.next.trigger()
    windows.wait(window)
    assert pictures.sample == "street_02"


def test_lint_is_listed_and_mended_by_a_click(windows: Windows) -> None:  # noqa: F811
    window, shown = open_map(windows)
    shown.table.choose([PAVEMENT])
    shown.deeds.merge_into(BUILDING)
    checks = shown.consequences.checks
    windows.qtbot.waitUntil(
        lambda: bool(checks.lines) and checks.lines[0].words == "No class has index 2.",
        timeout=WAIT_MS,
    )
    n_lines = len(checks.lines)
    line = checks.itemWidget(checks.item(0))
    child(line, QPushButton, "mend_0").click()
    windows.qtbot.waitUntil(lambda: len(checks.lines) == n_lines - 1, timeout=WAIT_MS)
    assert shown.keeper.draft.result.name_of(2) == "_dummy2"
    apply(windows, shown)
    assert np.isin(pixels(window, TWO), [i for i in range(9) if i != PAVEMENT]).all()


def test_cancel_leaves_everything_as_it_was(windows: Windows) -> None:  # noqa: F811
    window, shown = open_map(windows)
    before = pixels(window, TWO)
    shown.table.choose([PAVEMENT])
    shown.deeds.merge_into(BUILDING)
    keeper = shown.keeper
    keeper.apply()
    assert is_locked(keeper.dataset)
    keeper.cancel()
    windows.wait(window)
    assert not is_locked(keeper.dataset)
    assert keeper.dataset.history.undo_edit is None
    assert len(keeper.edits) == 1
    assert np.array_equal(pixels(window, TWO), before)


def test_a_change_made_meanwhile_in_the_window_is_kept(windows: Windows) -> None:  # noqa: F811
    _, shown = open_map(windows)
    shown.keeper.do(lambda draft: draft.renamed(CAR, "vehicle"))
    dataset = shown.keeper.dataset
    label_map = dataset.label_maps[GROUND_TRUTH].with_background(None)
    dataset.change_label_map("No background", GROUND_TRUTH, label_map)
    assert shown.keeper.draft.base.background is None
    assert titles(shown) == ["5 Car is named vehicle"]


def test_palettes_imports_and_exports_change_names_and_colors_alone(
    windows: Windows,  # noqa: F811
    tmp_path: Path,
) -> None:
    _, shown = open_map(windows)
    keeper, deeds = shown.keeper, shown.deeds
    deeds.take_palette(next(p for p in palettes() if p.title == "CamVid"))
    assert keeper.draft.result.by_name["Road"].color == (128, 64, 128)
    deeds.take_palette(palettes()[-1])
    colors = [c.color for c in keeper.draft.result]
    assert colors[:2] == [(230, 159, 0), (86, 180, 233)]
    assert len(set(colors)) == 9
    for dialect in DIALECTS:
        deeds.export_file(dialect, tmp_path / f"{dialect.name}{dialect.suffix}")
    assert {p.name for p in tmp_path.iterdir() if p.is_file()} >= {"labelmap.txt", "names.txt"}
    keeper.discard()
    deeds.import_file(tmp_path / "labelmap.txt")
    assert [c.color for c in keeper.draft.result] == colors
    (tmp_path / "other.txt").write_text("zero\none\n")
    deeds.import_file(tmp_path / "other.txt")
    assert keeper.draft.result.name_of(1) == "one"
    assert keeper.draft.changes == {}


def test_deleting_asks_where_pixels_go(windows: Windows) -> None:  # noqa: F811
    window, shown = open_map(windows)
    before = pixels(window, TWO)
    shown.table.choose([CAR])
    shown.deeds.remove.trigger()
    menu = child(shown, QMenu, "target_menu")
    names = [action.text() for action in menu.actions()[1:3]]
    assert names[0] == "0  background"
    next(a for a in menu.actions() if a.objectName() == "into_0").trigger()
    menu.close()
    apply(windows, shown)
    assert np.array_equal(pixels(window, TWO), np.where(before == CAR, 0, before))


def test_keys_move_rows_and_the_window_closes_with_escape(
    windows: Windows,  # noqa: F811
) -> None:
    _, shown = open_map(windows)
    shown.table.choose([CAR])
    QTest.keyClick(shown.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [c.index for c in shown.keeper.draft.result][4:6] == [5, 4]
    assert shown.table.chosen == [CAR]
    assert shown.keeper.draft.changes == {}
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


@pytest.mark.parametrize("target", ["clearml-frames", "labelbox-ndjson"])
def test_a_target_says_what_it_changes(windows: Windows, target: str) -> None:  # noqa: F811
    _, shown = open_map(windows)
    box = shown.consequences.target
    box.setCurrentIndex(box.findData(target))
    assert shown.consequences.told.count() >= 1


def test_a_class_is_split_by_region_as_a_step_of_its_own(windows: Windows) -> None:  # noqa: F811
    window, shown = open_map(windows)
    before = pixels(window, "street_01")
    shown.table.choose([CAR])
    shown.deeds.split.trigger()
    dialog = child(shown, SplitDialog)
    assert not dialog.split.isEnabled()
    dialog.name.setText("parked")
    dialog.list.item(0).setCheckState(Qt.CheckState.Checked)
    with windows.qtbot.waitSignal(shown.keeper.applied, timeout=WAIT_MS):
        dialog.split.click()
    labels, n_labels = ndimage.label(before == CAR, np.ones((3, 3)))
    largest = 1 + int(np.argmax(np.bincount(labels.ravel(), minlength=n_labels + 1)[1:]))
    expected = np.where(labels == largest, 9, before)
    assert np.array_equal(pixels(window, "street_01"), expected)
    assert shown.keeper.draft.result.by_name["parked"].index == 9
    shown.keeper.undo()
    windows.wait(window)
    assert np.array_equal(pixels(window, "street_01"), before)


def test_a_color_is_taken_from_the_picture(windows: Windows) -> None:  # noqa: F811
    _, shown = open_map(windows)
    pictures = child(shown, BeforeAfter)
    shown.deeds.pick_requested.emit(CAR)
    windows.qtbot.waitUntil(lambda: pictures.now.image is not None, timeout=WAIT_MS)
    pictures.refresh()
    image = pictures.now.image
    assert image is not None
    wanted = image.pixelColor(image.width() // 2, image.height() // 2)
    color = (wanted.red(), wanted.green(), wanted.blue())
    pictures.now.pressed.emit(0.5, 0.5)
    assert shown.keeper.draft.result.color_of(CAR) == color
    assert not pictures.is_picking

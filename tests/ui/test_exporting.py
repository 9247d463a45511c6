"""Exporting as a user meets it: a copy in another format, and the work stays where it is."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.errors import DataError, Kind
from maskstudio.formats import registry
from maskstudio.ui.dialogs.export_dialog import ExportDialog
from maskstudio.ui.main_window import MainWindow
from maskstudio.workflows.frozen_copy import frozen_copy
from tests.ui.helpers import child
from tests.ui.test_saving_in_window import SAMPLE, dataset_of, paint
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]


@pytest.fixture
def window(windows: Windows) -> MainWindow:
    return windows.start(windows.request)


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> ExportDialog:
    return dialog_of(window, qtbot)


def dialog_of(
    window: MainWindow, qtbot: QtBot, ask: Callable[[Path], bool] = lambda path: True
) -> ExportDialog:
    opened = window.workbench.opened
    assert opened is not None
    found = ExportDialog(
        frozen_copy(opened), PREDICTIONS, window.workbench.tasks, ask_overwrite=ask
    )
    qtbot.addWidget(found)
    with qtbot.waitSignal(found.planned, timeout=10_000):
        found.show()
    return found


def choose_format(dialog: ExportDialog, name: str) -> None:
    box = child(dialog, QComboBox, "format")
    box.setCurrentIndex(box.findData(name))


def losses(dialog: ExportDialog) -> list[str]:
    shown = child(dialog, QListWidget, "losses")
    return [shown.item(row).text() for row in range(shown.count())]


def button(dialog: ExportDialog) -> QPushButton:
    return child(dialog, QPushButton, "export")


def summary(dialog: ExportDialog) -> str:
    return child(dialog, QLabel, "summary").text()


def test_every_format_that_can_be_written_is_offered(dialog: ExportDialog) -> None:
    box = child(dialog, QComboBox, "format")
    assert tuple(box.itemData(row) for row in range(box.count())) == registry.writable_formats()
    assert "CVAT Segmentation Mask" in [box.itemText(row) for row in range(box.count())]


def test_the_target_is_a_free_name_beside_the_data_set(
    dialog: ExportDialog, windows: Windows
) -> None:
    assert dialog.target == windows.folder / "predictions.zip"
    choose_format(dialog, registry.INDEX_PNG)
    assert dialog.target == windows.folder / "predictions 2"  # predictions/ is the source itself


def test_the_button_names_the_deed_and_its_size(dialog: ExportDialog) -> None:
    assert button(dialog).text() == f"Export {len(dialog._frozen.dataset.samples)} samples"
    assert button(dialog).isEnabled()


def test_what_is_lost_is_listed_before_anything_is_written(
    window: MainWindow, qtbot: QtBot, windows: Windows
) -> None:
    before = sorted(windows.folder.iterdir())
    dialog = dialog_of(window, qtbot)
    child(dialog, QComboBox, "layer").setCurrentText(GROUND_TRUTH)
    qtbot.waitUntil(lambda: bool(losses(dialog)), timeout=10_000)
    choose_format(dialog, registry.INDEX_PNG)
    assert any("instances" in line for line in losses(dialog))
    assert sorted(windows.folder.iterdir()) == before


def test_options_are_offered_where_the_format_knows_them(dialog: ExportDialog) -> None:
    images, gray = (child(dialog, QCheckBox, n) for n in ("with_images", "one_channel"))
    images.setChecked(True)
    gray.setChecked(True)
    asked = dialog.options
    assert (asked.with_images, asked.one_channel) == (True, True)
    choose_format(dialog, registry.INDEX_PNG)
    assert images.isHidden()
    assert gray.isHidden()
    offered = dialog.options
    assert (offered.with_images, offered.one_channel) == (False, False)


def test_the_data_set_itself_is_no_target(dialog: ExportDialog, windows: Windows) -> None:
    choose_format(dialog, registry.INDEX_PNG)
    for place in (windows.folder / "predictions", windows.folder, windows.folder / "images"):
        child(dialog, QLineEdit, "target").setText(str(place))
        assert not button(dialog).isEnabled()
        assert "choose another" in summary(dialog)
    child(dialog, QLineEdit, "target").setText("")
    assert not button(dialog).isEnabled()


def test_a_target_that_exists_is_replaced_only_after_asking(
    window: MainWindow, qtbot: QtBot, windows: Windows
) -> None:
    (windows.folder / "old.zip").write_bytes(b"old")
    asked: list[Path] = []

    def ask(path: Path) -> bool:
        asked.append(path)
        return len(asked) > 1

    dialog = dialog_of(window, qtbot, ask)
    child(dialog, QLineEdit, "target").setText(str(windows.folder / "old"))
    button(dialog).click()
    assert asked == [windows.folder / "old.zip"]
    assert dialog.isVisible()
    button(dialog).click()
    assert dialog.export is not None
    assert dialog.export.options.overwrite


def test_all_layers_are_offered_where_a_format_has_room_for_them(
    dialog: ExportDialog, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    box = child(dialog, QComboBox, "layer")
    assert [box.itemText(i) for i in range(box.count())] == [GROUND_TRUTH, PREDICTIONS]
    plain = registry.traits
    monkeypatch.setattr(registry, "traits", lambda name: replace(plain(name), has_layers=True))
    choose_format(dialog, registry.INDEX_PNG)
    assert box.itemText(box.count() - 1) == "All layers"
    with qtbot.waitSignal(dialog.planned, timeout=10_000):
        box.setCurrentIndex(box.count() - 1)
    assert dialog.keys == (GROUND_TRUTH, PREDICTIONS)
    button(dialog).click()
    assert dialog.export is not None
    content = dialog.export.plan.content
    assert (content.key, [c.key for c in content.others]) == (GROUND_TRUTH, [PREDICTIONS])


def accept_when_planned(windows: Windows, target: Path) -> None:
    """Press Export in the dialog that is about to be shown, as soon as it may be pressed."""
    timer = QTimer(windows.app)

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, ExportDialog) and button(dialog).isEnabled():
            timer.stop()
            child(dialog, QLineEdit, "target").setText(str(target))
            button(dialog).click()

    timer.timeout.connect(press)
    timer.start(20)


def test_ctrl_e_writes_a_copy_with_unsaved_edits_and_leaves_them_unsaved(
    window: MainWindow, windows: Windows
) -> None:
    window.workbench.choices.set_active_key(PREDICTIONS)
    painted = paint(window, PREDICTIONS, 3)
    target = windows.folder / "copy.zip"
    accept_when_planned(windows, target)
    assert window.actions_["file.export"].shortcut().toString() == "Ctrl+E"
    window.actions_["file.export"].trigger()
    assert not window.actions_["file.save"].isEnabled()
    windows.qtbot.waitUntil(lambda: window.actions_["file.save"].isEnabled(), timeout=10_000)
    with zipfile.ZipFile(target) as archive:
        names = archive.read("labelmap.txt").decode().splitlines()[1:]
        color = tuple(map(int, names[3].split(":")[1].split(",")))
        with archive.open(f"SegmentationClass/{SAMPLE}.png") as file:
            rgb = np.asarray(Image.open(file).convert("RGB"))
    assert np.array_equal((rgb == color).all(axis=2), painted == 3)
    assert dataset_of(window).modified_samples() == {SAMPLE}
    opened = window.workbench.opened
    assert opened is not None
    assert opened.layer_sources[PREDICTIONS].path == windows.folder / "predictions"


def test_an_export_that_fails_says_so_and_marks_nothing(
    window: MainWindow, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DataError(Kind.NOT_WRITABLE, "copy.zip", "the disk is full")

    monkeypatch.setattr(registry, "write_new", full)
    said: list[str] = []
    window.workbench.said.connect(said.append)
    accept_when_planned(windows, windows.folder / "copy.zip")
    window.actions_["file.export"].trigger()
    windows.qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert said[0].startswith("Not exported: ")
    assert [p.found for p in dataset_of(window).problems] == ["the disk is full"]
    windows.qtbot.waitUntil(lambda: window.actions_["file.save"].isEnabled(), timeout=10_000)

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from maskstudio.ui.commands.source_commands import CopyRequest
from maskstudio.ui.dialogs.copy_dialog import CopyDialog
from maskstudio.ui.source_choices import PaintSource
from tests.ui.bench import Bench
from tests.ui.helpers import child
from tests.ui.panels.conftest import bench, empty_bench

__all__ = ["bench", "empty_bench"]


def test_a_whole_layer_is_copied_unless_the_user_says_otherwise(bench: Bench, qtbot: QtBot) -> None:
    dialog = CopyDialog(bench.tools)
    qtbot.addWidget(dialog)
    assert dialog.windowTitle() == "Copy into ground_truth"
    assert dialog.request == CopyRequest(PaintSource("predictions"))


def test_one_class_inside_a_polygon(bench: Bench, qtbot: QtBot) -> None:
    dialog = CopyDialog(bench.tools)
    qtbot.addWidget(dialog)
    classes = child(dialog, QComboBox, "class")
    classes.setCurrentIndex(classes.findText("8  Car"))
    child(dialog, QComboBox, "where").setCurrentIndex(1)
    assert child(dialog, QPushButton, "copy").text() == "Draw the polygon"
    assert dialog.request == CopyRequest(PaintSource("predictions", 8), in_polygon=True)

"""The two layers that are compared are chosen so that they always differ."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from maskstudio.ui.choices import Pair
from maskstudio.ui.dialogs.pair_dialog import PairDialog
from tests.ui.helpers import child

KEYS = ("ground_truth", "a", "b")


def dialog_of(qtbot: QtBot) -> PairDialog:
    dialog = PairDialog(KEYS, Pair("a", "ground_truth"))
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def choose(dialog: PairDialog, side: str, key: str) -> None:
    child(dialog, QComboBox, side).setCurrentText(key)


def shown(dialog: PairDialog) -> list[str]:
    return [child(dialog, QComboBox, n).currentText() for n in ("prediction", "ground_truth")]


def test_it_begins_with_the_pair_and_names_both_sides(qtbot: QtBot) -> None:
    dialog = dialog_of(qtbot)
    assert shown(dialog) == ["a", "ground_truth"]
    assert child(dialog, QComboBox, "prediction").accessibleName() == "Prediction"


def test_another_layer_is_chosen_on_each_side(qtbot: QtBot) -> None:
    dialog = dialog_of(qtbot)
    choose(dialog, "prediction", "b")
    assert dialog.pair == Pair("b", "ground_truth")
    choose(dialog, "ground_truth", "a")
    assert dialog.pair == Pair("b", "a")


def test_choosing_what_the_other_side_has_exchanges_them(qtbot: QtBot) -> None:
    dialog = dialog_of(qtbot)
    choose(dialog, "prediction", "ground_truth")
    assert dialog.pair == Pair("ground_truth", "a")
    assert shown(dialog) == ["ground_truth", "a"]
    choose(dialog, "ground_truth", "ground_truth")
    assert shown(dialog) == ["a", "ground_truth"]


def test_exchange_and_compare(qtbot: QtBot) -> None:
    dialog = dialog_of(qtbot)
    child(dialog, QPushButton, "exchange").click()
    child(dialog, QPushButton, "compare").click()
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.pair == Pair("ground_truth", "a")

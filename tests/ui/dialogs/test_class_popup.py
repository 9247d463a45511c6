from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from maskstudio.core.labels import filler
from maskstudio.ui.dialogs.class_popup import ClassPopup, matching_classes
from tests.ui.bench import STREET, Bench


@pytest.fixture
def popup(bench: Bench) -> ClassPopup:
    bench.window.show()
    return ClassPopup(bench.workbench, bench.window)


def names(popup: ClassPopup) -> list[str]:
    model = popup.list.rows
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def test_all_classes_are_listed_and_the_current_one_is_marked(
    bench: Bench, popup: ClassPopup
) -> None:
    bench.workbench.choices.set_class(8)
    popup.open_at(QPoint(0, 0))
    assert names(popup) == [
        "0 background",
        "1 Building",
        "3 Road",
        "8 Car",
        "12 Sign post with a long name",
    ]
    assert popup.list.currentIndex().row() == 3
    popup.close()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("car", ["8 Car"]),
        ("1", ["1 Building", "12 Sign post with a long name"]),
        ("post", ["12 Sign post with a long name"]),
        ("8 c", ["8 Car"]),
        ("zebra", []),
    ],
)
def test_names_and_indices_are_found(typed: str, expected: list[str]) -> None:
    found = matching_classes(STREET, typed)
    assert [f"{c.index} {c.name}" for c in found] == expected


def test_fillers_cannot_be_found() -> None:
    label_map = STREET.with_class(filler(2, (0, 0, 64)))
    assert matching_classes(label_map, "dummy") == []
    assert 2 not in [c.index for c in matching_classes(label_map, "")]


def test_arrows_move_and_enter_chooses(qtbot: QtBot, popup: ClassPopup) -> None:
    popup.open_at(QPoint(0, 0))
    QTest.keyClick(popup.line, Qt.Key.Key_Down)
    QTest.keyClick(popup.line, Qt.Key.Key_Down)
    QTest.keyClick(popup.line, Qt.Key.Key_Up)
    with qtbot.waitSignal(popup.class_chosen) as chosen:
        QTest.keyClick(popup.line, Qt.Key.Key_Return)
    assert chosen.args == [3]
    assert not popup.isVisible()


def test_a_click_chooses(qtbot: QtBot, popup: ClassPopup) -> None:
    popup.open_at(QPoint(0, 0))
    place = popup.list.visualRect(popup.list.rows.index(4)).center()
    with qtbot.waitSignal(popup.class_chosen) as chosen:
        QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [12]


def test_escape_changes_nothing(qtbot: QtBot, popup: ClassPopup) -> None:
    popup.open_at(QPoint(0, 0))
    with qtbot.assertNotEmitted(popup.class_chosen):
        QTest.keyClick(popup.line, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_enter_without_a_match_leaves_it_open(popup: ClassPopup) -> None:
    popup.open_at(QPoint(0, 0))
    QTest.keyClicks(popup.line, "zebra")
    QTest.keyClick(popup.line, Qt.Key.Key_Return)
    assert popup.isVisible()
    popup.close()

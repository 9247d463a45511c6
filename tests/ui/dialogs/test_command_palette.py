from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.ui.commands.at_start import COMMANDS
from maskstudio.ui.dialogs.command_palette import CommandPalette
from maskstudio.ui.widgets.pick_list import PickRow
from maskstudio.ui.widgets.search_field import SearchField
from tests.ui.bench import STREET, Bench


@pytest.fixture
def palette(bench: Bench) -> CommandPalette:
    bench.window.resize(900, 500)
    bench.window.show()
    return CommandPalette(bench.actions, bench.workbench, bench.window)


def open_and_type(palette: CommandPalette, text: str) -> None:
    palette.open_palette()
    QTest.keyClicks(palette.line, text)


def found(palette: CommandPalette, text: str) -> list[tuple[str, str]]:
    return [(row.kind, row.text) for row in palette.rows_for(text)]


def test_a_command_is_run(bench: Bench, palette: CommandPalette) -> None:
    open_and_type(palette, "100")
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert bench.canvas.viewport is not None
    assert bench.canvas.viewport.zoom == 1.0
    assert not palette.isVisible()


def test_a_class_is_chosen(bench: Bench, palette: CommandPalette) -> None:
    open_and_type(palette, "car")
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert bench.workbench.choices.current_class == 8


def test_a_sample_is_shown(qtbot: QtBot, bench: Bench, palette: CommandPalette) -> None:
    open_and_type(palette, "street_002")
    with qtbot.waitSignal(bench.workbench.document_changed):
        QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert bench.workbench.document is not None
    assert bench.workbench.document.name == "street_002"


def test_commands_come_with_their_keys(palette: CommandPalette) -> None:
    rows: dict[str, PickRow] = {row.text: row for row in palette.rows_for("")}
    assert rows["Zoom In"].keys == "Ctrl+=  Ctrl++"
    assert rows["Zoom In"].kind == "View"


def test_what_cannot_be_used_is_not_listed(bench: Bench, palette: CommandPalette) -> None:
    assert ("Labels", "Swap with Last Class") not in found(palette, "swap")
    bench.workbench.choices.set_class(8)
    assert ("Labels", "Swap with Last Class") in found(palette, "swap")


def test_the_best_fit_stands_first(palette: CommandPalette) -> None:
    assert found(palette, "building")[0] == ("Class", "Building")
    assert found(palette, "zoom")[:2] == [("View", "Zoom In"), ("View", "Zoom Out")]


def test_the_palette_does_not_list_itself(palette: CommandPalette) -> None:
    assert found(palette, "palette") == []


def test_of_many_samples_those_that_begin_so_come_first(
    empty_bench: Bench,
) -> None:
    samples = [Sample(f"{i:05}_b") for i in range(20_000)] + [Sample("b_last")]
    palette = CommandPalette(empty_bench.actions, empty_bench.workbench, empty_bench.window)
    dataset = Dataset(samples, {"ground_truth": STREET})

    empty_bench.open(dataset)
    names = [text for kind, text in found(palette, "B") if kind == "Sample"]
    assert len(names) == 50
    assert names[:2] == ["b_last", "00000_b"]


def test_the_field_opens_it_below_with_the_right_edges_in_line(
    bench: Bench, palette: CommandPalette
) -> None:
    field = SearchField("Search", parent=bench.window)
    field.follow(bench.actions[COMMANDS.id])
    field.move(500, 0)
    field.show()
    palette.set_field(field)
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    assert palette.isVisible()
    corner = field.mapToGlobal(field.rect().bottomRight())
    assert palette.geometry().right() == corner.x()
    assert palette.geometry().top() == corner.y() + 1
    palette.close()
    QApplication.processEvents()


def test_the_field_is_as_high_as_the_menu_bar_and_does_not_stretch_it(
    bench: Bench, palette: CommandPalette
) -> None:
    menu_bar = bench.window.menuBar()
    menu_bar.addMenu("File")
    before = menu_bar.sizeHint().height()
    field = SearchField("Search")
    menu_bar.setCornerWidget(field)
    assert field.height() == 30
    assert menu_bar.sizeHint().height() == before

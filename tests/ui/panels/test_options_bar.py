from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QRadioButton, QToolButton
from pytestqt.qtbot import QtBot

from maskstudio.core.geometry import Point
from maskstudio.core.transaction import Over
from maskstudio.raster.brush import Tip
from maskstudio.tools.base import PickFrom, Pointer, Reads
from maskstudio.ui.dialogs.class_popup import ClassPopup
from maskstudio.ui.dialogs.source_class_popup import SourceClassPopup
from maskstudio.ui.panels.options_bar import OptionsBar
from maskstudio.ui.panels.source_menu import SourceMenu
from maskstudio.ui.panels.tool_options import OptionChoice, OptionNumber, OptionRow
from maskstudio.ui.widgets.class_button import ClassButton
from maskstudio.ui.widgets.elided_label import ElidedLabel
from tests.ui.bench import Bench
from tests.ui.helpers import child, spoken_name


def add_bar(bench: Bench, width: int = 1600) -> OptionsBar:
    bar = OptionsBar(bench.workbench, bench.tools, bench.actions, bench.canvas)
    bench.window.addToolBar(bar)
    bench.window.resize(width, 400)
    bench.window.show()
    bench.actions.update_enabled()
    return bar


@pytest.fixture
def bar(bench: Bench) -> OptionsBar:
    return add_bar(bench)


def row_of(bar: OptionsBar) -> OptionRow:
    """The options of the active tool."""
    return next(row for row in bar.findChildren(OptionRow) if row.isVisible())


def choose(row: OptionRow, option: str, value: str) -> None:
    QTest.mouseClick(option_of(row, option).segment(value), Qt.MouseButton.LeftButton)


def option_of(row: OptionRow, option: str) -> OptionChoice:
    return child(row, OptionChoice, option)


def number_of(row: OptionRow, option: str) -> OptionNumber:
    return child(row, OptionNumber, option)


@pytest.mark.parametrize("tool", ["brush", "eraser", "fill", "polygon", "pick_class"])
def test_the_class_button_stays_where_it_is(bench: Bench, bar: OptionsBar, tool: str) -> None:
    button = child(bar, ClassButton)
    before = button.geometry()
    bench.tools.choose(tool)
    assert button.geometry() == before


def test_brush_options_reach_the_tools(bench: Bench, bar: OptionsBar) -> None:
    row = row_of(bar)
    choose(row, "tip", "square")
    choose(row, "over", "one_class")
    number_of(row, "size").setValue(31)
    bench.actions["brush.pressure"].trigger()
    options = bench.workbench.choices.options
    assert (options.tip, options.over) == (Tip.SQUARE, Over.ONE_CLASS)
    assert (options.size, options.pressure) == (31, True)


def test_options_changed_elsewhere_are_shown_without_echo(
    qtbot: QtBot, bench: Bench, bar: OptionsBar
) -> None:
    with qtbot.waitSignal(bench.workbench.choices.options_changed):
        bench.workbench.choices.change_options(size=77, over=Over.EMPTY, pressure=True)
    row = row_of(bar)
    assert number_of(row, "size").number() == 77
    assert option_of(row, "over").value() == "empty"
    assert bench.actions["brush.pressure"].isChecked()
    assert bench.workbench.choices.options.size == 77


def test_tolerance_counts_only_where_the_picture_is_read(bench: Bench, bar: OptionsBar) -> None:
    bench.tools.choose("fill")
    row = row_of(bar)
    assert not number_of(row, "tolerance").isEnabled()
    choose(row, "reads", "picture")
    assert bench.workbench.choices.options.reads is Reads.PICTURE
    assert number_of(row, "tolerance").isEnabled()


def test_fill_and_pick_choose_where_they_look(bench: Bench, bar: OptionsBar) -> None:
    bench.tools.choose("fill")
    choose(row_of(bar), "whole_picture", "whole")
    bench.tools.choose("pick_class")
    choose(row_of(bar), "pick_from", "active")
    options = bench.workbench.choices.options
    assert options.whole_picture
    assert options.pick_from is PickFrom.ACTIVE


def test_a_polygon_is_counted_and_finished(bench: Bench, bar: OptionsBar) -> None:
    bench.workbench.choices.set_class(8)
    bench.tools.choose("polygon")
    row = row_of(bar)
    finish = child(row, QToolButton, "polygon_finish_button")
    points = child(row, ElidedLabel, "points")
    for x, y in ((1, 1), (5, 1), (5, 5)):
        assert not finish.isEnabled()
        pointer = Pointer(Point(x, y), zoom=10)
        bench.tools.active.press(pointer)
        bench.tools.active.release(pointer)
    assert points.text() == "3 points"
    finish.click()
    assert points.text() == "0 points"
    layer = bench.workbench.active_layer
    assert layer is not None
    assert layer.index_at(4, 2) == 8


def test_cancel_drops_the_polygon(bench: Bench, bar: OptionsBar) -> None:
    bench.tools.choose("polygon")
    pointer = Pointer(Point(1, 1), zoom=10)
    bench.tools.active.press(pointer)
    bench.tools.active.release(pointer)
    child(row_of(bar), QToolButton, "polygon_cancel_button").click()
    assert not bench.tools.active.is_busy


def test_the_eraser_shows_what_it_leaves_behind(bench: Bench, bar: OptionsBar) -> None:
    button = child(bar, ClassButton)
    bench.workbench.choices.set_class(8)
    assert spoken_name(button) == "Class 8 Car"
    bench.tools.choose("eraser")
    assert spoken_name(button) == "Class 0 background"
    bench.tools.choose("brush")
    assert spoken_name(button) == "Class 8 Car"


def test_a_class_is_found_by_its_name(bench: Bench, bar: OptionsBar) -> None:
    bench.actions["class.find"].trigger()
    popup = child(bar, ClassPopup)
    QTest.keyClicks(popup.line, "ro")
    QTest.keyClick(popup.line, Qt.Key.Key_Return)
    assert bench.workbench.choices.current_class == 3
    assert not popup.isVisible()


@pytest.mark.parametrize(("width", "shown"), [(1600, True), (1280, False)])
def test_words_are_shown_where_there_is_room(bench: Bench, width: int, shown: bool) -> None:
    bar = add_bar(bench, width)
    labels = row_of(bar).findChildren(ElidedLabel)
    caption = next(label for label in labels if label.text() == "Paint over")
    assert caption.isVisibleTo(row_of(bar)) is shown
    everything = option_of(row_of(bar), "over").segment("everything")
    assert (everything.sizeHint().width() > 60) is shown


def test_without_a_sample_everything_is_disabled_and_still_there(empty_bench: Bench) -> None:
    bar = add_bar(empty_bench)
    assert not any(button.isEnabled() for button in bar.findChildren(QRadioButton))
    assert child(bar, ClassButton).isVisible()
    assert not empty_bench.actions["class.find"].isEnabled()


def test_the_bar_is_as_high_as_the_density_says(bar: OptionsBar) -> None:
    assert bar.height() == 38


def test_words_of_a_wide_window_do_not_keep_it_wide(bench: Bench, bar: OptionsBar) -> None:
    bar.resize(1920, bar.height())
    assert bar.minimumSizeHint().width() <= 1000


def source_menu(bar: OptionsBar) -> SourceMenu:
    menu = child(bar, SourceMenu, "source_menu")
    menu.build()
    return menu


def test_the_menu_of_sources_paints_with_another_layer(bench: Bench, bar: OptionsBar) -> None:
    menu = source_menu(bar)
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == [
        "Paint the Chosen Class",
        "Paint with predictions",
        "Only One Class of predictions…",
    ]
    child(menu, QAction, "paint_layer_predictions").trigger()
    button = child(bar, ClassButton, "class_button")
    assert button.accessibleName() == "Paints with predictions"
    bench.tools.choose("eraser")
    assert button.accessibleName() == "Class 0 background"
    bench.tools.choose("polygon")
    child(source_menu(bar), QAction, "paint_class").trigger()
    assert button.accessibleName() == "Class 1 Building"


def test_one_class_of_another_layer_is_chosen_in_a_list(bench: Bench, bar: OptionsBar) -> None:
    child(source_menu(bar), QAction, "paint_only_predictions").trigger()
    popup = child(bar, SourceClassPopup, "source_class_popup")
    popup.line.setText("car")
    QTest.keyClick(popup.line, Qt.Key.Key_Return)
    assert child(bar, ClassButton, "class_button").accessibleName() == (
        "Paints with predictions: Car"
    )

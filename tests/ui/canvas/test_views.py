"""Views of the compared layers: what each pane shows, and that tools work in all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from maskstudio.core.geometry import Point
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.render.comparison import Difference
from maskstudio.ui.canvas.captions import Caption
from maskstudio.ui.canvas.divider import DividerHandle
from maskstudio.ui.canvas.legend import Legend
from maskstudio.ui.choices import Cell, Pair
from maskstudio.ui.commands.compare_commands import show_view
from maskstudio.ui.dialogs.compared_class_popup import ComparedClassPopup
from maskstudio.ui.view_choices import View
from tests.ui.bench import Bench, bench_of, street_dataset
from tests.ui.helpers import child, spoken_name

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CAR_IN_TRUTH = (15.5, 12.5)
"""A place that is Car (8) in the ground truth and Road (3) in the predictions."""


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    """An open data set of 40 x 30 samples on a canvas of 600 x 400."""
    for found in bench_of(tmp_path):
        found.window.resize(600, 400)
        found.window.show()
        found.open(street_dataset())
        yield found


def show(bench: Bench, view: View) -> None:
    show_view(bench.workbench.choices, view)


def shown(bench: Bench) -> NDArray[np.uint32]:
    """Words of the canvas and what stands over it."""
    image = bench.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    stored = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return stored[:, : image.width()].copy()


def place(bench: Bench, x: float, y: float, start: int = 0) -> QPoint:
    """Where an image coordinate lies on the canvas, in the pane that begins at a column."""
    assert bench.canvas.viewport is not None
    view_x, view_y = bench.canvas.viewport.to_view(Point(x, y))
    return QPoint(round(view_x) + start, round(view_y))


def color_at(bench: Bench, at: QPoint) -> int:
    return int(shown(bench)[at.y(), at.x()])


def channels(word: int) -> tuple[int, int, int]:
    """Red, green and blue."""
    return word >> 16 & 255, word >> 8 & 255, word & 255


def right_pane(bench: Bench) -> int:
    """Column at which the right pane begins."""
    return bench.canvas.pane_start(bench.canvas.width() - 1)


def stroke(bench: Bench, *points: QPoint) -> None:
    QTest.mousePress(bench.canvas, LEFT, NONE, points[0])
    for point in points[1:]:
        QTest.mouseMove(bench.canvas, point)
    QTest.mouseRelease(bench.canvas, LEFT, NONE, points[-1])


def test_side_by_side_shows_the_prediction_left_and_the_ground_truth_right(bench: Bench) -> None:
    show(bench, View.SIDE_BY_SIDE)
    left = color_at(bench, place(bench, *CAR_IN_TRUTH))
    right = color_at(bench, place(bench, *CAR_IN_TRUTH, right_pane(bench)))
    assert left != right
    road = color_at(bench, place(bench, 30.5, 20.5, right_pane(bench)))
    assert road == color_at(bench, place(bench, 30.5, 20.5))
    bench.workbench.choices.set_pair(Pair(GROUND_TRUTH, PREDICTIONS))
    assert color_at(bench, place(bench, *CAR_IN_TRUTH)) != left


def test_both_panes_have_one_zoom_and_place(bench: Bench) -> None:
    show(bench, View.SIDE_BY_SIDE)
    bench.canvas.zoom_to(12.0)
    bench.canvas.pan_by(-7, 5)
    for at in ((12.5, 11.5), (20.5, 16.5), (25.5, 14.5)):
        truth = color_at(bench, place(bench, *at, right_pane(bench)))
        bench.workbench.choices.set_pair(Pair(GROUND_TRUTH, PREDICTIONS))
        assert color_at(bench, place(bench, *at)) == truth
        bench.workbench.choices.set_pair(Pair(PREDICTIONS, GROUND_TRUTH))


@pytest.mark.parametrize("view", list(View))
def test_painting_goes_to_the_active_layer_in_every_view(bench: Bench, view: View) -> None:
    show(bench, view)
    layer = bench.workbench.active_layer
    assert layer is not None
    assert layer.key == GROUND_TRUTH
    expected = layer.pixels.copy()
    expected[3, 2:7] = 8
    bench.workbench.choices.change_options(size=1)
    bench.workbench.choices.set_class(8)
    stroke(bench, place(bench, 2.5, 3.5), place(bench, 6.5, 3.5))
    np.testing.assert_array_equal(layer.pixels, expected)


def test_a_stroke_in_the_right_pane_changes_the_pixels_seen_there(bench: Bench) -> None:
    show(bench, View.SIDE_BY_SIDE)
    start = right_pane(bench)
    assert start > 0
    layer = bench.workbench.active_layer
    assert layer is not None
    expected = layer.pixels.copy()
    expected[3, 2:7] = 8
    bench.workbench.choices.change_options(size=1)
    bench.workbench.choices.set_class(8)
    stroke(bench, place(bench, 2.5, 3.5, start), place(bench, 6.5, 3.5, start))
    np.testing.assert_array_equal(layer.pixels, expected)


def test_a_stroke_that_leaves_its_pane_goes_on_beyond_the_picture(bench: Bench) -> None:
    show(bench, View.SIDE_BY_SIDE)
    layer = bench.workbench.active_layer
    assert layer is not None
    before = layer.pixels.copy()
    bench.workbench.choices.change_options(size=1)
    bench.workbench.choices.set_class(8)
    other = place(bench, 20.5, 3.5, right_pane(bench))
    stroke(bench, place(bench, 37.5, 3.5), other)
    changed = np.argwhere(layer.pixels != before)
    assert changed.tolist() == [[3, 37], [3, 38], [3, 39]]


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("zoom", [None, 12.0])
def test_a_stroke_repaints_exactly_what_a_full_repaint_shows(
    bench: Bench, view: View, zoom: float | None
) -> None:
    show(bench, view)
    if zoom is not None:
        bench.canvas.zoom_to(zoom)
    bench.canvas.repaint()
    bench.workbench.choices.change_options(size=4)
    bench.workbench.choices.set_class(3)
    stroke(bench, place(bench, 12, 8), place(bench, 22, 16), place(bench, 24, 12))
    bench.canvas.repaint()
    after_stroke = shown(bench)
    bench.canvas.refresh()
    bench.canvas.repaint()
    np.testing.assert_array_equal(after_stroke, shown(bench))


@pytest.mark.parametrize("view", list(View))
def test_panning_shows_what_a_full_repaint_shows(bench: Bench, view: View) -> None:
    show(bench, view)
    bench.canvas.zoom_to(20.0)
    bench.canvas.repaint()
    bench.canvas.pan_by(-33, 21)
    bench.canvas.repaint()
    panned = shown(bench)
    bench.canvas.refresh()
    bench.canvas.repaint()
    np.testing.assert_array_equal(panned, shown(bench))


def test_swipe_shows_the_prediction_left_of_the_divider(bench: Bench) -> None:
    show(bench, View.SWIPE)
    at = place(bench, *CAR_IN_TRUTH)
    bench.workbench.choices.views.set_divider(0.9)
    predicted = color_at(bench, at)
    bench.workbench.choices.views.set_divider(0.1)
    assert color_at(bench, at) != predicted


def test_moving_the_divider_repaints_what_a_full_repaint_shows(bench: Bench) -> None:
    show(bench, View.SWIPE)
    bench.canvas.repaint()
    for share in (0.3, 0.72, 0.5):
        bench.workbench.choices.views.set_divider(share)
    bench.canvas.repaint()
    moved = shown(bench)
    bench.canvas.refresh()
    bench.canvas.repaint()
    np.testing.assert_array_equal(moved, shown(bench))


def test_the_divider_is_dragged_and_moved_with_keys(bench: Bench) -> None:
    show(bench, View.SWIPE)
    handle = child(bench.canvas, DividerHandle)
    assert handle.isVisible()
    assert handle.width() == 24
    assert "Divider" in spoken_name(handle)
    middle = handle.rect().center()
    QTest.mousePress(handle, LEFT, NONE, middle)
    QTest.mouseMove(handle, middle + QPoint(60, 0))
    QTest.mouseRelease(handle, LEFT, NONE, middle)
    views = bench.workbench.choices.views
    assert views.divider == pytest.approx(0.5 + 60 / bench.canvas.width(), abs=0.005)
    assert abs(handle.geometry().center().x() - views.divider * bench.canvas.width()) <= 1
    before = views.divider
    QTest.keyClick(handle, Qt.Key.Key_Left)
    assert views.divider == pytest.approx(before - 0.01, abs=0.001)
    QTest.keyClick(handle, Qt.Key.Key_Home)
    assert views.divider == pytest.approx(0.02)


def test_dragging_the_divider_paints_nothing(bench: Bench) -> None:
    show(bench, View.SWIPE)
    handle = child(bench.canvas, DividerHandle)
    middle = handle.rect().center()
    QTest.mousePress(handle, LEFT, NONE, middle)
    QTest.mouseMove(handle, middle + QPoint(90, 0))
    QTest.mouseRelease(handle, LEFT, NONE, middle)
    assert bench.workbench.dataset is not None
    assert not bench.workbench.dataset.history.edits


def captions(bench: Bench) -> list[str]:
    found = sorted(bench.canvas.findChildren(Caption), key=QWidget.x)
    return [caption.text() for caption in found if caption.isVisible()]


def test_captions_name_the_layer_of_each_pane(bench: Bench) -> None:
    for view in (View.SIDE_BY_SIDE, View.SWIPE):
        show(bench, view)
        assert captions(bench) == [PREDICTIONS, GROUND_TRUTH]
    bench.workbench.choices.set_pair(Pair(GROUND_TRUTH, PREDICTIONS))
    assert captions(bench) == [GROUND_TRUTH, PREDICTIONS]
    show(bench, View.OVERLAY)
    assert captions(bench) == []


def legend(bench: Bench) -> list[str]:
    return [entry.text for entry in child(bench.canvas, Legend).entries]


def test_difference_follows_a_stroke_that_mends_the_error(bench: Bench) -> None:
    show(bench, View.DIFFERENCE)
    at = place(bench, *CAR_IN_TRUTH)
    red, green, blue = channels(color_at(bench, at))
    assert min(red, green) > 2 * blue  # confused is yellow
    bench.workbench.choices.change_options(size=1)
    bench.workbench.choices.set_class(3)
    stroke(bench, at)
    QTest.mouseMove(bench.canvas, place(bench, 38, 28))
    red, green, blue = channels(color_at(bench, at))
    assert max(red, green, blue) - min(red, green, blue) <= 3


def test_the_legend_stands_below_the_fitted_picture(bench: Bench) -> None:
    show(bench, View.DIFFERENCE)
    strip = child(bench.canvas, Legend)
    assert strip.isVisible()
    assert strip.height() == 28
    viewport = bench.canvas.viewport
    assert viewport is not None
    assert viewport.picture_rect().y1 <= strip.y() <= bench.canvas.height() - 28
    bench.canvas.zoom_to(40.0)
    assert strip.geometry().bottom() == bench.canvas.height() - 1
    show(bench, View.OVERLAY)
    assert not strip.isVisible()


def test_the_legend_says_what_colors_mean_for_what_is_looked_at(bench: Bench) -> None:
    show(bench, View.DIFFERENCE)
    choices = bench.workbench.choices
    assert legend(bench) == ["Correct", "Missed", "Spurious", "Confused"]
    choices.set_ignored({1})
    assert legend(bench)[-1] == "Not counted"
    choices.views.show_class(8)
    assert legend(bench)[:2] == ["Car, correct", "Missed"]
    choices.set_shown_cell(Cell(8, 3))
    assert legend(bench) == ["Car, predicted as Road"]
    assert child(bench.canvas, Legend).entries[0].kind is Difference.CONFUSED


def test_a_class_is_picked_in_the_legend_and_ends_a_shown_cell(bench: Bench) -> None:
    show(bench, View.DIFFERENCE)
    choices = bench.workbench.choices
    choices.set_shown_cell(Cell(8, 3))
    popup = child(bench.canvas, ComparedClassPopup)
    texts = [row.text for row in popup.rows_for("")]
    assert texts[:3] == ["All classes", "background", "Building"]
    (car,) = popup.rows_for("car")
    car.deed()
    assert (choices.views.shown_class, choices.shown_cell) == (8, None)
    popup.rows_for("")[0].deed()
    assert choices.views.shown_class is None


def test_a_chosen_class_changes_what_is_seen(bench: Bench) -> None:
    show(bench, View.DIFFERENCE)
    at = place(bench, *CAR_IN_TRUTH)
    bench.workbench.choices.views.show_class(8)
    red, green, blue = channels(color_at(bench, at))
    assert blue > green > red  # missed is blue


def test_masks_of_differing_sizes_are_told_and_not_compared(qtbot: QtBot, tmp_path: Path) -> None:
    for bench in bench_of(tmp_path):
        bench.window.resize(600, 400)
        bench.window.show()
        bench.open(street_dataset(predictions_scale=2))
        show(bench, View.DIFFERENCE)
        bench.canvas.repaint()
        assert legend(bench) == ["Not compared: predictions is 20 x 15 and ground_truth is 40 x 30"]


def test_peeking_shows_the_picture_in_its_colors_in_every_view(bench: Bench) -> None:
    at = place(bench, 30.5, 20.5)
    bench.canvas.set_peeking(True)
    bare = color_at(bench, at)
    for view in (View.SWIPE, View.DIFFERENCE):
        show(bench, view)
        assert color_at(bench, place(bench, 30.5, 20.5)) == bare


def test_a_hidden_layer_of_the_pair_is_shown_when_a_view_of_it_is_chosen(bench: Bench) -> None:
    bench.actions["view.blink"].trigger()
    choices = bench.workbench.choices
    assert not choices.look(GROUND_TRUTH).is_visible
    show(bench, View.SIDE_BY_SIDE)
    assert choices.look(GROUND_TRUTH).is_visible
    assert choices.look(PREDICTIONS).is_visible


def test_blinking_goes_back_to_the_overlay(bench: Bench) -> None:
    show(bench, View.SWIPE)
    bench.actions["view.blink"].trigger()
    choices = bench.workbench.choices
    assert choices.view is View.OVERLAY
    seen = [choices.look(key).is_visible for key in (GROUND_TRUTH, PREDICTIONS)]
    assert seen == [True, False]


def test_the_picture_keeps_its_middle_when_the_view_changes(bench: Bench) -> None:
    bench.canvas.zoom_to(15.0)
    before = bench.canvas.view_state()
    assert before is not None
    show(bench, View.SIDE_BY_SIDE)
    after = bench.canvas.view_state()
    assert after is not None
    assert after[0] == before[0]
    assert np.abs(np.subtract(after[1], before[1])).max() <= 1 / 15


def test_closing_the_data_set_takes_the_views_away(bench: Bench) -> None:
    show(bench, View.SWIPE)
    bench.workbench.close_dataset()
    assert captions(bench) == []
    assert not child(bench.canvas, DividerHandle).isVisible()
    bench.canvas.repaint()

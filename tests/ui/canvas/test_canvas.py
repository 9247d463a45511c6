"""Gestures on the canvas change exactly the pixels that lie under them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from maskstudio.core.document import load_sample
from maskstudio.core.geometry import Point
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.core.transaction import Over
from maskstudio.tools.base import BrushCursor
from tests.ui.bench import Bench, bench_of, street_dataset

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    """An open data set of 40 x 30 samples on a canvas of 500 x 400."""
    for found in bench_of(tmp_path):
        found.window.resize(500, 400)
        found.window.show()
        found.open(street_dataset())
        yield found


def place(bench: Bench, x: float, y: float) -> QPoint:
    """Where an image coordinate lies on the canvas."""
    assert bench.canvas.viewport is not None
    view_x, view_y = bench.canvas.viewport.to_view(Point(x, y))
    ratio = bench.canvas.devicePixelRatioF()
    return QPointF(view_x / ratio, view_y / ratio).toPoint()


def drag(bench: Bench, *points: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
    places = [place(bench, x, y) for x, y in points]
    QTest.mousePress(bench.canvas, LEFT, keys, places[0])
    for there in places[1:]:
        QTest.mouseMove(bench.canvas, there)
    QTest.mouseRelease(bench.canvas, LEFT, keys, places[-1])


def pixels(bench: Bench) -> np.ndarray:
    assert bench.workbench.active_layer is not None
    return bench.workbench.active_layer.pixels.copy()


def test_a_stroke_of_one_pixel_changes_the_pixels_it_runs_over(bench: Bench) -> None:
    before = pixels(bench)
    bench.workbench.choices.change_options(size=1)
    bench.workbench.choices.set_class(8)
    drag(bench, (2.5, 3.5), (6.5, 3.5))
    expected = before.copy()
    expected[3, 2:7] = 8
    np.testing.assert_array_equal(pixels(bench), expected)
    assert bench.workbench.dataset is not None
    assert [e.label for e in bench.workbench.dataset.history.edits] == ["Brush Car"]


def test_holding_control_erases(bench: Bench) -> None:
    before = pixels(bench)
    bench.workbench.choices.change_options(size=1)
    drag(bench, (20.5, 20.5), (22.5, 20.5), keys=CONTROL)
    expected = before.copy()
    expected[20, 20:23] = 0
    np.testing.assert_array_equal(pixels(bench), expected)


def test_escape_in_the_middle_of_a_stroke_leaves_no_trace(bench: Bench) -> None:
    before = pixels(bench)
    QTest.mousePress(bench.canvas, LEFT, NONE, place(bench, 5, 5))
    QTest.mouseMove(bench.canvas, place(bench, 15, 15))
    assert (pixels(bench) != before).any()
    QTest.keyClick(bench.canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(bench.canvas, LEFT, NONE, place(bench, 15, 15))
    np.testing.assert_array_equal(pixels(bench), before)
    assert bench.workbench.dataset is not None
    assert not bench.workbench.dataset.history.edits


def test_panning_with_space_or_the_middle_button_never_draws(bench: Bench) -> None:
    before = pixels(bench)
    bench.canvas.zoom_to(20.0)
    first = bench.canvas.viewport
    QTest.keyPress(bench.canvas, Qt.Key.Key_Space)
    drag(bench, (15, 15), (17, 16))
    QTest.keyRelease(bench.canvas, Qt.Key.Key_Space)
    second = bench.canvas.viewport
    QTest.mousePress(bench.canvas, MIDDLE, NONE, QPoint(200, 200))
    QTest.mouseMove(bench.canvas, QPoint(180, 190))
    QTest.mouseRelease(bench.canvas, MIDDLE, NONE, QPoint(180, 190))
    assert first is not None
    assert second is not None
    assert bench.canvas.viewport is not None
    assert first.origin != second.origin != bench.canvas.viewport.origin
    np.testing.assert_array_equal(pixels(bench), before)


def wheel(bench: Bench, at: QPoint, notches: int, keys: Qt.KeyboardModifier = NONE) -> None:
    where = QPointF(at)
    event = QWheelEvent(
        where,
        bench.canvas.mapToGlobal(where),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(bench.canvas, event)


def test_the_wheel_zooms_and_keeps_the_point_under_the_pointer(bench: Bench) -> None:
    at = place(bench, 12, 9)
    assert bench.canvas.viewport is not None
    zoom = bench.canvas.viewport.zoom
    wheel(bench, at, 2)
    assert bench.canvas.viewport.zoom > zoom
    shown = bench.canvas.viewport.to_image(at.x(), at.y())
    assert abs(shown.x - 12) < 0.2
    assert abs(shown.y - 9) < 0.2


def test_the_wheel_with_shift_changes_the_brush(bench: Bench) -> None:
    bench.workbench.choices.change_options(size=24)
    wheel(bench, QPoint(100, 100), 1, SHIFT)
    assert bench.workbench.choices.options.size == 26


def test_the_brush_outline_follows_the_pointer(bench: Bench) -> None:
    QTest.mouseMove(bench.canvas, place(bench, 7.5, 8.5))
    overlay = bench.tools.active.overlay
    assert isinstance(overlay, BrushCursor)
    assert (int(overlay.point.x), int(overlay.point.y)) == (7, 8)


def test_what_is_painted_is_what_the_screen_shows(bench: Bench, qtbot: QtBot) -> None:
    bench.canvas.zoom_to(8.0)
    bench.tools.active.leave()
    bench.workbench.choices.change_options(size=3)
    bench.workbench.choices.set_class(8)
    before = bench.canvas.grab().toImage()
    mask = pixels(bench)
    drag(bench, (5.5, 5.5), (9.5, 5.5))
    bench.tools.active.leave()
    bench.canvas.refresh_overlay()
    after = bench.canvas.grab().toImage()
    changed = pixels(bench) != mask
    for y in range(1, 12):
        for x in range(1, 16):
            at = place(bench, x + 0.5, y + 0.5)
            is_other = before.pixel(at) != after.pixel(at)
            assert is_other == changed[y, x], (x, y)


def test_a_repainted_part_is_the_same_as_everything_painted_anew(bench: Bench) -> None:
    bench.canvas.grab()
    drag(bench, (5, 5), (30, 25))
    bench.tools.active.leave()
    bench.canvas.refresh_overlay()
    partly = bench.canvas.grab().toImage()
    bench.canvas.refresh()
    assert bench.canvas.grab().toImage() == partly


@pytest.mark.parametrize(("dx", "dy"), [(7, 0), (-3, 11), (0, -5), (-4, -9), (250, 3)])
@pytest.mark.parametrize("zoom", [0.9, 3.3, 8.0])
def test_a_panned_view_is_the_same_as_everything_painted_anew(
    bench: Bench, zoom: float, dx: int, dy: int
) -> None:
    bench.tools.active.leave()
    bench.canvas.zoom_to(zoom)
    bench.canvas.grab()
    bench.canvas.pan_by(dx, dy)
    panned = bench.canvas.grab().toImage()
    bench.canvas.refresh()
    assert bench.canvas.grab().toImage() == panned


def test_holding_h_shows_the_bare_picture_for_as_long(bench: Bench) -> None:
    bench.tools.active.leave()
    shown = bench.canvas.grab().toImage()
    QTest.keyPress(bench.canvas, Qt.Key.Key_H)
    bare = bench.canvas.grab().toImage()
    QTest.keyRelease(bench.canvas, Qt.Key.Key_H)
    assert bare != shown
    assert bench.canvas.grab().toImage() == shown


def test_zoom_and_place_survive_another_sample(bench: Bench, qtbot: QtBot) -> None:
    bench.canvas.zoom_to(20.0)
    bench.canvas.pan_by(-30, 10)
    viewport = bench.canvas.viewport
    with qtbot.waitSignal(bench.workbench.document_changed):
        bench.workbench.step_sample(1)
    assert bench.canvas.viewport == viewport


def test_a_layer_of_another_size_is_not_painted(bench: Bench) -> None:
    assert bench.workbench.active_layer is not None
    bench.workbench.active_layer.is_locked = True
    before = pixels(bench)
    drag(bench, (5, 5), (30, 25))
    np.testing.assert_array_equal(pixels(bench), before)
    assert bench.workbench.choices.active_key == GROUND_TRUTH


def test_a_right_click_drops_a_point_of_the_polygon_and_nothing_else(bench: Bench) -> None:
    before = pixels(bench)
    right = Qt.MouseButton.RightButton
    QTest.mouseClick(bench.canvas, right, NONE, place(bench, 5, 5))
    bench.tools.choose("polygon")
    QTest.mouseClick(bench.canvas, right, NONE, place(bench, 5, 5))
    for x, y in ((2, 2), (12, 2), (30, 20), (12, 12), (2, 12)):
        QTest.mouseClick(bench.canvas, LEFT, NONE, place(bench, x, y))
    QTest.mouseClick(bench.canvas, right, NONE, place(bench, 30, 20))
    bench.workbench.choices.set_class(8)
    QTest.keyClick(bench.canvas, Qt.Key.Key_Return)
    expected = before.copy()
    expected[2:12, 2:12] = 8
    np.testing.assert_array_equal(pixels(bench), expected)


def test_a_hidden_layer_is_not_painted_and_the_user_is_told(bench: Bench, qtbot: QtBot) -> None:
    before = pixels(bench)
    bench.actions["view.toggle_layer"].trigger()
    with qtbot.waitSignal(bench.workbench.said) as said:
        drag(bench, (2.5, 3.5), (6.5, 3.5))
    assert said.args == ["ground_truth is hidden: show it to paint on it"]
    np.testing.assert_array_equal(pixels(bench), before)
    bench.actions["view.show_layers"].trigger()
    drag(bench, (2.5, 3.5), (6.5, 3.5))
    assert (pixels(bench) != before).any()


def test_another_sample_that_is_in_memory_drops_the_stroke_under_way(bench: Bench) -> None:
    before = pixels(bench)
    open_second(bench)
    QTest.mousePress(bench.canvas, LEFT, NONE, place(bench, 5, 5))
    QTest.mouseMove(bench.canvas, place(bench, 15, 15))
    bench.workbench.step_sample(1)
    QTest.mouseMove(bench.canvas, place(bench, 30, 5))
    QTest.mouseRelease(bench.canvas, LEFT, NONE, place(bench, 30, 5))
    np.testing.assert_array_equal(pixels(bench), before)  # both samples hold the same
    bench.workbench.step_sample(-1)
    np.testing.assert_array_equal(pixels(bench), before)
    assert bench.workbench.dataset is not None
    assert not bench.workbench.dataset.history.edits


def test_another_sample_that_is_in_memory_drops_the_polygon_in_work(bench: Bench) -> None:
    before = pixels(bench)
    open_second(bench)
    bench.tools.choose("polygon")
    for x, y in ((2, 2), (30, 2), (30, 20)):
        QTest.mouseClick(bench.canvas, LEFT, NONE, place(bench, x, y))
    bench.workbench.step_sample(1)
    QTest.keyClick(bench.canvas, Qt.Key.Key_Return)
    np.testing.assert_array_equal(pixels(bench), before)


def test_one_class_is_the_one_under_the_pointer_and_none_outside(bench: Bench) -> None:
    before = pixels(bench)
    bench.workbench.choices.change_options(size=9, over=Over.ONE_CLASS)
    bench.workbench.choices.set_class(8)
    bench.canvas.zoom_to(8.0)
    drag(bench, (-0.5, 5.5), (4.5, 5.5))
    np.testing.assert_array_equal(pixels(bench), before)


def open_second(bench: Bench) -> None:
    """Have the second sample in memory, as it is where it was shown before."""
    dataset = bench.workbench.dataset
    assert dataset is not None
    dataset.open_document(load_sample(dataset.samples[1]))

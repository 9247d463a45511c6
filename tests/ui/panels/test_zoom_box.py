from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from maskstudio.ui.panels.zoom_box import ZoomBox, parse_zoom, percent
from tests.ui.bench import Bench


@pytest.fixture
def zoom_box(bench: Bench) -> ZoomBox:
    box = ZoomBox(bench.canvas, bench.window)
    bench.window.show()
    return box


def line_of(box: ZoomBox) -> QLineEdit:
    line = box.lineEdit()
    assert line is not None
    return line


def type_in(box: ZoomBox, text: str) -> None:
    line = line_of(box)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def zoom_of(bench: Bench) -> float:
    assert bench.canvas.viewport is not None
    return bench.canvas.viewport.zoom


def test_a_fitted_picture_says_so(bench: Bench, zoom_box: ZoomBox) -> None:
    assert zoom_box.currentText() == f"Fit · {percent(zoom_of(bench))}"
    bench.canvas.zoom_to(2.0)
    assert zoom_box.currentText() == "200 %"


@pytest.mark.parametrize("typed", ["150", "150 %", "150%"])
def test_a_typed_number_is_percent(bench: Bench, zoom_box: ZoomBox, typed: str) -> None:
    type_in(zoom_box, typed)
    assert zoom_of(bench) == 1.5
    assert zoom_box.currentText() == "150 %"


def test_a_preset_is_taken(bench: Bench, zoom_box: ZoomBox) -> None:
    zoom_box.activated.emit(zoom_box.findText("400 %"))
    assert zoom_of(bench) == 4.0
    zoom_box.activated.emit(zoom_box.findText("Fit"))
    assert bench.canvas.is_fitted


@pytest.mark.parametrize("typed", ["", "much", "0", "99999"])
def test_what_is_no_zoom_is_not_taken(bench: Bench, zoom_box: ZoomBox, typed: str) -> None:
    before = zoom_of(bench)
    type_in(zoom_box, typed)
    assert zoom_of(bench) == before
    assert parse_zoom(typed) is None


def test_typing_is_not_disturbed_by_the_canvas(
    bench: Bench, zoom_box: ZoomBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = line_of(zoom_box)
    monkeypatch.setattr(line, "hasFocus", lambda: True)
    line.selectAll()
    QTest.keyClicks(line, "30")
    bench.canvas.zoom_to(2.0)
    assert zoom_box.currentText() == "30"

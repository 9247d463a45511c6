"""Brackets around a found region: drawn in device pixels, gone with the next key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from maskstudio.core.geometry import Rect
from tests.ui.bench import Bench
from tests.ui.panels.conftest import bench, empty_bench

__all__ = ["bench", "empty_bench"]


def n_white(bench: Bench) -> int:
    """Pure white pixels of the canvas."""
    image = bench.canvas.grab().toImage()
    return sum(
        image.pixel(x, y) & 0xFFFFFF == 0xFFFFFF
        for y in range(image.height())
        for x in range(image.width())
    )


def test_brackets_stay_until_the_next_key(bench: Bench, qtbot: QtBot) -> None:
    bench.window.resize(400, 300)
    bench.window.show()
    qtbot.waitExposed(bench.window)
    bench.canvas.setFocus()
    before = n_white(bench)
    bench.canvas.show_found(Rect(10, 10, 20, 20))
    assert n_white(bench) > before + 100
    bench.canvas.pan_by(5, 5)
    assert n_white(bench) > before + 100
    QTest.keyClick(bench.canvas, Qt.Key.Key_F12)
    assert n_white(bench) == before


def test_brackets_go_with_their_sample(bench: Bench, qtbot: QtBot) -> None:
    bench.canvas.show_found(Rect(10, 10, 20, 20))
    with qtbot.waitSignal(bench.workbench.document_changed):
        bench.workbench.show_sample("street_001")
    bench.canvas.fit()
    with_brackets = n_white(bench)
    bench.canvas.show_found(Rect(10, 10, 20, 20))
    bench.canvas.fit()
    assert n_white(bench) > with_brackets

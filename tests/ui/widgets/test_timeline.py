from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from maskstudio.ui.widgets.timeline import Timeline, clock_words
from tests.ui.widgets.conftest import Show


@pytest.fixture
def line(show: Show) -> Timeline:
    """Moments at 0, 100, 400 and 1000 ms, 216 pixels wide: 0.2 pixels a millisecond."""
    widget = Timeline()
    widget.setFixedWidth(216)
    widget.set_times((0, 100, 400, 1000), 1)
    show(widget)
    return widget


@pytest.fixture
def heard(line: Timeline) -> list[int]:
    found: list[int] = []
    line.chosen.connect(found.append)
    return found


def at(x: int) -> QPoint:
    return QPoint(x, 10)


def test_ticks_stand_where_their_times_are(line: Timeline) -> None:
    assert [line.column_of(n) for n in range(4)] == [8, 28, 88, 208]


def test_a_click_chooses_the_nearest_moment(line: Timeline, heard: list[int]) -> None:
    for x in (0, 60, 215, 100):
        QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=at(x))
    assert heard == [0, 2, 3, 2]
    assert line.current == 2


def test_dragging_goes_through_the_moments(line: Timeline, heard: list[int]) -> None:
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=at(8))
    for x in (12, 30, 32, 140, 200):
        QTest.mouseMove(line, at(x))
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=at(200))
    assert heard[0] == 0
    assert heard == sorted(set(heard))


def test_keys_go_from_moment_to_moment_and_stop_at_the_ends(
    line: Timeline, heard: list[int]
) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home):
        QTest.keyClick(line, key)
    QTest.keyClick(line, Qt.Key.Key_Left)
    assert heard == [2, 3, 0]


def test_many_moments_are_painted_in_as_many_columns_as_there_are(line: Timeline) -> None:
    line.set_times(tuple(range(0, 500_000, 5)), 70_000)
    line.grab()
    assert len(line._columns) <= line.width()


@pytest.mark.parametrize(
    ("time", "words"),
    [(0, "0:00.000"), (399, "0:00.399"), (125_040, "2:05.040"), (66.7, "0:00.066")],
)
def test_times_are_told_in_minutes_seconds_and_milliseconds(time: float, words: str) -> None:
    assert clock_words(time) == words

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from maskstudio.ui.pages.drop_zone import DropZone
from maskstudio.ui.pages.recent_row import RecentItem, RecentRow
from maskstudio.ui.pages.start_page import StartPage
from maskstudio.ui.theme.density import COMFORTABLE
from maskstudio.ui.theme.style import apply_theme
from maskstudio.ui.theme.tokens import DARK
from tests.ui.helpers import application, spoken_name

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def page(qtbot: QtBot) -> StartPage:
    apply_theme(application(), DARK, COMFORTABLE)
    widget = StartPage()
    qtbot.addWidget(widget)
    widget.resize(1280, 660)
    widget.show()
    return widget


def button(page: StartPage, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def rows(page: StartPage) -> list[QWidget]:
    return [row for row in page.findChildren(RecentRow) if not row.isHidden()]


@pytest.mark.parametrize(
    ("name", "signal", "spoken"),
    [
        ("open_folder", "open_folder_requested", "Open folder"),
        ("open_file", "open_file_requested", "Open file"),
        ("try_sample", "sample_requested", "Try the sample"),
        ("show_keys", "keys_requested", "Keys"),
    ],
)
def test_each_deed_asks_for_what_it_says(
    qtbot: QtBot, page: StartPage, name: str, signal: str, spoken: str
) -> None:
    with qtbot.waitSignal(getattr(page, signal)):
        QTest.mouseClick(button(page, name), LEFT)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        with qtbot.waitSignal(getattr(page, signal)):
            QTest.keyClick(button(page, name), key)
    assert spoken_name(button(page, name)) == spoken


def test_a_recent_thing_can_be_chosen(qtbot: QtBot, page: StartPage) -> None:
    camvid = RecentItem(Path("/data/camvid"), "camvid", "~/data/camvid", "14 of 60 checked")
    night = RecentItem(Path("/data/night.zip"), "night.zip", "~/data", when="yesterday")
    page.show_recent([camvid, night])
    assert [spoken_name(row) for row in rows(page)] == ["camvid", "night.zip"]
    with qtbot.waitSignal(page.recent_chosen) as said:
        QTest.mouseClick(rows(page)[1], LEFT)
    assert said.args == [night]


def test_a_thumbnail_is_shown_in_its_proportions(page: StartPage, tmp_path: Path) -> None:
    red = QImage(25, 50, QImage.Format.Format_RGB32)
    red.fill("red")
    red.save(str(tmp_path / "red.png"))
    page.show_recent([RecentItem(Path("/a"), "a", "place", thumbnail=tmp_path / "red.png")])
    picture = rows(page)[0].grab().toImage()
    middle = picture.height() // 2
    assert picture.pixelColor(46, middle).red() > 240
    assert picture.pixelColor(24, middle).red() < 240


def test_a_thumbnail_that_is_not_there_is_a_sign(page: StartPage, tmp_path: Path) -> None:
    page.show_recent([RecentItem(Path("/a"), "a", "place", thumbnail=tmp_path / "none.png")])
    picture = rows(page)[0].grab().toImage()
    assert picture.pixelColor(46, picture.height() // 2).red() < 240


def test_an_empty_list_says_so_and_has_nothing_to_clear(qtbot: QtBot, page: StartPage) -> None:
    assert not button(page, "clear_recent").isVisible()
    page.show_recent([RecentItem(Path("/a"), "a", "place")])
    with qtbot.waitSignal(page.clear_requested):
        QTest.mouseClick(button(page, "clear_recent"), LEFT)
    page.show_recent([])
    assert rows(page) == []
    assert not button(page, "clear_recent").isVisible()


def dragged(*urls: QUrl) -> QMimeData:
    data = QMimeData()
    data.setUrls(list(urls))
    return data


def enter(page: StartPage, data: QMimeData) -> QDragEnterEvent:
    event = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS)
    application().sendEvent(page, event)
    return event


def test_files_dropped_anywhere_on_the_page_are_announced(
    qtbot: QtBot, page: StartPage, tmp_path: Path
) -> None:
    data = dragged(QUrl.fromLocalFile(str(tmp_path)))
    zone = page.findChild(DropZone)
    assert isinstance(zone, DropZone)
    assert enter(page, data).isAccepted()
    assert zone.is_target
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS)
    with qtbot.waitSignal(page.path_dropped) as said:
        application().sendEvent(page, drop)
    assert said.args == [[tmp_path]]
    assert not zone.is_target


def test_dragging_away_ends_the_invitation(page: StartPage, tmp_path: Path) -> None:
    zone = page.findChild(DropZone)
    assert isinstance(zone, DropZone)
    enter(page, dragged(QUrl.fromLocalFile(str(tmp_path))))
    application().sendEvent(page, QDragLeaveEvent())
    assert not zone.is_target


def test_addresses_of_the_web_are_refused(page: StartPage) -> None:
    assert not enter(page, dragged(QUrl("https://example.org/a.png"))).isAccepted()


def test_everything_fits_a_small_window(page: StartPage) -> None:
    page.show_recent([RecentItem(Path(f"/{n}"), f"set {n}", "~/data") for n in range(20)])
    page.resize(1280, 632)
    assert len(rows(page)) == 6
    assert page.minimumSizeHint().height() <= 632
    assert page.minimumSizeHint().width() <= 1280

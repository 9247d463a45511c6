"""Swatch, badge, labels, titles, buttons and the progress row."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QAction, QHelpEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QMainWindow, QProgressBar, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from maskstudio.ui.theme.density import COMPACT
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.theme.style import apply_theme
from maskstudio.ui.theme.tokens import DARK, LIGHT, Theme
from maskstudio.ui.widgets.badge import Badge, Tone
from maskstudio.ui.widgets.buttons import ActionButton, Place, link_button, primary_button
from maskstudio.ui.widgets.dock_title import DockTitle
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.progress_row import ProgressRow
from maskstudio.ui.widgets.swatch import paint_swatch
from tests.ui.helpers import application, spoken_name
from tests.ui.widgets.conftest import Show


def swatch(rgb: tuple[int, int, int], theme: Theme, *, hatched: bool = False) -> QImage:
    image = QImage(16, 16, QImage.Format.Format_RGB32)
    image.fill(theme.panel)
    painter = QPainter(image)
    paint_swatch(painter, QRectF(0, 0, 16, 16), rgb, theme, hatched=hatched)
    painter.end()
    return image


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda t: t.name)
def test_a_swatch_in_the_color_of_the_panel_still_has_an_edge(qtbot: QtBot, theme: Theme) -> None:
    panel = theme.panel
    image = swatch((panel.red(), panel.green(), panel.blue()), theme)
    assert image.pixelColor(8, 8) == theme.panel
    assert image.pixelColor(8, 0) != theme.panel


def test_an_undecided_swatch_is_hatched(qtbot: QtBot) -> None:
    image = swatch((90, 90, 90), DARK, hatched=True)
    inks = {image.pixelColor(x, 8).lightness() for x in range(2, 14)}
    assert max(inks) - min(inks) > 60


def test_a_badge_is_read_by_screen_readers(show: Show) -> None:
    badge = Badge("2 errors", Tone.ERROR)
    show(badge)
    assert spoken_name(badge) == "2 errors"
    badge.set_badge("checked", Tone.OK)
    assert spoken_name(badge) == "checked"
    assert badge.grab().toImage().pixelColor(3, 8) == DARK.ok_bg


def test_a_label_shortens_in_the_middle_but_keeps_its_text(show: Show) -> None:
    label = ElidedLabel("0001TP_008250.png", Qt.TextElideMode.ElideMiddle)
    show(label)
    label.setFixedWidth(80)
    assert "…" in label.shown_text()
    assert label.shown_text().endswith("png"[-1])
    assert spoken_name(label) == "0001TP_008250.png"


@pytest.mark.parametrize(("width", "tip"), [(60, "a long name of a class"), (400, "")])
def test_only_a_shortened_label_shows_its_text_as_tooltip(
    qtbot: QtBot, show: Show, width: int, tip: str
) -> None:
    label = ElidedLabel("a long name of a class")
    show(label)
    label.setFixedWidth(width)
    where = QPoint(3, 3)
    help_wanted = QHelpEvent(QEvent.Type.ToolTip, where, label.mapToGlobal(where))
    application().sendEvent(label, help_wanted)
    assert QToolTip.text() == tip
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_a_dock_keeps_all_of_its_content_below_the_title(qtbot: QtBot, show: Show) -> None:
    window, dock, content = QMainWindow(), QDockWidget(), QWidget()
    content.setMinimumHeight(100)
    title = DockTitle("Samples", dock)
    dock.setTitleBarWidget(title)
    dock.setWidget(content)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    window.resize(400, 300)
    show(window)
    assert title.height() == 34
    assert content.height() == dock.height() - 34


def test_a_dock_title_speaks_its_count(show: Show) -> None:
    title = DockTitle("Samples")
    show(title)
    title.set_count("60")
    assert spoken_name(title) == "Samples 60"


def test_a_dock_title_refuses_a_third_button(show: Show) -> None:
    title = DockTitle("Samples")
    show(title)
    for name in ("sort", "more"):
        title.add_button(QAction(icon(Icon.MORE), name, title))
    with pytest.raises(AssertionError):
        title.add_button(QAction("third", title))


def test_a_tool_button_is_named_and_sized_by_the_theme(show: Show) -> None:
    brush = QAction(icon(Icon.BRUSH), "Brush", application())
    brush.setObjectName("tool_brush")
    strip, bar = ActionButton(brush, Place.STRIP), ActionButton(brush)
    show(strip, bar)
    assert strip.objectName() == "tool_brush_button"
    assert spoken_name(strip) == "Brush"
    assert (strip.width(), strip.height()) == (36, 36)
    assert (bar.width(), bar.height()) == (28, 28)
    apply_theme(application(), DARK, COMPACT)
    assert strip.sizeHint().width() == 32
    assert bar.sizeHint().width() == 24


def test_widgets_follow_a_change_of_theme(show: Show) -> None:
    badge, title = Badge("2 errors", Tone.ERROR), DockTitle("Samples")
    show(badge, title)
    apply_theme(application(), LIGHT, COMPACT)
    application().processEvents()
    assert badge.grab().toImage().pixelColor(3, 8) == LIGHT.error_bg
    assert title.grab().toImage().pixelColor(2, 2) == LIGHT.panel
    assert title.sizeHint().height() == 28


def test_a_primary_button_is_filled_with_the_accent(show: Show) -> None:
    primary, link = primary_button("Apply 4 edits", "apply"), link_button("Copy", "copy", Icon.COPY)
    show(primary, link)
    assert primary.grab().toImage().pixelColor(8, 6) == DARK.accent_fill
    assert link.grab().toImage().pixelColor(3, 14) != DARK.raised


def test_progress_shows_words_and_place(show: Show) -> None:
    row = ProgressRow()
    show(row)
    assert not row.isVisible()
    row.show_progress("Scanning masks", 41, 60)
    bar = row.findChild(QProgressBar)
    assert isinstance(bar, QProgressBar)
    assert row.isVisible()
    assert (bar.value(), bar.maximum()) == (41, 60)
    assert bar.height() == 4
    assert spoken_name(bar) == "Scanning masks"
    row.finish()
    assert not row.isVisible()


def test_cancel_asks_once(qtbot: QtBot, show: Show) -> None:
    row = ProgressRow()
    show(row)
    row.show_progress("Saving", 1, 5)
    button = row.findChild(ActionButton)
    assert isinstance(button, ActionButton)
    with qtbot.waitSignal(row.cancel_requested):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isEnabled()


def test_the_bar_stays_where_it_is_while_the_count_grows(show: Show) -> None:
    row = ProgressRow()
    show(row)
    row.show_progress("Scanning masks", 1, 1000)
    bar = row.findChild(QProgressBar)
    assert isinstance(bar, QProgressBar)
    application().processEvents()
    before = bar.pos()
    row.show_progress("Scanning masks", 1000, 1000)
    application().processEvents()
    assert bar.pos() == before

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPainter
from pytestqt.qtbot import QtBot

from maskstudio.ui.theme.current import remember
from maskstudio.ui.theme.density import COMFORTABLE
from maskstudio.ui.theme.icons import Icon, characters, icon, paint_icon
from maskstudio.ui.theme.tokens import DARK, LIGHT
from tests.ui.helpers import application


@pytest.mark.parametrize("name", list(Icon.__members__))
def test_every_icon_exists_in_the_font(name: str) -> None:
    assert Icon[name].value in characters()


@pytest.mark.parametrize("name", list(Icon))
def test_every_icon_draws_inside_its_square(qtbot: QtBot, name: Icon) -> None:
    picture = QImage(48, 48, QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    paint_icon(painter, QRectF(8, 8, 32, 32), name, QColor("red"))
    painter.end()
    inked = [(x, y) for x in range(48) for y in range(48) if picture.pixelColor(x, y).alpha()]
    assert len(inked) > 20
    assert all(7 <= x <= 40 and 7 <= y <= 40 for x, y in inked)


def strongest(shown: QIcon, mode: QIcon.Mode, state: QIcon.State = QIcon.State.Off) -> str:
    """The color of the most opaque pixel."""
    picture = shown.pixmap(QSize(32, 32), 1.0, mode, state).toImage()
    pixels = [picture.pixelColor(x, y) for x in range(32) for y in range(32)]
    return max(pixels, key=QColor.alpha).name()


def test_state_chooses_the_color(qtbot: QtBot) -> None:
    remember(application(), DARK, COMFORTABLE)
    shown = icon(Icon.STYLE_FILL)
    assert strongest(shown, QIcon.Mode.Normal) == DARK.text2.name()
    assert strongest(shown, QIcon.Mode.Active) == DARK.text.name()
    assert strongest(shown, QIcon.Mode.Disabled) == DARK.disabled.name()
    assert strongest(shown, QIcon.Mode.Normal, QIcon.State.On) == DARK.accent.name()


def test_an_icon_follows_the_theme(qtbot: QtBot) -> None:
    remember(application(), DARK, COMFORTABLE)
    shown = icon(Icon.STYLE_FILL)
    strongest(shown, QIcon.Mode.Normal)
    remember(application(), LIGHT, COMFORTABLE)
    assert strongest(shown, QIcon.Mode.Normal) == LIGHT.text2.name()


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_pixmaps_have_the_pixels_of_the_screen(qtbot: QtBot, ratio: float) -> None:
    pixmap = icon(Icon.BRUSH).pixmap(QSize(20, 20), ratio)
    assert pixmap.width() == 20 * ratio
    assert pixmap.devicePixelRatio() == ratio


def test_icons_are_shared(qtbot: QtBot) -> None:
    assert icon(Icon.BRUSH) is icon(Icon.BRUSH)


def test_icons_do_not_pay_for_importing_qtawesome() -> None:
    code = (
        "import sys; from PySide6.QtGui import QGuiApplication as A; a = A([]);"
        "from maskstudio.ui.theme.icons import Icon, icon; icon(Icon.BRUSH).pixmap(20, 20);"
        "assert 'qtawesome' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

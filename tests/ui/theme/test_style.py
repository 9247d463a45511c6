from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontInfo, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from maskstudio.ui.theme.current import current_density, current_theme, system_theme
from maskstudio.ui.theme.density import COMFORTABLE, COMPACT, Density, density_for
from maskstudio.ui.theme.style import apply_theme, palette_of, style_sheet
from maskstudio.ui.theme.tokens import DARK, LIGHT, Theme
from maskstudio.ui.theme.typography import Type, font, tabular
from tests.ui.helpers import application

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda t: t.name)
DENSITIES = pytest.mark.parametrize("density", [COMFORTABLE, COMPACT], ids=lambda d: d.name)


@THEMES
def test_the_sheet_has_no_open_names_and_no_colors_of_its_own(theme: Theme) -> None:
    sheet = style_sheet(theme, COMFORTABLE)
    rules = re.sub(r"/\*.*?\*/|url\(.*?\)", "", sheet, flags=re.DOTALL)
    assert "@" not in rules
    known = {color.name() for color in theme.colors().values()}
    assert set(re.findall(r"#[0-9a-f]{6}", rules)) <= known


@THEMES
def test_files_named_by_the_sheet_exist(theme: Theme) -> None:
    from pathlib import Path

    files = re.findall(r"url\((.*?)\)", style_sheet(theme, COMFORTABLE))
    assert files
    assert all(Path(name).is_file() for name in files)


@THEMES
def test_every_role_of_the_palette_is_set(theme: Theme) -> None:
    palette = palette_of(theme)
    roles = [r for r in QPalette.ColorRole if r not in _NOT_COLORS]
    unset = [role for role in roles if not palette.isBrushSet(QPalette.ColorGroup.Active, role)]
    assert unset == []
    disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    assert disabled == theme.disabled


_NOT_COLORS = (QPalette.ColorRole.NColorRoles, QPalette.ColorRole.NoRole)


@THEMES
@DENSITIES
def test_applying_a_theme_makes_it_current(qtbot: QtBot, theme: Theme, density: Density) -> None:
    apply_theme(application(), theme, density)
    assert current_theme() is theme
    assert current_density() is density
    assert application().palette().window().color() == theme.window


@DENSITIES
def test_controls_have_the_height_of_the_density(qtbot: QtBot, density: Density) -> None:
    apply_theme(application(), DARK, density)
    for control in (QPushButton("Open"), QLineEdit(), QComboBox()):
        qtbot.addWidget(control)
        control.show()
        assert control.sizeHint().height() == density.control


def test_focus_does_not_resize_a_button(qtbot: QtBot) -> None:
    apply_theme(application(), DARK, COMFORTABLE)
    window = QWidget()
    layout = QVBoxLayout(window)
    button, field = QPushButton("Open"), QLineEdit()
    layout.addWidget(button)
    layout.addWidget(field)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    field.setFocus()
    before = button.sizeHint()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    assert button.sizeHint() == before


def test_base_size_stays_within_bounds(qtbot: QtBot) -> None:
    apply_theme(application(), DARK, COMFORTABLE)
    roomy = QFontInfo(application().font()).pixelSize()
    apply_theme(application(), DARK, COMPACT)
    compact = QFontInfo(application().font()).pixelSize()
    assert 12 <= roomy <= 14
    assert compact == max(12, roomy - 1)


def test_applying_twice_does_not_shrink_the_type(qtbot: QtBot) -> None:
    sizes = []
    for _ in range(2):
        apply_theme(application(), DARK, COMPACT)
        sizes.append(application().font().pixelSize())
    assert sizes[0] == sizes[1]


def test_type_scale_is_relative_to_the_base(qtbot: QtBot) -> None:
    apply_theme(application(), DARK, COMFORTABLE)
    base = application().font().pixelSize()
    assert font(Type.CAPTION).pixelSize() == base - 2
    assert font(Type.TITLE).pixelSize() == base + 9
    assert font(Type.PANEL_TITLE).weight() == QFont.Weight.DemiBold


def test_tabular_leaves_its_argument_alone(qtbot: QtBot) -> None:
    plain = QFont()
    plain.clearFeatures()
    assert tabular(plain).featureValue(QFont.Tag("tnum")) == 1
    assert not plain.isFeatureSet(QFont.Tag("tnum"))


def test_small_windows_are_compact() -> None:
    assert density_for(QSize(1280, 720)) is COMPACT
    assert density_for(QSize(1920, 799)) is COMPACT
    assert density_for(QSize(1400, 800)) is COMFORTABLE


def test_the_system_can_be_asked_for_its_theme(qtbot: QtBot) -> None:
    assert system_theme(application()) in (DARK, LIGHT)

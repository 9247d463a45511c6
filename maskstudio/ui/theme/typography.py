"""The scale of type, all sizes in relation to one base size."""

from __future__ import annotations

from enum import Enum

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from .density import Density

_SMALLEST_BASE, _LARGEST_BASE = 12, 14


class Type(Enum):
    """What a text is: its size relative to the base, and its weight."""

    CAPTION = (-2, QFont.Weight.Normal)
    SMALL = (-1, QFont.Weight.Normal)
    BODY = (0, QFont.Weight.Normal)
    PANEL_TITLE = (0, QFont.Weight.DemiBold)
    HEADING = (4, QFont.Weight.DemiBold)
    TITLE = (9, QFont.Weight.DemiBold)


def base_font(density: Density) -> QFont:
    """The system's font in the base size of a density, in pixels, with tabular figures."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    size = min(max(QFontInfo(system).pixelSize(), _SMALLEST_BASE), _LARGEST_BASE)
    system.setPixelSize(max(size + density.font_step, _SMALLEST_BASE))
    return tabular(system)


def font(role: Type) -> QFont:
    """The application's font as a text of this kind has it."""
    step, weight = role.value
    result = QApplication.font()
    result.setPixelSize(QFontInfo(result).pixelSize() + step)
    result.setWeight(weight)
    return result


def tabular(source: QFont) -> QFont:
    """A copy whose figures all have one width, so that changing numbers do not jump."""
    result = QFont(source)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result

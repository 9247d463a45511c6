"""Sizes of the two densities, and the sizes both share. All in logical pixels."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize

GRID = 4
"""Everything lies on this grid."""
PADDING_LEFT, PADDING_RIGHT = 12, 8
"""Inside a panel."""
SPACING = 8
"""Between controls; between groups twice, with a line."""

RADIUS_SMALL = 3
"""Badges, swatches, checkboxes."""
RADIUS_ITEM = 4
"""Menu items, segments."""
RADIUS = 5
"""Buttons and fields."""
RADIUS_CARD = 6
"""Menus and cards."""
FOCUS_WIDTH = 2

MENU_BAR = 30
STATUS_BAR = 28
DOCK_GAP = 4
LEAST_RIGHT_DOCK = 240
"""Narrower, names of layers and classes would not be read."""
BOTTOM_DOCK = 350
"""Height of Comparison, Problems and History when opened."""
SEARCH_FIELD = QSize(320, 24)
SWATCH = 16
ICON_ROW, ICON_BAR, ICON_STRIP, ICON_PAGE = 14, 16, 20, 44


@dataclass(frozen=True)
class Density:
    """Sizes that depend on how much room there is: rows, controls and type, never the layout."""

    name: str
    control: int
    row: int
    options_bar: int
    tool_strip: int
    tool_button: int
    samples_dock: int
    right_docks: int
    dock_title: int
    sample_row: int
    thumbnail: QSize
    layer_row: int
    disagreement_row: int
    problem_row: int
    has_figure_bars: bool
    """Whether the figure of a sample has a bar beside it."""
    font_step: int
    """Added to the base size of type, which stays at 12 or above."""


COMFORTABLE = Density(
    name="comfortable",
    control=28,
    row=30,
    options_bar=38,
    tool_strip=44,
    tool_button=36,
    samples_dock=252,
    right_docks=304,
    dock_title=34,
    sample_row=62,
    thumbnail=QSize(66, 50),
    layer_row=60,
    disagreement_row=44,
    problem_row=32,
    has_figure_bars=True,
    font_step=0,
)

COMPACT = Density(
    name="compact",
    control=24,
    row=24,
    options_bar=34,
    tool_strip=40,
    tool_button=32,
    samples_dock=188,
    right_docks=264,
    dock_title=28,
    sample_row=52,
    thumbnail=QSize(53, 40),
    layer_row=60,
    disagreement_row=36,
    problem_row=26,
    has_figure_bars=False,
    font_step=-1,
)


def density_for(window: QSize) -> Density:
    """The density that suits a window of this size: compact below 1400 x 800."""
    roomy = window.width() >= 1400 and window.height() >= 800
    return COMFORTABLE if roomy else COMPACT

"""The icons of the window: one table of names, drawn from the Phosphor font that qtawesome brings.

Only the font and its table of characters are used. Importing qtawesome itself loads thirteen fonts
and QtOpenGL and costs 165 ms of every start; reading the two files costs 3 ms, and an outline of
the glyph stays sharp at any scale. Icons follow the theme: what is drawn depends on the theme of
that moment, so an action keeps its icon when the theme changes.
"""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPainterPath, QPixmap, QRawFont

from .current import current_theme

_EM = 256
"""Size at which outlines are taken from the font; they are scaled from there."""


class Icon(StrEnum):
    """What an icon stands for, and its name in the font; several meanings may share a glyph."""

    # tools
    BRUSH = "paint-brush"
    ERASER = "eraser"
    POLYGON = "polygon"
    FILL = "paint-bucket"
    RECTANGLE = "rectangle"
    ELLIPSE = "circle"
    LASSO = "scribble-loop"
    WAND = "magic-wand"
    PICK_CLASS = "eyedropper"
    PAN = "hand"
    SELECT = "cursor"
    ASSISTED = "sparkle"
    PROMOTE = "arrow-square-in"
    SUPERPIXEL = "squares-four"
    RULER = "ruler"
    # file
    OPEN_FILE = "file"
    OPEN_FOLDER = "folder-open"
    SAVE = "floppy-disk"
    SAVE_AS = "floppy-disk-back"
    IMPORT = "download-simple"
    EXPORT = "export"
    CONVERT = "arrows-left-right"
    HISTORY = "clock-counter-clockwise"
    CLOSE = "x"
    REVEAL = "folder-notch-open"
    SAMPLE_DATA = "image-square"
    DATASET = "folders"
    ARCHIVE = "archive"
    SETTINGS = "gear-six"
    # edit
    UNDO = "arrow-u-up-left"
    REDO = "arrow-u-up-right"
    CUT = "scissors"
    COPY = "copy"
    PASTE = "clipboard-text"
    DELETE = "trash"
    RENAME = "pencil-simple"
    FIND = "magnifying-glass"
    COMMANDS = "command"
    KEYS = "keyboard"
    # view
    ZOOM_IN = "magnifying-glass-plus"
    ZOOM_OUT = "magnifying-glass-minus"
    FIT = "corners-out"
    ACTUAL_SIZE = "number-square-one"
    FULL_SCREEN = "arrows-out"
    PIXEL_GRID = "grid-four"
    SMOOTH_IMAGE = "drop-half"
    MINIMAP = "map-trifold"
    PEEK = "eye-closed"
    BLINK = "lightning"
    STYLE_FILL = "square-fill"
    STYLE_OUTLINE = "square"
    STYLE_BOTH = "selection-foreground"
    OPACITY = "circle-half"
    DARK = "moon"
    LIGHT = "sun"
    LEVELS = "sun-dim"
    DEFAULT_LAYOUT = "layout"
    LEGEND = "list-dashes"
    # layers and labels
    ADD = "plus"
    SEEN = "eye"
    HIDDEN = "eye-slash"
    MORE = "dots-three"
    LAYERS = "stack"
    LABELS = "tag"
    LOCKED = "lock-simple-fill"
    UNLOCKED = "lock-simple-open"
    LABEL_MAP = "list-numbers"
    MERGE = "git-merge"
    SPLIT = "git-fork"
    COLOR = "palette"
    SAFE_PALETTE = "swatches"
    SWAP = "swap"
    SOLO = "target"
    UNDECIDED = "question"
    HANDLE = "dots-six-vertical"
    # paint modes
    EVERYTHING = "selection-all"
    UNDECIDED_ONLY = "selection"
    ONE_CLASS = "selection-inverse"
    ROUND_TIP = "circle"
    SQUARE_TIP = "square"
    PRESSURE = "pencil-line"
    HOLES = "circle-dashed"
    SPECKS = "dots-nine"
    GROW = "arrows-out-simple"
    SHRINK = "arrows-in-simple"
    SMOOTH_MASK = "waves"
    # samples
    SAMPLES = "image"
    NEXT = "caret-right"
    PREVIOUS = "caret-left"
    CHECKED = "check-circle-fill"
    UNCHECKED = "circle"
    MODIFIED = "pencil-simple-fill"
    FLAGGED = "flag-fill"
    FILTER = "funnel-simple"
    SORT = "sort-ascending"
    AS_LIST = "list-bullets"
    AS_GRID = "squares-four"
    NO_MASK = "file-dotted"
    # compare
    COMPARISON = "chart-bar-horizontal"
    OVERLAY = "stack-simple"
    SIDE_BY_SIDE = "columns"
    SWIPE = "square-half"
    DIFFERENCE = "intersect"
    MATRIX = "table"
    REGIONS = "crosshair-simple"
    ACCEPT = "check"
    REJECT = "x"
    NEXT_REGION = "caret-double-right"
    PREVIOUS_REGION = "caret-double-left"
    REPORT = "file-text"
    # states
    ERROR = "x-circle-fill"
    WARNING = "warning-fill"
    INFO = "info-fill"
    FINE = "check-circle-fill"
    FIX = "wrench"
    PROBLEMS = "warning-circle"
    CANCEL = "x-circle"
    RUNNING = "spinner-gap"
    SAVED = "check"
    UNSAVED = "circle-fill"
    BROKEN_FILE = "file-x"
    HELP = "question"
    ABOUT = "info"
    CARET_DOWN = "caret-down"
    CARET_RIGHT = "caret-right"
    PIN = "push-pin"
    FLOAT = "arrow-square-out"
    DROP = "tray"
    LINK = "link-simple"
    ARROW = "arrow-right"
    COLLAPSE = "caret-double-down"


@cache
def icon(name: Icon, color: str = "text2", *, checked: str = "accent") -> QIcon:
    """The icon in the colors of whichever theme is current when it is drawn.

    Args:
        color: token of its color at rest; at rest `text2` becomes `text` under the pointer.
        checked: token of its color while its action is on.
    """
    return QIcon(_GlyphEngine(name, color, checked))


def paint_icon(painter: QPainter, rect: QRectF, name: Icon, color: QColor) -> None:
    """Draw an icon in one color into the middle of a rectangle, as large as fits."""
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() - side / 2, rect.center().y() - side / 2)
    painter.scale(side / _EM, side / _EM)
    painter.fillPath(_outline(name), color)
    painter.restore()


@cache
def _outline(name: Icon) -> QPainterPath:
    """Outline of a glyph inside the square (0, 0) to (_EM, _EM)."""
    glyph = _font().glyphIndexesForString(chr(int(characters()[name], 16)))[0]
    return _font().pathForGlyph(glyph).translated(0, _EM)


@cache
def characters() -> dict[str, str]:
    """Characters of the Phosphor font, as hexadecimal numbers, by the name of their icon."""
    table: dict[str, str] = json.loads(_font_file("phosphor-charmap-*.json").read_text("utf-8"))
    return table


@cache
def _font() -> QRawFont:
    """The Phosphor font; Qt needs a running application to load it."""
    return QRawFont(str(_font_file("phosphor-*.ttf")), _EM)


def _font_file(pattern: str) -> Path:
    """The one file of qtawesome's fonts that the pattern names, whatever its version."""
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("qtawesome, which brings the icons, is not installed")
    (found,) = (Path(spec.origin).parent / "fonts").glob(pattern)
    return found


class _GlyphEngine(QIconEngine):
    """Draws one glyph; keeps its pixmaps for as long as the theme stays."""

    def __init__(self, name: Icon, color: str, checked: str) -> None:
        super().__init__()
        self._name = name
        self._color = color
        self._checked = checked
        self._theme_name = ""
        self._pixmaps: dict[tuple[int, int, str, float], QPixmap] = {}

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        color = current_theme().color(self._token(mode, state))
        paint_icon(painter, QRectF(rect), self._name, color)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        """A pixmap of `size` logical pixels for a screen with `scale` device pixels to each."""
        self._forget_other_themes()
        key = (size.width(), size.height(), self._token(mode, state), scale)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._drawn(size, mode, state, scale)
        return self._pixmaps[key]

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._name, self._color, self._checked)

    def key(self) -> str:
        return "maskstudio"

    def _token(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode is QIcon.Mode.Disabled:
            return "disabled"
        if state is QIcon.State.On:
            return self._checked
        lifted = mode in (QIcon.Mode.Active, QIcon.Mode.Selected)
        return "text" if lifted and self._color == "text2" else self._color

    def _drawn(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        pixmap = QPixmap(size * scale)
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(), size), mode, state)
        painter.end()
        return pixmap

    def _forget_other_themes(self) -> None:
        name = current_theme().name
        if name != self._theme_name:
            self._theme_name = name
            self._pixmaps.clear()

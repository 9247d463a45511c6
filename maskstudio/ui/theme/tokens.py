"""The color tokens of the dark and the light theme. All other code names tokens, never a hex."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtGui import QColor


@dataclass(frozen=True, eq=False)
class Theme:
    """One set of colors. The colors are shared: copy before changing (`faded`).

    Attributes:
        canvas: around the picture.
        window: menu, tool and status bars, gaps between docks.
        panel: docks, lists, tables.
        field: ground of inputs and segmented controls.
        raised: buttons, menus.
        hover, pressed: grounds of rows and buttons under the pointer.
        select, select_off: chosen row; chosen while another panel has the focus.
        line, line_strong: separators; edges that must be seen.
        track: slider grooves, bars, scroll handles.
        text, text2, text3: names; labels and icons; units, captions and placeholders.
        disabled: text and icons that cannot be used.
        accent, accent_fill, accent_hover: text and active icons; filled ground; its hover.
        on_accent: text on `accent_fill`.
        focus: focus ring.
        ok, warn, error, info: icons and words of states, each with a ground (`ok_bg` ...).
        chosen_segment: the chosen part of a segmented control.
        swatch_edge, picture_edge: thin edges that lie on any color; not opaque.
    """

    name: str
    is_dark: bool
    canvas: QColor
    window: QColor
    panel: QColor
    field: QColor
    raised: QColor
    hover: QColor
    pressed: QColor
    select: QColor
    select_off: QColor
    line: QColor
    line_strong: QColor
    track: QColor
    text: QColor
    text2: QColor
    text3: QColor
    disabled: QColor
    accent: QColor
    accent_fill: QColor
    accent_hover: QColor
    on_accent: QColor
    focus: QColor
    ok: QColor
    warn: QColor
    error: QColor
    info: QColor
    ok_bg: QColor
    warn_bg: QColor
    error_bg: QColor
    info_bg: QColor
    tooltip: QColor
    tooltip_text: QColor
    chosen_segment: QColor
    swatch_edge: QColor
    picture_edge: QColor

    def color(self, token: str) -> QColor:
        """The color of a token by name, for tokens that are chosen at run time."""
        found = getattr(self, token)
        assert isinstance(found, QColor), f"{token} is not a color"
        return found

    def colors(self) -> dict[str, QColor]:
        """Every color by its token name."""
        return {f.name: self.color(f.name) for f in fields(self) if f.type == "QColor"}


def faded(color: QColor, opacity: float) -> QColor:
    """A copy with another opacity, 0 to 1."""
    copy = QColor(color)
    copy.setAlphaF(opacity)
    return copy


DARK = Theme(
    name="dark",
    is_dark=True,
    canvas=QColor("#141517"),
    window=QColor("#1A1B1E"),
    panel=QColor("#202125"),
    field=QColor("#15161A"),
    raised=QColor("#2C2E34"),
    hover=QColor("#282A2F"),
    pressed=QColor("#363941"),
    select=QColor("#23395D"),
    select_off=QColor("#2E3138"),
    line=QColor("#303238"),
    line_strong=QColor("#797E8A"),
    track=QColor("#3A3D45"),
    text=QColor("#E8E9EC"),
    text2=QColor("#B0B4BD"),
    text3=QColor("#8C919C"),
    disabled=QColor("#5F646E"),
    accent=QColor("#6CA8FF"),
    accent_fill=QColor("#2C66CF"),
    accent_hover=QColor("#3672DE"),
    on_accent=QColor("#FFFFFF"),
    focus=QColor("#8ABAFF"),
    ok=QColor("#55C58C"),
    warn=QColor("#EDB440"),
    error=QColor("#FF7B72"),
    info=QColor("#6CA8FF"),
    ok_bg=QColor("#1C3329"),
    warn_bg=QColor("#3A2E16"),
    error_bg=QColor("#43211F"),
    info_bg=QColor("#1F2F4A"),
    tooltip=QColor("#35383F"),
    tooltip_text=QColor("#F2F3F5"),
    chosen_segment=QColor("#363941"),
    swatch_edge=QColor(255, 255, 255, 89),
    picture_edge=QColor(255, 255, 255, 28),
)

LIGHT = Theme(
    name="light",
    is_dark=False,
    canvas=QColor("#D3D4D7"),
    window=QColor("#E9EAEC"),
    panel=QColor("#F7F7F8"),
    field=QColor("#FFFFFF"),
    raised=QColor("#FFFFFF"),
    hover=QColor("#ECEDEF"),
    pressed=QColor("#DDDFE3"),
    select=QColor("#D3E3FB"),
    select_off=QColor("#E3E5E9"),
    line=QColor("#D5D7DB"),
    line_strong=QColor("#7C818C"),
    track=QColor("#D0D3D9"),
    text=QColor("#1B1C1F"),
    text2=QColor("#4A4E57"),
    text3=QColor("#636873"),
    disabled=QColor("#A3A7B0"),
    accent=QColor("#1D5BC4"),
    accent_fill=QColor("#1F61D0"),
    accent_hover=QColor("#1A54B6"),
    on_accent=QColor("#FFFFFF"),
    focus=QColor("#1F61D0"),
    ok=QColor("#1A7A4C"),
    warn=QColor("#8A5A00"),
    error=QColor("#C22F2A"),
    info=QColor("#1D5BC4"),
    ok_bg=QColor("#DDF2E7"),
    warn_bg=QColor("#FBEBCB"),
    error_bg=QColor("#FBE1DF"),
    info_bg=QColor("#DCE8FB"),
    tooltip=QColor("#2B2D33"),
    tooltip_text=QColor("#F2F3F5"),
    chosen_segment=QColor("#D3E3FB"),
    swatch_edge=QColor(0, 0, 0, 79),
    picture_edge=QColor(0, 0, 0, 61),
)

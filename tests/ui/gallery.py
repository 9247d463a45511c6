"""Draws every control in both themes into one picture, to be looked at.

QT_QPA_PLATFORM=offscreen python -m tests.ui.gallery gallery.png
"""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QImage, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSlider,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import COMFORTABLE
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.theme.style import apply_theme
from maskstudio.ui.theme.tokens import DARK, LIGHT, Theme
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.badge import Badge, Tone
from maskstudio.ui.widgets.buttons import ActionButton, Place, link_button, primary_button
from maskstudio.ui.widgets.class_button import ClassButton
from maskstudio.ui.widgets.dock_title import DockTitle
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.number_field import NumberField
from maskstudio.ui.widgets.number_scale import NumberScale
from maskstudio.ui.widgets.progress_row import ProgressRow
from maskstudio.ui.widgets.segmented import Choice, Segmented

PAINT_OVER = [
    Choice("all", "Everything", Icon.EVERYTHING),
    Choice("empty", "Undecided only", Icon.UNDECIDED_ONLY),
    Choice("one", "One class", Icon.ONE_CLASS),
]
TIPS = [Choice("round", "Round", Icon.ROUND_TIP), Choice("square", "Square", Icon.SQUARE_TIP)]
VIEWS = [
    Choice("overlay", "Overlay", Icon.OVERLAY),
    Choice("side", "Side by side", Icon.SIDE_BY_SIDE),
    Choice("swipe", "Swipe", Icon.SWIPE),
    Choice("difference", "Difference", Icon.DIFFERENCE),
]


class Gallery(QWidget):
    """One row for each kind of control."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("gallery")
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(20, 12, 20, 12)
        self._add_tools()
        self._add_controls()
        self._add_states()
        self._rows.addStretch(1)

    def paintEvent(self, event: object) -> None:
        QPainter(self).fillRect(self.rect(), current_theme().panel)

    def row(self, name: str, *widgets: QWidget) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        label = ElidedLabel(name, color="text3")
        label.setFixedWidth(96)
        for widget in (label, *widgets):
            line.addWidget(widget)
        line.addStretch(1)
        self._rows.addLayout(line)

    def _add_tools(self) -> None:
        tips = Segmented("Tip", TIPS)
        tips.set_icons_only(True)
        size = NumberField("Size", NumberScale(1, 500, curve=2.0, unit="px"))
        size.set_number(24)
        self.row(
            "Brush", class_button(8, "Car", (64, 0, 128)), tool(Icon.SWAP), rule(), size, tips,
            tool(Icon.PRESSURE), rule(), ElidedLabel("Paint over", color="text2"),
            Segmented("Paint over", PAINT_OVER),
        )  # fmt: skip
        tolerance = NumberField("Tolerance", NumberScale(0, 100))
        tolerance.set_number(12)
        void = class_button(11, "Unlabelled", (0, 0, 0), hatched=True)
        self.row("Fill", void, tool(Icon.SWAP), rule(), tolerance)
        icons = Segmented("Paint over", PAINT_OVER)
        icons.set_icons_only(True)
        icons.set_value("empty")
        off = Segmented("Paint over", PAINT_OVER)
        off.setEnabled(False)
        self.row("Views", Segmented("View", VIEWS), icons, off)

    def _add_controls(self) -> None:
        focus, disabled = QPushButton("Focus"), QPushButton("Disabled")
        self.focused = focus
        disabled.setEnabled(False)
        chosen = tool(Icon.BRUSH, Place.STRIP)
        chosen.defaultAction().setCheckable(True)
        chosen.defaultAction().setChecked(True)
        finish = ActionButton(action(Icon.ACCEPT, "Finish"), with_words=True)
        self.row(
            "Buttons", primary_button("Apply 4 edits", "apply"), QPushButton("Discard edits"),
            link_button("Copy details", "copy", Icon.COPY), focus, disabled, chosen,
            tool(Icon.ERASER, Place.STRIP), finish,
        )  # fmt: skip
        find, wrong, order = QLineEdit(), QLineEdit("14"), QComboBox()
        find.setPlaceholderText("Find class")
        wrong.setProperty("wrong", True)
        wrong.setFixedWidth(60)
        order.addItems(["IoU", "Name"])
        opacity = NumberField("Opacity", NumberScale(0, 100, unit="%"))
        opacity.set_number(50)
        disabled_number = NumberField("Size", NumberScale(1, 500, unit="px"))
        disabled_number.setEnabled(False)
        self.typing = NumberField("Class", NumberScale(0, 11))
        self.row("Fields", find, order, opacity, wrong, ElidedLabel("0 to 11", color="error"),
                 disabled_number, self.typing)  # fmt: skip
        on, off = QCheckBox("Paint undecided only"), QCheckBox("Pen pressure")
        on.setChecked(True)
        slider, bar = QSlider(Qt.Orientation.Horizontal), QProgressBar()
        slider.setValue(40)
        slider.setFixedWidth(140)
        bar.setValue(68)
        bar.setTextVisible(False)
        bar.setFixedWidth(140)
        self.row("Choices", on, off, slider, bar)

    def _add_states(self) -> None:
        tabs = QTabBar()
        for name in ("Comparison", "Problems  3", "History"):
            tabs.addTab(name)
        self.row(
            "Tabs, badges", tabs, Badge("checked", Tone.OK), Badge("2 errors", Tone.ERROR),
            Badge("5 warnings", Tone.WARNING), Badge("4 edits", Tone.INFO),
        )  # fmt: skip
        progress = ProgressRow()
        progress.show_progress("Scanning masks", 41, 60)
        title = DockTitle("Samples")
        title.set_count("60")
        title.add_button(action(Icon.AS_GRID, "As grid"))
        title.add_button(action(Icon.MORE, "More"))
        title.setFixedWidth(252)
        long = ElidedLabel("0001TP_0082500000_left.png", Qt.TextElideMode.ElideMiddle)
        long.setFixedWidth(120)
        self.row("Rows", title, long, progress)
        self.row("Type", *(typed(role) for role in reversed(Type)), QLabel("0123456789  88.8"))


def class_button(
    index: int, name: str, rgb: tuple[int, int, int], *, hatched: bool = False
) -> ClassButton:
    button = ClassButton()
    button.set_class(index, name, rgb, hatched=hatched)
    return button


def action(glyph: Icon, text: str) -> QAction:
    result = QAction(icon(glyph), text, QApplication.instance())
    result.setObjectName(text.lower())
    return result


def tool(glyph: Icon, place: Place = Place.BAR) -> ActionButton:
    return ActionButton(action(glyph, glyph.name.title()), place)


def rule() -> QFrame:
    line = QFrame()
    line.setFixedSize(1, 20)
    line.setAutoFillBackground(True)
    palette = line.palette()
    palette.setColor(line.backgroundRole(), current_theme().line)
    line.setPalette(palette)
    return line


def typed(role: Type) -> QLabel:
    label = QLabel(role.name.replace("_", " ").title())
    label.setFont(font(role))
    return label


def draw(app: QApplication, theme: Theme) -> QImage:
    """The gallery in one theme; the focus on a button in the dark, a wrong number in the light."""
    apply_theme(app, theme, COMFORTABLE)
    gallery = Gallery()
    gallery.resize(1280, 460)
    gallery.show()
    if theme.is_dark:
        gallery.focused.setFocus()
    else:
        gallery.typing.begin_typing()
        gallery.typing.findChild(QLineEdit).setText("14")  # type: ignore[union-attr]
    app.processEvents()
    ratio = gallery.devicePixelRatio()
    image = QImage(gallery.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    gallery.render(image)
    gallery.close()
    return image


def main(target: str) -> None:
    app = QApplication([])
    pictures = [draw(app, theme) for theme in (DARK, LIGHT)]
    width = max(p.width() for p in pictures)
    both = QImage(width, sum(p.height() for p in pictures), QImage.Format.Format_RGB32)
    painter = QPainter(both)
    top = 0
    for picture in pictures:
        picture.setDevicePixelRatio(1.0)
        painter.drawImage(0, top, picture)
        top += picture.height()
    painter.end()
    both.save(target)


if __name__ == "__main__":
    main(sys.argv[1])

"""The options of each tool, one row per kind of tool; all of them show and change the same choices.

A row follows `choices.options` and never keeps a value of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from maskstudio.core.transaction import Over
from maskstudio.raster.brush import Tip
from maskstudio.tools.base import PickFrom, Reads, ShapeInWork
from maskstudio.tools.polygon import FEWEST
from maskstudio.ui.canvas.input import MAX_BRUSH, MIN_BRUSH
from maskstudio.ui.choices import Choices
from maskstudio.ui.commands.class_commands import OVER_NAMES
from maskstudio.ui.texts import tr
from maskstudio.ui.theme.density import SPACING
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.tool_box import ToolBox
from maskstudio.ui.widgets.buttons import ActionButton
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.number_field import NumberField
from maskstudio.ui.widgets.number_scale import NumberScale
from maskstudio.ui.widgets.rule import Rule
from maskstudio.ui.widgets.segmented import Choice, Segmented

_SIZES = NumberScale(MIN_BRUSH, MAX_BRUSH, curve=3.0, unit="px")
_TOLERANCES = NumberScale(0, 255, curve=2.0)
_OVER_ICONS = {
    Over.EVERYTHING: Icon.EVERYTHING,
    Over.EMPTY: Icon.UNDECIDED_ONLY,
    Over.ONE_CLASS: Icon.ONE_CLASS,
}
_OVER_TIPS = {
    Over.EVERYTHING: "Paint over every class",
    Over.EMPTY: "Paint only where the background is",
    Over.ONE_CLASS: "Paint only over the class the stroke begins on",
}


class OptionChoice(Segmented):
    """A segmented control for one option of the tools."""

    def __init__(
        self, choices: Choices, option: str, name: str, values: Mapping[Any, Choice]
    ) -> None:
        """Show the option.

        Args:
            option: name of a field of `ToolOptions`.
            values: the segment of each value the option can have.
        """
        super().__init__(name, list(values.values()))
        self.setObjectName(option)
        self._choices = choices
        self._option = option
        self._values = {choice.value: value for value, choice in values.items()}
        self.choice_changed.connect(self._choose)
        choices.options_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        value = getattr(self._choices.options, self._option)
        self.set_value(next(key for key, each in self._values.items() if each == value))

    def _choose(self, key: str) -> None:
        self._choices.change_options(**{self._option: self._values[key]})


class OptionNumber(NumberField):
    """A number field for one whole-numbered option of the tools."""

    def __init__(self, choices: Choices, option: str, name: str, scale: NumberScale) -> None:
        """Show the option; `option` names a field of `ToolOptions`."""
        super().__init__(name, scale)
        self.setObjectName(option)
        self._choices = choices
        self._option = option
        self.value_changed.connect(self._choose)
        choices.options_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self.set_number(getattr(self._choices.options, self._option))

    def _choose(self, number: float) -> None:
        self._choices.change_options(**{self._option: round(number)})


class OptionRow(QWidget):
    """Controls side by side from the left; words give way to icons where the window is narrow."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self._captions: list[QWidget] = []
        self._icons_only = False
        self._with_icons: list[Segmented] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACING)
        for widget in widgets:
            self._row.addWidget(widget)
        self._row.addStretch(1)

    def add(self, *widgets: QWidget) -> None:
        """Add controls to the right of the others."""
        for widget in widgets:
            self._row.insertWidget(self._row.count() - 1, widget)

    def add_choice(self, caption: str, choice: Segmented) -> None:
        """Add a choice of icons whose caption is left out where the window is narrow."""
        label = ElidedLabel(caption, color="text2")
        self._captions.append(label)
        self._with_icons.append(choice)
        self.add(label, choice)

    def set_icons_only(self, icons_only: bool) -> None:
        """Leave words out where icons say the same."""
        self._icons_only = icons_only
        for choice in self._with_icons:
            choice.set_icons_only(icons_only)
        self._show_captions()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_captions()

    def _show_captions(self) -> None:
        """Whole or not at all."""
        items = [self._row.itemAt(i) for i in range(self._row.count())]
        widgets = [item.widget() for item in items if item is not None]
        widths = [w.sizeHint().width() + SPACING for w in widgets if w is not None]
        has_room = not self._icons_only and sum(widths) <= self.width()
        for caption in self._captions:
            caption.setVisible(has_room)


def brush_row(choices: Choices, pressure: QAction) -> OptionRow:
    """Options of brush and eraser."""
    size = OptionNumber(choices, "size", "Size", _SIZES)
    size.setToolTip(tr("Size  ([ and ])\nDiameter in pixels of the picture"))
    tips = {
        Tip.ROUND: Choice("round", "Round", Icon.ROUND_TIP),
        Tip.SQUARE: Choice("square", "Square", Icon.SQUARE_TIP),
    }
    tip = OptionChoice(choices, "tip", "Tip", tips)
    tip.set_icons_only(True)
    row = OptionRow(size, tip, ActionButton(pressure), Rule())
    row.add_choice("Paint over", _over_choice(choices))
    return row


class FillRow(OptionRow):
    """Options of fill; the tolerance counts only where the picture is read."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._tolerance = OptionNumber(choices, "tolerance", "Tolerance", _TOLERANCES)
        self._tolerance.setToolTip(
            self.tr("Largest difference of a color when the picture is read")
        )
        reach = {
            False: Choice("region", "Region", tooltip="Fill what is connected"),
            True: Choice("whole", "Whole picture", tooltip="Fill everything that looks alike"),
        }
        reads = {
            Reads.MASK: Choice("mask", "Mask", tooltip="Alike is what has the same class"),
            Reads.PICTURE: Choice("picture", "Picture", tooltip="Alike is what has the same color"),
        }
        super().__init__(
            self._tolerance,
            OptionChoice(choices, "whole_picture", "Reach", reach),
            Rule(),
            ElidedLabel(self.tr("Reads"), color="text2"),
            OptionChoice(choices, "reads", "Reads", reads),
        )
        choices.options_changed.connect(self._update_enabled)
        self._update_enabled()

    def _update_enabled(self) -> None:
        self._tolerance.setEnabled(self._choices.options.reads is Reads.PICTURE)


class PolygonRow(OptionRow):
    """How far the polygon is, and what can be done with it."""

    def __init__(self, choices: Choices, tools: ToolBox) -> None:
        self._tools = tools
        self._points = ElidedLabel(color="text2")
        self._points.setObjectName("points")
        super().__init__(self._points)
        self._finish = self._action(Icon.ACCEPT, "Finish", "Enter", self._on_finish)
        self._cancel = self._action(Icon.CLOSE, "Cancel", "Esc", self._on_cancel)
        for action in (self._finish, self._cancel):
            self.add(ActionButton(action, with_words=True))
        self.add(Rule())
        self.add_choice("Paint over", _over_choice(choices))
        tools.overlay_changed.connect(self._update)
        tools.tool_changed.connect(self._update)
        self._update()

    def _action(self, glyph: Icon, text: str, key: str, deed: Callable[[], None]) -> QAction:
        action = QAction(icon(glyph), text, self)
        action.setObjectName(f"polygon_{text.lower()}")
        action.setToolTip(f"{text}  ({key})")
        action.triggered.connect(deed)
        return action

    def _update(self) -> None:
        shape = self._tools.active.overlay
        n_points = len(shape.vertices) if isinstance(shape, ShapeInWork) else 0
        words = self.tr("{n} point") if n_points == 1 else self.tr("{n} points")
        self._points.setText(words.format(n=n_points))
        widest = self.tr("{n} points").format(n="000")
        self._points.setMinimumWidth(self.fontMetrics().horizontalAdvance(widest))
        self._finish.setEnabled(n_points >= FEWEST)
        self._cancel.setEnabled(n_points > 0)

    def _on_finish(self) -> None:
        self._tools.active.finish()

    def _on_cancel(self) -> None:
        self._tools.active.cancel()


def pick_row(choices: Choices) -> OptionRow:
    """Options of pick class."""
    places = {
        PickFrom.TOP: Choice("top", "Top layer", tooltip="The topmost class that can be seen"),
        PickFrom.ACTIVE: Choice("active", "Active layer", tooltip="The class of the active layer"),
    }
    return OptionRow(
        ElidedLabel(tr("From"), color="text2"), OptionChoice(choices, "pick_from", "From", places)
    )


def _over_choice(choices: Choices) -> OptionChoice:
    values = {
        over: Choice(over.value, OVER_NAMES[over], _OVER_ICONS[over], _OVER_TIPS[over])
        for over in Over
    }
    return OptionChoice(choices, "over", "Paint over", values)

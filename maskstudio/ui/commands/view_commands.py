"""Zoom, opacity, styles and what is seen. Nothing here is an edit."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from maskstudio.render.palette import Style
from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.blinker import Blinker
from maskstudio.ui.canvas.canvas import Canvas
from maskstudio.ui.canvas.input import MAX_BRUSH, MIN_BRUSH, ZOOM_STEP
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.workbench import Workbench

MENU = "View"
FIT = ActionSpec("view.fit", "Fit to Window", MENU, ("Ctrl+F",), Icon.FIT)
ACTUAL = ActionSpec("view.actual", "100 %", MENU, ("Ctrl+0",), Icon.ACTUAL_SIZE)
ZOOM_IN = ActionSpec("view.zoom_in", "Zoom In", MENU, ("Ctrl+=", "Ctrl++"), Icon.ZOOM_IN)
ZOOM_OUT = ActionSpec("view.zoom_out", "Zoom Out", MENU, ("Ctrl+-",), Icon.ZOOM_OUT)
TOGGLE_LAYER = ActionSpec("view.toggle_layer", "Show Active Layer", MENU, ("V",), Icon.SEEN)
SHOW_LAYERS = ActionSpec("view.show_layers", "Show All Layers", MENU, ("Shift+V",))
BLINK = ActionSpec(
    "view.blink",
    "Blink Layers",
    MENU,
    ("T",),
    Icon.BLINK,
    "Shows one layer, then the other; they blink while the key is held",
)
STYLE = ActionSpec(
    "view.style", "Fill, Outline or Both", MENU, ("C",), Icon.STYLE_BOTH, "Of the active layer"
)
MORE_OPAQUE = ActionSpec("view.more_opaque", "More Opaque", MENU, ("Alt+]",), Icon.OPACITY)
LESS_OPAQUE = ActionSpec("view.less_opaque", "Less Opaque", MENU, ("Alt+[",))
LARGER = ActionSpec("brush.larger", "Larger Brush", "Tools", ("]",))
SMALLER = ActionSpec("brush.smaller", "Smaller Brush", "Tools", ("[",))

OPACITY_STEP = 0.1


class ViewCommands:
    """Declares its actions; lives as long as the window."""

    def __init__(self, actions: Actions, workbench: Workbench, canvas: Canvas) -> None:
        """Declare."""
        self._workbench = workbench
        self._canvas = canvas

        def has_document() -> bool:
            return workbench.document is not None

        actions.add(FIT, canvas.fit, has_document)
        actions.add(ACTUAL, partial(canvas.zoom_to, 1.0), has_document)
        actions.add(ZOOM_IN, partial(canvas.zoom_by, ZOOM_STEP), has_document)
        actions.add(ZOOM_OUT, partial(canvas.zoom_by, 1 / ZOOM_STEP), has_document)
        actions.add(TOGGLE_LAYER, self._toggle_layer, has_document)
        actions.add(SHOW_LAYERS, self._show_layers, self._has_two_layers)
        blinker = Blinker(workbench)
        blink = actions.add(BLINK, lambda: blinker.change(blink), self._has_two_layers)
        blink.setAutoRepeat(False)  # the blinker keeps the time
        actions.add(STYLE, self._next_style, has_document)
        actions.add(MORE_OPAQUE, partial(self._add_opacity, OPACITY_STEP), has_document)
        actions.add(LESS_OPAQUE, partial(self._add_opacity, -OPACITY_STEP), has_document)
        actions.add(LARGER, partial(self._grow_brush, 1))
        actions.add(SMALLER, partial(self._grow_brush, -1))

    def _toggle_layer(self) -> None:
        choices = self._workbench.choices
        look = choices.look(choices.active_key)
        choices.set_look(choices.active_key, replace(look, is_visible=not look.is_visible))

    def _show_layers(self) -> None:
        dataset, choices = self._workbench.dataset, self._workbench.choices
        assert dataset is not None
        for key in dataset.keys:
            choices.set_look(key, replace(choices.look(key), is_visible=True))

    def _has_two_layers(self) -> bool:
        dataset = self._workbench.dataset
        return dataset is not None and len(dataset.keys) > 1

    def _next_style(self) -> None:
        choices = self._workbench.choices
        look = choices.look(choices.active_key)
        styles = list(Style)
        style = styles[(styles.index(look.style) + 1) % len(styles)]
        choices.set_look(choices.active_key, replace(look, style=style))

    def _add_opacity(self, step: float) -> None:
        choices = self._workbench.choices
        look = choices.look(choices.active_key)
        opacity = round(min(1.0, max(0.0, look.opacity + step)), 2)
        choices.set_look(choices.active_key, replace(look, opacity=opacity))

    def _grow_brush(self, direction: int) -> None:
        choices = self._workbench.choices
        size = choices.options.size
        size += direction * max(1, size // 10)
        choices.change_options(size=min(MAX_BRUSH, max(MIN_BRUSH, size)))
        self._canvas.refresh_overlay()

"""Painting with another layer, and copying from one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject

from maskstudio.core.edits import Edit
from maskstudio.core.transaction import PaintRule
from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.long_change import LARGE, Patch, write_now
from maskstudio.ui.source_choices import PaintSource
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.tool_box import ToolBox
from maskstudio.ui.workbench import Workbench

PAINT_SOURCE = ActionSpec(
    "paint.source",
    "Paint with Another Layer",
    "Tools",
    ("S",),
    Icon.LAYERS,
    "Brush, polygon and fill copy its pixels in place of the class",
    is_checkable=True,
)
COPY_LAYER = ActionSpec(
    "edit.copy_layer",
    "Copy from Layer…",
    "Edit",
    (),
    Icon.MERGE,
    "Writes classes of another layer into the active one, as one edit",
)


class CopyRequest(NamedTuple):
    """What is copied into the active layer.

    Args:
        in_polygon: only what lies inside a polygon that is drawn next.
    """

    source: PaintSource
    in_polygon: bool = False


AskCopy = Callable[[ToolBox], CopyRequest | None]
"""Asks what is copied into the active layer; None copies nothing."""


class SourceCommands(QObject):
    """Declares its actions; lives as long as the window."""

    def __init__(
        self, actions: Actions, workbench: Workbench, tools: ToolBox, ask_copy: AskCopy
    ) -> None:
        """Declare."""
        super().__init__(workbench)
        self._workbench = workbench
        self._tools = tools
        self._ask_copy = ask_copy
        self._left_out = ""
        self._action = actions.add(PAINT_SOURCE, self._toggle, self._has_others)
        actions.add(COPY_LAYER, self._copy, lambda: self._has_others() and tools.can_paint)
        workbench.choices.sources.changed.connect(self._show)
        workbench.choices.layer_changed.connect(self._show)

    def _has_others(self) -> bool:
        return bool(self._tools.source.others)

    def _show(self) -> None:
        self._action.setChecked(self._tools.source.chosen is not None)

    def _toggle(self) -> None:
        self._tools.source.toggle()
        self._show()

    def _copy(self) -> None:
        request = self._ask_copy(self._tools)
        if request is None:
            return
        if request.in_polygon:
            choices = self._workbench.choices
            choices.sources.choose(choices.active_key, request.source)
            self._tools.choose("polygon")
        else:
            self.copy(request.source)

    def copy(self, source: PaintSource) -> None:
        """Write a layer, or one class of it, into the active one as one edit."""
        workbench, layer = self._workbench, self._workbench.active_layer
        document, dataset = workbench.document, workbench.dataset
        if layer is None or document is None or dataset is None or dataset.has_open_transaction:
            return
        self._left_out = ""
        pixels = self._tools.source.take(source, self._note_left_out)
        if pixels is None:
            return
        words = self._tools.source.words(source)
        rule = PaintRule(protected=workbench.choices.protected(layer.key))
        label = f"Copy from {words}"
        transaction = dataset.begin(document.name, layer.key, label=label, rule=rule)
        patch = Patch(layer.rect, None, pixels)

        def ended(edit: Edit | None) -> None:
            done = self.tr("Copied {source}")
            same = self.tr("{layer} is the same as {source} already")
            said = (done if edit else same).format(source=words, layer=layer.key)
            workbench.said.emit(f"{said}. {self._left_out}" if self._left_out else said)

        if layer.rect.area >= LARGE:
            self._tools.long_change.start(transaction, lambda: patch, ended)
        else:
            ended(write_now(transaction, lambda: patch))

    def _note_left_out(self, words: str) -> None:
        self._left_out = words

"""Undo, redo, and copying the mask of the previous sample."""

from __future__ import annotations

from maskstudio.core.document import LoadedSample, load_sample
from maskstudio.core.edits import Edit
from maskstudio.core.layer import MaskLayer
from maskstudio.core.transaction import PaintRule
from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.layer_deeds import LayerDeeds
from maskstudio.ui.long_change import LARGE, Patch, write_now
from maskstudio.ui.texts import tr
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.tool_box import ToolBox
from maskstudio.ui.workbench import Workbench

UNDO = ActionSpec("edit.undo", "Undo", "Edit", ("Ctrl+Z",), Icon.UNDO)
REDO = ActionSpec("edit.redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), Icon.REDO)
COPY_PREVIOUS = ActionSpec(
    "edit.copy_previous",
    "Copy Mask of Previous Sample",
    "Edit",
    ("Ctrl+Shift+C",),
    Icon.COPY,
    "Writes the active layer of the sample before this one over this one, as one edit",
)
SCALE_LAYER = ActionSpec(
    "edit.scale_layer",
    "Scale Layer to Picture",
    "Edit",
    (),
    Icon.GROW,
    "Gives a mask of another size the size of its picture, without new colors between classes",
)


class EditCommands:
    """Declares its actions; lives as long as the window."""

    def __init__(self, actions: Actions, workbench: Workbench, tools: ToolBox) -> None:
        """Declare."""
        self._workbench = workbench
        self._tools = tools
        self._layers = LayerDeeds(workbench)
        self._actions = actions
        actions.add(UNDO, self._undo, self._can_undo)
        actions.add(REDO, self._redo, self._can_redo)
        actions.add(COPY_PREVIOUS, self.copy_previous, self._can_copy_previous)
        actions.add(SCALE_LAYER, self._scale_layer, self._can_scale_layer)
        workbench.bridge.history_changed.connect(self.update_texts)
        workbench.opened_changed.connect(self.update_texts)

    def update_texts(self) -> None:
        """Say in the menu what would be undone and redone."""
        history = self._workbench.dataset.history if self._workbench.dataset else None
        undo = history.undo_edit if history else None
        redo = history.redo_edit if history else None
        self._actions["edit.undo"].setText(
            tr("Undo {label}").format(label=undo.label) if undo else tr("Undo")
        )
        self._actions["edit.redo"].setText(
            tr("Redo {label}").format(label=redo.label) if redo else tr("Redo")
        )

    def copy_previous(self) -> None:
        """Write the mask of the sample before over this one; decoded beside the window."""
        dataset, document = self._workbench.dataset, self._workbench.document
        previous = self._previous()
        if dataset is None or document is None or previous is None:
            return
        key = self._workbench.choices.active_key
        name = document.name
        if dataset.is_open(previous):
            self._write(name, key, dataset.document(previous).layer(key))
            return
        sample = dataset.sample(previous)

        def done(loaded: LoadedSample) -> None:
            if self._workbench.dataset is dataset and self._workbench.document is document:
                self._write(name, key, dataset.open_document(loaded).layer(key))

        self._workbench.tasks.start(f"Opening {previous}", lambda _: load_sample(sample), done=done)

    def _write(self, name: str, key: str, source: MaskLayer) -> None:
        dataset = self._workbench.dataset
        assert dataset is not None
        layer = dataset.document(name).layer(key)
        if source.size != layer.size:
            self._workbench.said.emit(
                tr("The previous mask is {size}, this picture {size_2}: not copied").format(
                    size=source.size, size_2=layer.size
                )
            )
            return
        if dataset.has_open_transaction:
            return
        rule = PaintRule(protected=self._workbench.choices.protected(key))
        transaction = dataset.begin(name, key, label="Copy Previous Mask", rule=rule)
        patch = Patch(layer.rect, None, source.pixels)
        if layer.rect.area >= LARGE:
            self._tools.long_change.start(transaction, lambda: patch, self._say_copied)
        else:
            self._say_copied(write_now(transaction, lambda: patch))

    def _say_copied(self, edit: Edit | None) -> None:
        self._workbench.said.emit(
            tr("Copied the previous mask") if edit else tr("The previous mask is the same")
        )

    def _scale_layer(self) -> None:
        self._layers.scale(self._workbench.choices.active_key)

    def _can_scale_layer(self) -> bool:
        return self._layers.can_scale(self._workbench.choices.active_key)

    def _undo(self) -> None:
        if self._tools.active.is_busy:
            self._tools.active.step_back()
        else:
            self._workbench.undo()

    def _redo(self) -> None:
        self._workbench.redo()

    def _can_undo(self) -> bool:
        dataset = self._workbench.dataset
        has_edit = dataset is not None and dataset.history.undo_edit is not None
        return has_edit or self._tools.active.is_busy

    def _can_redo(self) -> bool:
        dataset = self._workbench.dataset
        return dataset is not None and dataset.history.redo_edit is not None

    def _previous(self) -> str | None:
        dataset, document = self._workbench.dataset, self._workbench.document
        if dataset is None or document is None:
            return None
        position = dataset.position_of(document.name)
        return dataset.samples[position - 1].name if position else None

    def _can_copy_previous(self) -> bool:
        return self._previous() is not None and self._tools.can_paint

"""Making a class mask of the objects of a layer, because the user asks for one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from maskstudio.core.dataset import Dataset
from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.layer_deeds import LayerDeeds
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.mask_snapshot import snapshot

from .object_choice import ObjectChoice

if TYPE_CHECKING:
    from maskstudio.workflows.flatten_objects import FlatMasks

AskFlatten = Callable[[str, int, Collection[str]], str | None]
"""Asks for the key of the new layer; given the flattened layer, its covered pixels, and the keys
that are taken. None to leave it.
"""

FLATTEN = ActionSpec(
    "object.flatten",
    "Flatten Objects to a Class Mask…",
    "Labels",
    (),
    Icon.MERGE,
    "A new mask layer of every sample; the objects stay as they are",
)


class FlattenCommand(QObject):
    """Declares its action; lives as long as the window."""

    def __init__(
        self, actions: Actions, workbench: Workbench, choice: ObjectChoice, ask: AskFlatten
    ) -> None:
        """Declare."""
        super().__init__(workbench)
        self._workbench = workbench
        self._choice = choice
        self._ask = ask
        actions.add(FLATTEN, self.start, lambda: choice.layer is not None)

    def start(self) -> None:
        """Flatten every sample beside the window, then ask for the key of the new layer."""
        from maskstudio.workflows.flatten_objects import flatten_masks  # rarely needed

        dataset, layer = self._workbench.dataset, self._choice.layer
        if dataset is None or layer is None:
            return
        key = layer.key
        masks = [snapshot(dataset, sample, key) for sample in dataset.samples]
        masks = [mask for mask in masks if not mask.is_empty]
        self._workbench.tasks.start(
            self.tr("Flattening {key}").format(key=key),
            lambda task: flatten_masks(masks, None, task.report),
            done=lambda found: self._workbench.when_idle(lambda: self._add(dataset, key, found)),
            failed=self._say_failed,
        )

    def _add(self, dataset: Dataset, key: str, found: FlatMasks) -> None:
        """Put the masks into a new layer, as one edit."""
        if dataset is not self._workbench.dataset:
            return
        new_key = self._ask(key, found.n_covered, dataset.keys)
        if new_key is None:
            return
        LayerDeeds(self._workbench).add(new_key, like=key)
        label = self.tr("Flatten {key}").format(key=key)
        edit = found.edit(label, new_key, dataset.label_maps[new_key])
        if edit.fits(dataset):
            dataset.make(edit)
            self._workbench.said.emit(self._words(new_key, found))
        else:
            words = self.tr("{key} stays empty: the objects are not as large as their picture")
            self._workbench.said.emit(words.format(key=new_key))

    def _words(self, key: str, found: FlatMasks) -> str:
        words = self.tr("{key} holds the class masks of {n} samples")
        words = words.format(key=key, n=len(found.changes))
        if found.unreadable:
            left = self.tr("; {n} cannot be read").format(n=len(found.unreadable))
            return words + left
        return words

    def _say_failed(self, error: Exception) -> None:
        self._workbench.said.emit(self.tr("Nothing was changed: {error}").format(error=error))

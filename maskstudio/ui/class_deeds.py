"""What can be done to a class of the active layer. Changes of its label map are edits; hiding and
protecting are not.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from maskstudio.core.arrays import Rgb
from maskstudio.core.dataset import Dataset
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import UsageError
from maskstudio.workflows.class_use import ClassUse, find_class_use, masks_to_search
from maskstudio.workflows.edit_label_map import (
    LabelMapChange,
    add_class,
    can_declare,
    declare_all,
    declare_class,
    delete_class,
    recolor_class,
    rename_class,
    set_background,
    set_void,
)

from .figures import count_text
from .workbench import Workbench


class ClassDeeds(QObject):
    """Shared by the list of classes, its menu and its editor."""

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench

    @property
    def label_map(self) -> LabelMap:
        """Label map of the active layer."""
        return self._workbench.active_label_map

    # edits

    def add(self, new: LabelClass) -> None:
        """Add a class and paint with it. Raises UsageError."""
        self._make(add_class(self.label_map, new))
        self._workbench.choices.set_class(new.index)

    def rename(self, index: int, name: str) -> None:
        """Give a class another name. Raises UsageError."""
        self._make(rename_class(self.label_map, index, name))

    def recolor(self, index: int, color: Rgb) -> None:
        """Give a class another color. Raises UsageError."""
        self._make(recolor_class(self.label_map, index, color))

    def can_declare(self, index: int) -> bool:
        """Whether an undeclared class can become an ordinary one as it stands."""
        found = self.label_map.get(index)
        return found is not None and can_declare(found)

    def declare(self, index: int) -> None:
        """Make an undeclared class an ordinary one and paint with it."""
        self._make(declare_class(self.label_map, index))
        self._workbench.choices.set_class(index)

    def declare_all(self, key: str) -> None:
        """Make every undeclared class of a layer an ordinary one."""
        dataset = self._workbench.dataset
        assert dataset is not None
        change = declare_all(dataset.label_maps[key])
        dataset.change_label_map(change.label, key, change.label_map)

    def set_background(self, index: int | None) -> None:
        """Let another class, or none, mean nothing."""
        self._make(set_background(self.label_map, index))

    def set_void(self, index: int | None) -> None:
        """Let another class, or none, be what nobody has decided yet."""
        try:
            self._make(set_void(self.label_map, index))
        except UsageError as error:
            self._workbench.said.emit(str(error))

    def delete(self, index: int) -> None:
        """Delete a class if no mask of the data set uses it; says where it is used otherwise."""
        dataset, key = self._workbench.dataset, self._workbench.choices.active_key
        if dataset is None or not self.label_map.is_declared(index):
            return
        try:
            delete_class(self.label_map, index)
        except UsageError as error:
            self._workbench.said.emit(str(error))
            return
        masks, last_edit = masks_to_search(dataset, key), dataset.history.undo_edit

        def finish(use: ClassUse) -> None:
            if (
                self._workbench.dataset is not dataset
                or index not in dataset.label_maps[key].declared
            ):
                return
            is_old = dataset.has_open_transaction or dataset.history.undo_edit is not last_edit
            if is_old and use.sample is None:
                self.delete(index)
            else:
                self._finish_delete(dataset, key, index, use)

        self._workbench.tasks.start(
            f"Looking for {self.label_map.name_of(index)}",
            lambda task: find_class_use(masks, index, task.report),
            done=finish,
            failed=lambda error: self._workbench.said.emit(str(error)),
        )

    def _finish_delete(self, dataset: Dataset, key: str, index: int, use: ClassUse) -> None:
        name = dataset.label_maps[key].name_of(index)
        if use.sample is not None:
            pixels = f"{count_text(use.n_pixels)} pixel{'s' if use.n_pixels > 1 else ''}"
            self._workbench.said.emit(
                self.tr("{name} stays: {sample} has {pixels} of it").format(
                    name=name, sample=use.sample, pixels=pixels
                )
            )
            return
        change = delete_class(dataset.label_maps[key], index)
        dataset.change_label_map(change.label, key, change.label_map)
        unseen = len(use.unreadable)
        note = f"; {unseen} masks could not be looked at" if unseen else ""
        self._workbench.said.emit(
            self.tr("Deleted class {name}{note}").format(name=name, note=note)
        )

    def _make(self, change: LabelMapChange) -> None:
        dataset = self._workbench.dataset
        assert dataset is not None
        dataset.change_label_map(change.label, self._workbench.choices.active_key, change.label_map)

    # looks and protection

    def toggle_hidden(self, index: int) -> None:
        """Show a class, or not."""
        choices, key = self._workbench.choices, self._workbench.choices.active_key
        choices.set_hidden(key, choices.hidden(key) ^ {index})

    def toggle_protected(self, index: int) -> None:
        """Keep tools from changing a class, or let them."""
        choices, key = self._workbench.choices, self._workbench.choices.active_key
        choices.set_protected(key, choices.protected(key) ^ {index})

    def is_solo(self, index: int) -> bool:
        """Whether this class alone is shown."""
        hidden = self._workbench.choices.hidden(self._workbench.choices.active_key)
        return len(self.label_map.by_index) > 1 and hidden == self._others(index)

    def toggle_solo(self, index: int) -> None:
        """Show this class alone, or all again."""
        choices = self._workbench.choices
        others: frozenset[int] = frozenset() if self.is_solo(index) else self._others(index)
        choices.set_hidden(choices.active_key, others)

    def _others(self, index: int) -> frozenset[int]:
        return frozenset(self.label_map.by_index) - {index}

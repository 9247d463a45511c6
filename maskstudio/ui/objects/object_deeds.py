"""What is done to objects as a whole: deleted, moved in their order, given another class."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject

from maskstudio.core.object_edits import ObjectEdit, moved, with_class, without_objects
from maskstudio.core.objects import MaskObject
from maskstudio.ui.workbench import Workbench

from .object_choice import ObjectChoice


class ObjectDeeds(QObject):
    """Shared by the list of objects, its menu and the commands; works on the chosen object."""

    def __init__(self, workbench: Workbench, choice: ObjectChoice) -> None:
        """Do nothing yet."""
        super().__init__(workbench)
        self._workbench = workbench
        self._choice = choice

    @property
    def can_edit(self) -> bool:
        """Whether an object is chosen that may be changed."""
        active, layer = self._choice.active, self._choice.layer
        return active is not None and layer is not None and not layer.is_locked and not active.fault

    def can_move(self, step: int) -> bool:
        """Whether the chosen object has another above it (1) or below it (-1)."""
        layer, active = self._choice.layer, self._choice.active
        if layer is None or active is None or not self.can_edit:
            return False
        return 0 <= layer.objects.index(active) + step < len(layer.objects)

    def begin_new(self) -> None:
        """Let the next stroke begin a new object of the current class."""
        self._choice.choose(None)
        label_map, index = self._workbench.active_label_map, self._workbench.choices.current_class
        if index is None or index == label_map.background:
            words = self.tr("Choose a class: the next stroke begins an object of it")
        else:
            words = self.tr("The next stroke begins a new {name}")
            words = words.format(name=label_map.name_of(index))
        self._workbench.said.emit(words)

    def delete(self) -> None:
        """Take the chosen object away."""
        layer, active = self._choice.layer, self._choice.active
        if layer is not None and active is not None:
            rest = without_objects(layer.objects, [active.uid])
            self._make(self.tr("Delete {name}").format(name=self._name(active)), rest)

    def move(self, step: int) -> None:
        """Lay the chosen object over the next one (1), or under it (-1)."""
        layer, active = self._choice.layer, self._choice.active
        if layer is not None and active is not None and self.can_move(step):
            words = self.tr("Raise {name}") if step > 0 else self.tr("Lower {name}")
            self._make(
                words.format(name=self._name(active)), moved(layer.objects, active.uid, step)
            )

    def give_class(self, index: int) -> None:
        """Let the chosen object be of another class; its pixels stay."""
        layer, active = self._choice.layer, self._choice.active
        if layer is None or active is None or active.index == index:
            return
        label_map = self._workbench.active_label_map
        label = self.tr("{name} Becomes {other}").format(
            name=self._name(active), other=label_map.name_of(index)
        )
        self._make(label, with_class(layer.objects, active.uid, index))
        self._workbench.choices.set_class(index)

    def _name(self, found: MaskObject) -> str:
        return self._workbench.active_label_map.name_of(found.index)

    def _make(self, label: str, after: Iterable[MaskObject]) -> None:
        """One edit, unless something else is being changed."""
        dataset, layer, target = self._workbench.dataset, self._choice.layer, self._choice.target
        if dataset is None or layer is None or target is None or not self.can_edit:
            return
        if dataset.has_open_transaction:
            self._workbench.said.emit(
                self.tr("Wait until the change under way is made, or cancel it")
            )
            return
        dataset.make(ObjectEdit(label, target, before=layer.objects, after=tuple(after)))

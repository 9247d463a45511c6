"""Which object of an object layer tools change, and which objects are seen. Never an edit."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from maskstudio.core.edits import Target
from maskstudio.core.object_layer import ObjectLayer
from maskstudio.core.object_repaint import new_uid
from maskstudio.core.objects import MaskObject, new_object
from maskstudio.ui.workbench import Workbench


class ObjectChoice(QObject):
    """Follows the active layer of the shown sample; owned by the tool box.

    With an object chosen, painting its class adds to it and erasing takes from it. With none, or
    with another class, the next stroke begins a new object.

    Signals:
        changed(): another object is chosen, or others are seen.
    """

    changed = Signal()

    def __init__(self, workbench: Workbench) -> None:
        """Choose nothing yet."""
        super().__init__(workbench)
        self._workbench = workbench
        self._chosen: dict[Target, str] = {}
        self._hidden: dict[Target, frozenset[str]] = {}
        self._is_solo = False
        workbench.opened_changed.connect(self._forget)
        workbench.choices.class_changed.connect(self._on_class_changed)

    # what is there

    @property
    def layer(self) -> ObjectLayer | None:
        """The active layer, where it is one of objects."""
        layer = self._workbench.active_layer
        return layer if isinstance(layer, ObjectLayer) else None

    @property
    def target(self) -> Target | None:
        """Names that layer."""
        document = self._workbench.document
        if self.layer is None or document is None:
            return None
        return Target(document.name, self.layer.key)

    @property
    def active(self) -> MaskObject | None:
        """The object tools change, as it is now."""
        uid = self.active_uid
        return None if self.layer is None or uid is None else self.layer.find(uid)

    @property
    def active_uid(self) -> str | None:
        """Names the chosen object, which may be one that the stroke under way makes."""
        return None if self.target is None else self._chosen.get(self.target)

    # choosing

    def choose(self, uid: str | None) -> None:
        """Let tools change another object, and paint its class; None for a new one."""
        target = self.target
        if target is None or self._chosen.get(target) == uid:
            return
        if uid is None:
            self._chosen.pop(target)
        else:
            self._chosen[target] = uid
            found = self.active
            if found is not None and self._workbench.active_label_map.is_declared(found.index):
                self._workbench.choices.set_class(found.index)
        self.changed.emit()

    def step(self, step: int) -> None:
        """Choose the object above (1) or below (-1) the chosen one; the ends do not wrap."""
        uids = [found.uid for found in self.layer.objects] if self.layer is not None else []
        if not uids:
            return
        active = self.active
        place = uids.index(active.uid) + step if active is not None else min(step, 0)
        if active is None or 0 <= place < len(uids):
            self.choose(uids[place])

    def choose_at(self, x: int, y: int) -> bool:
        """Choose the topmost object that is seen at a pixel, or the one below the chosen one.

        Returns:
            Whether there is any.
        """
        layer = self.layer
        uids = [o.uid for o in layer.objects_at(x, y) if self.is_seen(o.uid)] if layer else []
        if not uids:
            return False
        place = uids.index(self.active_uid) + 1 if self.active_uid in uids else 0
        self.choose(uids[place % len(uids)])
        return True

    def for_stroke(self) -> MaskObject | None:
        """The object that a stroke changes, which may be a new one; None, and said why, if none."""
        layer, active = self.layer, self.active
        if layer is None:
            return None
        reason = self._why_not(layer, active)
        if reason:
            self._workbench.said.emit(reason)
            return None
        if active is not None:
            return active
        index = self._workbench.choices.current_class
        assert index is not None
        found = new_object(new_uid(), index)
        self.choose(found.uid)
        return found

    def _why_not(self, layer: ObjectLayer, active: MaskObject | None) -> str:
        """Why nothing can be painted, in one sentence; empty where it can."""
        if active is None:
            index = self._workbench.choices.current_class
            if index is None or index == layer.background:
                return self.tr("Choose the object to erase from")
            return ""
        name = self._workbench.active_label_map.name_of(active.index)
        if active.fault is not None:
            return self.tr("{name} is not edited: {found}").format(
                name=name, found=active.fault.found
            )
        if active.index == layer.background:
            return self.tr("{name} means nothing: give the object another class").format(name=name)
        if not self.is_seen(active.uid):
            return self.tr("The chosen object is hidden: show it to paint on it")
        return ""

    # seeing

    @property
    def is_solo(self) -> bool:
        """Whether the chosen object is shown alone."""
        return self._is_solo

    def set_solo(self, is_solo: bool) -> None:
        """Show the chosen object alone, or all that are not hidden."""
        if is_solo != self._is_solo:
            self._is_solo = is_solo
            self.changed.emit()

    def is_hidden(self, uid: str) -> bool:
        """Whether the user hid an object of the active layer."""
        return self.target is not None and uid in self._hidden.get(self.target, frozenset())

    def toggle_hidden(self, uid: str) -> None:
        """Hide an object, or show it again."""
        target = self.target
        if target is not None:
            self._hidden[target] = self._hidden.get(target, frozenset()) ^ {uid}
            self.changed.emit()

    def is_seen(self, uid: str) -> bool:
        """Whether an object of the active layer is shown."""
        if self._is_solo and self.active is not None:
            return uid == self.active_uid
        return not self.is_hidden(uid)

    def seen(self, layer: ObjectLayer) -> tuple[MaskObject, ...] | None:
        """The objects of a layer of the shown sample that are shown; None for all."""
        document = self._workbench.document
        if layer is self.layer:
            found = tuple(each for each in layer.objects if self.is_seen(each.uid))
        else:
            name = document.name if document is not None else ""
            hidden = self._hidden.get(Target(name, layer.key), frozenset())
            found = tuple(each for each in layer.objects if each.uid not in hidden)
        return None if len(found) == len(layer.objects) else found

    # following

    def _forget(self) -> None:
        self._chosen, self._hidden, self._is_solo = {}, {}, False
        self.changed.emit()

    def _on_class_changed(self) -> None:
        """Another class is not that of the chosen object; what means nothing erases from it."""
        layer, active = self.layer, self.active
        if layer is None or active is None:
            return
        if self._workbench.choices.current_class not in (active.index, layer.background):
            self.choose(None)

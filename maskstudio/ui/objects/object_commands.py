"""Commands for the objects of an object layer."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.dialogs.class_popup import ClassPopup
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.workbench import Workbench

from .object_choice import ObjectChoice
from .object_deeds import ObjectDeeds

MENU = "Labels"
NEW = ActionSpec(
    "object.new", "New Object", MENU, ("N",), Icon.ADD, "The next stroke begins one of the class"
)
NEXT = ActionSpec("object.next", "Next Object", MENU, ("Ctrl+.",), tip="The one above")
PREVIOUS = ActionSpec("object.previous", "Previous Object", MENU, ("Ctrl+,",), tip="The one below")
SOLO = ActionSpec(
    "object.solo",
    "Show Only This Object",
    MENU,
    ("Alt+V",),
    Icon.SOLO,
    "Leaves all other objects out of the picture",
    is_checkable=True,
)
HIDE = ActionSpec("object.hide", "Hide or Show Object", MENU, (), Icon.HIDDEN)
CLASS = ActionSpec(
    "object.class",
    "Change Class of Object…",
    MENU,
    ("Ctrl+Shift+L",),
    Icon.LABELS,
    "Its pixels stay",
)
RAISE = ActionSpec("object.raise", "Raise Object", MENU, ("Ctrl+]",), tip="Over the next one")
LOWER = ActionSpec("object.lower", "Lower Object", MENU, ("Ctrl+[",), tip="Under the next one")
DELETE = ActionSpec("object.delete", "Delete Object", MENU, ("Ctrl+Del",), Icon.DELETE)

MENU_OF_OBJECT = (SOLO.id, HIDE.id, CLASS.id, RAISE.id, LOWER.id, DELETE.id)
"""What the menu of an object offers."""


class ObjectCommands:
    """Declares its actions; lives as long as the window."""

    def __init__(
        self,
        actions: Actions,
        workbench: Workbench,
        choice: ObjectChoice,
        deeds: ObjectDeeds,
        window: QWidget,
    ) -> None:
        """Declare."""
        self._workbench = workbench
        self._choice = choice
        self._deeds = deeds
        self._window = window
        self._popup: ClassPopup | None = None
        can_edit, is_chosen = (lambda: deeds.can_edit), (lambda: choice.active is not None)
        has_layer = lambda: choice.layer is not None
        actions.add(NEW, deeds.begin_new, has_layer)
        actions.add(NEXT, partial(choice.step, 1), has_layer)
        actions.add(PREVIOUS, partial(choice.step, -1), has_layer)
        self._solo = actions.add(SOLO, self._toggle_solo, is_chosen)
        actions.add(HIDE, self._toggle_hidden, is_chosen)
        actions.add(CLASS, self._ask_class, can_edit)
        actions.add(RAISE, partial(deeds.move, 1), lambda: deeds.can_move(1))
        actions.add(LOWER, partial(deeds.move, -1), lambda: deeds.can_move(-1))
        actions.add(DELETE, deeds.delete, can_edit)
        choice.changed.connect(actions.update_enabled)
        choice.changed.connect(self._show_solo)

    def _toggle_solo(self) -> None:
        self._choice.set_solo(not self._choice.is_solo)

    def _show_solo(self) -> None:
        self._solo.setChecked(self._choice.is_solo)

    def _toggle_hidden(self) -> None:
        uid = self._choice.active_uid
        if uid is not None:
            self._choice.toggle_hidden(uid)

    def _ask_class(self) -> None:
        if self._popup is None:
            self._popup = ClassPopup(self._workbench, self._window)
            self._popup.class_chosen.connect(self._deeds.give_class)
        window = self._window
        place = window.rect().center()
        place.setX(place.x() - self._popup.width() // 2)
        place.setY(window.height() // 5)
        self._popup.open_at(window.mapToGlobal(place))

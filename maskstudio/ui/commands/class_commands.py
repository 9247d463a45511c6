"""Choosing the class that is painted, protecting it, and what painting may cover."""

from __future__ import annotations

from functools import partial

from maskstudio.core.transaction import Over
from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.texts import tr
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.workbench import Workbench

MENU = "Labels"
DIGIT_TIP = "The class of this index; where none has an index from 1 to 9, the n-th of the list"
BACKGROUND = ActionSpec("class.background", "Background", MENU, ("0",))
NEXT = ActionSpec("class.next", "Next Class", MENU, (".",))
PREVIOUS = ActionSpec("class.previous", "Previous Class", MENU, (",",))
SWAP = ActionSpec("class.swap", "Swap with Last Class", MENU, ("X",), Icon.SWAP)
PROTECT = ActionSpec(
    "class.protect", "Protect Class", MENU, ("K",), Icon.LOCKED, "No tool changes its pixels"
)
NEXT_MODE = ActionSpec("class.next_mode", "Next Paint-Over Mode", MENU, ("Shift+K",))

OVER_NAMES = {
    Over.EVERYTHING: "Everything",
    Over.EMPTY: "Undecided only",
    Over.ONE_CLASS: "One class",
}


class ClassCommands:
    """Declares its actions; lives as long as the window."""

    def __init__(self, actions: Actions, workbench: Workbench) -> None:
        """Declare."""
        self._workbench = workbench
        for digit in range(1, 10):
            spec = ActionSpec(f"class.{digit}", f"Class {digit}", "", (str(digit),), tip=DIGIT_TIP)
            actions.add(spec, partial(self._choose_nth, digit), self._has_classes)
        choices = workbench.choices
        actions.add(BACKGROUND, self._choose_background, self._has_background)
        actions.add(NEXT, partial(self._step, 1), self._has_classes)
        actions.add(PREVIOUS, partial(self._step, -1), self._has_classes)
        actions.add(SWAP, choices.swap_class, lambda: choices.last_class is not None)
        actions.add(PROTECT, self._toggle_protected, lambda: choices.current_class is not None)
        actions.add(NEXT_MODE, self._next_mode, self._has_classes)

    def _has_classes(self) -> bool:
        return bool(self._workbench.active_label_map.visible_classes)

    def _has_background(self) -> bool:
        return self._workbench.active_label_map.background is not None

    def _indices(self) -> list[int]:
        return [c.index for c in self._workbench.active_label_map.visible_classes]

    def _choose_nth(self, digit: int) -> None:
        """Key n is class n where there is one, else the n-th class that is no background."""
        label_map = self._workbench.active_label_map
        if label_map.is_declared(digit) and not label_map.declared[digit].is_filler:
            self._workbench.choices.set_class(digit)
            return
        others = [i for i in self._indices() if i != label_map.background]
        if digit <= len(others) and not any(0 < i < 10 for i in others):
            self._workbench.choices.set_class(others[digit - 1])
        else:
            self._workbench.said.emit(tr("There is no class {digit}").format(digit=digit))

    def _choose_background(self) -> None:
        background = self._workbench.active_label_map.background
        if background is not None:
            self._workbench.choices.set_class(background)

    def _step(self, step: int) -> None:
        indices = self._indices()
        current = self._workbench.choices.current_class
        here = indices.index(current) if current in indices else -step
        self._workbench.choices.set_class(indices[(here + step) % len(indices)])

    def _toggle_protected(self) -> None:
        choices = self._workbench.choices
        current = choices.current_class
        if current is None:
            return
        key = choices.active_key
        name = self._workbench.active_label_map.name_of(current)
        is_protected = current in choices.protected(key)
        choices.set_protected(key, choices.protected(key) ^ {current})
        words = tr("{name} is free again") if is_protected else tr("{name} is protected")
        self._workbench.said.emit(words.format(name=name))

    def _next_mode(self) -> None:
        choices = self._workbench.choices
        modes = list(Over)
        mode = modes[(modes.index(choices.options.over) + 1) % len(modes)]
        choices.change_options(over=mode)
        self._workbench.said.emit(
            tr("Paint over: {over_names}").format(over_names=OVER_NAMES[mode])
        )

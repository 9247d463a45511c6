"""Commands, classes and samples in one list: type a few letters, Enter does it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain, islice

from PySide6.QtCore import QPoint
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from maskstudio.ui.actions import NATIVE, Actions
from maskstudio.ui.commands.at_start import COMMANDS
from maskstudio.ui.theme.density import MENU_BAR, SEARCH_FIELD
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.widgets.pick_list import PickRow
from maskstudio.ui.workbench import Workbench

from .class_popup import class_rank
from .matching import rank
from .pick_popup import PickPopup

_WIDTH = 520
_MOST_SAMPLES = 50
_SAMPLE_RANK = 3
"""Samples stand behind commands and classes of which a word begins as typed."""

Ranked = tuple[int, PickRow]


class CommandPalette(PickPopup):
    """Declares its own command; opens below the search field, or below the window's menu."""

    def __init__(self, actions: Actions, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(
            self.tr("Search commands, classes, samples"),
            self.tr("Nothing of this name"),
            width=_WIDTH,
            parent=parent,
        )
        self.setObjectName("command_palette")
        self._actions = actions
        self._workbench = workbench
        self._field: QWidget | None = None
        self._names = _SampleNames(workbench)
        actions.add(COMMANDS, self.open_palette)

    def set_field(self, field: QWidget) -> None:
        """Open below this widget, the right edges in line."""
        self._field = field

    def open_palette(self) -> None:
        """Open with an empty line."""
        if self._field is not None and self._field.isVisible():
            corner = self._field.mapToGlobal(self._field.rect().bottomRight() + QPoint(1, 1))
            self.open_at(corner - QPoint(self.width(), 0))
            return
        window = self.parentWidget()
        assert window is not None
        middle = (window.width() - self.width()) // 2
        self.open_at(window.mapToGlobal(QPoint(middle, MENU_BAR + SEARCH_FIELD.height())))

    def rows_for(self, text: str) -> Sequence[PickRow]:
        ranked = chain(self._commands(text), self._classes(text), self._samples(text))
        return [row for _, row in sorted(ranked, key=lambda pair: pair[0])]

    def _commands(self, text: str) -> Iterable[Ranked]:
        self._actions.update_enabled()
        for spec in self._actions:
            action = self._actions[spec.id]
            fit = rank(spec.text.rstrip("…"), text)
            is_listed = spec.menu and spec.id != COMMANDS.id
            if fit is None or not is_listed or not action.isEnabled():
                continue
            keys = "  ".join(QKeySequence(k).toString(NATIVE) for k in self._actions.keys(spec.id))
            yield fit, PickRow(action.text(), action.trigger, spec.menu, keys, spec.icon)

    def _classes(self, text: str) -> Iterable[Ranked]:
        """Not before something was typed: the class button lists them."""
        label_map = self._workbench.active_label_map
        for label_class in label_map.visible_classes if text else ():
            fit = class_rank(label_class, text)
            if fit is not None:
                index = label_class.index
                choose = partial(self._workbench.choices.set_class, index)
                color = label_map.color_of(index)
                kind = self.tr("Class")
                yield fit, PickRow(label_class.name, choose, kind, class_index=index, rgb=color)

    def _samples(self, text: str) -> Iterable[Ranked]:
        for name in self._names.matching(text) if text else ():
            show = partial(self._workbench.show_sample, name)
            yield _SAMPLE_RANK, PickRow(name, show, self.tr("Sample"), icon=Icon.SAMPLES)


class _SampleNames:
    """Names of all samples, folded once for each data set: there may be 100 000."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._names: list[tuple[str, str]] | None = None
        workbench.opened_changed.connect(self._forget)

    def matching(self, text: str) -> list[str]:
        """Names that hold a text, those that begin with it first, and no more than can be read."""
        text = text.casefold()
        names = self._folded()
        starts = (name for folded, name in names if folded.startswith(text))
        holds = (name for folded, name in names if text in folded and not folded.startswith(text))
        return list(islice(chain(starts, holds), _MOST_SAMPLES))

    def _folded(self) -> list[tuple[str, str]]:
        if self._names is None:
            dataset = self._workbench.dataset
            samples = dataset.samples if dataset else ()
            self._names = [(sample.name.casefold(), sample.name) for sample in samples]
        return self._names

    def _forget(self) -> None:
        self._names = None

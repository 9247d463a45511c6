"""How layers are compared: which view the canvas shows, and what is counted. Never an edit."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from PySide6.QtCore import QObject, Signal

LEAST_DIVIDER, MOST_DIVIDER = 0.02, 0.98
"""Shares of the width between which the divider stays, so that it can be taken hold of."""


class View(Enum):
    """How the layers are laid out on the canvas; all but the overlay show the compared pair."""

    OVERLAY = "overlay"
    SIDE_BY_SIDE = "side_by_side"
    SWIPE = "swipe"
    DIFFERENCE = "difference"


class ViewChoices(QObject):
    """Choices for one open data set; owned by `Choices`, which starts, keeps and restores them.

    Signals:
        view_changed(): another view.
        divider_changed(): the divider of the swipe view was moved.
        shown_class_changed(): the difference view shows errors of another class, or of all.
        scope_changed(): figures and regions are of all samples, or of the shown one alone.
    """

    view_changed = Signal()
    divider_changed = Signal()
    shown_class_changed = Signal()
    scope_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Start with the overlay."""
        super().__init__(parent)
        self._view = View.OVERLAY
        self._divider = 0.5
        self._shown_class: int | None = None
        self._is_of_dataset = True

    def start(self) -> None:
        """Take defaults for another data set."""
        self.restore({})

    @property
    def view(self) -> View:
        """How the layers are laid out."""
        return self._view

    def set_view(self, view: View) -> None:
        """Lay the layers out otherwise."""
        if view is not self._view:
            self._view = view
            self.view_changed.emit()

    @property
    def divider(self) -> float:
        """Place of the swipe view's divider as a share of the canvas's width."""
        return self._divider

    def set_divider(self, share: float) -> None:
        """Move the divider."""
        share = _limited(share)
        if share != self._divider:
            self._divider = share
            self.divider_changed.emit()

    @property
    def shown_class(self) -> int | None:
        """Joint index of the class whose errors the difference view shows; None for all."""
        return self._shown_class

    def show_class(self, index: int | None) -> None:
        """Show the errors of one class alone, or of all."""
        if index != self._shown_class:
            self._shown_class = index
            self.shown_class_changed.emit()

    @property
    def is_of_dataset(self) -> bool:
        """Whether figures and regions are of all samples, or of the shown one alone."""
        return self._is_of_dataset

    def set_of_dataset(self, of_dataset: bool) -> None:
        """Compare all samples, or the shown one."""
        if of_dataset != self._is_of_dataset:
            self._is_of_dataset = of_dataset
            self.scope_changed.emit()

    def as_json(self) -> dict[str, Any]:
        """Everything that is kept with a data set."""
        return {
            "name": self._view.value,
            "divider": round(self._divider, 4),
            "class": self._shown_class,
            "all_samples": self._is_of_dataset,
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Choose again what was kept; whatever does not make sense is passed over."""
        views = {view.value: view for view in View}
        divider, index = kept.get("divider"), kept.get("class")
        self._view = views.get(str(kept.get("name")), View.OVERLAY)
        self._divider = _limited(divider) if isinstance(divider, float) else 0.5
        is_index = isinstance(index, int) and not isinstance(index, bool)
        self._shown_class = index if is_index else None
        self._is_of_dataset = kept.get("all_samples") is not False
        for signal in (
            self.divider_changed,
            self.shown_class_changed,
            self.scope_changed,
            self.view_changed,
        ):
            signal.emit()


def _limited(share: float) -> float:
    return min(max(share, LEAST_DIVIDER), MOST_DIVIDER)

"""What the model announces: typed values, one kind for each thing that can change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .geometry import Rect

if TYPE_CHECKING:
    from .edits import Edit
    from .tiles import RawTile


@dataclass(frozen=True, slots=True)
class PixelsChanged:
    """Pixels of a layer changed inside a rectangle; nothing outside it did."""

    sample: str
    key: str
    rect: Rect


@dataclass(frozen=True, slots=True)
class EditCommitted:
    """An edit was made, undone or redone.

    Args:
        before: the touched tiles of its one layer as they were just before; None for edits that
            do not tell.
    """

    edit: Edit
    before: Mapping[tuple[int, int], RawTile] | None = None


@dataclass(frozen=True, slots=True)
class LabelMapChanged:
    """The label map of a layer is another one now."""

    key: str


@dataclass(frozen=True, slots=True)
class HistoryChanged:
    """What can be undone or redone, or what counts as saved, changed.

    Args:
        edit: what was made, undone or redone; None where nothing was.
        saved: keys whose files hold the state after `n_steps` steps; empty where none was saved.
        n_steps: of `History.n_steps`.
    """

    edit: Edit | None = None
    is_undone: bool = False
    saved: frozenset[str] = frozenset()
    n_steps: int = 0


@dataclass(frozen=True, slots=True)
class MarksChanged:
    """The checked mark of a sample changed."""

    sample: str


@dataclass(frozen=True, slots=True)
class ProblemsChanged:
    """The list of problems grew or shrank."""


Event = (
    PixelsChanged
    | EditCommitted
    | LabelMapChanged
    | HistoryChanged
    | MarksChanged
    | ProblemsChanged
)


class Announcer:
    """Tells every listener of an event, in the order in which they came."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], object]] = []

    def connect(self, listener: Callable[[Event], object]) -> None:
        """Tell a listener from now on, and keep it alive."""
        self._listeners.append(listener)

    def disconnect(self, listener: Callable[[Event], object]) -> None:
        """Tell a listener no more. Raises ValueError where it does not listen."""
        self._listeners.remove(listener)

    def emit(self, event: Event) -> None:
        """Tell all who listen now, one after the other."""
        for listener in tuple(self._listeners):
            listener(event)

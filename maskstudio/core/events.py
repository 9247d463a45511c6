"""What the model announces: typed values, one kind for each thing that can change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
        before: for pixel edits, the touched tiles as they were just before.
    """

    edit: Edit
    before: Mapping[tuple[int, int], RawTile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabelMapChanged:
    """The label map of a layer is another one now."""

    key: str


@dataclass(frozen=True, slots=True)
class HistoryChanged:
    """What can be undone or redone, or what counts as saved, changed."""


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

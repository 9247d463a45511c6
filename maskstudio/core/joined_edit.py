"""Several edits that the user made as one: one step of undo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .edits import Edit

if TYPE_CHECKING:
    from .dataset import Dataset


class JoinedEdit(Edit):
    """Makes its parts in order, and takes them back in reverse."""

    def __init__(self, label: str, parts: Sequence[Edit]) -> None:
        """Take edits of different layers, so that none hinders another."""
        self.label = label
        self.parts = tuple(parts)
        self.targets = frozenset().union(*(part.targets for part in parts))

    @property
    def size_bytes(self) -> int:
        """Memory of its parts."""
        return sum(part.size_bytes for part in self.parts)

    @property
    def needs_open(self) -> frozenset[str]:
        """Samples that one of its parts needs."""
        return frozenset().union(*(part.needs_open for part in self.parts))

    def fits(self, dataset: Dataset) -> bool:
        """Whether all of its parts do."""
        return all(part.fits(dataset) for part in self.parts)

    def undo(self, dataset: Dataset) -> None:
        """Take back the last part first."""
        for part in reversed(self.parts):
            part.undo(dataset)

    def redo(self, dataset: Dataset) -> None:
        """Make the first part first."""
        for part in self.parts:
            part.redo(dataset)

    def steps(self, dataset: Dataset, *, is_undone: bool) -> Iterator[None]:
        """Undo or redo part after part."""
        for part in reversed(self.parts) if is_undone else self.parts:
            yield from part.steps(dataset, is_undone=is_undone)

"""An edit the other way round: making it takes back what is on disk already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .edits import Edit

if TYPE_CHECKING:
    from .dataset import Dataset


class ReversedEdit(Edit):
    """What undoing an edit did, as an edit: undone after a save, its files still hold it."""

    def __init__(self, edit: Edit) -> None:
        """Turn an edit round."""
        self.edit = edit
        self.label = f"Undo {edit.label}"
        self.targets = edit.targets

    @property
    def size_bytes(self) -> int:
        """Memory of the edit."""
        return self.edit.size_bytes

    @property
    def needs_open(self) -> frozenset[str]:
        """Samples that the edit needs."""
        return self.edit.needs_open

    def fits(self, dataset: Dataset) -> bool:
        """Whether the edit does."""
        return self.edit.fits(dataset)

    def undo(self, dataset: Dataset) -> None:
        """Make the edit again."""
        self.edit.redo(dataset)

    def redo(self, dataset: Dataset) -> None:
        """Take the edit back."""
        self.edit.undo(dataset)

    def steps(self, dataset: Dataset, *, is_undone: bool) -> Iterator[None]:
        """Undo or redo in the parts of the edit."""
        yield from self.edit.steps(dataset, is_undone=not is_undone)

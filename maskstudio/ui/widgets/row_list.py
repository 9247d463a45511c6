"""A list whose rows are all of one height, for long models."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QFrame, QListView

AnyIndex = QModelIndex | QPersistentModelIndex


class RowList(QListView):
    """Scrolls by pixels, shows what is under the pointer, has no frame."""

    def __init__(self, name: str, spoken: str) -> None:
        """Make it.

        Args:
            name: object name.
            spoken: what a screen reader calls it.
        """
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def dataChanged(
        self, top_left: AnyIndex, bottom_right: AnyIndex, roles: Sequence[int] = ()
    ) -> None:
        """Paint anew. Qt would lay out every row: 160 ms for 100 000, after each stroke."""
        self.viewport().update()

"""What small dialogs are made of: captioned lists to choose from, and a foot with the deeds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from maskstudio.ui.theme.density import PADDING_LEFT, SPACING
from maskstudio.ui.widgets.elided_label import ElidedLabel


def choice_list(entries: Sequence[str], name: str, caption: str) -> QComboBox:
    """A list of which one entry is chosen."""
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(caption)
    box.addItems(list(entries))
    return box


def captioned(*boxes: QComboBox) -> QGridLayout:
    """Lists below each other, their captions before them."""
    rows = QGridLayout()
    rows.setHorizontalSpacing(2 * SPACING)
    rows.setVerticalSpacing(SPACING)
    rows.setColumnStretch(1, 1)
    for row, box in enumerate(boxes):
        rows.addWidget(ElidedLabel(box.accessibleName(), color="text2"), row, 0)
        rows.addWidget(box, row, 1)
    return rows


def lay_out(
    dialog: QDialog,
    content: QWidget | QLayout,
    *,
    away: QPushButton,
    deed: QPushButton,
    beside: QWidget | None = None,
) -> None:
    """Put content above the foot of a dialog.

    Args:
        away: leaves it, nothing done.
        deed: what it is for; Enter does it.
        beside: stands at the left of the foot.
    """
    away.clicked.connect(dialog.reject)
    foot = QHBoxLayout()
    foot.setSpacing(SPACING)
    if beside is not None:
        foot.addWidget(beside)
    foot.addStretch(1)
    foot.addWidget(away)
    foot.addWidget(deed)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(*(PADDING_LEFT,) * 4)
    column.setSpacing(2 * SPACING)
    if isinstance(content, QWidget):
        column.addWidget(content, 1)
    else:
        column.addLayout(content)
    column.addLayout(foot)
    deed.setDefault(True)

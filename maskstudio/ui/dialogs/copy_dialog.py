"""What is copied from another layer into the active one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from maskstudio.ui.commands.source_commands import CopyRequest
from maskstudio.ui.source_choices import PaintSource
from maskstudio.ui.theme.density import PADDING_LEFT, SPACING
from maskstudio.ui.tool_box import ToolBox
from maskstudio.ui.widgets.buttons import link_button, primary_button
from maskstudio.ui.widgets.elided_label import ElidedLabel

_WIDTH = 400


class CopyDialog(QDialog):
    """Three lists: from which layer, which class, where."""

    def __init__(self, tools: ToolBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("copy_dialog")
        target = tools.layer.key
        self.setWindowTitle(self.tr("Copy into {}").format(target))
        self.setMinimumWidth(_WIDTH)
        self._tools = tools
        self._layer = _list(tools.source.others, "layer", self.tr("From layer"))
        self._class = _list((), "class", self.tr("Class"))
        where = (self.tr("Whole layer"), self.tr("Inside a polygon that I draw next"))
        self._where = _list(where, "where", self.tr("Where"))
        self._copy = primary_button("", "copy")
        self._copy.clicked.connect(self.accept)
        self._layer.currentTextChanged.connect(self._list_classes)
        self._where.currentIndexChanged.connect(self._show_deed)
        self._lay_out()
        self._list_classes()
        self._show_deed()

    @property
    def request(self) -> CopyRequest:
        """What is chosen."""
        source = PaintSource(self._layer.currentText(), self._class.currentData())
        return CopyRequest(source, self._where.currentIndex() == 1)

    def _lay_out(self) -> None:
        rows = QGridLayout()
        rows.setHorizontalSpacing(2 * SPACING)
        rows.setVerticalSpacing(SPACING)
        rows.setColumnStretch(1, 1)
        for row, box in enumerate((self._layer, self._class, self._where)):
            rows.addWidget(ElidedLabel(box.accessibleName(), color="text2"), row, 0)
            rows.addWidget(box, row, 1)
        cancel = link_button(self.tr("Cancel"), "cancel")
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(PADDING_LEFT,) * 4)
        column.setSpacing(2 * SPACING)
        column.addLayout(rows)
        column.addLayout(foot)
        self._copy.setDefault(True)

    def _list_classes(self) -> None:
        """Classes that the layer has and the active one has, too."""
        self._class.clear()
        self._class.addItem(self.tr("All classes"), None)
        for found in self._tools.source.classes(self._layer.currentText()):
            self._class.addItem(f"{found.index}  {found.name}", found.index)

    def _show_deed(self) -> None:
        draws = self._where.currentIndex() == 1
        self._copy.setText(self.tr("Draw the polygon") if draws else self.tr("Copy"))


def _list(entries: Sequence[str], name: str, caption: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(caption)
    box.addItems(list(entries))
    return box

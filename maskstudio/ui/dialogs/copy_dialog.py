"""What is copied from another layer into the active one."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget

from maskstudio.ui.commands.source_commands import CopyRequest
from maskstudio.ui.source_choices import PaintSource
from maskstudio.ui.tool_box import ToolBox
from maskstudio.ui.widgets.buttons import link_button, primary_button

from .frame import captioned, choice_list, lay_out

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
        self._layer = choice_list(tools.source.others, "layer", self.tr("From layer"))
        self._class = choice_list((), "class", self.tr("Class"))
        where = (self.tr("Whole layer"), self.tr("Inside a polygon that I draw next"))
        self._where = choice_list(where, "where", self.tr("Where"))
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
        lists = captioned(self._layer, self._class, self._where)
        lay_out(self, lists, away=link_button(self.tr("Cancel"), "cancel"), deed=self._copy)

    def _list_classes(self) -> None:
        """Classes that the layer has and the active one has, too."""
        self._class.clear()
        self._class.addItem(self.tr("All classes"), None)
        for found in self._tools.source.classes(self._layer.currentText()):
            self._class.addItem(f"{found.index}  {found.name}", found.index)

    def _show_deed(self) -> None:
        draws = self._where.currentIndex() == 1
        self._copy.setText(self.tr("Draw the polygon") if draws else self.tr("Copy"))

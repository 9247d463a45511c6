"""What can be restored, edit by edit, before the user decides."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QTreeWidget, QTreeWidgetItem, QWidget

from maskstudio.core.edits import Edit
from maskstudio.ui.recovery import Offer, moment_text
from maskstudio.ui.theme.current import current_density
from maskstudio.ui.widgets.buttons import link_button, primary_button
from maskstudio.workflows.recovery import Fit, Step

from .frame import lay_out

_SIZE = QSize(560, 380)


class RecoveryDialog(QDialog):
    """A list of samples with their edits, latest last; accepted means Restore."""

    def __init__(self, offer: Offer, parent: QWidget | None = None) -> None:
        """List an offer."""
        super().__init__(parent)
        self.setObjectName("recovery_dialog")
        self.setWindowTitle(self.tr("Unsaved Changes"))
        self.resize(_SIZE)
        self.list = QTreeWidget()
        self.list.setObjectName("recovery_list")
        self.list.setAccessibleName(self.tr("Unsaved changes"))
        self.list.setHeaderLabels([self.tr("Sample"), self.tr("Edit"), self.tr("Time")])
        self._places: dict[str, QTreeWidgetItem] = {}
        for journal, fit in zip(offer.journals, offer.fits, strict=True):
            for step in journal.edits:
                self._add(step, fit)
        self.list.setColumnWidth(0, _SIZE.width() // 2)
        self._lay_out()

    def _add(self, step: Step, fit: Fit) -> None:
        label = self.tr("Undo {label}") if step.is_undone else "{label}"
        row = ["", label.format(label=step.edit.label), moment_text(step.time)]
        self._place_of(step.edit, fit).addChild(_row(row))

    def _place_of(self, edit: Edit, fit: Fit) -> QTreeWidgetItem:
        """The row of the sample of an edit, or of what concerns all of them."""
        names = sorted(edit.samples)
        name = names[0] if len(names) == 1 else ""
        if name not in self._places:
            note = ""
            if name in fit.missing:
                note = self.tr("is not there any more")
            elif name in fit.changed:
                note = self.tr("its file was changed since")
            item = _row([name or self.tr("Whole data set"), note, ""])
            self._places[name] = item
            self.list.addTopLevelItem(item)
            item.setExpanded(True)
        return self._places[name]

    def _lay_out(self) -> None:
        restore = primary_button(self.tr("Restore"), "recovery_accept")
        later = link_button(self.tr("Not now"), "recovery_later")
        restore.clicked.connect(self.accept)
        lay_out(self, self.list, away=later, deed=restore)


def _row(texts: list[str]) -> QTreeWidgetItem:
    item = QTreeWidgetItem(texts)
    item.setSizeHint(0, QSize(0, current_density().row))
    return item

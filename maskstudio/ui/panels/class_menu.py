"""What can be done to a class, as a menu: made anew whenever it opens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from maskstudio.ui.class_deeds import ClassDeeds
from maskstudio.ui.models.labels_model import ClassRow
from maskstudio.ui.theme.icons import Icon, icon


class ClassMenu(QMenu):
    """Keys stand behind the words; the list and the window answer them.

    Signals:
        rename_requested(), recolor_requested(): both need a field.
    """

    rename_requested = Signal()
    recolor_requested = Signal()

    def __init__(self, deeds: ClassDeeds, row: ClassRow, parent: QWidget) -> None:
        """Offer what suits this class."""
        super().__init__(row.name, parent)
        self.setObjectName("classMenu")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)
        self._deeds = deeds
        self._row = row
        if row.is_declared:
            self._add_edits()
        elif deeds.can_declare(row.index):
            self._add(
                "declare", "Declare This Class", Icon.ADD, lambda: deeds.declare(row.index),
                tip="It keeps its index and color, and can be painted",
            )  # fmt: skip
        self.addSeparator()
        self._add_looks()
        if row.is_declared:
            self.addSeparator()
            self._add_delete()

    def _add_edits(self) -> None:
        deeds, row = self._deeds, self._row
        self._add("rename", "Rename…\tF2", Icon.RENAME, self.rename_requested.emit)
        self._add("recolor", "Change Color…", Icon.COLOR, self.recolor_requested.emit)
        if row.is_background:
            self._add(
                "background", "No Background", Icon.ERASER, lambda: deeds.set_background(None)
            )
        else:
            self._add(
                "background", "Set as Background", Icon.ERASER,
                lambda: deeds.set_background(row.index),
                tip="It means nothing: transparent, and what the eraser leaves behind",
            )  # fmt: skip

        if not row.is_background:
            words = self.tr("No Void Class") if row.is_void else self.tr("Set as Void Class")
            self._add(
                "void", words, Icon.UNDECIDED,
                lambda: deeds.set_void(None if row.is_void else row.index),
                tip=self.tr("Not decided yet: hatched, counted, left out of figures"),
            )  # fmt: skip

    def _add_looks(self) -> None:
        deeds, row = self._deeds, self._row
        eye = ("Show", Icon.SEEN) if row.is_hidden else ("Hide", Icon.HIDDEN)
        lock = ("Unprotect", Icon.UNLOCKED) if row.is_protected else ("Protect", Icon.LOCKED)
        solo = "Show All Classes" if deeds.is_solo(row.index) else "Show Only This"
        self._add("hide", f"{eye[0]}\tSpace", eye[1], lambda: deeds.toggle_hidden(row.index))
        self._add("protect", f"{lock[0]}\tK", lock[1], lambda: deeds.toggle_protected(row.index))
        self._add("solo", solo, Icon.SOLO, lambda: deeds.toggle_solo(row.index))

    def _add_delete(self) -> None:
        row = self._row
        why_not = ""
        if row.is_background:
            why_not = "The background is not deleted: choose another, or none, first"
        elif row.share:
            why_not = "This sample uses it: only unused classes can be deleted"
        self._add(
            "delete", "Delete\tDel", Icon.DELETE, lambda: self._deeds.delete(row.index),
            tip=why_not or "If no mask of the data set uses it",
        )  # fmt: skip
        self.actions()[-1].setEnabled(not why_not)

    def _add(
        self, name: str, text: str, glyph: Icon, deed: Callable[[], object], *, tip: str = ""
    ) -> None:
        action = self.addAction(icon(glyph), text)
        action.setObjectName(f"class_{name}")
        action.setToolTip(tip)
        action.triggered.connect(lambda _checked=False: deed())

"""What an earlier program could not save, told above the picture, with what can be done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMainWindow

from maskstudio.ui.recovery import Elsewhere, Offer, Recovery
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.widgets.buttons import link_button, primary_button
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.open_request import OpenRequest

from .notice_bar import NoticeBar


class RecoveryBar(NoticeBar):
    """There while something can be restored; opening and painting go on below it."""

    def __init__(
        self,
        workbench: Workbench,
        recovery: Recovery,
        ask_discard: Callable[[int], bool],
        open_request: Callable[[OpenRequest], object],
    ) -> None:
        """Follow.

        Args:
            ask_discard: whether so many edits are really to go.
            open_request: opens a data set that has unsaved edits.
        """
        self._restore = primary_button("", "recovery_restore")
        self._open = primary_button("", "recovery_open")
        self._look = link_button("", "recovery_look")
        self._discard = link_button("", "recovery_discard")
        buttons = [self._restore, self._open, self._look, self._discard]
        super().__init__("recoveryBar", Icon.HISTORY, "warn", buttons)
        self._restore.setText(self.tr("Restore"))
        self._open.setText(self.tr("Open It"))
        self._look.setText(self.tr("Look First"))
        self._discard.setText(self.tr("Discard"))
        self._workbench = workbench
        self._recovery = recovery
        self._ask_discard = ask_discard
        self._open_request = open_request
        self._elsewhere: Elsewhere | None = None
        self._restore.clicked.connect(recovery.restore)
        self._open.clicked.connect(self._on_open)
        self._look.clicked.connect(self._on_look)
        self._discard.clicked.connect(self._on_discard)
        recovery.changed.connect(self._follow)
        recovery.elsewhere_found.connect(self._show_elsewhere)
        workbench.opened_changed.connect(self._follow)

    def place_above(self, window: QMainWindow) -> None:
        """Stand above what the middle of the window holds."""
        super().place_above(window)
        self._follow()

    def _follow(self) -> None:
        offer = self._recovery.offer
        self._elsewhere = None
        if offer is None:
            self.hide()
            return
        self._show_buttons(is_open=True)
        words = self.tr("MaskStudio ended before these changes were saved: {what}")
        self.say(words.format(what=self._words_of(offer)))

    def _show_elsewhere(self, found: Elsewhere) -> None:
        self._elsewhere = found
        self._show_buttons(is_open=False)
        words = self.tr("MaskStudio ended before changes to {title} were saved: {what}")
        title = found.offer.journals[-1].title
        self.say(words.format(title=title, what=self._words_of(found.offer)))

    def _show_buttons(self, *, is_open: bool) -> None:
        self._open.setVisible(not is_open)
        for button in (self._restore, self._look, self._discard):
            button.setVisible(is_open)

    def _words_of(self, offer: Offer) -> str:
        edits = self.tr("1 edit") if offer.n_edits == 1 else self.tr("{n} edits")
        samples = self.tr("1 sample") if offer.n_samples == 1 else self.tr("{n} samples")
        place = self.tr(" in {samples}").format(samples=samples.format(n=offer.n_samples))
        found = edits.format(n=offer.n_edits) + (place if offer.n_samples else "")
        found += self.tr(", until {time}").format(time=offer.until)
        if offer.has_changed:
            found += self.tr("; files were changed since")
        return found

    def _on_open(self) -> None:
        if self._elsewhere is not None:
            self._open_request(self._elsewhere.request)

    def _on_look(self) -> None:
        from maskstudio.ui.dialogs.recovery_dialog import RecoveryDialog

        offer = self._recovery.offer
        if offer is None:
            return
        dialog = RecoveryDialog(offer, self.window())
        if dialog.exec():
            self._recovery.restore()
        dialog.deleteLater()

    def _on_discard(self) -> None:
        offer = self._recovery.offer
        if offer is not None and self._ask_discard(offer.n_edits):
            self._recovery.discard()

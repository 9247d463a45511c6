"""Tells that another window writes what is open here, and offers to take over."""

from __future__ import annotations

from collections.abc import Callable

from maskstudio.ui.one_writer import OneWriter
from maskstudio.ui.recovery import moment_text
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.widgets.buttons import link_button

from .notice_bar import NoticeBar


class WriterBar(NoticeBar):
    """There while the data set is read-only for the sake of another window."""

    def __init__(
        self, writer: OneWriter, settle_unsaved: Callable[[Callable[[], object]], object]
    ) -> None:
        """Follow.

        Args:
            settle_unsaved: does something after unsaved work was dealt with.
        """
        self._take_over = link_button("", "writer_take_over")
        super().__init__("writerBar", Icon.LOCKED, "info", [self._take_over])
        self._take_over.setText(self.tr("Take Over"))
        self._take_over.setToolTip(
            self.tr("Write here from now on; the other window becomes read-only")
        )
        self._writer = writer
        self._take_over.clicked.connect(lambda: settle_unsaved(writer.take_over))
        writer.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        owner = self._writer.owner
        if owner is not None:
            words = self.tr("Read-only: process {pid} on {host} has it open since {time}")
            self.say(words.format(pid=owner.pid, host=owner.host, time=moment_text(owner.began)))
        elif self._writer.was_lost:
            self.say(self.tr("Read-only: another window has taken over; Save As keeps changes"))
        else:
            self.hide()

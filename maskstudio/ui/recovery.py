"""Keeps a journal of the open data set, and finds what an earlier program could not save."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import localtime, perf_counter, strftime, time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from maskstudio.core.document import LoadedSample, load_sample
from maskstudio.errors import CancelledError
from maskstudio.workflows.journal import Journal
from maskstudio.workflows.open_dataset import OpenedDataset
from maskstudio.workflows.open_request import OpenRequest

from .workbench import STEPS_S, Workbench
from .workers import Task

if TYPE_CHECKING:
    from maskstudio.workflows.recovery import Fit, LeftJournal, Restored


@dataclass(frozen=True)
class Offer:
    """What can be restored of the open data set, oldest journal first."""

    journals: tuple[LeftJournal, ...]
    fits: tuple[Fit, ...]

    @property
    def n_edits(self) -> int:
        """Edits that no file has."""
        return sum(len(journal.edits) for journal in self.journals)

    @property
    def n_samples(self) -> int:
        """Samples they change."""
        return len({name for journal in self.journals for name in journal.samples})

    @property
    def until(self) -> str:
        """When the last one was made: the hour, and the day where it is not today's."""
        return moment_text(max(journal.until for journal in self.journals))

    @property
    def has_changed(self) -> bool:
        """Whether another program has changed something since."""
        return any(fit.changed or fit.missing for fit in self.fits)


@dataclass(frozen=True)
class Elsewhere:
    """What can be restored of a data set that is not open."""

    request: OpenRequest
    offer: Offer


def moment_text(seconds: float) -> str:
    """A time of day, with the date where it is another day's."""
    moment = localtime(seconds)
    is_today = moment[:3] == localtime(time())[:3]
    return strftime("%H:%M" if is_today else "%Y-%m-%d %H:%M", moment)


class Recovery(QObject):
    """Owned by the window.

    Signals:
        changed(): there is another offer, or none.
        restored(): what was offered is in the history.
        elsewhere_found(elsewhere): a data set that is not open has unsaved edits.
    """

    changed = Signal()
    restored = Signal()
    elsewhere_found = Signal(object)
    _failed = Signal(str)

    def __init__(self, workbench: Workbench) -> None:
        """Follow the workbench."""
        super().__init__(workbench)
        self._workbench = workbench
        self._folder = workbench.settings.state_folder
        self._journal: Journal | None = None
        self._queue: list[LeftJournal] = []
        self._done: list[tuple[LeftJournal, Restored]] = []
        self._unsettled: list[tuple[LeftJournal, Restored]] = []
        self._task: Task | None = None
        self.offer: Offer | None = None
        self._failed.connect(self._on_failed)
        workbench.opening.connect(self._begin)
        workbench.opened_changed.connect(self._look)
        workbench.closing.connect(self._end)

    def flush(self, timeout_s: float = 2.0) -> bool:
        """Put on the disk what is not there yet: something went wrong."""
        return self._journal is None or self._journal.flush(timeout_s)

    @property
    def is_restoring(self) -> bool:
        """Whether edits are being made again."""
        return self._task is not None

    def look_elsewhere(self, requests: Iterable[OpenRequest]) -> None:
        """Look for what was left of data sets that were open lately; `elsewhere_found` tells."""
        self._workbench.tasks.start(
            self.tr("Looking for unsaved work"),
            lambda task: _left_of(self._folder, requests),
            done=self._on_elsewhere,
            is_shown=False,
        )

    def tell_overdue(self) -> None:
        """Drop journals nobody wanted for long, and name those that are next."""
        self._workbench.tasks.start(
            self.tr("Looking after journals"),
            lambda task: _overdue_of(self._folder),
            done=self._on_overdue,
            is_shown=False,
        )

    def _on_overdue(self, found: list[tuple[str, float]]) -> None:
        for title, goes_at in found:
            words = self.tr("Unsaved edits of {title} are kept until {time}: open it to restore")
            self._workbench.said.emit(words.format(title=title, time=moment_text(goes_at)))

    def _on_elsewhere(self, found: list[Elsewhere]) -> None:
        if self._workbench.opened is None and found:
            self.elsewhere_found.emit(max(found, key=lambda each: each.offer.journals[-1].until))

    # the journal of what is open

    def _begin(self) -> None:
        opened = self._workbench.opened
        if opened is not None and opened.request.is_lasting:
            self._journal = Journal(self._folder, opened, self._failed.emit)

    def _end(self) -> None:
        """The user has decided on what is unsaved, so nothing of it is to come back."""
        self._stop()
        self._set_offer(None)
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.close()
        if self._unsettled:
            _settle(None, self._unsettled)
            self._unsettled = []

    def _on_failed(self, reason: str) -> None:
        words = self.tr("Strokes are not kept for a crash ({reason}); save often")
        self._workbench.said.emit(words.format(reason=reason))

    # what was left

    def _look(self) -> None:
        """Look beside the window for journals of the data set."""
        opened = self._workbench.opened
        if opened is None or not opened.request.is_lasting or opened.dataset.is_read_only:
            return
        self._workbench.tasks.start(
            self.tr("Looking for unsaved work"),
            lambda task: _offer_of(self._folder, opened),
            done=partial(self._on_found, opened),
            failed=self._on_not_read,
            is_shown=False,
        )

    def _on_found(self, opened: OpenedDataset, offer: Offer) -> None:
        if opened is self._workbench.opened:
            opened.dataset.note_problems(j.damage for j in offer.journals if j.damage)
            self._set_offer(offer if offer.n_edits else None)

    def _on_not_read(self, error: Exception) -> None:
        words = self.tr("Unsaved work of an earlier window cannot be read: {error}")
        self._workbench.said.emit(words.format(error=error))

    def _set_offer(self, offer: Offer | None) -> None:
        if offer is not self.offer:
            self.offer = offer
            self.changed.emit()

    def discard(self) -> None:
        """Take away what is offered."""
        from maskstudio.workflows.recovery import discard

        if self.offer is not None:
            for journal in self.offer.journals:
                discard(journal.path)
            self._set_offer(None)

    # restoring

    def restore(self) -> None:
        """Make again what is offered, piece by piece, as edits that can be undone."""
        if self.offer is None or self.is_restoring:
            return
        self._queue = [journal for journal in self.offer.journals if journal.steps]
        self._done = []
        self._task = self._workbench.tasks.track(self.tr("Restoring edits"))
        self._set_offer(None)
        self._next()

    def _next(self) -> None:
        from maskstudio.workflows.recovery import restore

        opened = self._workbench.opened
        assert opened is not None
        if not self._queue:
            self._finish(opened)
            return
        journal = self._queue[0]
        self._go_on(opened, restore(journal, opened, self._journal))

    def _go_on(
        self, opened: OpenedDataset, restoring: Generator[str | None, None, Restored]
    ) -> None:
        """Make edits for a short time, the rest later; never while the user draws."""
        if opened is self._workbench.opened and self._task is not None:
            self._workbench.when_idle(partial(self._make_some, opened, restoring))

    def _make_some(
        self, opened: OpenedDataset, restoring: Generator[str | None, None, Restored]
    ) -> None:
        if opened is not self._workbench.opened or self._task is None:
            return
        end = perf_counter() + STEPS_S
        try:
            self._task.report(len(self._done), len(self._done) + len(self._queue))
            name = next(restoring)
            while name is None and perf_counter() < end:
                name = next(restoring)
        except StopIteration as stop:
            self._done.append((self._queue.pop(0), stop.value))
            self._next()
        except CancelledError:
            self._stop()
            self._look()
        else:
            if name is None:
                QTimer.singleShot(0, self, lambda: self._go_on(opened, restoring))
            else:
                self._load(opened, name, restoring)

    def _load(
        self,
        opened: OpenedDataset,
        name: str,
        restoring: Generator[str | None, None, Restored],
    ) -> None:
        sample = opened.dataset.sample(name)

        def loaded(found: LoadedSample) -> None:
            if opened is self._workbench.opened and opened.dataset.sample(name) is sample:
                opened.dataset.open_document(found)
            self._go_on(opened, restoring)

        self._workbench.tasks.start(
            self.tr("Opening {name}").format(name=name),
            lambda task: load_sample(sample),
            done=loaded,
            failed=lambda error: self._go_on(opened, restoring),
            priority=1,
        )

    def _finish(self, opened: OpenedDataset) -> None:
        """The edits are the new journal's now; the old ones go when that is on the disk."""
        done, journal = list(self._done), self._journal
        self._unsettled = list(done)
        self._stop()
        self._workbench.tasks.start(
            self.tr("Keeping restored edits"),
            lambda task: _settle(journal, done),
            done=lambda is_settled: self._unsettled.clear() if is_settled else None,
            is_shown=False,
        )
        n_edits = sum(result.n_edits for _, result in done)
        n_left = sum(len(result.left) for _, result in done)
        words = self.tr("Restored {n} edits; they are not saved yet").format(n=n_edits)
        if n_left:
            kept = self.tr("{n} edits do not fit any more and are kept").format(n=n_left)
            words = f"{words}; {kept}"
        self._workbench.said.emit(words)
        self.restored.emit()

    def _stop(self) -> None:
        self._queue, self._done = [], []
        task, self._task = self._task, None
        if task is not None:
            task.close()


def _offer_of(folder: Path, opened: OpenedDataset) -> Offer:
    from maskstudio.workflows.recovery import judged, left_of

    found = tuple(left_of(folder, opened.request, folder / "edits"))
    return Offer(found, tuple(judged(journal, opened) for journal in found))


def _left_of(folder: Path, requests: Iterable[OpenRequest]) -> list[Elsewhere]:
    from maskstudio.workflows.recovery import left_of

    found = []
    for request in requests:
        journals = left_of(folder, request, folder / "edits")
        offer = Offer(tuple(journal for journal in journals if journal.edits), ())
        if offer.n_edits:
            found.append(Elsewhere(request, offer))
    return found


def _overdue_of(folder: Path) -> list[tuple[str, float]]:
    """Titles of journals that are to go, and when."""
    from maskstudio.workflows.journal_care import care
    from maskstudio.workflows.recovery import read_journal

    return [(read_journal(found.path).title, found.goes_at) for found in care(folder)]


def _settle(journal: Journal | None, done: list[tuple[LeftJournal, Restored]]) -> bool:
    """Let go of journals whose edits another one holds by now, or whose fate was decided."""
    from maskstudio.workflows.recovery import settle

    if journal is not None and not journal.flush():
        return False
    for left, result in done:
        settle(left, result)
    return True

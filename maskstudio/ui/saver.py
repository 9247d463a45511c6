"""Saves beside the window: layer after layer, each to where it came from or to a chosen target."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from maskstudio.core.edits import Target
from maskstudio.errors import DataError, Problem, ReadBackError, Scope
from maskstudio.formats import registry
from maskstudio.workflows.instance_ids import assign_missing_ids
from maskstudio.workflows.save_dataset import (
    ExportJob,
    Saved,
    SaveJob,
    finish_export,
    finish_save,
    has_changed_underneath,
    home_of,
    modified_keys,
    prepare_export,
    prepare_save,
    run_export,
    run_save,
)

from .settings import SAVE_INSTANCES
from .workbench import Workbench
from .workers import Task, Work


@dataclass(frozen=True)
class SaveTarget:
    """Where a layer is to be written that has no file yet."""

    format: str
    path: Path
    with_images: bool = False
    overwrite: bool = False


class SaveQuestions(Protocol):
    """What only the user can decide while saving."""

    def ask_target(self, key: str) -> SaveTarget | None:
        """Where a layer goes; None to leave it unsaved."""

    def ask_replace_changed(self, path: Path) -> bool:
        """Whether a file that changed since it was read may be replaced."""


class Saver(QObject):
    """One save at a time.

    Signals:
        state_changed(): saving began, ended, or failed.
        saved(): everything that was to be saved is on disk.
    """

    state_changed = Signal()
    saved = Signal()

    def __init__(self, workbench: Workbench, questions: SaveQuestions) -> None:
        """Nothing is being saved."""
        super().__init__(workbench)
        self._workbench = workbench
        self._questions = questions
        self._queue: list[str] = []
        self._then: Callable[[], object] | None = None
        self._task: Task | None = None
        self._waits = False
        self.may_write: Callable[[], bool] = lambda: True
        self.failure: str | None = None
        self._faults: list[Problem] = []
        workbench.opened_changed.connect(self._on_opened_changed)

    @property
    def is_saving(self) -> bool:
        """Whether files are being written."""
        return self._task is not None or self._waits

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save every modified layer; `then` is called when all of them are on disk.

        Nothing while a save runs.
        """
        opened = self._workbench.opened
        if opened is None:
            return
        if opened.dataset.has_open_transaction:
            self._workbench.when_idle(partial(self.save, then))
            return
        if self.is_saving:
            return
        self._begin(modified_keys(opened.dataset), then)
        self._next()

    def when_done(self, then: Callable[[], object]) -> None:
        """Call `then` once the save that runs is on disk; not if it fails."""
        assert self.is_saving
        self._then = then

    def save_as(self, key: str) -> None:
        """Write one layer to another target, where it lives from then on."""
        opened = self._workbench.opened
        if opened is None or opened.dataset.has_open_transaction:
            return
        target = self._questions.ask_target(key)
        if target is not None and not self.is_saving:
            self._begin((), None)
            self._export(key, target)

    def _begin(self, keys: Iterable[str], then: Callable[[], object] | None) -> None:
        """Forget the failure of the save before."""
        dataset = self._workbench.dataset
        if dataset is not None:
            dataset.forget_problems(self._faults)
        self._queue, self._then = list(keys), then
        self.failure, self._faults = None, []

    def _next(self) -> None:
        opened = self._workbench.opened
        if opened is None:
            return
        if not self._queue:
            self._end()
            self.saved.emit()
            then, self._then = self._then, None
            if then is not None:
                then()
            return
        key = self._queue.pop(0)
        source = home_of(opened, key)
        if source is None:
            target = self._questions.ask_target(key)
            if target is None:
                self._end()
            else:
                self._export(key, target)
        elif not self.may_write():
            words = self.tr("another window writes {name}; Save As keeps the changes elsewhere")
            self._fail(words.format(name=source.path.name))
        elif has_changed_underneath(opened, key) and not self._questions.ask_replace_changed(
            source.path
        ):
            self._fail(f"{source.path.name} changed on disk and was left as it is")
        else:
            self._save_in_place(key)

    def _save_in_place(self, key: str) -> None:
        opened = self._workbench.opened
        assert opened is not None
        self._number_instances(key)
        try:
            job = prepare_save(opened, key, numbers_all=self._numbers_all)
        except DataError as error:
            self._on_failed(error)
            return

        def done(saved: Saved) -> None:
            if self._workbench.opened is opened:
                finish_save(opened, job, saved)
                self._after_write(job, saved)

        self._start(f"Saving {job.source.path.name}", lambda task: run_save(job, task.report), done)

    def _export(self, key: str, target: SaveTarget) -> None:
        opened = self._workbench.opened
        assert opened is not None
        self._number_instances(key)
        options = registry.WriteOptions(with_images=target.with_images, overwrite=target.overwrite)
        job = prepare_export(
            opened,
            key,
            format_name=target.format,
            target=target.path,
            options=options,
            numbers_all=self._numbers_all,
        )

        def done(saved: Saved) -> None:
            if self._workbench.opened is opened:
                finish_export(opened, job, saved)
                self._after_write(job, saved)

        self._start(f"Saving {target.path.name}", lambda task: run_export(job, task.report), done)

    def _start(self, label: str, work: Work, done: Callable[[Saved], None]) -> None:
        opened = self._workbench.opened

        def failed(error: Exception) -> None:
            if self._workbench.opened is opened:
                self._on_failed(error)
            else:  # the window has gone on to other files, which have no part in this
                self._workbench.said.emit(self.tr("Not saved: {error}").format(error=error))

        task = self._workbench.tasks.start(
            label, work, done=done, failed=failed, is_lasting=True, priority=4
        )
        self._task = task
        task.ended.connect(lambda: self._on_task_ended(task))
        self.state_changed.emit()

    def _after_write(self, job: SaveJob | ExportJob, saved: Saved) -> None:
        n = saved.n_recolored
        rewritten = f"; {n} mask{'s' if n > 1 else ''} rewritten in the new colors" if n else ""
        self._workbench.said.emit(
            self.tr("Saved {name}{rewritten}").format(
                name=saved.source.path.name, rewritten=rewritten
            )
        )
        self._task, self._waits = None, True
        self._workbench.when_idle(partial(self._go_on, saved.remapped))

    def _go_on(self, remapped: tuple[str, ...]) -> None:
        """The next layer, now that no stroke is under way."""
        if self._waits:
            self._waits = False
            self._read_again(remapped)
            self._next()

    def _read_again(self, remapped: tuple[str, ...]) -> None:
        """Let go of open samples whose file holds other pixels than memory by now."""
        dataset, document = self._workbench.dataset, self._workbench.document
        assert dataset is not None
        for name in remapped:
            if document is None or name != document.name:
                if dataset.is_open(name):
                    dataset.close_document(name)
            else:
                self._workbench.loader.reload(name)

    @property
    def _numbers_all(self) -> bool:
        """Whether regions get instance ids also in masks that have none."""
        return self._workbench.settings.get(SAVE_INSTANCES)

    def _number_instances(self, key: str) -> None:
        """Regions that were painted without an id get one, in the open samples as an edit.

        Samples that are closed get theirs while they are written.
        """
        dataset = self._workbench.dataset
        assert dataset is not None
        modified = dataset.history.modified()
        for document in dataset.documents:
            layer = document.layer(key)
            has_ids = layer.instances is not None or self._numbers_all
            if Target(document.name, key) in modified and has_ids and not layer.is_locked:
                assign_missing_ids(dataset, document.name, key)

    def _on_failed(self, error: Exception) -> None:
        dataset = self._workbench.dataset
        if dataset is not None and isinstance(error, DataError):
            self._faults = [error.problem(Scope.FILE)]
            dataset.note_problems(self._faults)
        if isinstance(error, ReadBackError):
            self._fail(str(error), self.tr("Not read again: {reason}"))
        else:
            self._fail(str(error))

    def _fail(self, reason: str, words: str = "") -> None:
        self._queue, self._then = [], None
        self.failure = (words or self.tr("Not saved: {reason}")).format(reason=reason)
        self._workbench.said.emit(self.failure)
        self._end()

    def _on_task_ended(self, task: Task) -> None:
        if self._task is task:  # cancelled: nothing came back, so nothing went on
            self._queue, self._then = [], None
            self._end()

    def _end(self) -> None:
        self._task, self._waits = None, False
        self.state_changed.emit()

    def _on_opened_changed(self) -> None:
        self._queue, self._then, self.failure, self._faults = [], None, None, []
        self._end()

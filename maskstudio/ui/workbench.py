"""What is open in the window: the data set, the shown sample, the choices, and the work on them.

Panels, canvas and actions talk to the workbench and to nobody else. It opens no dialogs: what
needs an answer from the user goes out as a signal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Document, LoadedSample, Sample, load_sample
from maskstudio.core.edits import Edit
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskLayer
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest

from .choices import Choices
from .compared_pair import ComparedPair
from .document_bridge import DocumentBridge
from .open_ahead import OpenAhead
from .region_decisions import RegionDecisions
from .sample_loader import SampleLoader
from .settings import Settings
from .workers import Task, TaskRunner

SampleOrder = Callable[[str, int], Iterable[str]]
"""Names that are listed after a sample (step 1) or before it (-1), nearest first."""


STEPS_S = 0.04
"""Time for undoing and redoing between two looks at what the user does."""

PAINT_MS = 20
"""Time for a sample to be painted before thumbnails are made, its pixels are counted and so on."""

IDLE_LOOK_MS = 50
"""Time between two looks at whether a change has ended."""


class Workbench(QObject):
    """Owned by the main window; one for each.

    Signals:
        opening(): a data set was opened and nobody has seen it yet; what was kept comes back now.
        opened_changed(): another data set is open, or none.
        closing(): the data set is about to be let go.
        document_changed(): another sample is shown, or none.
        open_failed(request, error): nothing was opened; what was open stays.
        said(text): a line for the status bar.
    """

    opening = Signal()
    opened_changed = Signal()
    closing = Signal()
    document_changed = Signal()
    open_failed = Signal(object, Exception)
    said = Signal(str)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        """Start with nothing open."""
        super().__init__(parent)
        self.settings = settings
        self.tasks = TaskRunner(self)
        self.bridge = DocumentBridge(self)
        self.choices = Choices(self)
        self.compared = ComparedPair(self.choices, self.bridge, self)
        self.decisions = RegionDecisions(self.compared, self)
        self.loader = SampleLoader(self.tasks, self)
        self.loader.following = partial(self._neighbours, step=1)
        self.opened: OpenedDataset | None = None
        self.sample_order: SampleOrder | None = None
        self.first_sample: object = None
        self._opening: Task | None = None
        self._step_after_show: str | None = None
        self.loader.shown.connect(self._on_shown)
        self.loader.given_up.connect(self._on_given_up)
        self.bridge.label_map_changed.connect(self._on_label_map_changed)

    # what is open

    @property
    def dataset(self) -> Dataset | None:
        """The open data set."""
        return self.opened.dataset if self.opened else None

    @property
    def document(self) -> Document | None:
        """The shown sample."""
        return self.loader.document

    @property
    def active_layer(self) -> MaskLayer | None:
        """The layer tools change."""
        document = self.document
        key = self.choices.active_key
        if document is None or key not in (layer.key for layer in document.layers):
            return None
        return document.layer(key)

    @property
    def active_label_map(self) -> LabelMap:
        """Label map of the active layer; an empty one while nothing is open."""
        if self.dataset is None:
            return LabelMap()
        return self.dataset.label_maps.get(self.choices.active_key, LabelMap())

    def open(
        self,
        request: OpenRequest,
        *,
        sample: str | None = None,
        ahead: OpenAhead | None = None,
    ) -> None:
        """Open beside the window; the first sample, or the one named, is shown when it is there.

        Args:
            ahead: what opens it, where it has begun already.
        """
        if self._opening is not None:
            self._opening.cancel()
        opener = ahead or OpenAhead(request, sample, self.settings.state_folder)
        self._opening = self.tasks.start(
            "Opening",
            lambda task: opener.result(),
            done=lambda opened: self.take(opened, sample=sample, decode=opener.decoded),
            failed=lambda error: self.open_failed.emit(request, error),
            priority=3,
        )
        self._opening.ended.connect(self._on_opening_ended)

    def take(
        self,
        opened: OpenedDataset,
        *,
        sample: str | None = None,
        decode: Callable[[Sample], LoadedSample] = load_sample,
    ) -> None:
        """Show a data set that was opened; what was open before is let go.

        Args:
            decode: how the first sample comes, in a thread; it may have begun already.
        """
        self.close_dataset()
        self.opened = opened
        self.bridge.follow(opened.dataset)
        self.loader.follow(opened.dataset)
        self.compared.follow(opened)
        self.decisions.clear()
        self.choices.start(opened.dataset.label_maps)
        self.first_sample = None
        self.opening.emit()
        names = [s.name for s in opened.dataset.samples]
        for name in (sample, self.first_sample, *names[:1]):
            if name in names:
                self.tasks.put_off()
                self.loader.show(str(name), decode)  # is decoded while the panels fill
                break
        self.opened_changed.emit()

    def close_dataset(self) -> None:
        """Let go of the data set; unsaved changes are lost, so ask before."""
        if self.opened is None:
            return
        self.closing.emit()
        self.bridge.follow(None)
        self.loader.follow(None)
        self.compared.follow(None)
        self.opened.close()
        self.opened = None
        self.tasks.go_on()
        self.opened_changed.emit()

    def open_paths(self, paths: list[Path]) -> None:
        """Open what was dropped or picked."""
        self.open(OpenRequest(paths=tuple(paths)))

    def when_idle(self, deed: Callable[[], object]) -> None:
        """Do it now, or when the stroke or change under way has ended."""
        if self.dataset is not None and self.dataset.has_open_transaction:
            QTimer.singleShot(IDLE_LOOK_MS, self, lambda: self.when_idle(deed))
        else:
            deed()

    # going from sample to sample

    def show_sample(self, name: str) -> None:
        """Show a sample of the list."""
        if self.dataset is not None and name != self.loader.wanted:
            self.loader.show(name)

    def step_sample(self, step: int, *, only_unchecked: bool = False) -> None:
        """Show the next (1) or previous (-1) sample of the list; stays where there is none."""
        dataset, here = self.dataset, self.loader.wanted
        if dataset is None or here is None:
            return
        for name in self._neighbours(here, step):
            if not only_unchecked or name not in dataset.checked:
                self.loader.show(name)
                return

    def _neighbours(self, name: str, step: int) -> Iterable[str]:
        return (self.sample_order or self._order_of_dataset)(name, step)

    def _order_of_dataset(self, name: str, step: int) -> Iterable[str]:
        assert self.dataset is not None
        samples = self.dataset.samples
        position = self.dataset.position_of(name) + step
        while 0 <= position < len(samples):
            yield samples[position].name
            position += step

    def read_again(self, name: str) -> None:
        """Decode a sample from its files once more, and forget what was said about them."""
        dataset = self.dataset
        if dataset is None or dataset.has_open_transaction:
            return
        if dataset.is_open(name):
            dataset.forget_problems(dataset.document(name).problems)
        self.loader.reload(name)

    def toggle_checked(self) -> None:
        """Mark the shown sample as checked, or not."""
        if self.dataset is not None and self.document is not None:
            name = self.document.name
            self.dataset.set_checked(name, name not in self.dataset.checked)

    # undo and redo

    def undo(self) -> None:
        """Take the last edit back, wherever it was made, and say where."""
        if self.dataset is not None:
            self._step_history("undo", self.dataset.history.undo_edit)

    def redo(self) -> None:
        """Make the next edit again, wherever it was made, and say where."""
        if self.dataset is not None:
            self._step_history("redo", self.dataset.history.redo_edit)

    def go_to_history(self, position: int) -> None:
        """Undo or redo until so many edits are applied, sample by sample."""
        dataset = self.dataset
        if dataset is None:
            return
        self._history_goal = position
        history = dataset.history
        end = time.perf_counter() + STEPS_S
        while history.position != position and not dataset.has_open_transaction:
            before = history.position
            self.undo() if history.position > position else self.redo()
            if history.position == before:
                return  # goes on when the sample is decoded, or the long edit is applied
            if time.perf_counter() > end and history.position != position:
                go_on = partial(self._go_on_to_goal, dataset, history.n_steps)
                QTimer.singleShot(0, self, go_on)
                return
        self._history_goal = None

    def _go_on_to_goal(self, dataset: Dataset, n_steps: int) -> None:
        """After a look at what the user does; where that was an edit, stay there."""
        goal, self._history_goal = self._history_goal, None
        if goal is not None and dataset is self.dataset and dataset.history.n_steps == n_steps:
            self.go_to_history(goal)

    _history_goal: int | None = None

    def _step_history(self, direction: str, edit: Edit | None) -> None:
        dataset = self.dataset
        if dataset is None or edit is None or dataset.has_open_transaction:
            return
        elsewhere = edit.needs_open - {self.document.name if self.document else ""}
        if elsewhere:
            name = min(elsewhere)
            if not dataset.is_open(name):
                self._step_after_show = direction
                self.loader.show(name)
                return
            self.loader.show(name)
        position = dataset.history.position
        self._go_on(dataset, dataset.steps(is_undone=direction == "undo"))
        if dataset.history.position != position or dataset.has_open_transaction:
            place = self.tr(" in {name}").format(name=min(edit.samples)) if edit.samples else ""
            if len(edit.samples) > 1:
                place = self.tr(" in {number} samples").format(number=len(edit.samples))
            is_undone = direction == "undo"
            words = self.tr("Undid {label}") if is_undone else self.tr("Redid {label}")
            self.said.emit(words.format(label=edit.label) + place)
        else:
            self._history_goal = None
            words = (
                self.tr("{label} cannot be undone: {name} is not as it was")
                if direction == "undo"
                else self.tr("{label} cannot be redone: {name} is not as it was")
            )
            name = min(edit.samples, default="")
            self.said.emit(words.format(label=edit.label, name=name))

    def _go_on(self, dataset: Dataset, steps: Iterator[None]) -> None:
        """Take steps for a short time, the rest later: the window stays live meanwhile."""
        end = time.perf_counter() + STEPS_S
        for _ in steps:
            if time.perf_counter() > end:
                QTimer.singleShot(0, self, lambda: self._go_on_later(dataset, steps))
                return

    def _go_on_later(self, dataset: Dataset, steps: Iterator[None]) -> None:
        if dataset is self.dataset:
            self._go_on(dataset, steps)
            if self._history_goal is not None and not dataset.has_open_transaction:
                self.go_to_history(self._history_goal)

    def _on_shown(self) -> None:
        self.document_changed.emit()
        if self.document is not None:
            QTimer.singleShot(PAINT_MS, self, self.tasks.go_on)
        direction, self._step_after_show = self._step_after_show, None
        if direction is not None and self.document is not None:
            self.undo() if direction == "undo" else self.redo()
            if self._history_goal is not None:
                self.go_to_history(self._history_goal)

    def _on_opening_ended(self) -> None:
        """Where no first sample comes, what was put off until it is seen begins now."""
        if not self.loader.is_decoding:
            self.tasks.go_on()

    def _on_given_up(self, name: str, error: Exception | None) -> None:
        """Undo and redo that waited for a sample are not made another time."""
        self.tasks.go_on()
        self._step_after_show = self._history_goal = None
        if error is not None:
            self.said.emit(
                self.tr("{name} cannot be opened: {error}").format(name=name, error=error)
            )

    def _on_label_map_changed(self) -> None:
        if self.dataset is not None:
            for key, label_map in self.dataset.label_maps.items():
                self.choices.drop_missing_classes(key, label_map)

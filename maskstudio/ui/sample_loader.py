"""Brings samples into memory and shows one: worker, neighbours ahead, a bounded cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Document, LoadedSample, Sample, load_sample

from .workers import Task, TaskRunner

CACHE_LIMIT_BYTES = 1 << 30
"""Decoded samples kept beside the shown one."""


class SampleLoader(QObject):
    """Knows which sample is shown. Owned by the workbench.

    Signals:
        requested(name): a sample was asked for and is being decoded.
        given_up(name, error): a sample that was asked for does not come; None after Cancel.
        shown(): another document is shown, or none.
    """

    requested = Signal(object)
    given_up = Signal(object, object)
    shown = Signal()

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._tasks = tasks
        self._dataset: Dataset | None = None
        self._document: Document | None = None
        self._wanted: str | None = None
        self._running: dict[str, Task] = {}
        self._recent: list[str] = []
        self.following: Callable[[str], Iterable[str]] = lambda name: ()
        """Names of the samples that are listed after one."""

    @property
    def document(self) -> Document | None:
        """The sample that is shown."""
        return self._document

    @property
    def wanted(self) -> str | None:
        """The sample that was asked for last: the shown one, or the one being decoded."""
        return self._wanted

    @property
    def is_decoding(self) -> bool:
        """Whether the sample that was asked for is not there yet."""
        return self._wanted in self._running

    def follow(self, dataset: Dataset | None) -> None:
        """Work on another data set, with nothing shown."""
        for task in self._running.values():
            task.cancel()
        self._running.clear()
        self._recent.clear()
        self._dataset = dataset
        self._wanted = None
        self._document = None
        self.shown.emit()

    def show(self, name: str, decode: Callable[[Sample], LoadedSample] = load_sample) -> None:
        """Show a sample, at once when it is in memory."""
        assert self._dataset is not None
        self._wanted = name
        if self._dataset.is_open(name):
            self._show_now(name)
        else:
            self.requested.emit(name)
            self._load(name, decode, ahead=False)

    def reload(self, name: str) -> None:
        """Decode a sample again from its files."""
        assert self._dataset is not None
        if self._dataset.is_open(name):
            self._dataset.close_document(name)
        if self._document is not None and self._document.name == name:
            self._document = None
        self.show(name)

    def _load(
        self,
        name: str,
        decode: Callable[[Sample], LoadedSample] = load_sample,
        *,
        ahead: bool,
    ) -> None:
        dataset = self._dataset
        assert dataset is not None
        if name in self._running:
            return
        sample = dataset.sample(name)
        task = self._tasks.start(
            f"Opening {name}",
            lambda task: decode(sample),
            done=lambda loaded: self._on_loaded(dataset, loaded),
            failed=lambda error: self._on_gone(name, task, error),
            is_shown=not ahead,
            priority=0 if ahead else 2,
        )
        self._running[name] = task
        task.ended.connect(lambda: self._on_gone(name, task, None))

    def _on_loaded(self, dataset: Dataset, loaded: LoadedSample) -> None:
        if dataset is not self._dataset:
            return
        name = loaded.sample.name
        self._running.pop(name, None)
        if dataset.sample(name) is not loaded.sample:  # saved to another file meanwhile
            self._load(name, ahead=name != self._wanted)
            return
        dataset.open_document(loaded)
        self._note_use(name)
        if name == self._wanted:
            self._show_now(name)

    def _on_gone(self, name: str, task: Task, error: Exception | None) -> None:
        """A sample does not come, after Cancel or a failure: what is shown stays."""
        if self._running.get(name) is not task:
            return
        del self._running[name]
        if name != self._wanted:
            return
        self._wanted = self._document.name if self._document is not None else None
        self.given_up.emit(name, error)
        if self._document is None:
            self.shown.emit()

    def _show_now(self, name: str) -> None:
        assert self._dataset is not None
        self._note_use(name)
        self._document = self._dataset.document(name)
        self.shown.emit()
        self._fetch_ahead(name)
        self._shrink()

    def _note_use(self, name: str) -> None:
        if name in self._recent:
            self._recent.remove(name)
        self._recent.append(name)

    def _fetch_ahead(self, name: str) -> None:
        """Decode the sample that is likely to be shown next, if there is room for it."""
        assert self._dataset is not None
        document = self._document
        if document is None or document_bytes(document) * 3 > CACHE_LIMIT_BYTES:
            return
        following = next(iter(self.following(name)), None)
        if following is not None and not self._dataset.is_open(following):
            self._load(following, ahead=True)

    def _shrink(self) -> None:
        """Close documents used longest ago until the rest fits; never the shown one."""
        dataset = self._dataset
        assert dataset is not None
        sizes = {d.name: document_bytes(d) for d in dataset.documents}
        total = sum(sizes.values())
        for name in tuple(self._recent):
            if total <= CACHE_LIMIT_BYTES:
                return
            if self._may_close(name):
                dataset.close_document(name)
                self._recent.remove(name)
                total -= sizes[name]

    def _may_close(self, name: str) -> bool:
        dataset = self._dataset
        assert dataset is not None
        is_open = dataset.is_open(name) and name != self._wanted
        return is_open and not dataset.is_changing(name)


def document_bytes(document: Document) -> int:
    """Memory of the decoded arrays."""
    total = 0 if document.image is None else document.image.pixels.nbytes
    for layer in document.layers:
        total += layer.pixels.nbytes
        total += 0 if layer.instances is None else layer.instances.nbytes
    return total

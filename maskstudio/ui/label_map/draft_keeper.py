"""The draft of one layer's label map: its steps, what masks hold, and making it true at last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from maskstudio.core.dataset import Dataset
from maskstudio.core.edits import Edit
from maskstudio.core.events import EditCommitted, LabelMapChanged
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import UsageError
from maskstudio.ui.workbench import Workbench
from maskstudio.ui.workers import Task, Work
from maskstudio.workflows.apply_draft import layers_to_change, make_one_edit
from maskstudio.workflows.bulk_relabel import masks_of
from maskstudio.workflows.class_census import Census, take_census
from maskstudio.workflows.class_use import MaskToSearch, mask_to_search, masks_to_search
from maskstudio.workflows.draft_edits import (
    DraftEdit,
    edits_of,
    for_other_layer,
    rebased,
    taken_back,
)
from maskstudio.workflows.label_map_draft import Draft
from maskstudio.workflows.split_class import Choose, make_split

RECOUNT_DELAY_MS = 400


@dataclass(frozen=True)
class OtherLayer:
    """A layer that has classes of the names that are changed.

    Args:
        draft: what the same changes are for it.
        n_samples: that hold a class which is merged or deleted, or None while nobody counted.
        is_chosen: the changes are made there as well.
    """

    key: str
    draft: Draft
    n_samples: int | None
    is_chosen: bool


class DraftKeeper(QObject):
    """Follows one layer of the open data set; changes it in `apply` alone.

    Signals:
        changed(): the draft is another one.
        counted(): more is known of what masks hold, or counting began or ended.
        applied(label), failed(reason): how `apply` ended; nothing after Cancel.
        refused(reason): a step that cannot be.
        busy_changed(): `apply` began or ended.
    """

    changed = Signal()
    counted = Signal()
    applied = Signal(str)
    failed = Signal(str)
    refused = Signal(str)
    busy_changed = Signal()

    def __init__(self, workbench: Workbench, dataset: Dataset, key: str, parent: QObject) -> None:
        """Begin with no change, and count."""
        super().__init__(parent)
        self._workbench = workbench
        self.dataset = dataset
        self.key = key
        self.draft = Draft.of(dataset.label_maps[key])
        self.edits: tuple[DraftEdit, ...] = ()
        self._undone: list[Draft] = []
        self._done: list[Draft] = []
        self._chosen: set[str] = set()
        self.censuses: dict[str, Census] = {}
        self.counting: dict[str, Task] = {}
        self._refused_counts: set[str] = set()
        self._edited: set[tuple[str, str]] = set()
        self._timer = QTimer(self, singleShot=True, interval=RECOUNT_DELAY_MS)
        self._timer.timeout.connect(self._recount)
        self.applying: Task | None = None
        self._recounting: set[Task] = set()
        self._is_stopped = False
        self._is_stale = False
        workbench.bridge.edit_committed.connect(self._on_edit_committed)
        workbench.bridge.label_map_changed.connect(self._on_label_map_changed)
        self.count(key)

    # steps of the draft

    def do(self, step: Callable[[Draft], Draft]) -> bool:
        """Take a step; False, and said why, where it cannot be."""
        if self.applying is not None:
            return False
        try:
            draft = step(self.draft)
        except UsageError as error:
            self.refused.emit(str(error))
            return False
        if draft != self.draft:
            self._done.append(self.draft)
            self._undone.clear()
            self._set(draft)
        return True

    def take_back(self, edit: DraftEdit) -> bool:
        """Do without one edit of the draft."""
        return self.do(lambda draft: taken_back(draft, edit))

    def undo(self) -> None:
        """Take the last step back; where there is none, the last change of the data set."""
        if self.applying is not None:
            return
        if self._done:
            self._undone.append(self.draft)
            self._set(self._done.pop())
        else:
            self._workbench.undo()

    def redo(self) -> None:
        """Take the step again; where there is none, the change of the data set."""
        if self.applying is not None:
            return
        if self._undone:
            self._done.append(self.draft)
            self._set(self._undone.pop())
        elif not self._done:
            self._workbench.redo()

    def discard(self) -> None:
        """Begin anew; the step can be undone."""
        if self.edits:
            self.do(lambda draft: Draft.of(draft.base))

    def _set(self, draft: Draft) -> None:
        is_known = self.census is not None and not self._is_stale
        self.draft = draft.meeting(self.census.totals) if self.census and is_known else draft
        self.edits = edits_of(self.draft)
        self.changed.emit()
        self._count_others()

    # what masks hold

    @property
    def census(self) -> Census | None:
        """What was counted, or None."""
        return self.censuses.get(self.key)

    @property
    def totals(self) -> Mapping[int, int] | None:
        """Pixels by index as the draft makes them, or None where nobody counted."""
        if self.census is None:
            return None
        totals: dict[int, int] = {}
        for old, n in self.census.totals.items():
            new = self.draft.changes.get(old, old)
            totals[new] = totals.get(new, 0) + n
        return totals

    def count(self, key: str) -> None:
        """Count the pixels of a layer beside the window, unless that was done."""
        if key in self.counting or key in self.censuses or self._is_gone():
            return
        self._refused_counts.discard(key)
        masks = masks_to_search(self.dataset, key)
        task = self._workbench.tasks.start(
            self.tr("Counting {key}").format(key=key),
            lambda task: take_census(masks, task.report),
            done=partial(self._take_census, key),
            failed=lambda error: self.refused.emit(str(error)),
        )
        self.counting[key] = task
        task.ended.connect(partial(self._on_counted, key))
        self.counted.emit()

    def _count_others(self) -> None:
        for other in self.others():
            if other.draft.changes and other.key not in self._refused_counts:
                self.count(other.key)

    def _take_census(self, key: str, census: Census) -> None:
        self.censuses[key] = census
        if key == self.key and not self._is_stale:
            self.draft = self.draft.meeting(census.totals)
            self.edits = edits_of(self.draft)
            self.changed.emit()

    def _on_counted(self, key: str) -> None:
        if self._is_stopped:
            return
        self.counting.pop(key, None)
        if key not in self.censuses:
            self._refused_counts.add(key)
        self.counted.emit()

    def _on_edit_committed(self, event: EditCommitted) -> None:
        known = (*self.censuses, *self.counting)
        self._edited |= {(t.sample, t.key) for t in event.edit.targets
                         if t.sample and t.key in known}  # fmt: skip
        if self._edited:
            self._timer.start()

    def _recount(self) -> None:
        """Count samples that were edited since, beside the window."""
        if self._is_gone():
            return
        edited, self._edited = self._edited, set()
        if not any(key == self.key for _, key in edited):
            self._is_stale = False  # the label map alone has changed
            self._set(self.draft)
        for key in {key for _, key in edited}:
            if key in self.counting:
                self._edited |= {found for found in edited if found[1] == key}
                self._timer.start()
                continue
            names = [s.name for s in self.dataset.samples if (s.name, key) in edited]
            found = (mask_to_search(self.dataset, self.dataset.sample(n), key) for n in names)
            masks = [mask for mask in found if mask is not None]
            task = self._workbench.tasks.start(
                self.tr("Counting {key}").format(key=key),
                partial(_count_again, masks),
                done=partial(self._take_recount, key, names),
                is_shown=False,
            )
            self._recounting.add(task)
            task.ended.connect(partial(self._recounting.discard, task))

    def _take_recount(self, key: str, names: Iterable[str], counted: Census) -> None:
        old = self.censuses.get(key)
        if old is None or self._is_gone():
            return
        self._is_stale = any(found[1] == key for found in self._edited)
        merged = {**old.by_sample, **{name: {} for name in names}, **counted.by_sample}
        left = tuple(p for p in old.problems if p.sample not in set(names))
        self._take_census(key, Census(merged, (*left, *counted.problems)))
        self.counted.emit()

    # other layers

    def others(self) -> list[OtherLayer]:
        """Layers that have classes of the names that are changed."""
        found = []
        for key, label_map in self.dataset.label_maps.items():
            if key == self.key:
                continue
            draft = for_other_layer(self.draft, label_map)
            if edits_of(draft):
                census = self.censuses.get(key)
                held = list(draft.changes)
                n = None if census is None else len(census.samples_with(held))
                found.append(OtherLayer(key, draft, n, key in self._chosen))
        return found

    def choose_other(self, key: str, chosen: bool) -> None:
        """Make the changes in another layer as well, or not."""
        (self._chosen.add if chosen else self._chosen.discard)(key)
        self._count_others()
        self.changed.emit()

    def _drafts(self) -> dict[str, Draft]:
        chosen = {other.key: other.draft for other in self.others() if other.is_chosen}
        return {self.key: self.draft, **chosen}

    # making it true

    def hindrance(self) -> str:
        """Why it cannot be applied now, or ""."""
        if not self.edits:
            return self.tr("Nothing is changed")
        uncounted = [k for k, d in self._drafts().items() if d.changes and k not in self.censuses]
        if uncounted:
            if uncounted[0] in self.counting:
                return self.tr("Counting what masks hold")
            return self.tr("Count the pixels first")
        return next(iter(self.draft.faults()), "")

    def apply(self) -> None:
        """Make one edit of it beside the window; the data set is locked meanwhile."""
        if self.applying is not None or self.hindrance():
            return
        if self.dataset.has_open_transaction:
            self._workbench.when_idle(self.apply)
            return
        drafts, dataset = self._drafts(), self.dataset
        layers = layers_to_change(dataset, drafts, self.censuses)
        folder = self._edits_folder()
        self._run(
            layers[0].relabeling.label,
            lambda task: make_one_edit(layers, dataset, folder, task.report),
            drafts,
        )

    def split(self, index: int, new: LabelClass, choose: Choose, names: Sequence[str]) -> None:
        """Give chosen pixels of a class to a new one, as an edit of its own, beside the window."""
        dataset, key = self.dataset, self.key
        if self.applying is not None:
            return
        if dataset.has_open_transaction:
            self._workbench.when_idle(lambda: self.split(index, new, choose, names))
            return
        label_map, masks = dataset.label_maps[key], masks_of(dataset, key, names)
        folder = self._edits_folder()
        self._run(
            self.tr("Splitting {name}").format(name=label_map.name_of(index)),
            lambda task: make_split(label_map, key, index, new, masks, choose, folder, task.report),
            None,
        )

    def _edits_folder(self) -> Path:
        return self._workbench.settings.cache_folder / "edits"

    def _run(self, label: str, work: Work, drafts: Mapping[str, Draft] | None) -> None:
        """Make an edit in a worker, and then make it true; nothing else changes meanwhile.

        Args:
            drafts: that become true by it; None leaves the draft as it is.
        """
        dataset = self.dataset
        dataset.hold()
        before = {key: _plain(label_map) for key, label_map in dataset.label_maps.items()}
        self.applying = self._workbench.tasks.start(
            label,
            work,
            done=partial(self._make, before, drafts),
            failed=lambda error: self.failed.emit(str(error)),
            priority=4,
        )
        self.applying.ended.connect(self._on_apply_ended)
        self.busy_changed.emit()

    def cancel(self) -> None:
        """Stop what `apply` began; nothing is changed then."""
        if self.applying is not None:
            self.applying.cancel()

    def _make(
        self, before: Mapping[str, LabelMap], drafts: Mapping[str, Draft] | None, edit: Edit
    ) -> None:
        dataset = self.dataset
        dataset.release()
        if self._is_gone():
            return
        is_same = all(_plain(dataset.label_maps[key]) == label_map
                      for key, label_map in before.items())  # fmt: skip
        if not is_same or dataset.has_open_transaction or not edit.fits(dataset):
            self.failed.emit(self.tr("The data set was changed meanwhile"))
            return
        if drafts is not None:
            self._done, self._undone, self._chosen = [], [], set()
            self.draft, self.edits = Draft.of(dataset.label_maps[self.key]), ()
        dataset.make(edit)
        if drafts is not None:
            for key, draft in drafts.items():
                if key in self.censuses:
                    self.censuses[key] = _relabeled(self.censuses[key], draft.changes)
            self._start_anew()
        self.applied.emit(edit.label)

    def _on_apply_ended(self) -> None:
        self.applying = None
        self.dataset.release()
        if self._is_stopped:
            return
        self.busy_changed.emit()

    def stop(self) -> None:
        """The window closes: let go of everything under way."""
        self._is_stopped = True
        self._timer.stop()
        for task in (self.applying, *self.counting.values(), *self._recounting):
            if task is not None:
                task.cancel()

    # following the data set

    def _on_label_map_changed(self, event: LabelMapChanged) -> None:
        if event.key != self.key or self._is_gone():
            if not self._is_gone():
                self.changed.emit()
            return
        base = self.dataset.label_maps[self.key]
        if _plain(base) == _plain(self.draft.base):
            return
        self._is_stale = True  # pixels may have changed with it, and are counted again
        self._timer.start()
        self._done, self._undone = [], []
        self.draft = rebased(self.draft, base)
        self._set(self.draft)

    def _start_anew(self) -> None:
        self._set(Draft.of(self.dataset.label_maps[self.key]))
        self.counted.emit()

    def _is_gone(self) -> bool:
        return self._is_stopped or self._workbench.dataset is not self.dataset


def _plain(label_map: LabelMap) -> LabelMap:
    """Without what was only met in pixels, which is no change."""
    return LabelMap(
        label_map.classes, label_map.background, is_opacity=label_map.is_opacity,
        void=label_map.void,
    )  # fmt: skip


def _relabeled(census: Census, changes: Mapping[int, int]) -> Census:
    found = {}
    for name, counts in census.by_sample.items():
        new: dict[int, int] = {}
        for index, n in counts.items():
            to = changes.get(index, index)
            new[to] = new.get(to, 0) + n
        found[name] = new
    return Census(found, census.problems)


def _count_again(masks: Sequence[MaskToSearch], task: Task) -> Census:
    return take_census(masks, lambda *_: task.give_way())

"""Thumbnails of samples: made beside the window for the rows that are seen, kept within a limit."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QSize, QTimer, Signal

from maskstudio.core.arrays import IndexMask
from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Document
from maskstudio.core.edits import Target
from maskstudio.core.events import EditCommitted, LabelMapChanged
from maskstudio.core.geometry import Size
from maskstudio.core.labels import LabelMap
from maskstudio.render.palette import Palette
from maskstudio.render.thumbnail import fitted_size, small_mask

from .thumbnail_recipe import Recipe, Thumbnail, put_together
from .workbench import Workbench
from .workers import Task

KEPT = 600
"""Thumbnails in memory; one of 66 x 50 pixels takes 23 KB with its picture."""

EDIT_DELAY_MS = 300
PRIORITY = -1
"""Below everything a user waits for."""


class Thumbnails(QObject):
    """Makes one at a time; what is wanted no more when its turn comes is not made.

    Signals:
        changed(name): there is a new thumbnail of this sample.
        forgotten(): all are to be made anew; say again what is wanted.
    """

    changed = Signal(object)
    forgotten = Signal()

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """Begin with none."""
        super().__init__(parent)
        self._workbench = workbench
        self._box = Size(66, 50)
        self._kept: OrderedDict[str, Thumbnail] = OrderedDict()
        self._stale: set[str] = set()
        self._wanted: tuple[str, ...] = ()
        self._task: Task | None = None
        self._making = ""
        self._palette_map = LabelMap()
        self._last_palette: Palette | None = None
        self._edited: set[str] = set()
        self._edit_timer = QTimer(self, singleShot=True, interval=EDIT_DELAY_MS)
        self._edit_timer.timeout.connect(self._show_edits)
        workbench.opened_changed.connect(self.forget)
        workbench.document_changed.connect(self._on_document_changed)
        workbench.choices.layer_changed.connect(self._on_layer_changed)
        workbench.bridge.label_map_changed.connect(self._on_label_map_changed)
        workbench.bridge.edit_committed.connect(self._on_edit_committed)

    def get(self, name: str) -> Thumbnail | None:
        """The thumbnail of a sample as far as it is there; it may be about to be replaced."""
        return self._kept.get(name)

    def set_box(self, box: QSize) -> None:
        """Make thumbnails that fit this box, in device pixels."""
        size = Size(box.width(), box.height())
        if size != self._box:
            self._box = size
            self.forget()

    def want(self, names: Sequence[str]) -> None:
        """Make these, in this order, and nothing that was wanted before and is not among them."""
        self._wanted = tuple(names)
        for name in names:
            if name in self._kept:
                self._kept.move_to_end(name)
        if self._task is not None and self._making not in self._wanted:
            self._task.cancel()
        self._make_next()

    def forget(self) -> None:
        """Drop all: another data set is open, or they have another size."""
        self._kept.clear()
        self._stale.clear()
        self._edited.clear()
        self._wanted = ()
        if self._task is not None:
            self._task.cancel()
        self.forgotten.emit()

    # making one

    def _make_next(self) -> None:
        dataset = self._workbench.dataset
        if self._task is not None or dataset is None:
            return
        for name in self._wanted:
            if name not in self._kept or name in self._stale:
                self._start(dataset, name)
                return

    def _start(self, dataset: Dataset, name: str) -> None:
        recipe = self._recipe(dataset, name)
        self._making = name
        self._task = self._workbench.tasks.start(
            f"Thumbnail of {name}",
            recipe.make,
            done=partial(self._take, dataset, recipe),
            failed=partial(self._take, dataset, recipe, Thumbnail(is_broken=True)),
            is_shown=False,
            priority=PRIORITY,
        )
        self._task.ended.connect(self._on_task_ended)

    def _recipe(self, dataset: Dataset, name: str) -> Recipe:
        key = self._workbench.choices.active_key
        label_map = dataset.label_maps.get(key, LabelMap())
        recipe = Recipe(dataset.sample(name), key, self._box, label_map, self._palette(label_map))
        if not dataset.is_open(name):
            return replace(recipe, unsaved=dataset.put_aside(Target(name, key)))
        document = dataset.document(name)
        if document.image is None and document.sample.image is not None:
            return recipe  # the file may have been mended meanwhile
        mask = self._mask_of(document, key)
        return replace(recipe, is_open=True, image=document.image, mask=mask)

    def _mask_of(self, document: Document, key: str) -> IndexMask | None:
        """A small copy of the mask of an open sample, or None where it has none."""
        for layer in document.layers:
            if layer.key == key:
                return small_mask(layer.pixels, fitted_size(document.size, self._box))
        return None

    def _take(self, dataset: Dataset, recipe: Recipe, made: Thumbnail, *_: object) -> None:
        if dataset is not self._workbench.dataset or recipe.box != self._box:
            return
        name = recipe.sample.name
        self._kept[name] = made
        self._kept.move_to_end(name)
        self._stale.discard(name)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.changed.emit(name)

    def _on_task_ended(self) -> None:
        self._task = None
        self._make_next()

    def _palette(self, label_map: LabelMap) -> Palette:
        if self._last_palette is None or label_map != self._palette_map:
            self._palette_map = label_map
            self._last_palette = Palette(label_map)
        return self._last_palette

    # following changes

    def _on_layer_changed(self) -> None:
        self._make_all_stale()

    def _on_label_map_changed(self, event: LabelMapChanged) -> None:
        dataset = self._workbench.dataset
        if dataset is None or event.key != self._workbench.choices.active_key:
            return
        now, before = dataset.label_maps[event.key], self._palette_map
        if now.classes != before.classes or now.background != before.background:
            self._make_all_stale()

    def _on_document_changed(self) -> None:
        """A file that could not be read may have been mended meanwhile."""
        document = self._workbench.document
        known = self._kept.get(document.name) if document is not None else None
        if document is not None and known is not None and known.is_broken:
            self._stale.add(document.name)
            self._make_next()

    def _make_all_stale(self) -> None:
        self._stale = set(self._kept)
        if self._task is not None:
            self._task.cancel()
        self._make_next()

    def _on_edit_committed(self, event: EditCommitted) -> None:
        key = self._workbench.choices.active_key
        edited = {target.sample for target in event.edit.targets if target.key == key}
        self._edited |= edited - {""}
        if self._edited:
            self._edit_timer.start()

    def _show_edits(self) -> None:
        """Put the masks of edited samples over their pictures anew; no file is read."""
        dataset, key = self._workbench.dataset, self._workbench.choices.active_key
        edited, self._edited = self._edited, set()
        if dataset is None:
            return
        if self._task is not None and self._making in edited:
            self._task.cancel()
        for name in edited & self._kept.keys():
            if not dataset.is_open(name):
                self._stale.add(name)
                continue
            if not self._kept[name].is_broken:
                mask = self._mask_of(dataset.document(name), key)
                palette = self._palette(dataset.label_maps[key])
                self._kept[name] = put_together(self._kept[name].picture, mask, palette)
                self.changed.emit(name)
        self._make_next()

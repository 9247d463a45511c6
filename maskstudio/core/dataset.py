"""The data set: samples, label maps, open documents and the one history over all of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from maskstudio.errors import Kind, Problem, Scope, Severity

from .document import Document, LoadedSample, Sample
from .edits import Edit, LabelMapEdit, Target
from .events import (
    Announcer,
    Event,
    HistoryChanged,
    LabelMapChanged,
    MarksChanged,
    PixelsChanged,
    ProblemsChanged,
)
from .geometry import Size
from .history import History
from .labels import LabelClass, LabelMap, is_generated
from .layer import MaskLayer, new_layer
from .object_layer import ObjectLayer, new_object_layer
from .object_transaction import ObjectTransaction, RepaintTransaction
from .objects import MaskObject
from .tiles import UnsavedTiles, do_fit, pack_changes, restore_tiles
from .transaction import PaintRule, Transaction

EVERYTHING = PaintRule()


class Dataset:
    """An ordered index of samples. Changed in one thread only; announces every change.

    Nothing is decoded here: a caller decodes with `load_sample`, in any thread, and hands the
    result to `open_document`. Unsaved changes of documents that are closed are kept as tiles.
    """

    def __init__(
        self,
        samples: Iterable[Sample],
        label_maps: Mapping[str, LabelMap],
        *,
        problems: Iterable[Problem] = (),
        history: History | None = None,
        makes_classes: Iterable[str] = (),
        holds_objects: Iterable[str] = (),
    ) -> None:
        """Take over the index.

        Args:
            label_maps: one for each layer key; their order is the order of the layers.
            makes_classes: keys whose files name no class at all, so that every index that is met
                becomes an ordinary class.
            holds_objects: keys whose layers are object layers also where no file holds one yet.
        """
        self.events = Announcer()
        self.samples: Sequence[Sample] = tuple(samples)
        self._by_name = {sample.name: i for i, sample in enumerate(self.samples)}
        self.label_maps = dict(label_maps)
        self.problems: list[Problem] = list(problems)
        self.history = history or History()
        self._makes_classes = frozenset(makes_classes)
        self._holds_objects = frozenset(holds_objects)
        self._first_backgrounds = {key: found.background for key, found in label_maps.items()}
        self.checked: set[str] = set()
        self._documents: dict[str, Document] = {}
        self._put_aside: dict[Target, UnsavedTiles] = {}
        self._open: Transaction | None = None
        self._halfway: Edit | None = None
        self._is_held = False
        self.is_read_only = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the layers, bottom to top."""
        return tuple(self.label_maps)

    @property
    def has_objects(self) -> bool:
        """Whether any of its layers is one of objects."""
        return bool(self._holds_objects)

    def position_of(self, name: str) -> int:
        """Place of a sample in the list. Raises KeyError."""
        return self._by_name[name]

    def has_sample(self, name: str) -> bool:
        """Whether the list has a sample of this name."""
        return name in self._by_name

    def sample(self, name: str) -> Sample:
        """The sample of a name. Raises KeyError."""
        return self.samples[self._by_name[name]]

    def announce(self, event: Event) -> None:
        """Tell everybody who listens."""
        self.events.emit(event)

    # documents

    def document(self, name: str) -> Document:
        """An open document. Raises KeyError."""
        return self._documents[name]

    def is_open(self, name: str) -> bool:
        """Whether the sample is in memory."""
        return name in self._documents

    @property
    def documents(self) -> tuple[Document, ...]:
        """All open documents."""
        return tuple(self._documents.values())

    def open_document(self, loaded: LoadedSample) -> Document:
        """Make a document of what a worker decoded; unsaved changes from before come back."""
        name = loaded.sample.name
        if name in self._documents:
            return self._documents[name]
        self.note_problems(loaded.problems)
        for key, data in loaded.masks.items():
            self.meet_undeclared(key, data.undeclared)
        size = loaded.size or Size(1, 1)
        layers = [self._layer(key, loaded, size) for key in self.keys]
        for layer in layers:
            layer.is_locked |= self.is_read_only
        document = Document(loaded, layers, size)
        self._documents[name] = document
        return document

    def close_document(self, name: str) -> None:
        """Let go of a document; changes its files lack are kept as packed tiles."""
        assert not self.is_changing(name), "a stroke is under way"
        document = self._documents.pop(name)
        for layer in document.layers:
            tiles = pack_changes(layer)
            if tiles:
                self._put_aside[Target(name, layer.key)] = tiles

    def add_layer(self, key: str, label_map: LabelMap) -> None:
        """Give every sample one more layer, empty where no file holds it."""
        self.label_maps[key] = label_map
        for document in self._documents.values():
            document.layers.append(new_layer(key, document.size, self._fill_of(key)))
        self.announce(LabelMapChanged(key))

    def fill_untouched(self, key: str) -> None:
        """Let layers that nothing was painted into hold what means nothing now."""
        index = self._fill_of(key)
        self._forget_undone(key)
        for document in self._documents.values():
            layer = document.layer(key)
            if isinstance(layer, ObjectLayer):
                layer.show_background(index)
                self.announce(PixelsChanged(document.name, key, layer.rect))
            elif layer.is_untouched and layer.index_at(0, 0) != index:
                layer.fill(index)
                self.announce(PixelsChanged(document.name, key, layer.rect))

    def _forget_undone(self, key: str) -> None:
        """Layers that no file holds are untouched again once all that was painted is undone."""
        begun = self.history.modified()
        for document in self._documents.values():
            layer = document.layer(key)
            is_open = self._open is not None and self._open.layer is layer
            if layer.is_new and not is_open and Target(document.name, key) not in begun:
                layer.changed_tiles.clear()
        for target in [t for t in self._put_aside if t.key == key and t not in begun]:
            if key not in self.sample(target.sample).masks:
                del self._put_aside[target]

    def put_aside(self, target: Target) -> UnsavedTiles:
        """Changed tiles of a layer whose document is closed, or whose file cannot be read again."""
        return self._put_aside.get(target, UnsavedTiles())

    def put_more_aside(self, target: Target, tiles: UnsavedTiles) -> None:
        """Change tiles of a layer whose document is closed."""
        assert not self.is_open(target.sample)
        self._put_aside[target] = tiles.over(self.put_aside(target))

    def changes(self, target: Target) -> UnsavedTiles:
        """What the file of a layer lacks, open or not: every changed tile, as it is now."""
        if target not in self._put_aside and self.is_open(target.sample):
            return pack_changes(self._documents[target.sample].layer(target.key))
        return self.put_aside(target)

    def forget_changes(self, target: Target, saved: UnsavedTiles | None = None) -> None:
        """Count tiles as equal to the file, after a save that wrote them.

        Args:
            saved: what `changes` gave when the save began; tiles that hold something else by now
                stay changed. None where nothing can have happened since.
        """
        now = self.changes(target)
        if saved is not None and saved.size != now.size:  # scaled since, so the file has no tile
            return
        left = {} if saved is None else {t: p for t, p in now.items() if saved.get(t) != p}
        self._put_aside.pop(target, None)
        if self.is_open(target.sample):
            layer = self._documents[target.sample].layer(target.key)
            layer.changed_tiles &= left.keys()
            layer.is_new = layer.is_scaled = False
            if isinstance(layer, ObjectLayer) and (saved is None or saved.objects == now.objects):
                layer.note_saved()
        elif left or (saved is not None and saved.objects != now.objects):
            self._put_aside[target] = UnsavedTiles(left, objects=now.objects)

    def replace_samples(self, changed: Iterable[Sample]) -> None:
        """Put samples in the places of those of the same names: a save gave them files."""
        samples = list(self.samples)
        for sample in changed:
            samples[self._by_name[sample.name]] = sample
            if sample.name in self._documents:
                self._documents[sample.name].sample = sample
        self.samples = tuple(samples)

    def _layer(self, key: str, loaded: LoadedSample, size: Size) -> MaskLayer:
        target = Target(loaded.sample.name, key)
        data = loaded.masks.get(key)
        if data is None:
            layer = self._new_layer(key, size)
            if key in loaded.sample.masks or loaded.size is None:
                # What cannot be read is not edited either; its changes stay put aside.
                layer.is_locked, layer.is_new = True, False
                return layer
        elif data.objects is not None:
            layer = ObjectLayer(key, data, self._fill_of(key))
            if layer.background != self._first_backgrounds.get(key):
                layer.show_background(layer.background)
        else:
            layer = MaskLayer(key, data)
        unsaved = self._put_aside.pop(target, UnsavedTiles())
        fits = do_fit(unsaved, layer)
        if fits:
            restore_tiles(layer, unsaved)
        else:  # another program gave the file another size; nothing is lost, and nothing is edited
            self._put_aside[target] = unsaved
            self.note_problems([_does_not_fit(target, layer)])
        layer.is_locked = not fits or layer.size != size
        return layer

    def _new_layer(self, key: str, size: Size) -> MaskLayer:
        make = new_object_layer if key in self._holds_objects else new_layer
        return make(key, size, self._fill_of(key))

    def _fill_of(self, key: str) -> int:
        label_map = self.label_maps[key]
        if label_map.background is not None:
            return label_map.background
        nothing = label_map.class_for_nothing()
        self.meet_undeclared(key, [nothing])
        return nothing.index

    def make_read_only(self) -> None:
        """Let no pixel change from now on; what was changed stays, and can be saved elsewhere."""
        self.is_read_only = True
        for document in self._documents.values():
            for layer in document.layers:
                layer.is_locked = True
        self.announce(HistoryChanged())

    # changes

    def begin(
        self,
        sample: str,
        key: str,
        *,
        label: str,
        rule: PaintRule = EVERYTHING,
        on: MaskObject | None = None,
    ) -> Transaction:
        """Open a transaction on a layer of an open document; one at a time.

        Args:
            on: the one object of an object layer that changes, or a new one. Without it objects
                follow what is written into their class mask.
        """
        assert not self.has_open_transaction, "a change is under way already"
        layer = self._documents[sample].layer(key)
        assert not layer.is_locked, "the layer is read-only"
        target = Target(sample, key)
        if not isinstance(layer, ObjectLayer):
            self._open = Transaction(self, target, layer, label=label, rule=rule)
        elif on is None:
            self._open = RepaintTransaction(self, target, layer, label=label, rule=rule)
        else:
            self._open = ObjectTransaction(self, target, layer, label=label, rule=rule, on=on)
        return self._open

    def end(self, transaction: Transaction) -> None:
        """Close the open transaction; called by itself."""
        assert self._open is transaction
        self._open = None

    @property
    def has_open_transaction(self) -> bool:
        """Whether a stroke or another change is under way."""
        return self._open is not None or self._halfway is not None or self._is_held

    def hold(self) -> None:
        """Let nothing change until `release`: an edit of many samples is being made elsewhere."""
        assert not self.has_open_transaction, "a change is under way already"
        self._is_held = True

    def release(self) -> None:
        """The end of `hold`."""
        self._is_held = False

    def is_changing(self, name: str) -> bool:
        """Whether a stroke or another change is under way in an open sample."""
        if self._halfway is not None:
            return name in self._halfway.samples
        return self._open is not None and self._open.layer in self._documents[name].layers

    def push(self, edit: Edit) -> None:
        """Add an edit that was made to the history."""
        self.history.push(edit)
        self.announce(HistoryChanged(edit, n_steps=self.history.n_steps))

    def change_label_map(self, label: str, key: str, label_map: LabelMap) -> None:
        """Give a key another label map, as an edit; none when it is the same."""
        if label_map == self.label_maps[key]:
            return
        self.make(LabelMapEdit(label, key, before=self.label_maps[key], after=label_map))

    def make(self, edit: Edit) -> None:
        """Make a change that is no stroke, and add it to the history."""
        edit.redo(self)
        self.push(edit)

    def undo(self) -> Edit | None:
        """Take the last edit back; its samples must be open.

        Returns it, or None: nothing to undo, a change is under way, or a layer is read-only.
        """
        edit = self.history.undo_edit
        deque(self.steps(is_undone=True), maxlen=0)
        return edit if edit is not self.history.undo_edit else None

    def redo(self) -> Edit | None:
        """Make the next edit again; its samples must be open. Returns it, or None, as `undo`."""
        edit = self.history.redo_edit
        deque(self.steps(is_undone=False), maxlen=0)
        return edit if edit is not self.history.redo_edit else None

    def steps(self, *, is_undone: bool) -> Iterator[None]:
        """Undo or redo in parts: each is short, and what is open stays locked between them.

        Nothing happens where `undo` would return None.
        """
        edit = self.history.undo_edit if is_undone else self.history.redo_edit
        if edit is None or self.has_open_transaction or not edit.fits(self):
            return
        for _ in edit.steps(self, is_undone=is_undone):
            self._halfway = edit
            yield
            self._halfway = None
        self.history.step_back() if is_undone else self.history.step_forward()
        self.announce(HistoryChanged(edit, is_undone, n_steps=self.history.n_steps))

    def mark_saved(self, state: int, keys: Iterable[str]) -> None:
        """Count the layers of these keys as saved in the state `History.begin_save` named."""
        keys = frozenset(keys)
        self.history.mark_saved(state, keys)
        self.announce(HistoryChanged(saved=keys, n_steps=self.history.n_steps_saving))

    def modified_samples(self) -> set[str]:
        """Names of samples with unsaved changes."""
        return {t.sample for t in self.history.modified() if t.sample}

    # what is noticed and marked; no edits

    def meet_undeclared(self, key: str, found: Iterable[LabelClass]) -> None:
        """Show classes that pixels hold and no map declares; not an edit."""
        label_map = self.label_maps[key]
        if key in self._makes_classes:
            found = tuple(found)
            label_map = label_map.with_classes(c for c in found if is_generated(c))
        wider = label_map.with_undeclared(found)
        if wider is not self.label_maps[key]:
            self.label_maps[key] = wider
            self.announce(LabelMapChanged(key))

    def note_problems(self, problems: Iterable[Problem]) -> None:
        """Add to the list of problems what is not there yet."""
        new = [p for p in problems if p not in self.problems]
        if new:
            self.problems.extend(new)
            self.announce(ProblemsChanged())

    def forget_problems(self, problems: Iterable[Problem]) -> None:
        """Take problems off the list, because their files are looked at anew."""
        gone = set(problems)
        if gone & set(self.problems):
            self.problems = [p for p in self.problems if p not in gone]
            self.announce(ProblemsChanged())

    def set_checked(self, sample: str, checked: bool) -> None:
        """Mark a sample as looked at, or not."""
        if checked != (sample in self.checked):
            (self.checked.add if checked else self.checked.discard)(sample)
            self.announce(MarksChanged(sample))


def _does_not_fit(target: Target, layer: MaskLayer) -> Problem:
    found = f"the file has {layer.size} pixels now; unsaved changes were made in another size"
    return Problem(
        Kind.SIZE_MISMATCH, Severity.ERROR, Scope.ITEM, target.key, found, sample=target.sample
    )

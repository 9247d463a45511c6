"""What every mask has to hold, in plain arrays: follows the history and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.dataset import Dataset
from maskstudio.core.edits import Edit, Target
from maskstudio.core.events import Event, HistoryChanged
from maskstudio.workflows.mask_snapshot import snapshot

Digest = tuple[str, str]
"""Of classes and of instances."""

_Backgrounds = dict[str, int | None]
"""Which class means nothing, by layer."""


class Held(NamedTuple):
    """Copies of what a layer holds; no instances are the same as instance 0."""

    pixels: NDArray[np.int64]
    instances: NDArray[np.int64]

    @property
    def digest(self) -> Digest:
        """Short for all of it."""
        parts = (hashlib.sha1(part.tobytes()).hexdigest() for part in self)
        return next(parts), next(parts)


class _Known(NamedTuple):
    """An edit with what its targets held before and after it."""

    edit: Edit
    before: dict[Target, Digest]
    after: dict[Target, Digest]
    backgrounds: tuple[_Backgrounds, _Backgrounds]


class Twin:
    """The masks of one open data set. Complaints go to `complain`, with what was found."""

    def __init__(self, dataset: Dataset, complain: Callable[[str], None]) -> None:
        """Take over what is there."""
        self.dataset = dataset
        self._complain = complain
        self._known: dict[int, _Known] = {}
        self._backgrounds = {key: m.background for key, m in dataset.label_maps.items()}
        self.now = {target: self.memory(target) for target in self.targets()}
        self.first = dict(self.now)
        self.renumbered: set[Target] = set()  # their instances are no part of the history
        dataset.events.connect(self._follow)

    def leave(self) -> None:
        """Follow no more."""
        self.dataset.events.disconnect(self._follow)

    def targets(self) -> list[Target]:
        """Every mask there can be."""
        return [Target(s.name, key) for s in self.dataset.samples for key in self.dataset.keys]

    def memory(self, target: Target) -> Held:
        """What the program holds, whether the sample is open or put aside."""
        if self.dataset.is_open(target.sample):
            layer = self.dataset.document(target.sample).layer(target.key)
            pixels, ids = layer.pixels, layer.instances
        else:
            data = snapshot(self.dataset, self.dataset.sample(target.sample), target.key).read()
            pixels, ids = data.pixels, data.instances
        wide = pixels.astype(np.int64)
        return Held(wide, np.zeros_like(wide) if ids is None else ids.astype(np.int64))

    def meet_layer(self, key: str) -> None:
        """A layer was added; it is as it is."""
        self._backgrounds[key] = self.dataset.label_maps[key].background
        for sample in self.dataset.samples:
            target = Target(sample.name, key)
            self.now[target] = self.first[target] = self.memory(target)

    def check_all(self, what: str) -> None:
        """No mask may have changed but by an edit."""
        for target in self.targets():
            found = self.memory(target)
            self._compare(target, found, self.now[target], what)

    def check_state(self, expected: dict[Target, Held], what: str) -> None:
        """The masks must be those of another moment."""
        for target, held in expected.items():
            self._compare(target, self.memory(target), held, what)

    def take_numbers(self, target: Target) -> None:
        """A save gave instance ids to regions that had none: only they may have changed."""
        found, held = self.memory(target), self.now[target]
        if np.array_equal(found.instances, held.instances):
            return
        self.renumbered.add(target)
        if (found.instances != held.instances)[held.instances != 0].any():
            self._complain(f"a save changed instances of {target} that had ids")
        self.now[target] = Held(held.pixels, found.instances)

    def _compare(self, target: Target, found: Held, held: Held, what: str) -> None:
        if found.pixels.shape != held.pixels.shape:
            self._complain(f"{what}: {target} is {found.pixels.shape}, not {held.pixels.shape}")
        elif not np.array_equal(found.pixels, held.pixels):
            self._complain(f"{what}: classes of {target} differ, {_words(found[0], held[0])}")
        elif target not in self.renumbered and not np.array_equal(found[1], held[1]):
            self._complain(f"{what}: instances of {target} differ, {_words(found[1], held[1])}")

    # following the history

    def _follow(self, event: Event) -> None:
        if not isinstance(event, HistoryChanged) or event.edit is None:
            return
        known = self._known.get(id(event.edit))
        if known is None:
            self._learn(event.edit)
        else:
            self._check(known, is_undone=event.is_undone)

    def _learn(self, edit: Edit) -> None:
        """An edit was made: only its targets may have changed."""
        before, after = {}, {}
        for target in self._masks(edit):
            before[target] = self.now[target].digest
            self.now[target] = self.memory(target)
            after[target] = self.now[target].digest
        in_history = {id(each) for each in self.dataset.history.edits}
        self._known = {each: known for each, known in self._known.items() if each in in_history}
        keys = [t.key for t in edit.targets if not t.sample]
        was = {key: self._backgrounds[key] for key in keys}
        self._known[id(edit)] = _Known(edit, before, after, (was, self._fill_untouched(keys)))

    def _check(self, known: _Known, *, is_undone: bool) -> None:
        """An edit was undone or made again: its targets are as they were."""
        word, expected = ("undoing", known.before) if is_undone else ("redoing", known.after)
        for target in self._masks(known.edit):
            self.now[target] = self.memory(target)
            found, wanted = self.now[target].digest, expected[target]
            if found[0] != wanted[0]:
                self._complain(f"{word} {known.edit.label!r}: classes of {target} differ")
            elif found[1] != wanted[1] and target not in self.renumbered:
                self._complain(f"{word} {known.edit.label!r}: instances of {target} differ")
        keys = [t.key for t in known.edit.targets if not t.sample]
        found_backgrounds = self._fill_untouched(keys)
        if found_backgrounds != known.backgrounds[0 if is_undone else 1]:
            self._complain(f"{word} {known.edit.label!r}: backgrounds are {found_backgrounds}")

    def _masks(self, edit: Edit) -> list[Target]:
        return sorted(target for target in edit.targets if target.sample)

    def _fill_untouched(self, keys: list[str]) -> _Backgrounds:
        """Masks nobody painted show what means nothing now; they are no edit's targets."""
        for key in keys:
            background = self.dataset.label_maps[key].background
            if background == self._backgrounds[key]:
                continue
            self._backgrounds[key] = background
            for target in self.targets():
                if target.key == key and self._is_untouched(target):
                    self.now[target] = self.memory(target)
        return {key: self._backgrounds[key] for key in keys}

    def _is_untouched(self, target: Target) -> bool:
        if target.key in self.dataset.sample(target.sample).masks:
            return False
        if self.dataset.is_open(target.sample):
            return self.dataset.document(target.sample).layer(target.key).is_untouched
        return not self.dataset.put_aside(target)


def _words(found: NDArray[np.int64], held: NDArray[np.int64]) -> str:
    rows, columns = np.nonzero(found != held)
    place = int(columns[0]), int(rows[0])
    values = f"{held[rows[0], columns[0]]} became {found[rows[0], columns[0]]}"
    return f"{rows.size} pixels, first at {place}: {values}"

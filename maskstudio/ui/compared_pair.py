"""The two layers that are compared, and which of their classes are the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, Signal

from maskstudio.core.events import LabelMapChanged
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.metrics.confusion import Confusion
from maskstudio.workflows.class_alignment import ClassAlignment, SideClasses
from maskstudio.workflows.class_translation import translated_classes
from maskstudio.workflows.derived_figures import Renumber
from maskstudio.workflows.open_dataset import OpenedDataset

from .choices import Choices, Pair
from .document_bridge import DocumentBridge

_Asked = tuple[LabelMap, LabelMap, Mapping[int, int]]
"""What a translation of classes rests on."""


class ComparedPair(QObject):
    """Follows the open data set and the chosen pair; owned by the workbench.

    A class is named by its joint index: that of the ground truth's label map where it has one.

    Signals:
        changed(): other layers are compared, or none.
        classes_changed(): other classes, or matched otherwise; what was counted is still true.
    """

    changed = Signal()
    classes_changed = Signal()

    def __init__(self, choices: Choices, bridge: DocumentBridge, parent: QObject) -> None:
        """Compare nothing yet."""
        super().__init__(parent)
        self._choices = choices
        self._opened: OpenedDataset | None = None
        self._keys: Pair | None = None
        self._alignment: ClassAlignment | None = None
        self._translations: dict[tuple[str, str], tuple[_Asked, dict[int, int]]] = {}
        choices.pair_changed.connect(self._on_pair_changed)
        bridge.label_map_changed.connect(self._on_label_map_changed)

    def follow(self, opened: OpenedDataset | None) -> None:
        """Compare layers of another data set, or nothing."""
        self._opened, self._keys, self._alignment = opened, None, None
        self._translations.clear()
        if opened is None:
            self.changed.emit()  # else the choices that start for it say so

    @property
    def keys(self) -> Pair | None:
        """Keys of the two layers, or None where nothing is compared."""
        pair = self._choices.pair
        known = self._opened.dataset.keys if self._opened is not None else ()
        return pair if pair is not None and set(pair) <= set(known) else None

    @property
    def alignment(self) -> ClassAlignment:
        """Which classes are the same. There must be a pair."""
        if self._alignment is None:
            keys = self.keys
            assert keys is not None
            sides = (self._side(keys.prediction), self._side(keys.ground_truth))
            self._alignment = ClassAlignment(*sides, self._choices.partners)
        return self._alignment

    def of_prediction(self, indices: Iterable[int]) -> dict[int, int]:
        """Joint index of indices that pixels of the prediction hold."""
        keys = self.keys
        assert keys is not None
        undeclared = self._label_map(keys.prediction).undeclared
        return self.alignment.of_prediction(tuple(indices), undeclared)

    def of_ground_truth(self, indices: Iterable[int]) -> dict[int, int]:
        """Joint index of indices that pixels of the ground truth hold."""
        keys = self.keys
        assert keys is not None
        undeclared = self._label_map(keys.ground_truth).undeclared
        return self.alignment.of_ground_truth(tuple(indices), undeclared)

    def renumbering(self) -> Renumber:
        """What turns counts in the layers' indices into joint ones; for any thread.

        It is true until classes change.
        """
        keys, alignment = self.keys, self.alignment
        assert keys is not None
        predicted, true = (self._label_map(key).undeclared for key in keys)

        def renumber(counts: Confusion) -> Confusion:
            of_prediction = alignment.of_prediction(set(counts.prediction.tolist()), predicted)
            of_truth = alignment.of_ground_truth(set(counts.ground_truth.tolist()), true)
            return counts.renumbered(of_prediction, of_truth)

        return renumber

    def class_of(self, joint: int) -> LabelClass:
        """Name and color of a joint index."""
        return self.alignment.class_of(joint)

    def is_declared(self, joint: int) -> bool:
        """Whether a label map of either side declares a class; else it is shown hatched."""
        keys = self.keys
        assert keys is not None
        if self._label_map(keys.ground_truth).is_declared(joint):
            return True
        return joint in self.of_prediction(self._label_map(keys.prediction).declared).values()

    def predicted_indices_of(self, joint: int) -> tuple[int, ...]:
        """Indices that pixels of the prediction hold for a class, as far as they are known."""
        keys = self.keys
        assert keys is not None
        known = self.of_prediction(self._label_map(keys.prediction).by_index)
        return tuple(index for index, found in known.items() if found == joint)

    def truth_index_of(self, joint: int) -> int | None:
        """The index that writes a class into the ground truth, or None where it has none."""
        return None if self.keys is None else self.alignment.truth_index_of(joint)

    def translated(self, source: str, target: str) -> dict[int, int]:
        """Index of one layer for each class of another one that it can hold, of any two layers.

        Classes of the pair that were matched by hand are matched here, too.
        """
        by_hand = self._choices.partners if self.keys == (source, target) else {}
        asked = (self._label_map(source), self._label_map(target), by_hand)
        known = self._translations.get((source, target))
        if known is None or known[0] != asked:
            classes = translated_classes(self._side(source), self._side(target), by_hand)
            known = self._translations[source, target] = (asked, classes)
        return known[1]

    def _label_map(self, key: str) -> LabelMap:
        assert self._opened is not None
        return self._opened.dataset.label_maps[key]

    def _side(self, key: str) -> SideClasses:
        assert self._opened is not None
        source = self._opened.layer_sources.get(key)
        has_names = source is None or source.has_class_names(key)
        return SideClasses(self._label_map(key), key, has_names)

    def _on_pair_changed(self) -> None:
        self._alignment = None
        if self.keys != self._keys:
            self._keys = self.keys
            self.changed.emit()
        else:
            self.classes_changed.emit()

    def _on_label_map_changed(self, event: LabelMapChanged) -> None:
        keys = self.keys
        if keys is not None and event.key in keys:
            self._alignment = None
            self.classes_changed.emit()

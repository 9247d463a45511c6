"""Which class of a prediction is which of the ground truth: by name, else by index, or by hand.

Both sides get indices of one list of classes, the joint one. It has the ground truth's indices; a
class of the prediction that has no partner keeps its own index there, or gets one above all that a
mask can hold where another class has that. Nothing is guessed, and no pixel is touched: confusions
are renumbered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from threading import Lock

from maskstudio.core.labels import MAX_INDEX, LabelClass, LabelMap, generated_class
from maskstudio.errors import Kind, Problem, Scope, Severity

from .survey import is_stand_in


@dataclass(frozen=True)
class SideClasses:
    """The classes of one side.

    Args:
        where: the source, for messages.
        has_names: whether its own label map names them.
    """

    label_map: LabelMap
    where: str
    has_names: bool

    @cached_property
    def names(self) -> dict[str, int]:
        """Index of each class that people see, by name."""
        return {c.name: c.index for c in self.label_map.visible_classes}


class ClassAlignment:
    """The joint list of two sides' classes, and each side's way into it. Safe in any thread.

    Classes that no label map declares join when they are met in pixels: an undeclared index is the
    same class on both sides, an undeclared color is, too.
    """

    def __init__(
        self,
        prediction: SideClasses,
        ground_truth: SideClasses,
        by_hand: Mapping[int, int] | None = None,
    ) -> None:
        """Align what is declared.

        Args:
            by_hand: index of the ground truth for indices of the prediction, before all else.
        """
        self._sides = (prediction, ground_truth)
        self._by_hand = dict(by_hand or {})
        self._lock = Lock()
        self._above = count(MAX_INDEX + 1)
        self._joint = dict(ground_truth.label_map.declared)
        self._shared: dict[int | str, int] = {}
        self._of_prediction = dict(self._by_hand)
        self._of_truth = {index: index for index in self._joint}
        self._problems: list[Problem] = []
        for index in self._by_hand.values():
            self._shared[index] = index
            self._joint.setdefault(index, generated_class(index))
        if prediction.has_names and ground_truth.has_names:
            self._align_by_name()
        else:
            self._align_by_index()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Classes without a partner."""
        return tuple(self._problems)

    @property
    def indices_by_name(self) -> dict[str, int]:
        """Joint index of each class by name; the ground truth's where a name stands twice."""
        return {c.name: c.index for c in reversed(self._joint.values()) if not c.is_filler}

    @property
    def backgrounds(self) -> frozenset[int]:
        """Joint indices that mean nothing, on either side, as far as they were met."""
        ways = zip(self._sides, (self._of_prediction, self._of_truth), strict=True)
        with self._lock:
            return frozenset(
                joint[side.label_map.background]
                for side, joint in ways
                if side.label_map.background is not None and side.label_map.background in joint
            )

    def classes(self, occurring: Collection[int] = ()) -> tuple[LabelClass, ...]:
        """The joint list by index; fillers only where they occur."""
        with self._lock:
            joint = sorted(self._joint.values(), key=lambda c: c.index)
        return tuple(c for c in joint if not c.is_filler or c.index in occurring)

    def class_of(self, index: int) -> LabelClass:
        """The class of a joint index."""
        return self._joint.get(index) or generated_class(index)

    def truth_index_of(self, joint: int) -> int | None:
        """The index that writes a class into the ground truth, or None where it has no such class.

        Classes that the ground truth declares keep their index as joint index. Where nothing names
        its classes, every index is one.
        """
        truth = self._sides[1]
        can_have = joint <= MAX_INDEX and not truth.has_names
        return joint if truth.label_map.is_declared(joint) or can_have else None

    def of_prediction(
        self, indices: Iterable[int], undeclared: Iterable[LabelClass]
    ) -> dict[int, int]:
        """Joint index for each of the prediction's indices that were met.

        Args:
            undeclared: classes made for those of them that its label map does not declare.
        """
        made = {c.index: c for c in undeclared}
        with self._lock:
            for index in indices:
                if index not in self._of_prediction:
                    met = made.get(index) or generated_class(index)
                    self._of_prediction[index] = self._meet_predicted(met)
            return {index: self._of_prediction[index] for index in indices}

    def of_ground_truth(
        self, indices: Iterable[int], undeclared: Iterable[LabelClass]
    ) -> dict[int, int]:
        """Joint index for each of the ground truth's indices that were met."""
        made = {c.index: c for c in undeclared}
        with self._lock:
            for index in indices:
                if index not in self._of_truth:
                    self._of_truth[index] = self._share(made.get(index) or generated_class(index))
            return {index: self._of_truth[index] for index in indices}

    def _align_by_name(self) -> None:
        prediction, truth = self._sides
        for label_class in prediction.label_map.visible_classes:
            if label_class.index in self._by_hand:
                continue
            partner = truth.names.get(label_class.name)
            if partner is None:
                self._say_alone(label_class, prediction, truth)
                partner = self._join(label_class)
            self._of_prediction[label_class.index] = partner
        matched = set(self._of_prediction.values())
        for label_class in truth.label_map.visible_classes:
            if label_class.index not in matched:
                self._say_alone(label_class, truth, prediction)

    def _align_by_index(self) -> None:
        """Declared classes of the prediction name what the ground truth leaves without a name."""
        for label_class in self._sides[0].label_map.visible_classes:
            if label_class.index not in self._by_hand:
                self._joint.setdefault(label_class.index, label_class)
                self._shared[label_class.index] = label_class.index
                self._of_prediction[label_class.index] = label_class.index

    def _meet_predicted(self, met: LabelClass) -> int:
        prediction, truth = self._sides
        if not is_stand_in(met) and truth.label_map.is_declared(met.index):
            return self._join(met) if prediction.has_names else met.index
        if truth.has_names and not prediction.has_names and met.index not in self._shared:
            self._say_alone(met, prediction, truth)
        return self._share(met)

    def _share(self, met: LabelClass) -> int:
        """Joint index of a class that no map declares: by color, where it stands for one."""
        token: int | str = met.name if is_stand_in(met) else met.index
        if token not in self._shared:
            self._shared[token] = self._join(met)
        return self._shared[token]

    def _join(self, new: LabelClass) -> int:
        """Put a class into the joint list, under its own index if that is free."""
        index = next(self._above) if new.index in self._joint else new.index
        self._joint[index] = replace(new, index=index)
        return index

    def _say_alone(self, alone: LabelClass, side: SideClasses, other: SideClasses) -> None:
        found = f"class {alone.index} `{alone.name}` has no partner in {other.where}"
        self._problems.append(
            Problem(Kind.CLASS_UNMATCHED, Severity.WARNING, Scope.FILE, side.where, found)
        )

"""Which index writes a class of one layer into another one."""

from __future__ import annotations

from collections.abc import Mapping

from .class_alignment import ClassAlignment, SideClasses


def translated_classes(
    source: SideClasses, target: SideClasses, by_hand: Mapping[int, int] | None = None
) -> dict[int, int]:
    """The target's index for each class of the source that the target can hold.

    Classes are the same by the rules of the alignment, the source being the prediction there. A
    class without a partner is left out: nothing is guessed.

    Args:
        by_hand: the target's index for indices of the source, before all else.
    """
    alignment = ClassAlignment(source, target, by_hand)
    joint = alignment.of_prediction(source.label_map.by_index, source.label_map.undeclared)
    targets = ((index, alignment.truth_index_of(found)) for index, found in joint.items())
    return {index: target for index, target in targets if target is not None}

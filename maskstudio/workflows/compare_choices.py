"""What was chosen for a comparison in a workspace: its pair, ignored classes, classes by hand.

The window writes them into the workspace's view; indices are those of the pair's joint list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from maskstudio.formats.workspace import read_workspace

from .open_dataset import OpenedDataset


@dataclass(frozen=True)
class ComparisonChoices:
    """Choices for one pair of layers; empty where nothing was chosen.

    Args:
        prediction, ground_truth: keys of the pair, or None.
        ignored: classes whose ground-truth pixels are not scored; None where nobody chose.
        by_hand: index of the ground truth for indices of the prediction.
    """

    prediction: str | None = None
    ground_truth: str | None = None
    ignored: frozenset[int] | None = None
    by_hand: Mapping[int, int] = field(default_factory=dict)


def kept_choices(opened: OpenedDataset) -> ComparisonChoices:
    """The choices in the workspace that was opened; what is not as it must be is passed over.

    Raises:
        DataError: the workspace cannot be read any more.
    """
    if opened.request.workspace is None:
        return ComparisonChoices()
    view = read_workspace(opened.request.workspace)[0].view
    pair = view.get("pair")
    if not isinstance(pair, list) or [type(key) for key in pair] != [str, str]:
        return ComparisonChoices()
    prediction, ground_truth = pair
    if not {prediction, ground_truth} <= opened.layer_sources.keys():
        return ComparisonChoices()
    chosen = view.get("ignored")
    ignored = frozenset(i for i in _list(chosen) if _is_index(i)) if chosen is not None else None
    partners = (p for p in _list(view.get("partners")) if isinstance(p, list) and len(p) == 2)
    by_hand = {old: new for old, new in partners if _is_index(old) and _is_index(new)}
    return ComparisonChoices(prediction, ground_truth, ignored, by_hand)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_index(value: Any) -> bool:
    return type(value) is int and value >= 0

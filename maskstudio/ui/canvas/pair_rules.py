"""What the difference view needs to know of the compared classes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from maskstudio.core.labels import MAX_INDEX, LabelMap
from maskstudio.render.comparison import Joint, PairRules
from maskstudio.ui.workbench import Workbench

_NEVER_MET = 1 << 20
"""Joint indices from here on belong to indices that no class is listed for, alike on both sides."""


def pair_rules(workbench: Workbench) -> PairRules:
    """The rules for the compared pair as they are now. There must be a pair."""
    compared, choices, dataset = workbench.compared, workbench.choices, workbench.dataset
    keys = compared.keys
    assert keys is not None
    assert dataset is not None
    prediction, truth = (dataset.label_maps[key] for key in keys)
    of_prediction = compared.of_prediction(prediction.by_index)
    of_truth = compared.of_ground_truth(truth.by_index)
    return PairRules(
        _table(of_prediction),
        _table(of_truth),
        ignored=choices.ignored,
        nothing=_nothing(prediction, of_prediction) | _nothing(truth, of_truth),
        shown_class=choices.views.shown_class,
        shown_cell=choices.shown_cell,
    )


def _table(joint: Mapping[int, int]) -> Joint:
    table = np.arange(_NEVER_MET, _NEVER_MET + MAX_INDEX + 1, dtype=np.int32)
    table[list(joint)] = list(joint.values())
    return table


def _nothing(label_map: LabelMap, joint: Mapping[int, int]) -> frozenset[int]:
    background = label_map.background
    return frozenset() if background is None else frozenset({joint.get(background, background)})

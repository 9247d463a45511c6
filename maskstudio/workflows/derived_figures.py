"""Figures of many samples from what was counted of them; slow for thousands, for any thread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from maskstudio.core.slices import Between, go_on
from maskstudio.metrics.confusion import Confusion
from maskstudio.metrics.scores import Scores, scores_of

Renumber = Callable[[Confusion], Confusion]
"""Counts in joint class indices from counts in those of the layers."""

_SLICE = 50


@dataclass(frozen=True)
class DerivedFigures:
    """Figures by name of the sample, in joint class indices.

    Args:
        counted: what they were derived from.
        total: sum of the confusions.
    """

    counted: Mapping[str, Confusion]
    confusions: Mapping[str, Confusion]
    scores: Mapping[str, Scores]
    total: Confusion


def derive_figures(
    counted: Mapping[str, Confusion],
    renumber: Renumber,
    ignored: Collection[int],
    between: Between = go_on,
) -> DerivedFigures:
    """Derive everything anew.

    Args:
        counted: by name, in the class indices of the layers.
        ignored: joint indices whose ground-truth pixels are not scored.
    """
    confusions: dict[str, Confusion] = {}
    scores: dict[str, Scores] = {}
    for done, (name, raw) in enumerate(counted.items()):
        if done % _SLICE == 0:
            between()
        confusions[name] = renumber(raw)
        scores[name] = scores_of(confusions[name], ignored)
    return DerivedFigures(counted, confusions, scores, sum_of(confusions.values()))


def sum_of(confusions: Iterable[Confusion]) -> Confusion:
    """All of them added, in pairs, so that no count is looked at more than a few times."""
    parts = list(confusions)
    while len(parts) > 1:
        added = [one + other for one, other in zip(parts[::2], parts[1::2], strict=False)]
        parts = added + ([parts[-1]] if len(parts) % 2 else [])
    return parts[0] if parts else Confusion.empty()

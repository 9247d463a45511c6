"""Figures of a comparison by the names they have in every output."""

from __future__ import annotations

from maskstudio.metrics import boundary, panoptic
from maskstudio.metrics.panoptic import mean_panoptic
from maskstudio.metrics.scores import SUMMARY

from .compare import Comparison, Extras

LENGTHS = ("hd95_px", "assd_px")
"""Figures in pixels; less is better."""

SHARES_OF_BOUNDARY = tuple(name for name in boundary.FIGURES if name not in LENGTHS)


def known_figures(extras: Extras) -> tuple[str, ...]:
    """Names of the figures of a total that are better the higher they are."""
    return (
        *SUMMARY,
        *(SHARES_OF_BOUNDARY if extras.boundary else ()),
        *(panoptic.FIGURES if extras.panoptic else ()),
    )


def figures_of(comparison: Comparison) -> dict[str, float | None]:
    """Every figure of the total, by name."""
    found = {name: getattr(comparison.scores, name) for name in SUMMARY}
    if comparison.boundary is not None:
        outlines = comparison.boundary.scores()
        found |= {name: getattr(outlines, name) for name in boundary.FIGURES}
    if comparison.panoptic is not None:
        segments = mean_panoptic(comparison.panoptic.per_class().values())
        found |= {name: getattr(segments, name) for name in panoptic.FIGURES}
    return found

"""Figures of a comparison as CSV: one row for the total, each class and each sample.

All have the same columns, so that the file is one table to whatever reads it; `scope` says what a
row is about. Figures stand in full precision.
"""

from __future__ import annotations

import csv
import io

from maskstudio.metrics import boundary, panoptic
from maskstudio.metrics.scores import SUMMARY, ClassScores, Scores

from .compare import Comparison
from .compare_figures import figures_of

OF_CLASSES = ("iou", "dice", "precision", "recall")
COLUMNS = (
    *("scope", "index", "name", "pixels", "wrong_pixels"),
    *(*SUMMARY, *OF_CLASSES, *boundary.FIGURES, *panoptic.FIGURES),
)

Row = dict[str, object]


def comparison_csv(comparison: Comparison) -> str:
    """The whole file; lines end as RFC 4180 has it."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS, restval="")
    writer.writeheader()
    total = {**_summary(comparison.scores), **figures_of(comparison)}
    writer.writerow({"scope": "total", **total})
    writer.writerows(_class_rows(comparison))
    for sample in comparison.samples:
        writer.writerow({"scope": "sample", "name": sample.name, **_summary(sample.scores)})
    return file.getvalue()


def _summary(scores: Scores) -> Row:
    counts: Row = {"pixels": scores.n_pixels, "wrong_pixels": scores.n_wrong}
    return {**counts, **_picked(scores, SUMMARY)}


def _class_rows(comparison: Comparison) -> list[Row]:
    found = comparison.scores.by_index
    outlines = comparison.boundary.per_class() if comparison.boundary else {}
    segments = comparison.panoptic.per_class() if comparison.panoptic else {}
    rows: list[Row] = []
    for label_class in comparison.classes:
        index = label_class.index
        if index in comparison.ignored:
            continue
        scores = found.get(index, ClassScores(index))
        row: Row = {"scope": "class", "index": index, "name": label_class.name}
        row |= {"pixels": scores.support, **_picked(scores, OF_CLASSES)}
        if index in outlines:
            row |= _picked(outlines[index], boundary.FIGURES)
        if index in segments:
            row |= _picked(panoptic.panoptic_scores(segments[index]), panoptic.FIGURES)
        rows.append(row)
    return rows


def _picked(scores: object, figures: tuple[str, ...]) -> Row:
    return {figure: getattr(scores, figure) for figure in figures}

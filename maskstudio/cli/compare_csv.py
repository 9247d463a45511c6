"""The table of `maskstudio compare --csv`: one row for the total, each class and each sample.

All have the same columns, so that the file is one table to whatever reads it; `scope` says what a
row is about. Figures stand in full precision.
"""

from __future__ import annotations

import csv
import io

from maskstudio.metrics.scores import SUMMARY, Scores
from maskstudio.workflows.compare import Comparison

OF_CLASSES = ("iou", "dice", "precision", "recall")
COLUMNS = ("scope", "index", "name", "pixels", "wrong_pixels", *SUMMARY, *OF_CLASSES)

Row = dict[str, object]


def comparison_csv(comparison: Comparison) -> str:
    """The whole file; lines end as RFC 4180 has it."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS, restval="")
    writer.writeheader()
    writer.writerow({"scope": "total", **_summary(comparison.scores)})
    writer.writerows(_class_rows(comparison))
    for sample in comparison.samples:
        writer.writerow({"scope": "sample", "name": sample.name, **_summary(sample.scores)})
    return file.getvalue()


def _summary(scores: Scores) -> Row:
    counts = {"pixels": scores.n_pixels, "wrong_pixels": scores.n_wrong}
    return {**counts, **{figure: getattr(scores, figure) for figure in SUMMARY}}


def _class_rows(comparison: Comparison) -> list[Row]:
    found = comparison.scores.by_index
    rows: list[Row] = []
    for label_class in comparison.classes:
        if label_class.index in comparison.ignored:
            continue
        scores = found.get(label_class.index)
        row: Row = {"scope": "class", "index": label_class.index, "name": label_class.name}
        row["pixels"] = scores.support if scores else 0
        rows.append({**row, **{figure: getattr(scores, figure, None) for figure in OF_CLASSES}})
    return rows

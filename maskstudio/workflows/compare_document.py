"""The document of a comparison, from the command line and from Python alike.

Its keys are a public contract.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from maskstudio.metrics.boundary import BoundarySums
from maskstudio.metrics.panoptic import Matches, PanopticSums, mean_panoptic, panoptic_scores
from maskstudio.metrics.scores import SUMMARY, ClassScores, Scores

from .compare import Comparison, SampleScores
from .problem_document import Json, problems_json


def json_text(document: Json) -> str:
    """The document in one line, for a matrix has many numbers; ASCII."""
    return json.dumps(document, allow_nan=False) + "\n"


def comparison_json(comparison: Comparison) -> Json:
    """Everything that was found, as `cli.md` writes it down."""
    names = {c.index: c.name for c in comparison.classes}
    return {
        "classes": [{"index": index, "name": name} for index, name in names.items()],
        "ignored": [names.get(i, f"class_{i}") for i in sorted(comparison.ignored)],
        "total": _total_json(comparison, names),
        "samples": [_sample_json(sample) for sample in comparison.samples],
        "unmatched": {
            "prediction": list(comparison.unmatched_prediction),
            "ground_truth": list(comparison.unmatched_ground_truth),
        },
        "problems": problems_json(comparison.problems),
    }


def _total_json(comparison: Comparison, names: dict[int, str]) -> Json:
    scores = comparison.scores
    total: Json = {
        "pixels": scores.n_pixels,
        "confusion_classes": list(comparison.confusion.classes),
        "confusion": comparison.confusion.matrix.tolist(),
        **{figure: getattr(scores, figure) for figure in SUMMARY},
        "per_class": _classes_json(scores, names, comparison.ignored),
    }
    if comparison.boundary is not None:
        total["boundary"] = _boundary_json(comparison.boundary, names)
    if comparison.panoptic is not None:
        total["panoptic"] = _panoptic_json(comparison.panoptic, names)
    return total


def _classes_json(scores: Scores, names: dict[int, str], ignored: frozenset[int]) -> list[Json]:
    """Every class that is not ignored; null where it does not occur."""
    found = scores.by_index
    return [
        _class_json(found.get(index) or ClassScores(index), name)
        for index, name in names.items()
        if index not in ignored
    ]


def _class_json(scores: ClassScores, name: str) -> Json:
    return {
        "index": scores.index,
        "name": name,
        "iou": scores.iou,
        "dice": scores.dice,
        "precision": scores.precision,
        "recall": scores.recall,
        "support": scores.support,
    }


def _boundary_json(sums: BoundarySums, names: dict[int, str]) -> Json:
    """Means over classes, and the classes that occur."""
    return {
        **asdict(sums.scores()),
        "per_class": [
            {"index": index, "name": names[index], **asdict(scores)}
            for index, scores in sums.per_class().items()
        ],
    }


def _panoptic_json(sums: PanopticSums, names: dict[int, str]) -> Json:
    """Means over the `n` classes that have a segment, and these classes."""
    found = sums.per_class()
    return {
        **asdict(mean_panoptic(found.values())),
        "n": len(found),
        "samples": sums.n_samples,
        "per_class": [_segments_json(names[i], i, matches) for i, matches in found.items()],
    }


def _segments_json(name: str, index: int, matches: Matches) -> Json:
    return {
        "index": index,
        "name": name,
        **asdict(panoptic_scores(matches)),
        "tp": matches.found,
        "fp": matches.spurious,
        "fn": matches.missed,
    }


def _sample_json(sample: SampleScores) -> Json:
    return {
        "name": sample.name,
        "pixel_accuracy": sample.scores.pixel_accuracy,
        "mean_iou": sample.scores.mean_iou,
        "wrong_pixels": sample.scores.n_wrong,
        "evaluated_pixels": sample.scores.n_pixels,
    }

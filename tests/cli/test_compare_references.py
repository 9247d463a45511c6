"""`compare --json` against figures made with scikit-learn and others, all to 1e-6.

The files of figures round to eight decimals. Their `per_class` lists every class of the data set;
ours lists what the label map declares or the masks hold, so that classes they list as absent may be
missing here where no label map is given (ade20k).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.cli.helpers import Ran, run
from tests.helpers.references import REFERENCES, Reference

SUMMARY = (
    "pixel_accuracy",
    "mean_class_accuracy",
    "mean_iou",
    "mean_dice",
    "frequency_weighted_iou",
    "cohen_kappa",
)
MODES = ("void_ignored", "void_as_a_class", "all_pixels")
CASES = [
    pytest.param(r, mode, id=f"{r}-{mode}")
    for r in REFERENCES
    for mode in (MODES[2:] if r.void is None else MODES[:2])
]


def close(value: float | None) -> Any:
    return None if value is None else pytest.approx(value, abs=1e-6)


def compared(reference: Reference, mode: str) -> Ran:
    words = ["--ignore", str(reference.void)] if mode == "void_ignored" else []
    if reference.labels:
        words += ["--labels", str(reference.labels)]
    return run("compare", *reference.paths, "--json", "-", *words)


@pytest.mark.parametrize(("reference", "mode"), CASES)
def test_figures_equal_those_of_other_libraries(reference: Reference, mode: str) -> None:
    figures = reference.figures()
    ran = compared(reference, mode)
    assert ran.exit_code == 0, ran.stderr
    total, expected = ran.json["total"], figures[mode]
    assert total["pixels"] == expected["pixels"]
    for name in SUMMARY:
        assert total[name] == close(expected[name]), name
    check_classes(total["per_class"], expected["per_class"])
    check_confusion(total, figures["confusion_matrix"])
    if mode != "void_as_a_class":
        check_samples(ran.json["samples"], figures["per_image"])


def check_classes(
    found: list[Mapping[str, Any]], expected: Mapping[str, Mapping[str, Any]]
) -> None:
    by_index = {str(scores["index"]): scores for scores in found}
    for index, figures in expected.items():
        if not figures["union"] and index not in by_index:
            continue
        scores = by_index.pop(index)
        assert scores["support"] == figures["gt_pixels"], index
        for name in ("iou", "dice", "precision", "recall"):
            assert scores[name] == close(figures[name]), (index, name)
    assert not by_index


def check_confusion(total: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    labels, counts = expected["labels"], expected["counts"]
    occurring = [i for i, row in enumerate(counts) if any(row) or any(r[i] for r in counts)]
    assert total["confusion_classes"] == [labels[i] for i in occurring]
    assert total["confusion"] == [[counts[i][j] for j in occurring] for i in occurring]


def check_samples(
    found: list[Mapping[str, Any]], expected: Mapping[str, Mapping[str, Any]]
) -> None:
    assert sorted(f"{sample['name']}.png" for sample in found) == sorted(expected)
    for sample in found:
        figures = expected[f"{sample['name']}.png"]
        assert sample["wrong_pixels"] == figures["wrong_pixels"]
        assert sample["evaluated_pixels"] == figures["evaluated_pixels"]
        assert sample["pixel_accuracy"] == close(figures["pixel_accuracy"])
        assert sample["mean_iou"] == close(figures["mean_iou"])

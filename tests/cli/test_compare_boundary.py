"""`compare --boundary` against the programs that define the figures.

All to 1e-6: boundary pixels, bands and corners are the same sets by definition, and squared
distances are whole numbers, so that nothing is left but the rounding of the reference files to
eight decimals.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.helpers import run, write_masks
from tests.helpers.masks import mask
from tests.helpers.references import REFERENCES, Reference

NAMES = {
    "boundary_f": "f_0008_diagonal",
    "boundary_iou": "boundary_iou",
    "hd95_px": "hd95_px",
    "assd_px": "assd_px",
}


@pytest.mark.parametrize("reference", REFERENCES, ids=str)
def test_boundary_figures_equal_those_of_their_authors(reference: Reference) -> None:
    expected = reference.figures()["boundary"]
    words = [] if reference.void is None else ["--ignore", str(reference.void)]
    ran = run("compare", *reference.paths, "--boundary", "--json", "-", *words)
    assert ran.exit_code == 0, ran.stderr
    found = ran.json["total"]["boundary"]
    for name, theirs in NAMES.items():
        assert found[name] == pytest.approx(expected["mean_over_classes"][theirs], abs=1e-6), name
    by_index = {str(scores["index"]): scores for scores in found["per_class"]}
    assert by_index.keys() == expected["per_class"].keys()
    for index, scores in by_index.items():
        for name, theirs in NAMES.items():
            figure = expected["per_class"][index][theirs]
            close = None if figure is None else pytest.approx(figure, abs=1e-6)
            assert scores[name] == close, (index, name)


def test_without_the_option_there_are_none(tmp_path: Path) -> None:
    masks = write_masks(
        tmp_path / "m", {"a": mask("..", ".1")}, "background:0,0,0::\nroad:1,1,1::\n"
    )
    assert "boundary" not in run("compare", masks, masks, "--json", "-").json["total"]
    words = ("compare", masks, masks, "--fail-under")
    assert run(*words, "boundary_f=0.5").exit_code == 2
    assert run(*words, "boundary_f=1", "--boundary").exit_code == 0
    ran = run(*words, "hd95_px=1", "--boundary")
    assert ran.exit_code == 2, "less is better"
    assert "boundary_iou" in ran.stderr

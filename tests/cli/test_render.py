from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.cli.helpers import run, write_masks

LABELS = "background:0,0,0::\nroad:200,0,100::\n"
MASK = np.array([[0, 1, 1, 1]] * 3, np.uint8)


def test_one_picture_a_sample(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "m", {"n/a": MASK, "b": MASK}, LABELS)
    ran = run("render", masks, "--output", tmp_path / "out", "--style", "both", "--opacity", "1")
    assert ran.exit_code == 0
    assert ran.stdout == ""
    assert "2 pictures" in ran.stderr
    with Image.open(tmp_path / "out" / "n" / "a.png") as picture:
        assert picture.size == (4, 3)


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "m", {"a": MASK}, LABELS)
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.png").write_text("precious")
    assert run("render", masks, "--output", out).exit_code == 1
    assert (out / "a.png").read_text() == "precious"


def test_wrong_words(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "m", {"a": MASK}, LABELS)
    out = tmp_path / "out"
    assert run("render", masks).exit_code == 2
    assert run("render", masks, "--output", masks).exit_code == 2
    assert run("render", masks, "--output", out, "--opacity", "2").exit_code == 2
    assert run("render", masks, "--output", out, "--style", "dots").exit_code == 2
    ran = run("render", masks, "--output", out, "--layer", "predictions")
    assert ran.exit_code == 2
    assert "ground_truth" in ran.stderr
    assert not out.exists()


def test_a_sample_that_cannot_be_read_has_its_exit_code(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "m", {"a": MASK, "b": MASK}, LABELS)
    (masks / "a.png").write_bytes((masks / "a.png").read_bytes()[:-30])
    ran = run("render", masks, "--output", tmp_path / "out")
    assert ran.exit_code == 3
    assert "[image_corrupt]" in ran.stderr

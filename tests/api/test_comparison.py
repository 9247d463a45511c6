"""`maskstudio.compare` on arrays and files: the numbers of scikit-style counting by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import maskstudio
from maskstudio import UsageError

TRUTH = np.array([[0, 0, 1, 1], [0, 0, 1, 1]], np.uint8)
PREDICTED = np.array([[0, 0, 0, 1], [0, 0, 1, 1]], np.uint8)


def test_arrays_are_compared() -> None:
    found = maskstudio.compare(PREDICTED, TRUTH)
    total = found["total"]
    assert total["confusion_classes"] == [0, 1]
    assert total["confusion"] == [[4, 0], [1, 3]]
    assert total["mean_iou"] == pytest.approx((4 / 5 + 3 / 4) / 2)


def test_lists_and_dictionaries_give_sums_over_samples() -> None:
    listed = maskstudio.compare([PREDICTED, TRUTH], [TRUTH, TRUTH])
    assert listed["total"]["confusion"] == [[8, 0], [1, 7]]
    assert [sample["wrong_pixels"] for sample in listed["samples"]] == [1, 0]
    named = maskstudio.compare({"b": TRUTH, "a": PREDICTED}, {"a": TRUTH, "b": TRUTH, "c": TRUTH})
    assert named["total"]["confusion"] == [[8, 0], [1, 7]]
    assert named["unmatched"]["ground_truth"] == ["c"]


def test_classes_are_ignored_and_mapped() -> None:
    found = maskstudio.compare(PREDICTED * 255, TRUTH, map_prediction={255: 1}, ignore=[0])
    assert found["total"]["pixels"] == 4
    assert found["total"]["confusion"] == [[4, 0], [1, 3]]
    with pytest.raises(UsageError):
        maskstudio.compare(PREDICTED, TRUTH, ignore=["no such class"])


def test_what_is_no_mask_is_refused() -> None:
    with pytest.raises(TypeError, match="2D"):
        maskstudio.compare(PREDICTED, [np.zeros((2, 2, 3), np.uint8)])


def test_files_give_what_the_command_gives(tmp_path: Path) -> None:
    for folder, mask in (("p", PREDICTED), ("t", TRUTH)):
        (tmp_path / folder).mkdir()
        cv2.imwrite(str(tmp_path / folder / "a.png"), mask)
    found = maskstudio.compare(tmp_path / "p", tmp_path / "t", boundary=True)
    words = [str(tmp_path / "p"), str(tmp_path / "t"), "--boundary", "--json", "-"]
    done = subprocess.run(
        [sys.executable, "-m", "maskstudio", "compare", *words], capture_output=True, check=True
    )
    assert json.loads(done.stdout) == json.loads(json.dumps(found))

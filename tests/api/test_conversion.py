"""`maskstudio.convert`: pixels as they were, losses told, refusals raised."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

import maskstudio
from maskstudio import DataError, UsageError

DRAWN = np.array([[0, 1, 1], [2, 2, 0]], np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    masks = tmp_path / "masks"
    masks.mkdir()
    cv2.imwrite(str(masks / "a.png"), DRAWN)
    return masks


def test_indices_go_to_a_zip_and_back(folder: Path, tmp_path: Path) -> None:
    archive, back = tmp_path / "a.zip", tmp_path / "back"
    told = maskstudio.convert(folder, archive, "cvat-segmentation-mask", labels="none,cat,dog")
    assert [str(p.severity) for p in told if p.severity == "error"] == []
    maskstudio.convert(archive, back, "index-png")
    stored = cv2.imread(str(back / "a.png"), cv2.IMREAD_UNCHANGED)
    assert stored is not None
    with maskstudio.open(back) as data:
        assert data[0].mask().tolist() == DRAWN.tolist()
        assert data.label_map().by_name["dog"].index == 2


def test_a_target_that_exists_is_kept(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    target.write_bytes(b"mine")
    with pytest.raises(DataError, match="exists"):
        maskstudio.convert(folder, target, "cvat-segmentation-mask")
    assert target.read_bytes() == b"mine"
    with pytest.raises(DataError, match="source"):
        maskstudio.convert(folder, folder, "index-png", overwrite=True)


def test_what_a_format_cannot_hold_is_raised(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a:b"):
        maskstudio.convert(folder, tmp_path / "a.zip", "cvat-segmentation-mask", labels="a:b,c,d")
    assert not (tmp_path / "a.zip").exists()
    with pytest.raises(UsageError, match="cvat-segmentation-mask"):
        maskstudio.convert(folder, tmp_path / "a.zip", "no-such-format")

from __future__ import annotations

import numpy as np
import pytest

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.render import wash
from maskstudio.render.palette import Palette, as_bytes
from maskstudio.render.wash import Tint, looked_up, pair_wash, single_wash

PALETTE = Palette(LabelMap((LabelClass(1, "road", (200, 100, 50)),), background=0))
HALF = Tint(PALETTE, 0.5, 1.0)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("is_new", [True, False])
def test_looking_up_is_indexing(dtype: str, is_new: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for an OpenCV before 5, which looks up 8-bit indices alone."""
    if not is_new:
        monkeypatch.setattr(wash, "_takes", lambda given: given == np.uint8)
    rng = np.random.default_rng(0)
    n_indices = np.iinfo(dtype).max + 1
    table = rng.integers(-(2**31), 2**31, n_indices).astype(np.int32)
    indices = rng.integers(0, n_indices, (7, 9)).astype(dtype)
    assert (looked_up(table, indices) == table[indices]).all()


def test_half_opacity_is_the_mean_of_color_and_ground() -> None:
    words = np.full((1, 3), 0xFF646464, np.uint32)
    indices = np.array([[0, 1, 1]], np.uint8)
    single_wash(HALF, 256, on_line=False).apply(as_bytes(words), indices)
    assert words[0, 0] == 0xFF646464
    assert np.abs(as_bytes(words)[0, 1].astype(int) - [75, 100, 150, 255]).max() <= 1


def test_a_pair_is_the_one_over_the_other() -> None:
    words = np.full((1, 1), 0xFF000000, np.uint32)
    pair_wash(HALF, HALF, on_line=False).apply(as_bytes(words), np.array([[0x0101]], np.uint16))
    assert np.abs(as_bytes(words)[0, 0, 2].astype(int) - 150) <= 1


@pytest.mark.parametrize(("on_line", "expected"), [(False, 65), (True, 170)])
def test_hatching_darkens_and_then_draws_white_lines(on_line: bool, expected: int) -> None:
    words = np.full((1, 1), 0xFF646464, np.uint32)
    single_wash(HALF, 256, on_line=on_line).apply(as_bytes(words), np.array([[7]], np.uint8))
    assert np.abs(as_bytes(words)[0, 0, :3].astype(int) - expected).max() <= 1
